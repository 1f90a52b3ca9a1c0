"""Latencies as they are reported, and where they were taken."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec


class Latency(msgspec.Struct, frozen=True):
    """Milliseconds over all samples."""

    samples: int
    p50: float
    p95: float
    p99: float
    max: float


class Machine(msgspec.Struct, frozen=True):
    cpu: str
    cores: int
    load_before: float
    """Other work on the machine: runnable processes, averaged over the minute before the run."""
    python: str
    date: str


def latency(seconds: Sequence[float]) -> Latency:
    """Percentiles by the nearest rank: every figure is a sample that was measured."""
    ordered = sorted(seconds)

    def rank(percent: int) -> float:
        return round(ordered[-(-len(ordered) * percent // 100) - 1] * 1000, 2)

    return Latency(samples=len(ordered), p50=rank(50), p95=rank(95), p99=rank(99), max=rank(100))


def machine() -> Machine:
    return Machine(
        cpu=_cpu(),
        cores=os.cpu_count() or 0,
        load_before=round(os.getloadavg()[0], 2),
        python=platform.python_version(),
        date=datetime.now(UTC).isoformat(timespec="minutes"),
    )


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
