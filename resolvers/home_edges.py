"""Edges of home timelines: the same objects as long as nothing in them has changed, so that execution can remember what
they answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import msgspec

from domain import ids
from domain.records import AuthoredTweet, HydratedTweet, KeptEdge, Tweet
from infra.generations import Generations
from resolvers.timelines import home_item
from stores.home_timelines import Entry

_Parts: TypeAlias = tuple[int, int, int, bool]
"""The identities of the records that an edge is made of, and whether its tweet is the viewer's own."""


class _Kept(NamedTuple):
    entry: Entry
    """Holds the records, so that their identities are nobody else's."""
    edge: KeptEdge
    size: int
    """Bytes with all its parts, about, as if nobody else kept them."""


_KEPT: Generations[_Parts, _Kept] = Generations(max_entries=20_000, max_bytes=32 * 1024 * 1024)


def home_edges(entries: Sequence[Entry], viewer_id: int) -> list[KeptEdge]:
    parts = [
        (id(entry.tweet), id(entry.author), id(entry.hydration), entry.tweet.author_id == viewer_id)
        for entry in entries
    ]
    known = _KEPT.known(parts)
    return [(known.get(each) or _made(each, entry)).edge for each, entry in zip(parts, entries, strict=True)]


def _made(parts: _Parts, entry: Entry) -> _Kept:
    *_, is_own = parts
    size = 3_000 + 4 * (len(entry.tweet.text) + len(entry.author.bio)) + 200 * len(entry.tweet.entities)
    made = _Kept(entry, _edge(entry, is_own=is_own), size)
    _KEPT.keep(parts, made)
    return made


def _edge(entry: Entry, *, is_own: bool) -> KeptEdge:
    return KeptEdge(ids.cursor("home", entry.tweet.id), home_item(_with_what_was_read(entry), is_own=is_own))


def _with_what_was_read(entry: Entry) -> AuthoredTweet:
    columns = {name: getattr(entry.tweet, name) for name in Tweet.__struct_fields__}
    if entry.hydration is None:
        return AuthoredTweet(**columns, author=entry.author)
    return HydratedTweet(**columns, author=entry.author, **msgspec.structs.asdict(entry.hydration))
