from __future__ import annotations

import pytest
from fastapi import FastAPI

from services.runtime import Runtime
from stores.live import LiveHub
from tests.waiting import until


@pytest.fixture
async def hub(app: FastAPI, runtime: Runtime) -> LiveHub:
    """The API's own hub, without subscriptions of an earlier test."""
    hub: LiveHub = app.state.live
    await until(lambda: hub.subscription_count == 0)
    return hub
