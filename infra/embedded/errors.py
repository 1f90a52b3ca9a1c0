"""Why the embedded servers cannot run; each message is one sentence for the person at the terminal.

EmbeddedServersError
├── BinariesMissing      a wheel is not installed
├── DataFolderBusy       another chirp holds the folder
├── DataFolderUnusable   read-only, not a folder, not ours
├── DiskFull             too little free space to start
├── ServerDidNotStart    a server refused, or was not ready in time
└── ServerEnded          a running server went away
"""

from __future__ import annotations

from pathlib import Path


class EmbeddedServersError(Exception):
    pass


class BinariesMissing(EmbeddedServersError):
    def __init__(self, wheel: str) -> None:
        super().__init__(f"the Python package '{wheel}' is not installed; delete .venv and run ./chirp again")
        self.wheel = wheel


class DataFolderBusy(EmbeddedServersError):
    def __init__(self, folder: Path, pid: int | None) -> None:
        """`pid` is None in the instant before the other process has written its number."""
        super().__init__(
            f"another chirp is running on this data folder (pid {pid or 'unknown'}): {folder}; "
            "stop it or choose another with --data-dir"
        )
        self.folder = folder
        self.pid = pid


class DataFolderUnusable(EmbeddedServersError):
    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"cannot use the data folder {folder}: {reason}; choose another with --data-dir")
        self.folder = folder
        self.reason = reason


class DiskFull(EmbeddedServersError):
    def __init__(self, folder: Path, *, free_mb: int, needed_mb: int) -> None:
        super().__init__(
            f"the disk of the data folder {folder} has {free_mb} MB free and {needed_mb} MB are needed; "
            "free some space or choose another folder with --data-dir"
        )
        self.folder = folder
        self.free_mb = free_mb
        self.needed_mb = needed_mb


class ServerDidNotStart(EmbeddedServersError):
    def __init__(self, server: str, *, last_words: str, log: Path) -> None:
        super().__init__(f"{server} did not start: {last_words} (log: {log})")
        self.server = server
        self.last_words = last_words
        self.log = log


class ServerEnded(EmbeddedServersError):
    def __init__(self, server: str, *, last_words: str, log: Path) -> None:
        super().__init__(f"{server} ended unexpectedly: {last_words} (log: {log})")
        self.server = server
        self.last_words = last_words
        self.log = log
