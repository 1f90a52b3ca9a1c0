from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import pytest

from infra.redis import Redis, connect


@pytest.fixture
async def without_redis() -> AsyncIterator[Redis]:
    """A client of a server that refuses connections."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        redis = connect(f"redis://127.0.0.1:{bound.getsockname()[1]}/0")
        yield redis
        await redis.aclose()
