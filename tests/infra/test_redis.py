"""Whose answer is whose, whatever a server says unasked."""

from __future__ import annotations

import asyncio

import pytest

from infra.redis import connect
from tests.waiting import until


class Talker:
    """Answers ECHO and agrees with everything else; behind the first ECHO's answer it says something more."""

    def __init__(self, more: bytes, *, at_once: bool, hangs_up: bool) -> None:
        self._more = more
        self._at_once = at_once
        self._hangs_up = hangs_up
        self._has_said_more = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while header := await reader.readline():
            words = []
            for _ in range(int(header[1:])):
                length = int((await reader.readline())[1:])
                words.append((await reader.readexactly(length + 2))[:-2])
            match words:
                case [b"ECHO", word]:
                    writer.write(b"+%s\r\n" % word + (self._more if self._at_once else b""))
                    if not self._has_said_more:
                        await self._say_more(writer)
                case [b"PING"]:
                    writer.write(b"+PONG\r\n")
                case _:
                    writer.write(b"+OK\r\n")
        writer.close()

    async def _say_more(self, writer: asyncio.StreamWriter) -> None:
        await writer.drain()
        if not self._at_once:
            writer.write(self._more)
        self._at_once = False
        if self._hangs_up:
            writer.write_eof()
        self._has_said_more = True


@pytest.mark.parametrize("hangs_up", [False, True])
@pytest.mark.parametrize("at_once", [False, True])
async def test_what_was_said_unasked_is_no_answer(at_once: bool, hangs_up: bool) -> None:
    talker = Talker(b"-ERR unasked\r\n", at_once=at_once, hangs_up=hangs_up)
    async with await asyncio.start_server(talker.serve, "127.0.0.1", 0) as server:
        redis = connect(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
        assert await redis.execute_command("ECHO", "first") == b"first"
        [connection] = redis.connection_pool._available_connections
        await until(connection.can_read_destructive)
        for word in ("second", "third"):
            assert await redis.execute_command("ECHO", word) == word.encode()
        await redis.aclose()
