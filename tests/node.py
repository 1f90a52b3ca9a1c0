"""Scripts of the tests for Node.js, with the packages that the lock file beside them names."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import click
import pytest

from app.playground.build import ensure_built
from app.playground.packages import Unreachable, fetched


class Scripts:
    def __init__(self, folder: Path, path: str) -> None:
        self._folder = folder
        self._path = path

    async def run(self, script: str, *arguments: str) -> None:
        """Fails the test with what the script printed when the script fails."""
        process = await self.started(script, *arguments, stderr=STDOUT)
        output, _ = await process.communicate()
        if process.returncode != 0:
            pytest.fail(output.decode(), pytrace=False)

    async def started(self, script: str, *arguments: str, stderr: int | None = None) -> Process:
        node = shutil.which("node", path=self._path)
        assert node is not None
        environment = {**os.environ, "PATH": self._path}
        return await asyncio.create_subprocess_exec(
            node, script, *arguments, cwd=self._folder, env=environment, stdin=PIPE, stdout=PIPE, stderr=stderr
        )


async def scripts(folder: Path) -> Scripts:
    """Node.js and the packages are installed when they are not there: one process at a time, however many want it."""
    with reachable(), TemporaryFile("w+") as log:
        return Scripts(folder, await asyncio.to_thread(fetched, folder, lambda _line: None, log))


@contextmanager
def reachable() -> Iterator[None]:
    """Skips the test where the packages cannot be had for now; whatever else npm says fails it."""
    try:
        yield
    except Unreachable as problem:
        pytest.skip(str(problem))


def main() -> int:
    """For `.ci/run`: fetches what the tests would, one folder after the other, before they load the machine."""
    try:
        ensure_built(click.echo)
        for lock_file in sorted(Path(__file__).parent.glob("*/package-lock.json")):
            with TemporaryFile("w+") as log:
                fetched(lock_file.parent, click.echo, log)
    except Unreachable as problem:
        click.echo(f"Tests will be skipped: {problem}")
        return os.EX_TEMPFAIL
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
