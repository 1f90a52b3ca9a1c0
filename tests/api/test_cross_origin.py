"""Pages of other origins calling the API from a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.main import create_app
from infra.settings import Settings
from services.runtime import Runtime
from tests.client import Api
from tests.conftest import serving

PREFLIGHT = {
    "origin": "https://app.example",
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,last-event-id",
}


async def allowed_origin(http_url: str) -> str | None:
    async with Api(http_url) as api:
        answer = await api.http.options(api.url, headers=PREFLIGHT)
    allowed: str | None = answer.headers.get("access-control-allow-origin")
    return allowed


async def test_only_named_origins_may_call(runtime: Runtime, settings: Settings, http_url: str) -> None:
    assert await allowed_origin(http_url) is None
    app = create_app(replace(settings, allowed_origins=("https://app.example",)))
    async with app.router.lifespan_context(app), serving(app) as url:
        assert await allowed_origin(url) == "https://app.example"


OURS, OTHERS = "https://app.example", "https://elsewhere.example"


@pytest.mark.parametrize(
    ("allowed", "named"),
    [("*", {None: None, OURS: "*", OTHERS: "*"}), (OURS, {None: None, OURS: OURS, OTHERS: None})],
)
async def test_an_answer_says_who_may_read_it_and_that_others_may_be_told_otherwise(
    runtime: Runtime, settings: Settings, allowed: str, named: dict[str | None, str | None]
) -> None:
    app = create_app(replace(settings, allowed_origins=(allowed,)))
    async with app.router.lifespan_context(app), serving(app) as url, Api(url) as api:
        for path in ("/graphql", "/nowhere"):
            for origin, name in named.items():
                headers = {"origin": origin} if origin else {}
                answer = await api.http.post(f"{url}{path}", json={"query": "{ __typename }"}, headers=headers)
                assert answer.headers["vary"] == "Origin"
                assert answer.headers.get("access-control-allow-origin") == name
                assert answer.headers.get("access-control-expose-headers") == ("X-Request-Id" if origin else None)
