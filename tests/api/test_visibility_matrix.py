"""Every relation of a viewer to an author, crossed with every surface where the author's things could be seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

from domain import retweets
from schema import schema
from services.runtime import Runtime
from tests.api.visibility_surfaces import NO_STREAMS, NO_SURFACES, STREAMS, SURFACES, Surface
from tests.api.visibility_world import World
from tests.client import Api
from tests.queue import Queue

MATRIX = """
relation                | person      | people | known | tweet       | embedded    | listed | inside | profile | home  | act       | share     | follow
------------------------+-------------+--------+-------+-------------+-------------+--------+--------+---------+-------+-----------+-----------+----------
stranger                | shown       | shown  | out   | shown       | shown       | shown  | shown  | shown   | out   | ok        | ok        | ok
follower                | shown       | shown  | shown | shown       | shown       | shown  | shown  | shown   | shown | ok        | ok        | DUPLICATE
self                    | shown       | shown  | out   | shown       | shown       | shown  | shown  | shown   | shown | ok        | ok        | FORBIDDEN
anonymous               | shown       | shown  | out   | shown       | shown       | shown  | shown  | shown   | out   | -         | -         | -
author blocks viewer    | BLOCKED_BY  | out    | out   | BLOCKED_BY  | BLOCKED_BY  | out    | out    | out     | out   | NOT_FOUND | NOT_FOUND | NOT_FOUND
viewer blocks author    | shown       | out    | out   | BLOCKED     | BLOCKED     | out    | out    | out     | out   | NOT_FOUND | NOT_FOUND | FORBIDDEN
both block              | BLOCKED_BY  | out    | out   | BLOCKED_BY  | BLOCKED_BY  | out    | out    | out     | out   | NOT_FOUND | NOT_FOUND | NOT_FOUND
unblocked again         | shown       | shown  | out   | shown       | shown       | shown  | shown  | shown   | out   | ok        | ok        | ok
viewer mutes author     | shown       | shown  | shown | shown       | MUTED       | out    | out    | shown   | out   | ok        | ok        | DUPLICATE
mute has expired        | shown       | shown  | shown | shown       | shown       | shown  | shown  | shown   | shown | ok        | ok        | DUPLICATE
muted word              | shown       | shown  | shown | shown       | FILTERED    | out    | out    | shown   | out   | ok        | ok        | DUPLICATE
part of a word muted    | shown       | shown  | shown | shown       | FILTERED    | out    | out    | shown   | out   | ok        | ok        | DUPLICATE
another word muted      | shown       | shown  | shown | shown       | shown       | shown  | shown  | shown   | shown | ok        | ok        | DUPLICATE
muted word has expired  | shown       | shown  | shown | shown       | shown       | shown  | shown  | shown   | shown | ok        | ok        | DUPLICATE
muted threads           | shown       | shown  | shown | shown       | shown       | out    | shown  | shown   | out   | ok        | ok        | DUPLICATE
protected, a stranger   | shown       | shown  | out   | PROTECTED   | PROTECTED   | out    | out    | out     | out   | NOT_FOUND | NOT_FOUND | ok
protected, a follower   | shown       | shown  | shown | shown       | shown       | shown  | shown  | shown   | shown | ok        | FORBIDDEN | DUPLICATE
protected, anonymous    | shown       | shown  | out   | PROTECTED   | PROTECTED   | out    | out    | out     | out   | -         | -         | -
suspended               | SUSPENDED   | out    | out   | SUSPENDED   | SUSPENDED   | out    | out    | out     | out   | NOT_FOUND | NOT_FOUND | NOT_FOUND
deactivated             | DEACTIVATED | out    | out   | DEACTIVATED | DEACTIVATED | out    | out    | out     | out   | NOT_FOUND | NOT_FOUND | NOT_FOUND
deleted                 | shown       | shown  | shown | tombstone   | tombstone   | out    | out    | out     | out   | NOT_FOUND | NOT_FOUND | DUPLICATE
withheld here           | shown       | shown  | shown | WITHHELD    | WITHHELD    | out    | out    | out     | out   | NOT_FOUND | NOT_FOUND | DUPLICATE
withheld elsewhere      | shown       | shown  | shown | shown       | shown       | shown  | shown  | shown   | shown | ok        | ok        | DUPLICATE
sensitive, HIDE         | shown       | shown  | shown | shown       | SENSITIVE   | out    | out    | shown   | out   | ok        | ok        | DUPLICATE
sensitive, WARN         | shown       | shown  | shown | shown       | shown       | shown  | shown  | shown   | shown | ok        | ok        | DUPLICATE
sensitive, SHOW         | shown       | shown  | shown | shown       | shown       | shown  | shown  | shown   | shown | ok        | ok        | DUPLICATE
"""  # noqa: E501
ONLY_THERE = {
    "viewer blocks author": "blocks",
    "viewer mutes author": "mutes",
    "muted threads": "muted threads",
}
"""Lists that the viewer makes of what they turn away: where each holds it."""
DONE_TO_A_TWEET = {
    "likeTweet": ("act", "likeTweet(input: {tweetId: $root})"),
    "postTweet, a reply": ("act", 'postTweet(input: {text: "hello", inReplyTo: $root})'),
    "votePoll": ("act", "votePoll(input: {tweetId: $root, choices: [0]})"),
    "unbookmarkTweet": ("act", "unbookmarkTweet(input: {tweetId: $root})"),
    "bookmarkTweet": ("act", "bookmarkTweet(input: {tweetId: $root})"),
    "muteThread": ("act", "muteThread(input: {tweetId: $root})"),
    "unlikeTweet": ("act", "unlikeTweet(input: {tweetId: $root})"),
    "postTweet, a quote": ("share", 'postTweet(input: {text: "hello again", quote: $root})'),
    "retweetTweet": ("share", "retweetTweet(input: {tweetId: $root})"),
    "likeTweet, a retweet": ("act", "likeTweet(input: {tweetId: $retweet})"),
}


def rows() -> dict[str, dict[str, str]]:
    heading, _, *lines = ([cell.strip() for cell in line.split("|")] for line in MATRIX.strip().splitlines())
    return {line[0]: dict(zip(heading, line, strict=True)) for line in lines}


ROWS = rows()


def expected(name: str, surface: Surface, row: dict[str, str]) -> str:
    if surface.field.startswith(("Viewer.", "Subscription.home")) and row["relation"].endswith("anonymous"):
        return "out"
    match surface.column:
        case "node person" | "node people" | "node tweet":
            return "shown" if row[surface.column.removeprefix("node ")] == "shown" else "null"
        case "pinned":
            return row["embedded"] if row["person"] == "shown" else "out"
        case "activity":
            # What a protected account does is not for everybody.
            return "out" if row["tweet"] == "PROTECTED" else row["people"]
        case "retweeted by":
            # Nobody is named whose retweet is not shown: the thread of what bob retweeted is muted, too.
            return "out" if row["relation"] in {"viewer mutes author", "muted threads"} else row["known"]
        case "retweet" | "of a retweet":
            if row["tweet"] not in {"shown", "tombstone"}:
                return row["tweet"] if surface.column == "retweet" else "out"
            return "shown" if surface.column == "retweet" else row["embedded"]
        case "mentions":
            # The viewer's own tweets do not mention them.
            return "out" if row["relation"] == "self" else row["listed"]
        case "-":
            return "shown" if ONLY_THERE.get(row["relation"]) == name else "out"
        case column:
            return row[column]


@pytest.mark.parametrize("relation", ROWS)
async def test_every_surface_shows_what_the_matrix_says(
    api: Api,
    runtime: Runtime,
    queue: Queue,
    http_url: str,
    app: FastAPI,
    monkeypatch: pytest.MonkeyPatch,
    relation: str,
) -> None:
    # So that a retweet stands in a timeline beside what it retweets.
    monkeypatch.setattr(retweets, "ONCE_WITHIN", timedelta(milliseconds=-1))
    world, row = World(api, runtime, queue, relation), ROWS[relation]
    await world.built()
    wanted = {name: expected(name, surface, row) for name, surface in SURFACES.items()}
    assert {name: await world.seen(surface) for name, surface in SURFACES.items()} == wanted
    wanted = {name: expected(name, stream, row) for name, stream in STREAMS.items()}
    assert {name: await world.streamed(http_url, stream) for name, stream in STREAMS.items()} == wanted
    is_told = {"root": row["tweet"] == "shown", "retweet": row["tweet"] in {"shown", "tombstone"}}
    assert await world.counted(*is_told) == {name for name, told in is_told.items() if told}
    if world.viewer is not None:
        wanted = {name: row[column] for name, (column, _) in DONE_TO_A_TWEET.items()}
        assert {name: await world.done(mutation) for name, (_, mutation) in DONE_TO_A_TWEET.items()} == wanted
        assert await world.done("followUser(input: {userId: $bob})") == row["follow"]


SHOWN = {"Tweet", "TweetResult", "User", "UserResult", "UserList", "Node"}


def holds_people_or_tweets(named: object) -> bool:
    if not isinstance(named, GraphQLObjectType) or not named.name.endswith("Connection"):
        return getattr(named, "name", None) in SHOWN
    entry = get_named_type(named.fields["nodes"].type)
    return entry.name in SHOWN or any(
        get_named_type(field.type).name in SHOWN for field in getattr(entry, "fields", {}).values()
    )


def fields_with_people_or_tweets() -> Iterator[str]:
    for named in schema._schema.type_map.values():
        if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            # A payload shows what the viewer has just named, through the loaders of node().
            if named.name.endswith(("Connection", "Edge", "Payload")):
                continue
            for name, field in named.fields.items():
                if holds_people_or_tweets(get_named_type(field.type)):
                    yield f"{named.name}.{name}"


def test_every_field_with_people_or_tweets_is_in_the_matrix_or_says_why_not() -> None:
    fields = set(fields_with_people_or_tweets())
    covered = {surface.field for surface in SURFACES.values()}
    assert fields - covered - set(NO_SURFACES) == set(), "add a Surface, or say in NO_SURFACES why there is none"
    assert (covered | set(NO_SURFACES)) - fields == set(), "no longer in the schema"


def test_every_subscription_is_in_the_matrix_or_says_why_not() -> None:
    subscription = schema._schema.subscription_type
    assert subscription is not None
    covered = {stream.field.removeprefix("Subscription.") for stream in STREAMS.values()}
    assert covered | set(NO_STREAMS) == set(subscription.fields), (
        "add a Surface, or say in NO_STREAMS why there is none"
    )
