"""Child processes that never outlive their parent, even one that is killed with -9."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psutil

from infra.embedded.accounts import Account

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None)

Steps = Sequence[tuple[signal.Signals, float]]
"""What to send, and how many seconds to wait for the end after each."""


def spawn(
    arguments: Sequence[str | Path],
    *,
    death_signal: signal.Signals,
    env: Mapping[str, str],
    cwd: Path,
    log: Path | None,
    account: Account | None = None,
    input_text: str = "",
) -> subprocess.Popen[bytes]:
    """Starts a process in its own session, its output replacing `log` (None: joining this process's output).

    It receives `death_signal` when the *thread* that called this ends (that is how Linux counts parents):
    call it from a thread that lives as long as the child should.
    """
    with _output(log) as output, os.fdopen(os.memfd_create("stdin"), "w+") as standard_input:
        standard_input.write(input_text)
        standard_input.seek(0)
        return subprocess.Popen(  # noqa: S603
            arguments,
            stdin=standard_input,
            stdout=output,
            stderr=subprocess.STDOUT if log else None,
            env=env,
            cwd=cwd,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            start_new_session=True,
            preexec_fn=_die_with(os.getpid(), death_signal),
        )


@contextmanager
def _output(log: Path | None) -> Iterator[IO[bytes] | None]:
    if log is None:
        yield None
    else:
        with log.open("wb") as file:
            yield file


def _die_with(parent_pid: int, death_signal: signal.Signals) -> Callable[[], None]:
    def before_exec() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent_pid:  # the parent died before prctl: no signal will come
            os._exit(1)

    return before_exec


def stop(process: subprocess.Popen[bytes], steps: Steps) -> None:
    """The process has ended and been reaped when this returns; after the last step it is killed."""
    for signal_number, grace_s in steps:
        process.send_signal(signal_number)
        try:
            process.wait(grace_s)
        except subprocess.TimeoutExpired:
            continue
        return
    process.kill()
    process.wait()


def end_leftovers(folder: Path, *, name: str, steps: Steps) -> None:
    """Ends the processes called `name` that work in `folder`: those of a chirp that was killed."""
    left = [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == name and process.info["cwd"] == str(folder)
    ]
    for signal_number, grace_s in (*steps, (signal.SIGKILL, 5.0)):
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal_number)
        waits_until = time.monotonic() + grace_s
        while (left := [process for process in left if is_alive(process)]) and time.monotonic() < waits_until:
            time.sleep(0.01)


def is_alive(process: psutil.Process) -> bool:
    """A zombie is not: its new parent may take seconds to reap it, or never do so."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def last_words(log: Path) -> str:
    """The line of a log that explains an end: the last fatal one, else the last one."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
    return (fatal or lines or ["it said nothing"])[-1]
