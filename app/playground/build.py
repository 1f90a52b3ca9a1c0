"""Builds the playground's bundle on first use."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from app.playground.packages import exclusive, fetched, is_stamped, put_stamp, run

HERE = Path(__file__).parent
DIST = HERE / "dist"
LOG = HERE / "dist.log"

_NEW = HERE / "dist.new"
_OLD = HERE / "dist.old"
_LOCK = HERE / "dist.lock"


class NotBuilt(Exception):
    """The message says what failed and what to do."""


def ensure_built(progress: Callable[[str], None]) -> None:
    """`dist/` is that of the present sources when this returns; else it raises NotBuilt or packages.NotFetched.

    Any number of processes may call it at once: one builds, the others wait for it.
    """
    stamp = _digest([HERE / "package.json", HERE / "package-lock.json", HERE / "build.mjs", *_sources()])
    if is_stamped(DIST, stamp):
        return
    _LOCK.touch()
    with exclusive(_LOCK):
        if not is_stamped(DIST, stamp):
            with LOG.open("w") as log:
                _build(stamp, progress=progress, log=log)


def _build(stamp: str, *, progress: Callable[[str], None], log: TextIO) -> None:
    path = fetched(HERE, progress, log)
    progress("playground: bundling")
    _discard(_NEW)
    _discard(_OLD)
    _NEW.mkdir()
    succeeded, _ = run(["node", "build.mjs", _NEW.name], folder=HERE, path=path, log=log)
    if not succeeded:
        raise NotBuilt("'node build.mjs' failed; repair what the log names and start again.")
    put_stamp(_NEW, stamp)
    if DIST.exists():
        DIST.rename(_OLD)
    _NEW.rename(DIST)
    _discard(_OLD)
    progress("playground: built")


def _discard(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _sources() -> list[Path]:
    return sorted(path for path in (HERE / "src").rglob("*") if path.is_file())


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(HERE).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
