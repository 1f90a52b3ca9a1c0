"""./chirp dev as a newcomer meets it: real servers, a real API and worker, ended by signals."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from infra.embedded.processes import is_alive

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DEV = [sys.executable, "-P", "-m", "cli", "dev"]

Dev = subprocess.Popen[str]
StartDev = Callable[[], tuple[Dev, list[str]]]


@pytest.fixture
def start_dev(tmp_path: Path) -> Iterator[StartDev]:
    """Starts it, always on the same folder and port; gives the process and the curl commands that it prints."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started: list[Dev] = []

    def start() -> tuple[Dev, list[str]]:
        process = subprocess.Popen(
            [*DEV, "--port", str(port), "--data-dir", str(tmp_path / "data")],
            env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout is not None
        commands: list[str] = []
        for line in process.stdout:
            if line.startswith("  curl "):
                commands.append(line)
            if len(commands) == 2:
                return process, commands
        pytest.fail(process.communicate()[1])

    yield start
    for process in started:
        process.kill()
        process.communicate()


def answer_to(command: str) -> object:
    """What the printed curl command gets."""
    _, url, _, header, _, body = shlex.split(command)
    name, value = header.split(": ")
    request = urllib.request.Request(url, body.encode(), {name: value})  # noqa: S310
    with urllib.request.urlopen(request) as response:  # noqa: S310
        return json.load(response)


def family(dev: Dev) -> list[psutil.Process]:
    parent = psutil.Process(dev.pid)
    return [parent, *parent.children(recursive=True)]


def assert_all_end(processes: list[psutil.Process]) -> None:
    ends_by = time.monotonic() + 5
    while left := [process for process in processes if is_alive(process)]:
        assert time.monotonic() < ends_by, left
        time.sleep(0.01)


def test_what_it_prints_works_and_sigterm_ends_everything(start_dev: StartDev) -> None:
    dev, (read, log_in) = start_dev()
    assert answer_to(read) == {"data": {"user": {"username": "ann", "displayName": "Ann Lindqvist"}}}
    answer = answer_to(log_in)
    assert isinstance(answer, dict)
    assert answer["data"]["logIn"]["userErrors"] == []
    assert answer["data"]["logIn"]["accessToken"].count(".") == 2
    processes = family(dev)
    dev.terminate()
    output, errors = dev.communicate(timeout=5)
    assert (dev.returncode, output.splitlines()[-1], "Error" in errors) == (0, "stopped", False)
    assert [process for process in processes if is_alive(process)] == []


def test_a_killed_one_ends_with_its_children_and_does_not_block_the_next(start_dev: StartDev) -> None:
    first, _ = start_dev()
    processes = family(first)
    first.kill()
    first.communicate()
    _, (read, _) = start_dev()
    assert answer_to(read) == {"data": {"user": {"username": "ann", "displayName": "Ann Lindqvist"}}}
    assert_all_end(processes)


def test_a_worker_that_ends_takes_everything_down_and_is_named(start_dev: StartDev) -> None:
    dev, _ = start_dev()
    processes = family(dev)
    (worker,) = (process for process in processes if process.cmdline()[-1] == "worker")
    worker.kill()
    _, errors = dev.communicate(timeout=10)
    assert dev.returncode == 1
    assert "\nError: the worker ended unexpectedly (exit code -9); its log " in f"\n{errors}"
    assert_all_end(processes)


def test_a_second_signal_ends_it_at_once(start_dev: StartDev) -> None:
    dev, _ = start_dev()
    processes = family(dev)
    (worker,) = (process for process in processes if process.cmdline()[-1] == "worker")
    (api,) = (process for process in processes if process.cmdline()[-1] == "api")
    worker.send_signal(signal.SIGSTOP)  # it would be waited for
    dev.send_signal(signal.SIGINT)
    api.wait(timeout=10)
    assert dev.poll() is None
    dev.send_signal(signal.SIGINT)
    dev.communicate(timeout=2)
    assert dev.returncode == 130
    assert_all_end(processes)
