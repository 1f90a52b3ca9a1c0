"""Whose answer is whose, whatever a server says unasked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.exceptions import ResponseError, TimeoutError  # noqa: A004 - the builtin is not meant here

from infra.redis import Redis, connect
from tests.waiting import until


class Talker:
    """Answers ECHO and agrees with everything else; behind the first ECHO's answer it says something more."""

    def __init__(self, more: bytes, *, at_once: bool, hangs_up: bool) -> None:
        self._more = more
        self._at_once = at_once
        self._hangs_up = hangs_up
        self._has_said_more = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while words := await _command(reader):
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


class Slow:
    """Answers each command when it may: ECHO, and everything else with an error."""

    def __init__(self) -> None:
        self.trips: list[list[bytes]] = []
        """What was sent together."""
        self._answers = asyncio.Semaphore(0)

    def may_answer(self, commands: int) -> None:
        for _ in range(commands):
            self._answers.release()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while words := await _command(reader):
            together = [words]
            while reader._buffer:  # type: ignore[attr-defined]
                together.append(await _command(reader))
            if words[0] in {b"CLIENT", b"PING"}:
                writer.write((b"+OK\r\n" if words[0] == b"CLIENT" else b"+PONG\r\n") * len(together))
                continue
            self.trips.append([each[-1] for each in together])
            for name, *values in together:
                await self._answers.acquire()
                writer.write(b"+%s\r\n" % values[0] if name == b"ECHO" else b"-ERR %s\r\n" % name)
        writer.close()


@pytest.fixture
async def slow() -> Slow:
    return Slow()


@pytest.fixture
async def redis(slow: Slow) -> AsyncIterator[Redis]:
    async with await asyncio.start_server(slow.serve, "127.0.0.1", 0) as server:
        client = connect(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
        yield client
        await client.aclose()


async def echoes(redis: Redis, *words: str) -> list[asyncio.Task[bytes]]:
    asking = [asyncio.create_task(redis.execute_command("ECHO", word)) for word in words]
    await asyncio.sleep(0)
    return asking


async def test_what_is_asked_for_during_a_round_trip_goes_with_the_next(slow: Slow, redis: Redis) -> None:
    [first] = await echoes(redis, "first")
    await until(lambda: slow.trips == [[b"first"]])
    a, again = await echoes(redis, "a", "a")
    wrong = asyncio.create_task(redis.execute_command("WRONG", "b"))
    [c] = await echoes(redis, "c")
    slow.may_answer(1)
    assert await first == b"first"
    await until(lambda: slow.trips[1:] == [[b"a", b"a", b"b", b"c"]])
    slow.may_answer(1)
    assert await a == b"a"
    assert not any(each.done() for each in (again, wrong, c)), "nobody waits for what was sent behind"
    slow.may_answer(3)
    with pytest.raises(ResponseError, match=r"^WRONG$"):
        await wrong
    assert (await again, await c) == (b"a", b"c")


async def test_nobody_waits_longer_for_a_silent_server_than_who_asked_first(slow: Slow, redis: Redis) -> None:
    await echoes(redis, "first")
    await until(lambda: slow.trips == [[b"first"]])
    answered, unanswered = await echoes(redis, "answered", "unanswered")
    slow.may_answer(2)
    assert await answered == b"answered"
    [unsent] = await echoes(redis, "unsent")
    await asyncio.wait([unanswered, unsent])
    assert [type(each.exception()) for each in (unanswered, unsent)] == [TimeoutError, TimeoutError]
    assert slow.trips[1:] == [[b"answered", b"unanswered"]]
    slow.may_answer(2)  # the first for whoever has gone
    assert await redis.execute_command("ECHO", "third") == b"third"


async def _command(reader: asyncio.StreamReader) -> list[bytes]:
    """Its words; none where the client has hung up."""
    words = []
    if header := await reader.readline():
        for _ in range(int(header[1:])):
            length = int((await reader.readline())[1:])
            words.append((await reader.readexactly(length + 2))[:-2])
    return words
