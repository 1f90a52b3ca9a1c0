"""Tweet text as a string of code points: its normal form and what it may not contain.

The upper-case names are the sets of twitter-text 3, each the inside of a character class of a pattern.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate
from typing import Literal

import regex

SPACES = r"\x09-\x0d\x20\x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
PUNCTUATION = r"!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$"
DIRECTIONAL_MARKS = r"\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
NOT_CHARACTERS = r"\ufffe\ufeff\uffff"
ACCENTED_LATIN = (
    r"\xc0-\xd6\xd8-\xf6\xf8-\xff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289"
    r"\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)

_LONG_RUN = regex.compile(r"[\p{M}\uff9e\uff9f]{31,}+")
"""No natural text has more than 30 in a row (UAX 15, Stream-Safe Text Format). U+FF9E and U+FF9F are letters that
NFKC makes marks."""
_INVALID = re.compile(rf"[{NOT_CHARACTERS}\x00\ud800-\udfff]")


def normalised(text: str) -> str:
    """`text` as it is stored: NFC, line breaks as LF, no white space around it. Idempotent."""
    return in_form("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def in_form(form: Literal["NFC", "NFD", "NFKC"], text: str) -> str:
    """`unicodedata.normalize`, but next to linear: CPython's sorts marks by insertion, a minute for 100 KB of them."""
    if text.isascii():
        return text
    decomposition: Literal["NFD", "NFKD"] = "NFKD" if form == "NFKC" else "NFD"
    return unicodedata.normalize(form, _LONG_RUN.sub(lambda run: _in_order(run[0], decomposition), text))


def _in_order(marks: str, decomposition: Literal["NFD", "NFKD"]) -> str:
    """`marks` decomposed, in canonical order: sorted by combining class between two characters of class 0."""
    decomposed = "".join(unicodedata.normalize(decomposition, mark) for mark in marks)
    classes = [unicodedata.combining(mark) for mark in decomposed]
    segments = accumulate(combining_class == 0 for combining_class in classes)
    order = sorted(range(len(decomposed)), key=list(zip(segments, classes, strict=True)).__getitem__)
    return "".join(decomposed[index] for index in order)


def invalid_characters_in(text: str) -> str:
    """The distinct characters a tweet may not contain, in order of appearance; empty when the text is fine.

    twitter-text refuses U+FFFE, U+FEFF and U+FFFF; PostgreSQL cannot store NUL and lone surrogates.
    """
    return "".join(dict.fromkeys(_INVALID.findall(text)))
