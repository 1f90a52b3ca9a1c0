"""Forgetting what has happened more than a day ago: batch by batch, and nothing younger."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from domain.changes import ChangeKind, Snapshot
from services.runtime import Runtime
from stores import changes
from stores.changes import NewChange
from workers import main


async def logged(runtime: Runtime) -> list[int]:
    """Whom the log is about."""
    async with runtime.database.read() as session:
        found, _ = await changes.since(session, Snapshot(1, 1))
    return [change.user_id for change in found]


@pytest.mark.parametrize("at_once", [1, 2, 10])
async def test_changes_are_forgotten_after_a_day_and_streams_know(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(changes, "FORGET_LIMIT", at_once)
    places = []
    for user_id in range(1, 6):
        async with runtime.database.read() as session:
            places.append(await changes.now(session))
        async with runtime.database.write() as write_session:
            await changes.record(write_session, [NewChange(ChangeKind.MUTES_CHANGED, user_id)])
    async with runtime.database.write() as session:
        age = "UPDATE changes SET made_at = made_at - interval '24 hours' WHERE user_id <= 4"
        await session.execute(text(age))
    for _ in range(2):
        await main.forget_changes({"runtime": runtime})
        assert await logged(runtime) == [5]
        async with runtime.database.read() as session:
            whole = [await changes.is_whole_since(session, place) for place in places]
        assert whole == [False, False, False, False, True]
