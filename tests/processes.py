"""Real processes of Chirp on the tests' servers."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import Popen

import httpx

from cli.options import PROJECT_ROOT
from infra.embedded.processes import spawn
from infra.settings import Settings
from tests.waiting import until


class Process:
    def __init__(self, popen: Popen[bytes], log: Path) -> None:
        self._popen = popen
        self.log = log

    @property
    def exit_code(self) -> int | None:
        """Minus the signal that killed it; None while it runs."""
        return self._popen.poll()

    def kill(self) -> None:
        self._popen.kill()

    def ask_to_stop(self) -> None:
        self._popen.send_signal(signal.SIGTERM)

    async def ended(self) -> int:
        await until(lambda: self.exit_code is not None)
        assert self.exit_code is not None
        return self.exit_code


@asynccontextmanager
async def process(command: str, settings: Settings, folder: Path, **environment: str) -> AsyncIterator[Process]:
    """`./chirp COMMAND` on the servers of these settings; it has ended when the block has."""
    (key,) = settings.signing_keys
    log = folder / f"{command}.log"
    env = os.environ | {
        "PYTHONPATH": str(PROJECT_ROOT),
        "CHIRP_ENV": settings.environment,
        "CHIRP_DATABASE_URL": settings.database_url,
        "CHIRP_REDIS_URL": settings.redis_url,
        "CHIRP_JOBS_REDIS_URL": settings.queue_url,
        "CHIRP_SIGNING_KEYS": f"{key.kid}:{key.secret}",
        "CHIRP_DATA_DIR": str(folder),
        **environment,
    }
    popen = spawn(
        [sys.executable, "-P", "-m", "cli", command],
        death_signal=signal.SIGKILL,
        env=env,
        cwd=PROJECT_ROOT,
        log=log,
    )
    try:
        yield Process(popen, log)
    finally:
        popen.kill()
        popen.wait()


@asynccontextmanager
async def api_process(
    settings: Settings, folder: Path, *, port: int | None = None
) -> AsyncIterator[tuple[Process, str]]:
    """An API that is ready, and its URL; on a free port unless one is named."""
    if port is None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    async with process("api", settings, folder, CHIRP_PORT=str(port)) as api, httpx.AsyncClient() as http:

        async def ready() -> bool:
            assert api.exit_code is None, api.log.read_text()
            try:
                return (await http.get(f"{url}/readyz")).status_code == 200
            except httpx.TransportError:
                return False

        await until(ready)
        yield api, url
