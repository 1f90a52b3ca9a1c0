"""What people are found by: the words of a display name, whatever their case, width and accents."""

from __future__ import annotations

import unicodedata

import regex

from domain.text.characters import in_form

MAX_QUERY = 50
"""As long as a display name."""
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}_]+")


def words_in(text: str) -> tuple[str, ...]:
    """Distinct words in order of appearance; none in a text of signs and pictures only."""
    folded = in_form("NFKC", text.casefold()).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return tuple(dict.fromkeys(_WORD.findall(unicodedata.normalize("NFC", bare))))
