"""Threads, each tweet of which answers the one before, and the order of replies."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class ReplySort(StrEnum):
    OLDEST = "OLDEST"
    NEWEST = "NEWEST"


class Thread(msgspec.Struct, frozen=True):
    id: int
    """That of its first tweet."""


class ThreadPosition(msgspec.Struct, frozen=True):
    index: int
    """From 1."""
    total: int
