"""Muted words: what of a text is searched, and what for.

Text and phrase become words between single spaces, so that the text contains the phrase as words if and only if one
string contains the other. Words are compared as hashtags are: case, width and invisible characters do not matter,
accents do. Punctuation only separates: `cat's` is `cat` and `s`, and `good morning` is found in `Good, morning!`.

- Where a script is written without spaces each letter is a word: 東京 is found in 東京都.
- The sign of a hashtag, mention or cashtag is a word before its word: `spoiler` is found in `#spoiler` too, `#spoiler`
  only there.
- An emoji or another symbol is a word, however many characters it has; its skin tone does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from domain.errors import Constraint, ValidationFailed
from domain.text import hashtag_key, invalid_characters_in
from domain.text.characters import in_form

MAX_MUTED_PHRASE = 100

_INVISIBLE = r"\p{Default_Ignorable_Code_Point}"
_IN_WORD = rf"[\p{{L}}\p{{M}}\p{{N}}_{_INVISIBLE}]"
_UNSPACED = (
    r"[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]&&[\p{L}\p{N}]]"
)
_PICTURE = r"[\p{Extended_Pictographic}\p{So}--\p{Regional_Indicator}][\p{M}\p{Emoji_Modifier}\U000e0020-\U000e007f]*+"
_WORD = regex.compile(
    rf"(?P<symbol>{_PICTURE}(?:\u200d{_PICTURE})*+|\p{{Regional_Indicator}}{{1,2}}+)"
    rf"|(?<!{_IN_WORD})[#@$](?={_INVISIBLE}*+{_IN_WORD})"
    rf"|{_UNSPACED}[\p{{M}}{_INVISIBLE}]*+"
    rf"|[{_IN_WORD}--{_UNSPACED}]++",
    regex.V1,
)
_SHADES = regex.compile(r"[\p{M}\p{Emoji_Modifier}]+")


def checked_muted_phrase(text: str) -> str:
    """The phrase in NFC with single spaces: 1 to 100 characters, among them a letter, a digit or a symbol."""
    if invalid := invalid_characters_in(text):
        named = ", ".join(f"U+{ord(character):04X}" for character in invalid)
        raise ValidationFailed(
            f"A muted phrase cannot contain {named}.", field="phrase", constraint=Constraint.INVALID_CHARACTERS
        )
    phrase = " ".join(in_form("NFC", text).split())
    if len(phrase) > MAX_MUTED_PHRASE:
        raise ValidationFailed(
            f"The phrase has {len(phrase)} characters; the limit is {MAX_MUTED_PHRASE}.",
            field="phrase",
            constraint=Constraint.TOO_LONG,
            limit=MAX_MUTED_PHRASE,
            actual=len(phrase),
        )
    if not any(_words(phrase)):
        raise ValidationFailed(
            "A muted phrase needs a letter, a digit or an emoji.", field="phrase", constraint=Constraint.REQUIRED
        )
    return phrase


def searchable(text: str) -> str:
    """The words of `text` with one space between them, before the first and behind the last."""
    return f" {' '.join(_words(text))} "


def needle(phrase: str, *, whole_word: bool) -> str:
    """`needle in searchable(text)` says whether a checked phrase occurs; as whole words, or also inside words."""
    words = searchable(phrase)
    return words if whole_word else words.strip()


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(in_form("NFKC", text)):
        word = _SHADES.sub("", match[0]) if match["symbol"] else hashtag_key(match[0])
        if word:
            yield word
