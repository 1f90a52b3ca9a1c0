from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI

from services.live import LiveHub
from services.runtime import Runtime
from tests.live.audiences import tellings  # noqa: F401
from tests.waiting import until


@pytest.fixture
async def hub(app: FastAPI, runtime: Runtime) -> LiveHub:
    """The API's own hub, without streams of an earlier test."""
    hub: LiveHub = app.state.live
    await until(lambda: hub.stream_count == 0)
    return hub


@asynccontextmanager
async def held_back(hub: LiveHub) -> AsyncIterator[None]:
    """What happens inside the block is told when it ends: as if the process had been busy meanwhile."""
    async with hub._telling:
        yield
