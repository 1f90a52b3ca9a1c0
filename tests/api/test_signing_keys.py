"""Rotating the keys that sign access tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import jwt

from app.main import create_app
from infra.settings import Settings, SigningKey
from tests.client import Api, People
from tests.conftest import serving

NEW = SigningKey("new", "another signing key that only tests have ever used")


@asynccontextmanager
async def api_with(settings: Settings, *keys: SigningKey) -> AsyncIterator[Api]:
    app = create_app(replace(settings, signing_keys=keys))
    async with app.router.lifespan_context(app), serving(app) as url, Api(url) as api:
        yield api


async def status_with(api: Api, token: str) -> int:
    return (await api.post({"query": "{ viewer { email } }"}, token=token)).status_code


async def test_tokens_outlive_a_rotation_but_not_their_key(api: Api, people: People, settings: Settings) -> None:
    [old] = settings.signing_keys
    assert jwt.get_unverified_header(people.ann.token)["kid"] == "test"
    async with api_with(settings, old, NEW) as both, api_with(settings, NEW, old) as rotated:
        old_token, new_token = [(await server.logged_in(people.ann)).token for server in (both, rotated)]
        assert [jwt.get_unverified_header(token)["kid"] for token in (old_token, new_token)] == ["test", "new"]
        for server in (both, rotated):
            assert [await status_with(server, token) for token in (old_token, new_token)] == [200, 200]
    async with api_with(settings, NEW) as after:
        assert [await status_with(after, token) for token in (old_token, new_token)] == [401, 200]
        assert await status_with(after, people.ann.token) == 401
