"""The embedded PostgreSQL: one cluster on 127.0.0.1, its superuser and its database called `chirp`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

from infra.embedded.accounts import Account
from infra.embedded.binaries import postgres_program
from infra.embedded.errors import ServerDidNotStart
from infra.embedded.private_files import write_private
from infra.embedded.processes import end_leftovers, last_words, spawn

_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}
_STATE_LINE = 7
"""postmaster.pid's eighth line, written last, is the server's state (src/include/utils/pidfile.h)."""

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "io_method": "sync",  # the default keeps three idle processes
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "512MB",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    name = "PostgreSQL"
    stop_steps = (
        (signal.SIGINT, 1.0),  # fast shutdown: ends sessions, checkpoints
        (signal.SIGQUIT, 0.25),  # immediate: recovers at the next start
    )

    def __init__(self, data_dir: Path, *, account: Account | None, password: str, for_tests: bool) -> None:
        self.folder = data_dir / "postgres"
        self.log = data_dir / "logs" / "postgres.log"
        self._account = account
        self._password = password
        self._for_tests = for_tests

    @property
    def exists(self) -> bool:
        return self.folder.exists()

    def recover(self) -> None:
        """Ends what a killed chirp left running; call it with the data folder's lock held."""
        pid_file = self.folder / "postmaster.pid"
        if pid_file.exists():
            end_leftovers(self.folder, name="postgres", steps=[(signal.SIGQUIT, 1.0)])
            # A number that another process has by now would make PostgreSQL refuse to start.
            pid_file.unlink(missing_ok=True)

    def create(self) -> None:
        """Makes the cluster beside its place and moves it there when complete: all or nothing."""
        unfinished = self.folder.with_name("postgres.new")
        password_file = self.folder.with_name("postgres.password")
        if unfinished.exists():
            end_leftovers(unfinished, name="postgres", steps=[])
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        write_private(password_file, self._password)
        if self._account:
            os.chown(unfinished, self._account.uid, self._account.gid)
            os.chown(password_file, self._account.uid, self._account.gid)
        self._run(
            [
                postgres_program("initdb"),
                f"--pgdata={unfinished}",
                "--username=chirp",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                *(["--no-sync"] if self._for_tests else []),
            ],
            cwd=unfinished,
        )
        password_file.unlink()
        self._run(
            [
                postgres_program("postgres"),
                "--single",
                "-D",
                unfinished,
                "-c",
                "exit_on_error=on",
                "postgres",
            ],
            cwd=unfinished,
            input_text="CREATE DATABASE chirp",
        )
        unfinished.rename(self.folder)

    def _run(self, arguments: list[str | Path], *, cwd: Path, input_text: str = "") -> None:
        process = spawn(
            arguments,
            death_signal=signal.SIGKILL,
            env=_ENVIRONMENT,
            cwd=cwd,
            log=self.log,
            account=self._account,
            input_text=input_text,
        )
        if process.wait() != 0:
            raise ServerDidNotStart(self.name, last_words=last_words(self.log), log=self.log)

    def launch(self, port: int) -> subprocess.Popen[bytes]:
        settings = _SETTINGS | {"port": str(port)} | (_UNSAFE_BUT_FAST if self._for_tests else {})
        return spawn(
            [
                postgres_program("postgres"),
                "-D",
                self.folder,
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            death_signal=signal.SIGQUIT,
            env=_ENVIRONMENT,
            cwd=self.folder,
            log=self.log,
            account=self._account,
        )

    def is_ready(self, port: int) -> bool:  # noqa: ARG002
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > _STATE_LINE and lines[_STATE_LINE].strip() == "ready"
