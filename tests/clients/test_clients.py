"""What the clients that people use make of this API, each as its own documentation sets it up."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from infra.settings import Settings
from tests.client import Api, People
from tests.node import Scripts, scripts
from tests.processes import api_process
from tests.waiting import DEADLINE_S

FOR_EVER = 1_000
TWO_WAY = ["graphql-ws", "graphql-sse", "@apollo/client", "@urql/core", "@urql/core by events"]
RESUMING = ["graphql-ws", "graphql-sse", "@apollo/client", "@urql/core", "eventsource"]
WATCH = """subscription Watch($after: Cursor) { homeTimeline(after: $after) { __typename cursor event { __typename
  ... on TimelineItemAdded { edge { __typename node { __typename
    ... on TimelineTweet { tweet { __typename ... on Tweet { id text } } } } } }
} } }
"""
VIEWER = "query Viewer { viewer { __typename user { __typename id username } } }"
POST = """mutation Post($text: String!) { postTweet(input: {text: $text}) {
  __typename tweet { __typename id text } userErrors { __typename code } } }
"""


class Client:
    def __init__(self, process: Process) -> None:
        self._process = process

    async def send(self, query: str, **variables: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"query": query, "variables": variables}).encode() + b"\n")
        await self._process.stdin.drain()

    async def received(self) -> dict[str, Any]:
        """What the client says next: `next` with a result, `error` or `complete`."""
        assert self._process.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            said: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return said

    async def data(self, query: str, **variables: object) -> dict[str, Any]:
        """The data of a query or mutation."""
        await self.send(query, **variables)
        said = await self.received()
        assert await self.received() == {"complete": True}, said
        data: dict[str, Any] = said["next"]["data"]
        return data

    async def tweet(self) -> tuple[str, str] | None:
        """Id and text of the tweet that has come into the watched timeline; None for a heartbeat."""
        said = await self.received()
        assert "next" in said, said
        event = said["next"]["data"]["homeTimeline"]["event"]
        if event["__typename"] == "Heartbeat":
            return None
        tweet = event["edge"]["node"]["tweet"]
        return tweet["id"], tweet["text"]

    async def next_tweet(self) -> tuple[str, str]:
        while (tweet := await self.tweet()) is None:
            pass
        return tweet


Start: TypeAlias = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture(scope="session")
async def beside() -> Scripts:
    return await scripts(Path(__file__).parent)


@pytest.fixture
def start(beside: Scripts) -> Start:
    @asynccontextmanager
    async def started(name: str, url: str, token: str, *, attempts: int = FOR_EVER) -> AsyncIterator[Client]:
        process = await beside.started("clients.mjs", name, f"{url}/graphql", token, str(attempts))
        try:
            yield Client(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            assert await process.wait() == 0

    return started


@pytest.mark.parametrize("name", TWO_WAY)
async def test_a_client_reads_writes_and_watches(
    name: str, start: Start, http_url: str, api: Api, people: People
) -> None:
    async with start(name, http_url, people.ann.token) as client:
        user = {"__typename": "User", "id": people.ann.id, "username": "ann"}
        assert await client.data(VIEWER) == {"viewer": {"__typename": "Viewer", "user": user}}
        await client.send(WATCH)
        assert await client.tweet() is None
        tweet_id = await api.tweeted(people.ann, "seen")
        assert await client.tweet() == (tweet_id, "seen")
    async with start(name, http_url, people.bob.token) as client:
        payload = (await client.data(POST, text="by a client"))["postTweet"]
        assert (payload["tweet"]["text"], payload["userErrors"]) == ("by a client", [])


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("graphql-ws", 4403, "The access token is not one of ours."),
        ("graphql-sse", 401, "Server responded with 401: Unauthorized"),
        ("@apollo/client", None, "Socket closed with event 4403 The access token is not one of ours."),
        ("@urql/core", 4403, "The access token is not one of ours."),
        ("@urql/core by events", 401, "[GraphQL] The access token is not one of ours."),
        ("eventsource", 401, "Non-200 status code (401)"),
    ],
)
async def test_a_client_whose_token_is_not_good_is_told(
    name: str, code: int | None, message: str, start: Start, http_url: str, people: People
) -> None:
    async with start(name, http_url, "garbage", attempts=0) as client:
        await client.send(WATCH)
        assert await client.received() == {"error": {"code": code, "message": message}}


async def test_every_client_goes_on_where_it_was_when_its_server_is_restarted(
    start: Start, settings: Settings, api: Api, people: People, tmp_path: Path
) -> None:
    await api.followed(people.ann, people.bob)
    async with AsyncExitStack() as clients:
        async with api_process(settings, tmp_path) as (first, url):
            watching = [await clients.enter_async_context(start(name, url, people.ann.token)) for name in RESUMING]
            for client in watching:
                await client.send(WATCH)
                assert await client.tweet() is None
            tweets = [(await api.tweeted(people.bob, text), text) for text in ("one", "two")]
            for client in watching:
                assert [await client.tweet() for _ in tweets] == tweets
            first.ask_to_stop()
            await first.ended()
        missed = [(await api.tweeted(people.bob, text), text) for text in ("three", "four")]
        async with api_process(settings, tmp_path, port=int(url.rpartition(":")[2])):
            for client in watching:
                assert [await client.tweet() for _ in missed] == missed
            last = await api.tweeted(people.bob, "five")
            for client in watching:
                assert await client.next_tweet() == (last, "five")
