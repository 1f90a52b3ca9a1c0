"""The two servers of one data folder: started together, found by other commands, stopped together."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

from infra.embedded.accounts import make_reachable, server_account
from infra.embedded.binaries import postgres_program, redis_program
from infra.embedded.errors import DataFolderBusy, DataFolderUnusable, DiskFull, ServerDidNotStart, ServerEnded
from infra.embedded.postgres import Postgres
from infra.embedded.private_files import write_private
from infra.embedded.processes import is_alive, last_words, stop
from infra.embedded.redis import Redis

NEW_CLUSTER_MB = 200
"""A new cluster takes 46 MB (measured), its first write-ahead logs 64 MB more; the rest is room to work."""
START_MB = 50
READY_WITHIN_S = 60.0
PORT_ATTEMPTS = 5
SERVERS_FILE = "servers.json"


@dataclass(frozen=True, slots=True)
class ServerUrls:
    database_url: str = field(repr=False)
    """`postgresql://chirp:PASSWORD@127.0.0.1:PORT/chirp`; the user is the cluster's superuser."""
    redis_url: str = field(repr=False)
    """`redis://:PASSWORD@127.0.0.1:PORT/0`."""


class EmbeddedServers:
    """PostgreSQL and Redis on free ports of 127.0.0.1, their data under `data_dir`.

    Start them from a thread that lives as long as they should: they end with it, even by kill -9.
    `for_tests` trades safety against power loss for speed.
    """

    def __init__(self, data_dir: Path, *, for_tests: bool = False) -> None:
        self.data_dir = data_dir.resolve()
        self._for_tests = for_tests
        self._lock: IO[str] | None = None
        self._processes: dict[Postgres | Redis, subprocess.Popen[bytes]] = {}

    def start(self) -> ServerUrls:
        """Both servers answer when this returns; nothing runs when it raises EmbeddedServersError."""
        try:
            return self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> ServerUrls:
        try:
            (self.data_dir / "logs").mkdir(parents=True, exist_ok=True)
            self._lock = _locked(self.data_dir)
            password = _password(self.data_dir)
        except OSError as error:
            raise DataFolderUnusable(self.data_dir, _reason(error)) from error
        account = server_account(self.data_dir / "postgres")
        if account:
            for path in (self.data_dir / "postgres", postgres_program("postgres"), redis_program()):
                make_reachable(path, account)
        postgres = Postgres(self.data_dir, account=account, password=password, for_tests=self._for_tests)
        redis = Redis(self.data_dir, account=account, password=password, for_tests=self._for_tests)
        needed_mb = START_MB if postgres.exists else NEW_CLUSTER_MB
        free_mb = shutil.disk_usage(self.data_dir).free // 2**20
        if free_mb < needed_mb:
            raise DiskFull(self.data_dir, free_mb=free_mb, needed_mb=needed_mb)

        redis.recover()
        postgres.recover()
        redis.create()
        redis_port = self._launch(redis)
        if not postgres.exists:
            postgres.create()
        postgres_port = self._launch(postgres)
        redis_port = self._wait_until_ready(redis, redis_port)
        postgres_port = self._wait_until_ready(postgres, postgres_port)
        urls = ServerUrls(
            database_url=f"postgresql://chirp:{password}@127.0.0.1:{postgres_port}/chirp",
            redis_url=f"redis://:{password}@127.0.0.1:{redis_port}/0",
        )
        write_private(
            self.data_dir / SERVERS_FILE,
            json.dumps(
                {
                    "database_url": urls.database_url,
                    "redis_url": urls.redis_url,
                    "pid": os.getpid(),
                    "pid_created_at": psutil.Process().create_time(),
                }
            ),
        )
        return urls

    def _launch(self, server: Postgres | Redis) -> int:
        port = _free_port()
        self._processes[server] = server.launch(port)
        return port

    def _wait_until_ready(self, server: Postgres | Redis, port: int) -> int:
        """The port on which the server answers: another one when the first was taken in the meantime."""
        attempts_left = PORT_ATTEMPTS
        ready_until = time.monotonic() + READY_WITHIN_S
        while not server.is_ready(port):
            ended = self._processes[server].poll() is not None
            if ended and attempts_left and "Address already in use" in server.log.read_text(errors="replace"):
                attempts_left -= 1
                port = self._launch(server)
            elif ended or time.monotonic() > ready_until:
                raise ServerDidNotStart(server.name, last_words=last_words(server.log), log=server.log)
            time.sleep(0.01)
        return port

    def stop(self) -> None:
        """Both servers have ended and the data folder is free when this returns; takes 2 s at most."""
        if self._processes:
            (self.data_dir / SERVERS_FILE).unlink(missing_ok=True)
        for server, process in self._processes.items():
            stop(process, server.stop_steps)
        self._processes = {}
        if self._lock:
            self._lock.close()
            self._lock = None

    def check(self) -> None:
        """Raises ServerEnded for a started server that no longer runs."""
        for server, process in self._processes.items():
            if process.poll() is not None:
                raise ServerEnded(server.name, last_words=last_words(server.log), log=server.log)

    def __enter__(self) -> ServerUrls:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()


def running(data_dir: Path) -> ServerUrls | None:
    """Where the servers listen that another process (or this one) runs on `data_dir`."""
    try:
        told = json.loads((data_dir / SERVERS_FILE).read_text())
        process = psutil.Process(told["pid"])
        # The number alone may belong to another process by now.
        alive = process.create_time() == told["pid_created_at"] and is_alive(process)
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None
    return ServerUrls(told["database_url"], told["redis_url"]) if alive else None


@contextmanager
def servers(data_dir: Path) -> Iterator[ServerUrls]:
    """The running servers of `data_dir`, or servers of its own for the time of the block."""
    found = running(data_dir)
    if found:
        yield found
        return
    with EmbeddedServers(data_dir) as urls:
        yield urls


def _locked(data_dir: Path) -> IO[str]:
    """Holds the folder until the file is closed; the system closes it for a process that dies."""
    lock = (data_dir / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with lock:
            lock.seek(0)
            pid = lock.read()
        raise DataFolderBusy(data_dir, int(pid) if pid else None) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _password(data_dir: Path) -> str:
    file = data_dir / "password"
    if not file.exists():
        write_private(file, secrets.token_urlsafe(24))
    return file.read_text()


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.EACCES | errno.EPERM:
            return "it may not be written by this user"
        case errno.EEXIST | errno.ENOTDIR:
            return "it is not a folder"
        case _:
            return os.strerror(error.errno).lower() if error.errno else str(error)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
