"""The processes that `dev` starts beside the servers, and how they end together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.options import PROJECT_ROOT
from infra.embedded.processes import spawn

GRACE_S = 3.0
"""From SIGTERM to SIGKILL."""
LAST_LINES = 20


class ChildEnded(Exception):
    """A process that should run does not; the message ends with the last lines of its log."""

    def __init__(self, name: str, *, exit_code: int, log: Path) -> None:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-LAST_LINES:])
        super().__init__(f"the {name} ended unexpectedly (exit code {exit_code}); its log {log} ends with:\n{last}")
        self.name = name
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path | None


class Children:
    def __init__(self) -> None:
        self._children: list[Child] = []

    def start(self, command: str, *, env: Mapping[str, str], log: Path | None) -> None:
        """Runs `./chirp COMMAND`. One with a log should run for ever; one without shares the terminal and ends."""
        process = spawn(
            [sys.executable, "-P", "-m", "cli", command],
            death_signal=signal.SIGKILL,  # the servers die with the parent too: nothing is left to finish
            env=env,
            cwd=PROJECT_ROOT,
            log=log,
        )
        self._children.append(Child(command, process, log))

    def check(self) -> None:
        """Raises ChildEnded for the first one that should run and does not."""
        for child in self._children:
            exit_code = child.process.poll()
            if child.log and exit_code is not None:
                raise ChildEnded(child.name, exit_code=exit_code, log=child.log)

    def stop(self) -> None:
        """All have ended when this returns, and what they started too: asked first, killed after GRACE_S."""
        self._signal(signal.SIGTERM)
        killed_at = time.monotonic() + GRACE_S
        while time.monotonic() < killed_at and any(child.process.poll() is None for child in self._children):
            time.sleep(0.01)
        self.kill()
        for child in self._children:
            child.process.wait()

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, signal_number: signal.Signals) -> None:
        for child in self._children:
            if child.process.poll() is None:
                os.killpg(child.process.pid, signal_number)
