"""An API and a worker of their own, as real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.servers import Server
from infra import migrations
from infra.embedded.processes import spawn, stop
from infra.settings import Settings

PROJECT_ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
READY_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Running:
    settings: Settings
    api_url: str
    api: Server
    worker_pid: int


@contextmanager
def running(environment: Mapping[str, str], folder: Path) -> Iterator[Running]:
    """Both on the servers that the environment names, whose database is migrated; their logs lie in `folder`."""
    port = _free_port()
    env = {**environment, "CHIRP_HOST": HOST, "CHIRP_PORT": str(port)}
    settings = Settings.from_environment(env)
    migrations.upgrade(settings.database_url)
    with ExitStack() as stack:
        api = _started(stack, "cli", "api", env=env, folder=folder)
        worker = _started(stack, "cli", "worker", env=env, folder=folder)
        ready_until = time.monotonic() + READY_WITHIN_S
        api_url = f"http://{HOST}:{port}"
        while not _answers(f"{api_url}/readyz"):
            if api.poll() is not None or time.monotonic() > ready_until:
                raise RuntimeError(f"the API is not ready; its log says:\n{(folder / 'api.log').read_text()}")
            time.sleep(0.05)
        yield Running(settings, api_url, Server(port, api.pid), worker.pid)


@contextmanager
def more_apis(environment: Mapping[str, str], folder: Path, count: int) -> Iterator[list[Server]]:
    """On the servers that the environment names."""
    with ExitStack() as stack:
        started = []
        for port in [_free_port() for _ in range(count)]:
            own = folder / f"api-{port}"
            own.mkdir()
            env = {**environment, "CHIRP_HOST": HOST, "CHIRP_PORT": str(port)}
            started.append(Server(port, _started(stack, "cli", "api", env=env, folder=own).pid))
        ready_until = time.monotonic() + READY_WITHIN_S
        for api in started:
            while not _answers(f"http://{HOST}:{api.port}/readyz"):
                if time.monotonic() > ready_until:
                    raise RuntimeError(f"the API on port {api.port} is not ready")
                time.sleep(0.05)
        yield started


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1.0) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:  # not listening yet, or answering that it is not ready
        return False


@contextmanager
def running_floor(module: str, system: Running, folder: Path) -> Iterator[Server]:
    """A module that serves on CHIRP_PORT, beside the system."""
    port = _free_port()
    env = {**os.environ, "CHIRP_PORT": str(port), "CHIRP_DATABASE_URL": system.settings.database_url}
    with ExitStack() as stack:
        floor = _started(stack, module, env=env, folder=folder)
        ready_until = time.monotonic() + READY_WITHIN_S
        while not _accepts(port):
            if floor.poll() is not None or time.monotonic() > ready_until:
                raise RuntimeError(f"{module} is not ready; its log says:\n{(folder / f'{module}.log').read_text()}")
            time.sleep(0.05)
        yield Server(port, floor.pid)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1.0).close()
    except OSError:  # not listening yet
        return False
    return True


def _started(
    stack: ExitStack, module: str, *arguments: str, env: dict[str, str], folder: Path
) -> subprocess.Popen[bytes]:
    process = spawn(
        [sys.executable, "-P", "-m", module, *arguments],
        death_signal=signal.SIGKILL,
        env=env | {"PYTHONPATH": str(PROJECT_ROOT)},
        cwd=PROJECT_ROOT,
        log=folder / f"{arguments[0] if arguments else module}.log",
    )
    stack.callback(stop, process, [(signal.SIGTERM, 5.0)])
    return process


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
