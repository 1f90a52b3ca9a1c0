"""Requests as bytes on kept connections: a client that costs little beside the servers it measures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import msgspec
import psutil

from bench.figures import latency


class Load(msgspec.Struct, frozen=True):
    requests_per_s: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    """Of the serving process, per request."""


async def answered(port: int, request: bytes) -> bytes:
    """The body of the answer; raises RuntimeError for any status but 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await _answer(reader, writer, request)
    finally:
        writer.close()


async def load(port: int, pid: int, requests: Sequence[bytes], *, concurrency: int) -> Load:
    """Sends all requests, as many at once as there are connections."""
    waiting = iter(requests)
    seconds: list[float] = []
    serving = psutil.Process(pid)

    async def send_some() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            began_at = time.perf_counter()
            await _answer(reader, writer, request)
            seconds.append(time.perf_counter() - began_at)
        writer.close()

    before, began_at = serving.cpu_times(), time.perf_counter()
    await asyncio.gather(*(send_some() for _ in range(concurrency)))
    took, after = time.perf_counter() - began_at, serving.cpu_times()
    cpu_s = after.user + after.system - before.user - before.system
    times = latency(seconds)
    return Load(
        requests_per_s=round(len(requests) / took, 1),
        p50_ms=times.p50,
        p99_ms=times.p99,
        cpu_ms=round(cpu_s / len(requests) * 1000, 3),
    )


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    body = await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
    if not head.startswith(b"http/1.1 200"):
        raise RuntimeError(f"the server answered {body[:300]!r}")
    return body
