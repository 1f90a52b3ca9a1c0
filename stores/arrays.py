"""Arrays of thousands of values."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


def array(values: Sequence[int | str]) -> str:
    """As PostgreSQL writes it, for a statement that casts it from text: the driver is given one value, where encoding
    each of thousands takes as long as looking them up. Control characters are no part of it."""
    return f"{{{msgspec.json.encode(values).decode()[1:-1]}}}"
