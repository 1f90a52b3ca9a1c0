"""The embedded Redis 6.2: loopback only, kept in an append-only file written every second."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from pathlib import Path

from infra.embedded.accounts import Account
from infra.embedded.binaries import redis_program
from infra.embedded.processes import end_leftovers, spawn


class Redis:
    name = "Redis"
    stop_steps = ((signal.SIGTERM, 0.75),)

    def __init__(self, data_dir: Path, *, account: Account | None, password: str, for_tests: bool) -> None:
        self.folder = data_dir / "redis"
        self.log = data_dir / "logs" / "redis.log"
        self._account = account
        self._password = password
        self._for_tests = for_tests

    def recover(self) -> None:
        """Ends what a killed chirp left running; call it with the data folder's lock held."""
        pid_file = self.folder / "redis.pid"
        if pid_file.exists():
            end_leftovers(self.folder, name="redis-server", steps=[(signal.SIGTERM, 1.0)])
            pid_file.unlink(missing_ok=True)

    def create(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if self._account:
            os.chown(self.folder, self._account.uid, self._account.gid)

    def launch(self, port: int) -> subprocess.Popen[bytes]:
        configuration = {
            "bind": "127.0.0.1",
            "port": port,
            "requirepass": self._password,
            "pidfile": "redis.pid",
            "save": '""',
            "appendonly": "no" if self._for_tests else "yes",
            "appendfsync": "everysec",
        }
        return spawn(
            [redis_program(), "-"],
            death_signal=signal.SIGTERM,
            env={"LC_ALL": "C.UTF-8"},
            cwd=self.folder,
            log=self.log,
            account=self._account,
            # Not on the command line, where every user of the machine could read the password.
            input_text="".join(f"{name} {value}\n" for name, value in configuration.items()),
        )

    def is_ready(self, port: int) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1.0) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\nQUIT\r\n".encode())
                answer = connection.makefile("rb").read()
        except OSError:  # not listening yet
            return False
        return answer == b"+OK\r\n+PONG\r\n+OK\r\n"
