"""Processes that are held to a share of a core."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.shares import held_to

CONTROL_GROUPS = Path("/sys/fs/cgroup")


@pytest.mark.skipif(not os.access(CONTROL_GROUPS / "cpu", os.W_OK), reason="this user may make no groups")
def test_a_process_is_held_and_let_go() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        groups = Path(f"/proc/{child.pid}/cgroup")
        before = groups.read_text()
        with held_to(0.5, [child.pid]):
            assert f"chirp-bench-{os.getpid()}-{child.pid}" in groups.read_text()
        assert groups.read_text() == before
        child.kill()
    assert not list((CONTROL_GROUPS / "cpu").glob(f"chirp-bench-{os.getpid()}-*"))
