"""Named places where a test can kill the process with SIGKILL, to prove what a crash there leaves."""

from __future__ import annotations

import os
import signal
from typing import Literal

CrashPoint = Literal["before-relay", "before-enqueue", "before-handling", "mid-fan-out", "before-finish"]

_armed = os.environ.get("CHIRP_CRASH_AT") if os.environ.get("CHIRP_ENV") == "test" else None


def crash_point(name: CrashPoint) -> None:
    """Does nothing unless CHIRP_ENV is test and CHIRP_CRASH_AT names this place."""
    if name == _armed:
        os.kill(os.getpid(), signal.SIGKILL)
