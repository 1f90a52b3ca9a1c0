"""A real browser that can reach nothing but this machine."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sysconfig
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from app.playground.build import ensure_built

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
PATH_WITH_NODE = os.pathsep.join([os.environ.get("PATH", os.defpath), sysconfig.get_path("scripts")])
RunInBrowser: TypeAlias = Callable[..., Awaitable[None]]


async def _run(*command: str) -> None:
    """Fails the test with what the command printed when the command fails."""
    program = shutil.which(command[0], path=PATH_WITH_NODE)
    assert program is not None, f"{command[0]} is not installed"
    process = await asyncio.create_subprocess_exec(
        program,
        *command[1:],
        cwd=HERE,
        env={**os.environ, "PATH": PATH_WITH_NODE},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        pytest.fail(output.decode(), pytrace=False)


@pytest.fixture(scope="session")
async def run_in_browser() -> RunInBrowser:
    """Runs one of the scripts beside this file with Node.js; the path of the browser is its last argument."""
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"no {CHROMIUM}: install it with 'apt-get install chromium'")
    if shutil.which("node", path=PATH_WITH_NODE) is None:
        pytest.skip("no Node.js: install version 20 or newer")
    assert await asyncio.to_thread(ensure_built, lambda _line: None) is None
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]["playwright-core"]
    installed = HERE / "node_modules" / "playwright-core" / "package.json"
    if not installed.exists() or json.loads(installed.read_text())["version"] != wanted:
        await _run("npm", "ci")

    async def run(script: str, *arguments: str) -> None:
        await _run("node", script, *arguments, CHROMIUM)

    return run
