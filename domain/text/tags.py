"""Mentions, hashtags and cashtags in tweet text: the words that start with a sign."""

from __future__ import annotations

import re
from collections.abc import Sequence

import regex

from domain.text.characters import ACCENTED_LATIN, PUNCTUATION, SPACES, in_form
from domain.text.spans import Span

_MENTION = re.compile(
    r"(?:(?<![A-Za-z0-9_!#$%&*@＠])|(?<=(?<![A-Za-z0-9_+~.\-])[Rr][Tt]))"
    r"[@＠]([A-Za-z0-9_]{1,20}+)"
    rf"(?:/([A-Za-z][A-Za-z0-9_\-]{{0,24}}+))?+(?![@＠{ACCENTED_LATIN}]|://)"
)

_TAG_SIGNS = r"_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\xb7"
_TAG = rf"[\p{{L}}\p{{M}}\p{{Nd}}{_TAG_SIGNS}]"
_VISIBLE_LETTER = r"[[\p{L}\p{M}]--\p{Default_Ignorable_Code_Point}]"
_HASHTAG = regex.compile(
    rf"(?<![{_TAG}&--[\ufe0e\ufe0f]])[#＃](?![\ufe0f\u20e3])"
    rf"([{_TAG}--{_VISIBLE_LETTER}]*+{_VISIBLE_LETTER}{_TAG}*+)(?![#＃]|://)",
    regex.V1,
)
_IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}+")

_CASHTAG = re.compile(rf"(?<![^{SPACES}])\$([A-Za-z]{{1,6}}(?:[._][A-Za-z]{{1,2}})?)(?=\Z|[\s{PUNCTUATION}])")


class Mention(Span, frozen=True, tag_field="kind", tag="mention"):
    """`username` as written, without the sign; whether somebody has that name is not known here.

    With a `list_slug` it is a list of that user: `@name/list`. `user_id` is who had the name when the text was written.
    """

    username: str
    list_slug: str | None
    user_id: int | None = None


class Hashtag(Span, frozen=True, tag_field="kind", tag="hashtag"):
    """`tag` as written, without the sign; compare tags by `hashtag_key`."""

    tag: str


class Cashtag(Span, frozen=True, tag_field="kind", tag="cashtag"):
    """`symbol` as written, without the sign."""

    symbol: str


def mentions_in(text: str, utf16: Sequence[int]) -> list[Mention]:
    """Names after an `@` of either width, of a longer name its first 20 characters, and the lists of such users."""
    if "@" not in text and "＠" not in text:
        return []
    spans = ((match, *match.span()) for match in _MENTION.finditer(text))
    return [Mention(start, end, utf16[start], utf16[end], match[1], match[2]) for match, start, end in spans]


def hashtags_in(text: str, utf16: Sequence[int]) -> list[Hashtag]:
    """Tags in any script; beyond twitter-text, a tag needs one letter or mark that can be seen."""
    if "#" not in text and "＃" not in text:
        return []
    spans = ((match, *match.span()) for match in _HASHTAG.finditer(text))
    return [Hashtag(start, end, utf16[start], utf16[end], match[1]) for match, start, end in spans]


def cashtags_in(text: str, utf16: Sequence[int]) -> list[Cashtag]:
    """`$TSLA`, `$BRK.A`: one to six letters, perhaps `.` or `_` and one or two more, after white space only."""
    if "$" not in text:
        return []
    spans = ((match, *match.span()) for match in _CASHTAG.finditer(text))
    return [Cashtag(start, end, utf16[start], utf16[end], match[1]) for match, start, end in spans]


def hashtag_key(tag: str) -> str:
    """What the spellings of one hashtag have in common: Unicode's NFKC_Casefold. Idempotent.

    Case, width, compatibility forms and invisible characters do not matter; accents do. The key is for comparing,
    not for showing: it may hold characters, even a space, that no hashtag has.
    """
    return _folded(_folded(in_form("NFD", tag)))


def _folded(text: str) -> str:
    return in_form("NFKC", _IGNORABLE.sub("", text.casefold()))
