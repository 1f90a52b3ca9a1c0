"""The processes that are measured: what they have used, and what they hold."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec
import psutil


class Server(msgspec.Struct, frozen=True):
    port: int
    pid: int


def cpu_s(servers: Sequence[Server]) -> float:
    """What the processes have used since they began, in nanoseconds by Linux's clock of each (clock_getcpuclockid(3)):
    their times in /proc are in hundredths of a second."""
    return sum(time.clock_gettime((~server.pid << 3) | 2) for server in servers)


def resident_bytes(servers: Sequence[Server]) -> int:
    return sum(psutil.Process(server.pid).memory_info().rss for server in servers)


def rss_mb(servers: Sequence[Server]) -> float:
    return round(resident_bytes(servers) / 2**20, 1)
