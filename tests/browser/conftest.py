"""A real browser that can reach nothing but this machine."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from app.playground.build import ensure_built
from tests.node import reachable, scripts

CHROMIUM = "/usr/bin/chromium"
RunInBrowser: TypeAlias = Callable[..., Awaitable[None]]


@pytest.fixture(scope="session")
async def run_in_browser() -> RunInBrowser:
    """Runs one of the scripts beside this file with Node.js; the path of the browser is its last argument."""
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"no {CHROMIUM}: install it with 'apt-get install chromium'")
    with reachable():
        await asyncio.to_thread(ensure_built, lambda _line: None)
    beside = await scripts(Path(__file__).parent)

    async def run(script: str, *arguments: str) -> None:
        await beside.run(script, *arguments, CHROMIUM)

    return run
