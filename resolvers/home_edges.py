"""Edges of home timelines: the same objects as long as nothing in them has changed, so that execution can remember what
they answer."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain import ids
from domain.records import AuthoredTweet, HydratedTweet, KeptEdge, Tweet
from resolvers.timelines import home_item
from stores.home_entries import Entry


def home_edges(entries: Sequence[Entry]) -> list[KeptEdge]:
    return [entry.edge or _edge(entry) for entry in entries]


def _edge(entry: Entry) -> KeptEdge:
    item = home_item(_with_what_was_read(entry), is_own=entry.is_own)
    entry.edge = KeptEdge(ids.cursor("home", entry.tweet.id), item)
    return entry.edge


def _with_what_was_read(entry: Entry) -> AuthoredTweet:
    columns = {name: getattr(entry.tweet, name) for name in Tweet.__struct_fields__}
    if entry.hydration is None:
        return AuthoredTweet(**columns, author=entry.author)
    return HydratedTweet(**columns, author=entry.author, **msgspec.structs.asdict(entry.hydration))
