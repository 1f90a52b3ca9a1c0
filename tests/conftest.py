"""Real servers for every test: embedded PostgreSQL and Redis, and the API on a real socket.

The database is a clone of a migrated template; between tests its rows are deleted, which takes a
millisecond where a fresh clone takes twenty (docs/decisions/0006).
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import event, text

from app.main import CONNECTIONS, create_app
from cli.people import make_dev_people
from infra import migrations
from infra.embedded import EmbeddedServers, ServerUrls
from infra.settings import CHEAP_PASSWORD_COST, Settings, SigningKey
from models import metadata
from services.live import HUB
from services.runtime import Runtime
from stores.id_leases import RENEWAL
from tests.client import Api, People
from tests.mailbox import Mailbox
from tests.queue import Queue

LONG = {"bench", "browser", "cli", "clients", "cluster", "crash", "infra", "services"}
"""Folders of processes and of laws, whose tests may take half a minute."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, on one of the cores: at the end none waits for the other."""
    items.sort(key=lambda item: item.path.relative_to(ROOT / "tests").parts[0] not in LONG)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerUrls]:
    with EmbeddedServers(tmp_path_factory.mktemp("servers"), for_tests=True) as urls:
        yield urls


@pytest.fixture(scope="session")
def settings(servers: ServerUrls, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    migrations.upgrade(servers.database_url)
    return Settings(
        environment="test",
        database_url=servers.database_url,
        redis_url=servers.redis_url,
        signing_keys=(SigningKey("test", "a signing key that only tests have ever used"),),
        data_dir=tmp_path_factory.mktemp("data"),
        password_cost=CHEAP_PASSWORD_COST,
        trend_author_scale=10,
        breadth_first=os.environ.get("CHIRP_BREADTH_FIRST") != "off",
    )


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture(scope="session")
async def shared_runtime(app: FastAPI) -> Runtime:
    runtime: Runtime = app.state.runtime
    return runtime


@pytest.fixture(scope="session")
async def http_url(app: FastAPI) -> AsyncIterator[str]:
    async with serving(app) as url:
        yield url


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """The app on a free port of this machine, its lifespan left to the caller."""
    # Named, because asyncio leaves Nagle's algorithm on where the protocol is not: 40 ms for every request.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", **CONNECTIONS))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn says it in no other way
        await asyncio.sleep(0)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def runtime(shared_runtime: Runtime) -> Runtime:
    """The API's own connections, over an empty database and an empty Redis."""
    await emptied(shared_runtime)
    return shared_runtime


EMPTY = text(
    "DO $$ BEGIN {} END $$".format(
        " ".join(f"DELETE FROM {t.name};" for t in reversed(metadata.sorted_tables) if t.name != "id_leases")
    )
)
"""One statement: as fifty they take a test three times as long as its rows do."""


async def emptied(runtime: Runtime) -> None:
    async with runtime.database.write() as session:
        await session.execute(EMPTY)
    await runtime.redis.execute_command("FLUSHDB")


@pytest.fixture
async def api(runtime: Runtime, http_url: str) -> AsyncIterator[Api]:
    async with Api(http_url) as client:
        yield client


@pytest.fixture
async def people(api: Api, queue: Queue) -> People:
    """ann, bob and cat, signed in; nobody follows anybody, and no event waits."""
    people = People(**{name: await api.registered(name) for name in ("ann", "bob", "cat")})
    await queue.drained()
    return people


@pytest.fixture
def queue(runtime: Runtime) -> Queue:
    """Runs what the outbox holds, when the test says so."""
    return Queue(runtime)


@pytest.fixture
def mailbox(runtime: Runtime, queue: Queue) -> Mailbox:
    return Mailbox(runtime, queue)


@pytest.fixture
def statements(runtime: Runtime) -> Iterator[list[str]]:
    """Every SQL statement that the API sends from now on, but those of its own tasks, which come when they come."""
    sent: list[str] = []

    def record(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        task = asyncio.current_task()
        if task is None or task.get_name() not in {HUB, RENEWAL}:
            sent.append(" ".join(statement.split()))

    engine = runtime.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", record)
    yield sent
    event.remove(engine, "before_cursor_execute", record)


@pytest.fixture
def redis_round_trips(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every command, script and pipeline that is sent to Redis through the API's client from now on."""
    sent: list[str] = []
    execute_command, pipeline = runtime.redis.execute_command, runtime.redis.pipeline

    async def recorded_command(*args: object, **options: object) -> object:
        sent.append(" ".join(str(part)[:40] for part in args[:2]))
        return await execute_command(*args, **options)  # type: ignore[no-untyped-call]

    def recorded_pipeline(*args: Any, **options: Any) -> Any:
        made = pipeline(*args, **options)
        execute = made.execute

        async def recorded(*args: Any, **options: Any) -> Any:
            sent.append(f"PIPELINE of {len(made.command_stack)}")
            return await execute(*args, **options)

        monkeypatch.setattr(made, "execute", recorded)
        return made

    monkeypatch.setattr(runtime.redis, "execute_command", recorded_command)
    monkeypatch.setattr(runtime.redis, "pipeline", recorded_pipeline)
    return sent


class LiveApi:
    def __init__(self, http_url: str) -> None:
        self.http_url = http_url


@pytest.fixture
async def live_api(runtime: Runtime, settings: Settings) -> AsyncIterator[LiveApi]:
    """A development server with its people in it, whose outbox runs by itself."""
    app = create_app(replace(settings, environment="dev"))
    async with app.router.lifespan_context(app), serving(app) as url:
        await make_dev_people(app.state.runtime)
        async with Queue(app.state.runtime).running():
            yield LiveApi(url)


ROOT = Path(__file__).parent.parent
