"""Node.js and the packages of a lock file, fetched on first use: nothing third-party is committed.

NotFetched
└── Unreachable     the network did not give them; another time it may
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

NODE_REQUIREMENTS = Path(__file__).parents[2] / "requirements" / "node.txt"
OLDEST_NODE = 20
TRY_FOR_S = 45.0
PAUSE_S = 5.0

_CODE = re.compile(r"^npm (?:error|ERR!) code (\S+)", re.MULTILINE)
_OFFLINE = "ENOTCACHED"
"""npm was told not to ask the network (npm_config_offline)."""
_OF_THE_NETWORK = re.compile(
    rf"{_OFFLINE}|E408|E420|E429|E5\d\d|FETCH_ERROR|E\w*TIMED?OUT|ERR_SOCKET_TIMEOUT"
    r"|ECONN(REFUSED|RESET|ABORTED)|ENOTFOUND|EAI_\w+|E(HOST|NET)(UNREACH|DOWN)|EPIPE"
)
"""As npm calls what is between it and the registry, or wrong with the registry at this moment."""
_SAID = re.compile(r"^npm (?:error|ERR!) +(?!A complete log)(.*\S)", re.MULTILINE)
_LINES_REPEATED = 8


class NotFetched(Exception):
    """The message says what is missing and what to do."""


class Unreachable(NotFetched):
    pass


def fetched(folder: Path, progress: Callable[[str], None], log: TextIO) -> str:
    """The PATH with Node.js, when `node_modules/` is what the folder's lock file names.

    Any number of processes may call it at once: one fetches, the others wait for it.
    """
    names = folder / "package-lock.json"
    with exclusive(names):
        path = _path_with_node(progress, log)
        stamp = hashlib.sha256(names.read_bytes()).hexdigest()
        if not is_stamped(folder / "node_modules", stamp):
            progress(f"{folder.name}: fetching its packages (npm ci, once)")
            _fetch(folder, path=path, progress=progress, log=log)
            put_stamp(folder / "node_modules", stamp)
    return path


def _fetch(folder: Path, *, path: str, progress: Callable[[str], None], log: TextIO) -> None:
    # What an earlier attempt has brought is in npm's cache, and a locked version does not change.
    command = ["npm", "ci", "--prefer-offline"]
    tried_until = time.monotonic() + TRY_FOR_S
    while True:
        succeeded, output = run(command, folder=folder, path=path, log=log)
        if succeeded:
            return
        said = "\n".join(f"  {line}" for line in _SAID.findall(output)[:_LINES_REPEATED])
        code = _CODE.search(output)
        if code is None or not _OF_THE_NETWORK.fullmatch(code[1]):
            raise NotFetched(f"'npm ci' failed in {folder.name}/; repair what it names and start again:\n{said}")
        if code[1] == _OFFLINE or time.monotonic() > tried_until:
            raise Unreachable(
                f"'npm ci' failed in {folder.name}/; connect this machine to the network and start again:\n{said}"
            )
        progress(f"{folder.name}: the registry did not give them ({code[1]}); trying again in {PAUSE_S:.0f} s")
        time.sleep(PAUSE_S)


def _path_with_node(progress: Callable[[str], None], log: TextIO) -> str:
    """The PATH on which a recent enough `node` and its `npm` are found, installed if need be."""
    machine = os.environ.get("PATH", os.defpath)
    if _has_node(machine):
        return machine
    path = os.pathsep.join([sysconfig.get_path("scripts"), machine])
    with exclusive(NODE_REQUIREMENTS):
        if not _has_node(path):
            progress(f"no Node.js {OLDEST_NODE} here, installing one beside Python (60 MB, once)")
            pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
            succeeded, output = run(
                [*pip, "-r", str(NODE_REQUIREMENTS)], folder=NODE_REQUIREMENTS.parent, path=path, log=log
            )
            if not succeeded:
                raise (Unreachable if "Retrying (Retry" in output else NotFetched)(
                    f"there is no Node.js {OLDEST_NODE} or newer with npm here, and pip could not install "
                    "requirements/node.txt; connect this machine to the network or install Node.js, "
                    "and start again."
                )
    return path


def _has_node(path: str) -> bool:
    node = shutil.which("node", path=path)
    if node is None or shutil.which("npm", path=path) is None:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    return int(version.removeprefix("v").partition(".")[0]) >= OLDEST_NODE


def run(command: list[str], *, folder: Path, path: str, log: TextIO) -> tuple[bool, str]:
    """Whether it succeeded, and what it printed, which is also in the log."""
    program = shutil.which(command[0], path=path) or command[0]
    finished = subprocess.run(  # noqa: S603
        [program, *command[1:]],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    log.write(finished.stdout)
    log.flush()
    return finished.returncode == 0, finished.stdout


def is_stamped(folder: Path, stamp: str) -> bool:
    file = folder / ".stamp"
    return file.is_file() and file.read_text() == stamp


def put_stamp(folder: Path, stamp: str) -> None:
    (folder / ".stamp").write_text(stamp)


@contextmanager
def exclusive(file: Path) -> Iterator[None]:
    """One process at a time, among those that name this file."""
    with file.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
