"""What /metrics tells of live clients."""

from __future__ import annotations

from functools import partial

import pytest
from fastapi import FastAPI

from domain.changes import Snapshot
from infra.database import ReadSession
from services import live
from services.live import LiveHub
from stores import changes
from tests.client import Api, People
from tests.live.conftest import held_back
from tests.live.socket import added, connected, watching
from tests.live.test_home_timeline import FROM
from tests.waiting import until


async def told(api: Api) -> dict[str, float]:
    """By name and labels, without what all have in common."""
    text = (await api.http.get(api.url.replace("/graphql", "/metrics"))).text
    lines = [line.removeprefix("chirp_live_") for line in text.splitlines() if line.startswith("chirp_live_")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def tells(api: Api, expected: dict[str, float]) -> bool:
    found = await told(api)
    return found | expected == found


async def test_open_sockets_what_runs_on_them_and_what_was_sent(
    http_url: str, api: Api, people: People, hub: LiveHub, app: FastAPI
) -> None:
    await until(lambda: app.state.sockets.count == 0)
    before = await told(api)
    assert (before["operations"], before["waiting"]) == (0, 0)
    async with watching(http_url, people.ann) as socket, connected(http_url):
        tweet_id = await api.tweeted(people.ann, "counted")
        assert await socket.change() == added(tweet_id, "counted", reason="SELF")
        running = {"sockets": 2, "operations": 1, 'streams{topic="home"}': 1}
        sent = {"events_total": before["events_total"] + 2, "log_changes": before["log_changes"] + 1}
        await until(partial(tells, api, running | sent))
    await until(partial(tells, api, {"sockets": 0, "operations": 0}))
    assert 'streams{topic="home"}' not in await told(api)


async def test_how_long_the_oldest_change_waits_to_be_told(api: Api, people: People, hub: LiveHub) -> None:
    await hub.tell()
    async with held_back(hub):
        assert (await told(api))["lag_seconds"] == 0
        await api.tweeted(people.ann, "late")
        first = (await told(api))["lag_seconds"]
        assert 0 < first < (await told(api))["lag_seconds"]
    await until(partial(tells, api, {"lag_seconds": 0}))


async def test_failures_to_read_the_log(
    http_url: str, api: Api, people: People, hub: LiveHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What happened meanwhile is told afterwards."""
    before = (await told(api))["failures_total"]
    async with watching(http_url, people.ann) as socket:
        since = changes.since

        async def fails_once(session: ReadSession, seen: Snapshot) -> object:
            monkeypatch.setattr(changes, "since", since)
            raise ConnectionError("the database is gone")

        monkeypatch.setattr(changes, "since", fails_once)
        tweet_id = await api.tweeted(people.ann, "heard later")
        assert await socket.change() == added(tweet_id, "heard later", reason="SELF")
        assert (await told(api))["failures_total"] == before + 1


async def test_gaps(http_url: str, api: Api, people: People, hub: LiveHub, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (await told(api))['gaps_total{reason="retention"}']
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        await socket.subscribe("home", FROM)
        cursor = (await socket.next_event())["cursor"]
        await socket.complete("home")
        await api.tweeted(people.ann, "more than is read at once")
        monkeypatch.setattr(live, "MAX_READ", 0)
        await socket.subscribe("home", FROM, {"after": cursor})
        assert (await socket.next_event())["event"]["__typename"] == "StreamGap"
    assert (await told(api))['gaps_total{reason="retention"}'] == before + 1
