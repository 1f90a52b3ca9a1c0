"""Edges of home timelines: the same objects as long as nothing in them has changed, so that execution can remember what
they answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from domain import ids
from domain.records import AuthoredTweet, HydratedTweet, KeptEdge, Tweet
from resolvers.timelines import home_item
from stores.home_timelines import Entry

HALF_OF_THEM = 10_000
HALF_OF_BYTES = 16 * 1024 * 1024
"""What was not asked for while so many others came is forgotten."""

_Parts: TypeAlias = tuple[int, int, int, bool]


def home_edges(entries: Sequence[Entry], viewer_id: int) -> list[KeptEdge]:
    return [_KEPT.of(entry, is_own=entry.tweet.author_id == viewer_id) for entry in entries]


class _KeptEdges:
    """Found by the identities of the records that they are made of, which are held beside them."""

    def __init__(self) -> None:
        self._recent: dict[_Parts, tuple[Entry, KeptEdge]] = {}
        self._recent_bytes = 0
        self._older: dict[_Parts, tuple[Entry, KeptEdge]] = {}

    def of(self, entry: Entry, *, is_own: bool) -> KeptEdge:
        parts = (id(entry.tweet), id(entry.author), id(entry.hydration), is_own)
        found = self._recent.get(parts)
        if found is None:
            found = self._older.get(parts) or (entry, _edge(entry, is_own=is_own))
            size = _bytes(entry)
            if len(self._recent) >= HALF_OF_THEM or self._recent_bytes + size > HALF_OF_BYTES:
                self._older, self._recent, self._recent_bytes = self._recent, {}, 0
            self._recent[parts] = found
            self._recent_bytes += size
        return found[1]


_KEPT = _KeptEdges()


def _bytes(entry: Entry) -> int:
    """Of an edge with its parts and their parts, about, as if nobody else kept them."""
    return 3_000 + 4 * (len(entry.tweet.text) + len(entry.author.bio)) + 200 * len(entry.tweet.entities)


def _edge(entry: Entry, *, is_own: bool) -> KeptEdge:
    return KeptEdge(ids.cursor("home", entry.tweet.id), home_item(_with_what_was_read(entry), is_own=is_own))


def _with_what_was_read(entry: Entry) -> AuthoredTweet:
    columns = {name: getattr(entry.tweet, name) for name in Tweet.__struct_fields__}
    if entry.hydration is None:
        return AuthoredTweet(**columns, author=entry.author)
    return HydratedTweet(**columns, author=entry.author, **msgspec.structs.asdict(entry.hydration))
