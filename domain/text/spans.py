"""Where something stands in a text, in both ways of counting."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import msgspec


class Span(msgspec.Struct, frozen=True):
    """Half open. `start` and `end` count code points, the others UTF-16 code units, as JavaScript and Java do."""

    start: int
    end: int
    start_utf16: int
    end_utf16: int


def utf16_indices(text: str) -> Sequence[int]:
    """The UTF-16 index of every code-point index of `text`, that of its end included."""
    if text.isascii() or max(text) <= "\uffff":
        return range(len(text) + 1)
    return [0, *accumulate(2 if character > "\uffff" else 1 for character in text)]
