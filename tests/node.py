"""Scripts of the tests for Node.js, with the packages that the lock file beside them names."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import subprocess
from asyncio.subprocess import PIPE, STDOUT, Process
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from app.playground.build import exclusive, path_with_node


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
    return Scripts(folder, await asyncio.to_thread(_installed, folder))


def _installed(folder: Path) -> str:
    """The PATH with Node.js."""
    names = folder / "package-lock.json"
    with exclusive(names), TemporaryFile("w+") as log:
        path = path_with_node(lambda _line: None, log)
        wanted = hashlib.sha256(names.read_bytes()).hexdigest()
        stamp = folder / "node_modules" / ".stamp"
        if not stamp.exists() or stamp.read_text() != wanted:
            npm = shutil.which("npm", path=path)
            assert npm is not None
            environment = {**os.environ, "PATH": path}
            done = subprocess.run([npm, "ci"], cwd=folder, env=environment, stdout=log, stderr=log, check=False)
            log.seek(0)
            assert done.returncode == 0, log.read()
            stamp.write_text(wanted)
    return path
