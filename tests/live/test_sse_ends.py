"""How event streams end: by the client, by its token, by the server."""

from __future__ import annotations

import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from app import connections, graphql_sse, open_sockets
from infra.settings import Settings
from services import tokens
from services.live import LiveHub
from services.runtime import Runtime
from stores import home_timelines
from tests.client import Api, People
from tests.live.events import EVENT_STREAM, Events, streamed
from tests.live.socket import HEARTBEAT, HOME, added
from tests.processes import api_process
from tests.waiting import until

LOG_OUT = "mutation { logOut(input: {}) { userErrors { code } } }"
HASHTAG = 'subscription { hashtag(name: "python") { event { __typename } } }'


async def read_to_the_end(events: Events) -> None:
    while await events.lines():
        pass


async def test_a_client_that_goes_away_leaves_nothing_in_the_hub(api: Api, people: People, hub: LiveHub) -> None:
    async with streamed(api, people.ann, HOME) as first, streamed(api, people.ann, HOME) as second:
        assert [await first.change(), await second.change()] == [HEARTBEAT, HEARTBEAT]
        assert hub.stream_count == 2
    await until(lambda: hub.stream_count == 0)
    assert not hub._watches


async def test_silence_is_filled(api: Api, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphql_sse, "KEEP_ALIVE_S", 0.01)
    async with streamed(api, people.ann, HOME) as events:
        assert await events.change() == HEARTBEAT
        assert [await events.lines() for _ in range(2)] == [[":"], [":"]]


async def test_the_end_of_a_session_ends_its_streams_for_the_client_to_come_again(
    api: Api, people: People, hub: LiveHub
) -> None:
    phone = await api.logged_in(people.ann)
    async with streamed(api, people.ann, HOME) as ending, streamed(api, phone, HOME) as going_on:
        assert [await ending.change(), await going_on.change()] == [HEARTBEAT, HEARTBEAT]
        await api.data(LOG_OUT, by=people.ann)
        await ending.ended()
        assert hub.stream_count == 1
        tweet_id = await api.tweeted(phone, "still here")
        assert await going_on.change() == added(tweet_id, "still here", reason="SELF")
    response = await api.post({"query": HOME}, token=people.ann.token, accept=EVENT_STREAM)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


async def test_a_token_that_expires_ends_its_stream(
    api: Api, people: People, hub: LiveHub, runtime: Runtime, settings: Settings
) -> None:
    now = runtime.now()
    claims = tokens.verified_claims(settings, people.ann.token, now=now)
    short = tokens.access_token(settings, claims, now=now - tokens.ACCESS_TOKEN_LIFE + timedelta(seconds=2))
    async with streamed(api, replace(people.ann, token=short), HOME) as events:
        assert await events.change() == HEARTBEAT
        await events.ended()
    assert hub.stream_count == 0


@pytest.mark.parametrize(("limit", "is_signed_in"), [("MAX_STREAMS_OF_SESSION", True), ("MAX_ANONYMOUS", False)])
async def test_nobody_has_more_streams_than_they_may(
    api: Api, people: People, hub: LiveHub, monkeypatch: pytest.MonkeyPatch, limit: str, is_signed_in: bool
) -> None:
    monkeypatch.setattr(open_sockets, limit, 1)
    ann = people.ann if is_signed_in else None
    async with streamed(api, people.bob, HASHTAG):
        async with streamed(api, ann, HASHTAG):
            response = await api.post({"query": HASHTAG}, token=ann.token if ann else None, accept=EVENT_STREAM)
            assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (429, "RATE_LIMITED")
        await until(lambda: hub.stream_count == 1)
        async with streamed(api, ann, HASHTAG) as events:
            assert await events.change() == HEARTBEAT


async def test_a_page_of_another_origin_may_not_watch(api: Api, people: People, hub: LiveHub) -> None:
    headers = {"accept": EVENT_STREAM, "authorization": f"Bearer {people.ann.token}", "origin": "https://evil.example"}
    response = await api.http.get(api.url, params={"query": HOME}, headers=headers)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    assert hub.stream_count == 0


async def test_a_client_that_does_not_read_is_cut_off(
    api: Api, people: People, hub: LiveHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "STALLED_S", 0.1)
    monkeypatch.setattr(graphql_sse, "KEEP_ALIVE_S", 0.001)
    monkeypatch.setattr(graphql_sse, "_KEEP_ALIVE", b":" * 1_000_000 + b"\n\n")
    async with streamed(api, people.ann, HOME) as events:
        await until(lambda: hub.stream_count == 1)
        await until(lambda: hub.stream_count == 0)
        with pytest.raises(httpx.TransportError):
            await read_to_the_end(events)


async def test_a_server_that_stops_says_when_to_come_again(settings: Settings, people: People, tmp_path: Path) -> None:
    async with api_process(settings, tmp_path) as (process, url), Api(url) as api:
        async with streamed(api, people.ann, HOME) as events:
            assert await events.change() == HEARTBEAT
            process.ask_to_stop()
            [hint] = await events.lines()
            assert graphql_sse.RETRY_FROM_MS <= int(hint.removeprefix("retry: ")) <= connections.RETRY_WITHIN_MS
            await events.ended()
        assert await process.ended() in {0, -signal.SIGTERM}
        assert "Traceback" not in process.log.read_text()


async def test_a_server_that_is_down_ends_a_stream_for_the_client_to_come_again(
    api: Api, people: People, hub: LiveHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ConnectionError("the database is gone")

    async with streamed(api, people.ann, HOME) as events:
        last = await events.received()
        with monkeypatch.context() as outage:
            outage.setattr(home_timelines, "belonging", broken)
            tweet_id = await api.tweeted(people.ann, "mine")
            await events.ended()
    assert hub.stream_count == 0
    async with streamed(api, people.ann, HOME, last_event_id=last.id) as events:
        assert await events.change() == added(tweet_id, "mine", reason="SELF")
