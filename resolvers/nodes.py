"""Refetching by global id."""

from __future__ import annotations

from typing import TypeAlias

from domain import ids
from domain.errors import BadArgument, MalformedId
from domain.ids import GlobalId
from domain.pages import MAX_PAGE
from domain.records import Tweet, User
from domain.user_errors import DuplicateError
from resolvers.context import Context

NodeRecord: TypeAlias = User | Tweet


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
    wanted = [_parsed(text) for text in global_ids]
    user_ids = [item[1] for item in wanted if not isinstance(item, MalformedId) and item[0] == "User"]
    tweet_ids = [item[1] for item in wanted if not isinstance(item, MalformedId) and item[0] == "Tweet"]
    people = dict(zip(user_ids, await context.loaders.user_by_id.load_many(user_ids), strict=True))
    tweets = dict(zip(tweet_ids, await context.loaders.tweet_by_id.load_many(tweet_ids), strict=True))
    found = (
        item if isinstance(item, MalformedId) else people[item[1]] if item[0] == "User" else tweets[item[1]]
        for item in wanted
    )
    return [record if isinstance(record, User | Tweet | MalformedId) else None for record in found]


def _parsed(text: str) -> tuple[ids.NodeType, int] | MalformedId:
    try:
        return ids.parsed_global_id(text)
    except MalformedId as malformed:
        return malformed
