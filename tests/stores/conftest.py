"""People and tweets without the layers above the stores."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import text

from domain.tweets import checked_text
from infra.database import WriteSession
from models import metadata
from services import accounts, deletions, tweets
from services.accounts import Registration
from services.runtime import Runtime
from services.tweets import Draft
from stores import outbox


class World:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    async def people(self, *names: str) -> list[int]:
        new = await accounts.prepared(
            self.runtime, [Registration(name, name, f"{name}@example.com", "password") for name in names]
        )
        async with self.runtime.database.write() as session:
            return [user.id for user in await accounts.add(session, new)]

    async def tweets(self, author_id: int, count: int) -> list[int]:
        """Oldest first."""
        now = self.runtime.now()
        drafts = [Draft(self.runtime.snowflakes.next(), author_id, checked_text("hello"), now) for _ in range(count)]
        async with self.runtime.database.write() as session:
            return [tweet.id for tweet in await tweets.post(session, drafts)]

    async def taken(self, limit: int = 10_000) -> list[int]:
        async with self.runtime.database.write() as session:
            return await outbox.take(session, limit=limit, lease=timedelta(minutes=1))

    async def deleted(self, author_id: int, tweet_ids: Sequence[int]) -> None:
        async with self.runtime.database.write() as session:
            for tweet_id in tweet_ids:
                await deletions.delete(session, tweet_id, author_id=author_id, now=self.runtime.now())


@pytest.fixture(scope="module")
async def filled(request: pytest.FixtureRequest, shared_runtime: Runtime) -> AsyncIterator[WriteSession]:
    """A transaction with the rows of `plans.filled_with`, for all tests in a row that name the same; then they are
    gone."""
    # As in a new database, now and afterwards: plans depend neither on what tables held before nor on when they were
    # vacuumed, and nobody reads past what was taken back.
    await _truncated(shared_runtime)
    async with shared_runtime.database.write() as session:
        # Thousands of rows, each true to those it points at, are written without asking for each of them.
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        for line in request.param:
            await session.execute(text(line))
        for setting in ("session_replication_role = origin", "idle_in_transaction_session_timeout = 0"):
            await session.execute(text(f"SET LOCAL {setting}"))
        yield session
        await session.execute(text("ROLLBACK AND CHAIN"))
    await _truncated(shared_runtime)


async def _truncated(runtime: Runtime) -> None:
    tables = ", ".join(name for name in metadata.tables if name != "id_leases")
    async with runtime.database.write() as session:
        await session.execute(text(f"TRUNCATE {tables}"))


@pytest.fixture
def world(runtime: Runtime) -> World:
    return World(runtime)
