"""The API while a server is down or slow: complete where it can be, a typed error where not."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from app import graphql_http
from app.main import create_app
from infra.settings import Settings
from services.runtime import Runtime
from tests.client import Api, People
from tests.conftest import serving
from tests.crash.forwarder import Forwarder
from tests.live.socket import connected

HOME = "{ viewer { homeTimeline { nodes { text } } } }"


@pytest.fixture
async def without_redis(api: Api, people: People, settings: Settings) -> AsyncIterator[Api]:
    """An API on the same database whose Redis refuses connections."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{bound.getsockname()[1]}/0"
        app = create_app(replace(settings, redis_url=url))
        async with app.router.lifespan_context(app), serving(app) as http_url, Api(http_url) as client:
            yield client


async def test_without_redis_a_timeline_is_complete_and_says_so(without_redis: Api, people: People) -> None:
    await without_redis.followed(people.ann, people.bob)
    await without_redis.tweeted(people.bob, "from Postgres")
    asked_at = datetime.now(UTC).replace(microsecond=0)
    answer = await without_redis.answer(HOME, by=people.ann)
    [degraded] = answer["extensions"]["degraded"]
    assert asked_at <= datetime.fromisoformat(degraded["asOf"]) <= datetime.now(UTC)
    assert answer == {
        "data": {"viewer": {"homeTimeline": {"nodes": [{"text": "from Postgres"}]}}},
        "extensions": {
            "degraded": [{"component": "CACHE", "mode": "DATABASE_FALLBACK", "asOf": degraded["asOf"]}],
        },
    }


async def test_without_redis_a_timeline_is_not_ranked_and_its_cursors_are_chronological(
    without_redis: Api, api: Api, people: People
) -> None:
    for n in range(3):
        await api.tweeted(people.ann, f"tweet {n}")
    query = """query($after: Cursor) { viewer { homeTimeline(mode: RANKED, first: 2, after: $after) {
        nodes { text } edges { node { ... on TimelineTweet { rank { score } } } }
        pageInfo { endCursor } freshness { state source } } } }"""
    answer = await without_redis.answer(query, by=people.ann)
    first = answer["data"]["viewer"]["homeTimeline"]
    assert [node["text"] for node in first["nodes"]] == ["tweet 2", "tweet 1"]
    assert first["edges"] == [{"node": {"rank": None}}] * 2
    assert first["freshness"] == {"state": "PARTIAL", "source": "DATABASE"}
    assert [part["component"] for part in answer["extensions"]["degraded"]] == ["CACHE"]
    cursor = {"after": first["pageInfo"]["endCursor"]}
    for client in (without_redis, api):
        rest = (await client.answer(query, cursor, by=people.ann))["data"]["viewer"]["homeTimeline"]
        assert [node["text"] for node in rest["nodes"]] == ["tweet 0"]
        assert rest["freshness"]["state"] == "PARTIAL"
    ranked = (await api.data(query, by=people.ann))["viewer"]["homeTimeline"]["pageInfo"]["endCursor"]
    [error] = (await without_redis.answer(query, {"after": ranked}, by=people.ann))["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["viewer", "homeTimeline"], "SERVICE_DEGRADED")


async def test_without_redis_trends_are_refused_and_the_rest_is_answered(without_redis: Api, people: People) -> None:
    answer = await without_redis.answer('{ trends { region } user(by: {username: "ann"}) { __typename } }')
    assert answer["data"] == {"trends": None, "user": {"__typename": "User"}}
    [error] = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["trends"], "SERVICE_DEGRADED")
    assert error["extensions"]["retryable"] is True


async def test_without_postgres_a_signed_in_client_gets_a_typed_error(
    api: Api, people: People, settings: Settings
) -> None:
    port = urlsplit(settings.database_url).port
    assert port is not None
    async with Forwarder(port) as forwarder:
        url = settings.database_url.replace(f":{port}/", f":{forwarder.port}/")
        app = create_app(replace(settings, database_url=url))
        async with app.router.lifespan_context(app), serving(app) as http_url:
            await forwarder.close()
            async with Api(http_url) as client:
                response = await client.post({"query": "{ viewer { email } }"}, token=people.ann.token)
            assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (
                503,
                "SERVICE_DEGRADED",
            )
            async with connected(http_url) as socket:
                await socket.send(
                    {"type": "connection_init", "payload": {"authorization": f"Bearer {people.ann.token}"}}
                )
                assert await socket.closed() == (1013, "Try again later")
            await forwarder.open()


async def test_a_query_that_takes_too_long_is_cut_off(
    api: Api, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphql_http, "QUERY_TIMEOUT_S", 0.05)
    async with runtime.database.write() as session:
        await session.execute(text("LOCK TABLE users IN ACCESS EXCLUSIVE MODE"))
        response = await api.post({"query": '{ user(by: {username: "ann"}) { __typename } }'})
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["TIMEOUT"]
