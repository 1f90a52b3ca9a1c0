"""The outbox's rows as they lie in the table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text

from domain import events
from domain.events import Event
from infra.database import Database


class OutboxRow(NamedTuple):
    id: int
    attempts: int
    due_at: datetime


class OutboxRows:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def added(self, *new: Event | str) -> list[int]:
        """Ids of the new rows; text is stored as it is."""
        payloads = [event if isinstance(event, str) else events.encoded(event) for event in new]
        insert = "INSERT INTO outbox (event) SELECT unnest(CAST(:payloads AS jsonb[])) RETURNING id"
        async with self._database.write() as session:
            return sorted((await session.execute(text(insert), {"payloads": payloads})).scalars())

    async def all(self) -> list[OutboxRow]:
        async with self._database.read() as session:
            rows = await session.execute(text("SELECT id, attempts, due_at FROM outbox ORDER BY id"))
            return [OutboxRow(*row) for row in rows]

    async def attempts(self) -> dict[int, int]:
        return {row.id: row.attempts for row in await self.all()}

    async def due(self) -> list[int]:
        async with self._database.read() as session:
            rows = await session.execute(text("SELECT id FROM outbox WHERE due_at <= now() ORDER BY id"))
            return list(rows.scalars())

    async def stored(self) -> list[tuple[int, str]]:
        """Id and payload of every row, for `put_back`."""
        async with self._database.read() as session:
            rows = await session.execute(text("SELECT id, CAST(event AS text) FROM outbox ORDER BY id"))
            return [(row[0], row[1]) for row in rows]

    async def put_back(self, stored: Sequence[tuple[int, str]]) -> None:
        """As it is when a worker dies after its work and before it could finish the events."""
        insert = (
            "INSERT INTO outbox (id, event) OVERRIDING SYSTEM VALUE "
            "SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:payloads AS jsonb[]))"
        )
        async with self._database.write() as session:
            values = {"ids": [event_id for event_id, _ in stored], "payloads": [payload for _, payload in stored]}
            await session.execute(text(insert), values)

    async def now(self) -> datetime:
        async with self._database.read() as session:
            moment: datetime = (await session.execute(text("SELECT now()"))).scalar_one()
            return moment
