"""Processes held to a share of a core, so that what they do does not hang on what else the machine has to do."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

PERIOD_US = 10_000
_V1 = Path("/sys/fs/cgroup/cpu")
_V2 = Path("/sys/fs/cgroup")


@contextmanager
def held_to(share: float, pids: Sequence[int]) -> Iterator[None]:
    """Each for itself, by control groups of Linux, version 1 or 2. Raises OSError where this user may not."""
    with ExitStack() as stack:
        for pid in pids:
            stack.enter_context(_held(pid, round(share * PERIOD_US)))
        yield


@contextmanager
def _held(pid: int, quota_us: int) -> Iterator[None]:
    is_v1 = _V1.is_dir()
    root = _V1 if is_v1 else _V2
    home = root / _path(pid, "cpu" if is_v1 else "")
    group = root / f"chirp-bench-{os.getpid()}-{pid}"
    group.mkdir()
    try:
        if is_v1:
            (group / "cpu.cfs_period_us").write_text(f"{PERIOD_US}")
            (group / "cpu.cfs_quota_us").write_text(f"{quota_us}")
        else:
            (group / "cpu.max").write_text(f"{quota_us} {PERIOD_US}")
        (group / "cgroup.procs").write_text(f"{pid}")
        yield
        (home / "cgroup.procs").write_text(f"{pid}")
    finally:
        group.rmdir()


def _path(pid: int, controller: str) -> str:
    """Of the group that the process is in, below the root."""
    lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    paths = {name: path for _, names, path in (line.split(":", 2) for line in lines) for name in names.split(",")}
    return paths[controller].lstrip("/")
