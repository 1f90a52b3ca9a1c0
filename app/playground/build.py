"""Builds the playground's bundle with npm on first use: nothing third-party is committed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

HERE = Path(__file__).parent
DIST = HERE / "dist"
LOG = HERE / "dist.log"

_NEW = HERE / "dist.new"
_OLD = HERE / "dist.old"
_LOCK = HERE / "dist.lock"
_NODE_MODULES = HERE / "node_modules"
_NODE_REQUIREMENTS = HERE.parents[1] / "requirements" / "node.txt"
_OLDEST_NODE = 20


class _NotBuilt(Exception):
    """The build stopped; the message says what is missing and what to do."""


def ensure_built(progress: Callable[[str], None]) -> str | None:
    """Returns None when `dist/` is that of the present sources, else one sentence on what is missing.

    Any number of processes may call it at once: one builds, the others wait for it.
    """
    stamp = _digest([HERE / "package.json", HERE / "package-lock.json", HERE / "build.mjs", *_sources()])
    if _is_stamped(DIST, stamp):
        return None
    _LOCK.touch()
    with exclusive(_LOCK), LOG.open("w") as log:
        if _is_stamped(DIST, stamp):
            return None
        try:
            _build(stamp, progress=progress, log=log)
        except _NotBuilt as problem:
            return f"The playground is not built: {problem} The log is {LOG}."
    return None


def _build(stamp: str, *, progress: Callable[[str], None], log: TextIO) -> None:
    path = path_with_node(progress, log)
    packages = _digest([HERE / "package-lock.json"])
    if not _is_stamped(_NODE_MODULES, packages):
        progress("playground: fetching its packages (npm ci, once)")
        if not _succeeds(["npm", "ci"], path=path, log=log):
            raise _NotBuilt("'npm ci' failed; connect this machine to the network and start again.")
        _put_stamp(_NODE_MODULES, packages)
    progress("playground: bundling")
    _discard(_NEW)
    _discard(_OLD)
    _NEW.mkdir()
    if not _succeeds(["node", "build.mjs", _NEW.name], path=path, log=log):
        raise _NotBuilt("'node build.mjs' failed; repair what the log names and start again.")
    _put_stamp(_NEW, stamp)
    if DIST.exists():
        DIST.rename(_OLD)
    _NEW.rename(DIST)
    _discard(_OLD)
    progress("playground: built")


def _discard(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def path_with_node(progress: Callable[[str], None], log: TextIO) -> str:
    """The PATH on which a recent enough `node` and its `npm` are found, installed if need be."""
    machine = os.environ.get("PATH", os.defpath)
    if _has_node(machine):
        return machine
    path = os.pathsep.join([sysconfig.get_path("scripts"), machine])
    with exclusive(_NODE_REQUIREMENTS):
        if not _has_node(path):
            progress(f"playground: no Node.js {_OLDEST_NODE} here, installing one beside Python (60 MB, once)")
            pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
            if not _succeeds([*pip, "-r", str(_NODE_REQUIREMENTS)], path=path, log=log):
                raise _NotBuilt(
                    f"there is no Node.js {_OLDEST_NODE} or newer with npm here, and pip could not install "
                    "requirements/node.txt; connect this machine to the network or install Node.js, "
                    "and start again."
                )
    return path


def _has_node(path: str) -> bool:
    node = shutil.which("node", path=path)
    if node is None or shutil.which("npm", path=path) is None:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    return int(version.removeprefix("v").partition(".")[0]) >= _OLDEST_NODE


def _succeeds(command: list[str], *, path: str, log: TextIO) -> bool:
    program = shutil.which(command[0], path=path) or command[0]
    environment = {**os.environ, "PATH": path}
    finished = subprocess.run(  # noqa: S603
        [program, *command[1:]], cwd=HERE, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False
    )
    return finished.returncode == 0


def _sources() -> list[Path]:
    return sorted(path for path in (HERE / "src").rglob("*") if path.is_file())


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(HERE).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _is_stamped(folder: Path, stamp: str) -> bool:
    file = folder / ".stamp"
    return file.is_file() and file.read_text() == stamp


def _put_stamp(folder: Path, stamp: str) -> None:
    (folder / ".stamp").write_text(stamp)


@contextmanager
def exclusive(file: Path) -> Iterator[None]:
    """One process at a time, among those that name this file."""
    with file.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
