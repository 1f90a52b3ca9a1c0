"""Refetching by global id."""

from __future__ import annotations

from typing import TypeAlias

from domain import ids
from domain.errors import BadArgument
from domain.ids import GlobalId
from domain.pages import MAX_PAGE
from domain.records import Tweet, User
from resolvers.context import Context

NodeRecord: TypeAlias = User | Tweet


async def node(context: Context, *, id: GlobalId) -> NodeRecord | None:
    return (await nodes(context, ids=[id]))[0]


async def nodes(context: Context, *, ids: list[GlobalId]) -> list[NodeRecord | None]:
    if len(ids) > MAX_PAGE:
        raise BadArgument(f"'ids' has {len(ids)} ids; the limit is {MAX_PAGE}.")
    return await _visible(context, ids)


async def _visible(context: Context, global_ids: list[GlobalId]) -> list[NodeRecord | None]:
    wanted = [ids.parsed_global_id(text) for text in global_ids]
    user_ids = [raw for node_type, raw in wanted if node_type == "User"]
    tweet_ids = [raw for node_type, raw in wanted if node_type == "Tweet"]
    people = dict(zip(user_ids, await context.loaders.user_by_id.load_many(user_ids), strict=True))
    tweets = dict(zip(tweet_ids, await context.loaders.tweet_by_id.load_many(tweet_ids), strict=True))
    found = [people[raw] if node_type == "User" else tweets[raw] for node_type, raw in wanted]
    return [record if isinstance(record, User | Tweet) else None for record in found]
