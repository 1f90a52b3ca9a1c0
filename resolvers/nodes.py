"""Refetching by global id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TypeAlias

from domain.errors import MalformedId
from domain.ids import GlobalId, NodeType, parsed_global_id
from domain.records import Poll, Tweet, User, UserList
from domain.user_errors import DuplicateError
from resolvers.context import Context
from resolvers.lookups import named, pointed_at, visible_lists, visible_tweets, visible_users

NodeKey: TypeAlias = tuple[NodeType, int]
NodeRecord: TypeAlias = User | Tweet | Poll | UserList


async def node(context: Context, *, id: GlobalId) -> NodeRecord | None:
    found = (await nodes(context, ids=[id]))[0]
    if isinstance(found, MalformedId):
        raise MalformedId(id)  # not what this frame holds, which would hold it in turn, and all that was loaded
    return found


async def nodes(context: Context, *, ids: list[GlobalId]) -> list[NodeRecord | MalformedId | None]:
    return await named(ids, context, _parsed, _visible)


async def existing(parents: list[DuplicateError], context: Context) -> list[NodeRecord | None]:
    keys = [None if parent.existing_id is None else _parsed(parent.existing_id) for parent in parents]
    return await pointed_at(keys, context, _visible)


async def _visible(keys: list[NodeKey], context: Context) -> dict[NodeKey, NodeRecord]:
    """Without things that can be named but not fetched by their id alone."""
    ids_of: defaultdict[NodeType, list[int]] = defaultdict(list)
    for node_type, raw in keys:
        ids_of[node_type].append(raw)
    tweets = await visible_tweets(ids_of["Tweet"] + ids_of["Poll"], context)
    polls = await context.loaders.poll_by_tweet_id.load_many([raw for raw in ids_of["Poll"] if raw in tweets])
    found: dict[NodeType, Mapping[int, NodeRecord]] = {
        "User": await visible_users(ids_of["User"], context),
        "Tweet": tweets,
        "Poll": {poll.tweet_id: poll for poll in polls if poll is not None},
        "UserList": await visible_lists(ids_of["UserList"], context),
    }
    return {(node_type, raw): record for node_type, of_type in found.items() for raw, record in of_type.items()}


def _parsed(text: str) -> NodeKey | None:
    try:
        return parsed_global_id(text)
    except MalformedId:
        return None
