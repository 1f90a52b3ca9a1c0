"""Sockets of a real API process: its frame limit, and how they end with it."""

from __future__ import annotations

import signal
from pathlib import Path

from app.main import MAX_FRAME_BYTES
from infra.settings import Settings
from tests.client import People
from tests.live.socket import connected, watching
from tests.processes import api_process


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
            assert (await anns.closed())[0] == 1012
            assert (await socket.closed())[0] == 1012
        assert await api.ended() in {0, -signal.SIGTERM}
        assert "Traceback" not in api.log.read_text()
