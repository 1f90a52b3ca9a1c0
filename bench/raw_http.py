"""Requests as bytes on kept connections: a client that costs little beside the servers it measures."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterator, Sequence

import msgspec
import orjson

from bench.figures import latency
from bench.servers import Server, cpu_s


class Load(msgspec.Struct, frozen=True):
    requests_per_s: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    """Of the serving processes, per request."""


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n".encode()


def graphql(query: str, variables: dict[str, object], token: str | None) -> bytes:
    body = orjson.dumps({"query": query, "variables": variables})
    authorization = f"authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: bench\r\n{authorization}"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def answered(port: int, request: bytes) -> bytes:
    """The body of the answer; raises RuntimeError for any status but 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await _answer(reader, writer, request)
    finally:
        writer.close()


async def load(servers: Sequence[Server], requests: Sequence[bytes], *, concurrency: int) -> Load:
    """Sends all requests, as many at once as there are connections, which the servers share evenly."""
    waiting = iter(requests)
    seconds: list[float] = []
    before, began_at = cpu_s(servers), time.perf_counter()
    sending = (_send(servers[n % len(servers)].port, waiting, seconds) for n in range(concurrency))
    await asyncio.gather(*sending)
    took, cpu = time.perf_counter() - began_at, cpu_s(servers) - before
    times = latency(seconds)
    return Load(
        requests_per_s=round(len(requests) / took, 1),
        p50_ms=times.p50,
        p99_ms=times.p99,
        cpu_ms=round(cpu / len(requests) * 1000, 3),
    )


async def _send(port: int, waiting: Iterator[bytes], seconds: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in waiting:
        began_at = time.perf_counter()
        await _answer(reader, writer, request)
        seconds.append(time.perf_counter() - began_at)
    writer.close()


async def paced(port: int, requests: Sequence[bytes], *, per_second: float) -> list[float]:
    """Seconds from the moment each was due to its answer: one that waits for those before it has waited."""
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    # A search for garbage among what a benchmark has filled the database with would stop this client, whose requests
    # then wait, for a quarter of a second (measured).
    gc.freeze()

    async def send(request: bytes, due_at: float) -> float:
        reader, writer = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
        await _answer(reader, writer, request)
        idle.append((reader, writer))
        return time.perf_counter() - due_at

    sent = []
    began_at = time.perf_counter()
    for n, request in enumerate(requests):
        due_at = began_at + n / per_second
        await asyncio.sleep(due_at - time.perf_counter())
        sent.append(asyncio.create_task(send(request, due_at)))
    seconds = await asyncio.gather(*sent)
    for _, writer in idle:
        writer.close()
    return seconds


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    body = await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
    if not head.startswith(b"http/1.1 200"):
        raise RuntimeError(f"the server answered {body[:300]!r}")
    return body
