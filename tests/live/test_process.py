"""Sockets of a real API process: its frame limit, and how they end with it."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from app import connections
from app.main import MAX_FRAME_BYTES
from infra.settings import Settings
from tests.client import Api, People
from tests.live.socket import Socket, connected, watching
from tests.processes import api_process

WATCH = """
subscription Watch($after: Cursor) { homeTimeline(after: $after) { cursor event {
  __typename ... on TimelineItemAdded { edge { node { ... on TimelineTweet { tweet { ... on Tweet { id } } } } } }
} } }
"""


async def test_a_frame_beyond_the_limit_closes_its_socket_and_a_stopping_server_closes_the_rest(
    settings: Settings, people: People, tmp_path: Path
) -> None:
    async with api_process(settings, tmp_path) as (api, url), watching(url, people.ann) as anns:
        async with connected(url) as socket:
            await socket.initialised()
            await socket.send_frame(" " * (MAX_FRAME_BYTES + 1))
            assert (await socket.closed())[0] == 1009
        async with connected(url) as socket:
            await socket.initialised()
            answer = '{"type": "ping"}'
            await socket.send_frame(answer + " " * (MAX_FRAME_BYTES - len(answer)))
            assert await socket.received() == {"type": "pong"}
            api.ask_to_stop()
            for each in (anns, socket):
                code, hint = await each.closed()
                assert (code, json.loads(hint).keys()) == (1012, {"retryAfterMs"})
                assert 0 <= json.loads(hint)["retryAfterMs"] < connections.RETRY_WITHIN_MS
            with pytest.raises(ConnectionRefusedError):
                async with connected(url):
                    pass
        assert await api.ended() in {0, -signal.SIGTERM}
        assert "Traceback" not in api.log.read_text()


async def heard(socket: Socket) -> tuple[list[str], str]:
    """The tweets that come up to the next heartbeat, and the cursor behind it."""
    tweet_ids: list[str] = []
    while True:
        event: dict[str, Any] = await socket.next_event("watch")
        if event["event"]["__typename"] == "Heartbeat":
            return tweet_ids, event["cursor"]
        tweet_ids.append(event["event"]["edge"]["node"]["tweet"]["id"])


async def test_a_rolling_restart_loses_nothing_and_tells_nothing_twice(
    settings: Settings, api: Api, people: People, tmp_path: Path
) -> None:
    """Something happens before, while nobody is connected, and after."""
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    async with api_process(settings, tmp_path / "old") as (old, url), api_process(settings, tmp_path / "new") as new:
        _, new_url = new
        async with connected(url) as socket:
            await socket.initialised(people.ann)
            await socket.subscribe("watch", WATCH)
            assert (await heard(socket))[0] == []
            before = await api.tweeted(people.ann, "before")
            event = await socket.next_event("watch")
            assert event["event"]["edge"]["node"]["tweet"]["id"] == before
            old.ask_to_stop()
            assert (await socket.closed())[0] == 1012
        await old.ended()
        meanwhile = await api.tweeted(people.ann, "meanwhile")
        async with connected(new_url) as socket:
            await socket.initialised(people.ann)
            await socket.subscribe("watch", WATCH, {"after": event["cursor"]})
            assert (await heard(socket))[0] == [meanwhile]
            after = await api.tweeted(people.ann, "after")
            event = await socket.next_event("watch")
            assert event["event"]["edge"]["node"]["tweet"]["id"] == after
