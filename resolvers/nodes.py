"""Refetching by global id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, TypeVar

from aiodataloader import DataLoader

from domain import ids
from domain.errors import BadArgument, MalformedId
from domain.ids import GlobalId
from domain.pages import MAX_PAGE
from domain.records import Poll, Tweet, User, UserList
from domain.user_errors import DuplicateError
from resolvers.context import Context

NodeRecord: TypeAlias = User | Tweet | Poll | UserList
Loaded = TypeVar("Loaded")


async def node(context: Context, *, id: GlobalId) -> NodeRecord | None:
    found = (await nodes(context, ids=[id]))[0]
    if isinstance(found, MalformedId):
        raise found
    return found


async def nodes(context: Context, *, ids: list[GlobalId]) -> list[NodeRecord | MalformedId | None]:
    """A malformed id spoils its own entry only."""
    if len(ids) > MAX_PAGE:
        raise BadArgument(f"'ids' has {len(ids)} ids; the limit is {MAX_PAGE}.")
    return await _visible(context, ids)


async def existing(parents: list[DuplicateError], context: Context) -> list[NodeRecord | None]:
    wanted = [GlobalId(parent.existing_id) for parent in parents if parent.existing_id is not None]
    found = dict(zip(wanted, await _visible(context, wanted), strict=True))
    seen = (None if parent.existing_id is None else found[GlobalId(parent.existing_id)] for parent in parents)
    return [None if isinstance(record, MalformedId) else record for record in seen]


async def _visible(context: Context, global_ids: list[GlobalId]) -> list[NodeRecord | MalformedId | None]:
    """Things that can be named but not fetched by their id alone are null, as are those that cannot be seen."""
    wanted = [_parsed(text) for text in global_ids]
    keys = [item for item in wanted if not isinstance(item, MalformedId)]
    people = await _loaded(context.loaders.user_by_id, [raw for name, raw in keys if name == "User"])
    tweets = await _loaded(context.loaders.tweet_by_id, [raw for name, raw in keys if name in {"Tweet", "Poll"}])
    polls = await _loaded(
        context.loaders.poll_by_tweet_id,
        [raw for name, raw in keys if name == "Poll" and isinstance(tweets[raw], Tweet)],
    )
    lists = await _loaded(context.loaders.list_by_id, [raw for name, raw in keys if name == "UserList"])
    by_type: dict[ids.NodeType, Mapping[int, object]] = {
        "User": people,
        "Tweet": tweets,
        "Poll": polls,
        "UserList": lists,
    }
    found = (item if isinstance(item, MalformedId) else by_type.get(item[0], {}).get(item[1]) for item in wanted)
    return [record if isinstance(record, User | Tweet | Poll | UserList | MalformedId) else None for record in found]


async def _loaded(loader: DataLoader[int, Loaded], raw_ids: list[int]) -> dict[int, Loaded]:
    return dict(zip(raw_ids, await loader.load_many(raw_ids), strict=True))


def _parsed(text: str) -> tuple[ids.NodeType, int] | MalformedId:
    try:
        return ids.parsed_global_id(text)
    except MalformedId as malformed:
        return malformed
