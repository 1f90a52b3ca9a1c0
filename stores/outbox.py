"""Events on their way to the workers, and those that failed for good.

`due_at` is the only state of an event: taking it moves `due_at` a lease into the future, finishing it
deletes the row. A process that dies loses nothing: the event is due again when the lease has run out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain

import msgspec
from sqlalchemy import text

from domain import events
from domain.events import Event, Lane, StoredEvent
from infra.database import ReadSession, WriteSession
from stores import changes

CHANNEL = "outbox"
"""The LISTEN channel that every insert into the outbox notifies (a trigger, see the migrations)."""

_ADD = "INSERT INTO outbox (event, lane) SELECT unnest(CAST(:events AS jsonb[])), :lane"
_ADD_UNWATCHED = text(_ADD)
_ADD_WATCHED = text(f"WITH added AS ({_ADD}) {changes.ADDING}")
_ADD_WATCHED_OF_USERS = text(f"WITH added AS ({_ADD}) {changes.ADDING_OF_USERS}")


async def add(session: WriteSession, new: Sequence[Event], *, lane: Lane = Lane.ORDINARY) -> None:
    """What can be watched is in the log of changes too."""
    values = {"events": [events.encoded(event) for event in new], "lane": lane}
    watched = [change for event in new for change in changes.changes_of(event)]
    if watched:
        statement = _ADD_WATCHED_OF_USERS if changes.are_of_users(watched) else _ADD_WATCHED
        await session.rows(statement, values | changes.adding(watched))
    else:
        await session.rows(_ADD_UNWATCHED, values)


# An array, because some plans run a subquery of IN once per row, and each run would take another `limit`.
_TAKE = text(
    """
    UPDATE outbox SET due_at = now() + :lease
    WHERE id = ANY(ARRAY(
        SELECT due.id FROM unnest(CAST(:lanes AS smallint[]), CAST(:limits AS integer[])) AS wanted (lane, count)
        CROSS JOIN LATERAL (
            SELECT id FROM outbox WHERE lane = wanted.lane AND due_at <= now()
            ORDER BY due_at, id LIMIT wanted.count FOR UPDATE SKIP LOCKED
        ) AS due
    ))
    RETURNING id, lane
    """
)


async def take_by_lane(session: WriteSession, limits: Mapping[Lane, int], *, lease: timedelta) -> dict[Lane, list[int]]:
    """Ids of due events, oldest first, so many of each lane; nobody else is given them until the lease has run out."""
    found: defaultdict[Lane, list[int]] = defaultdict(list)
    values = {"lanes": list(limits), "limits": list(limits.values()), "lease": lease}
    for row in await session.execute(_TAKE, values):
        found[Lane(row.lane)].append(row.id)
    return {lane: sorted(event_ids) for lane, event_ids in found.items()}


async def take(session: WriteSession, *, limit: int, lease: timedelta) -> list[int]:
    """Up to `limit` of each lane, oldest first."""
    taken = await take_by_lane(session, dict.fromkeys(Lane, limit), lease=lease)
    return sorted(chain.from_iterable(taken.values()))


_BY_ID = text(
    "SELECT id, CAST(event AS text) AS event, attempts FROM outbox WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id"
)


class UnreadableEvent(msgspec.Struct, frozen=True):
    """A row that this version cannot decode, as while a newer one is being rolled out."""

    id: int
    error: str
    attempts: int


async def by_id(session: ReadSession, event_ids: Sequence[int]) -> tuple[list[StoredEvent], list[UnreadableEvent]]:
    """Those that are not finished yet, in the order they happened."""
    readable: list[StoredEvent] = []
    unreadable: list[UnreadableEvent] = []
    for row in await session.execute(_BY_ID, {"ids": event_ids}):
        try:
            readable.append(StoredEvent(id=row.id, event=events.decoded(row.event), attempts=row.attempts))
        except msgspec.MsgspecError as error:
            unreadable.append(UnreadableEvent(id=row.id, error=str(error), attempts=row.attempts))
    return readable, unreadable


_FINISH = text("DELETE FROM outbox WHERE id = ANY(CAST(:ids AS bigint[]))")


async def finish(session: WriteSession, event_ids: Sequence[int]) -> None:
    await session.execute(_FINISH, {"ids": event_ids})


_MAKE_DUE = text("UPDATE outbox SET due_at = now() + :after WHERE id = ANY(CAST(:ids AS bigint[]))")


async def make_due(session: WriteSession, event_ids: Sequence[int], *, after: timedelta) -> None:
    """Prolongs a lease, or ends it early, through no fault of the events."""
    await session.execute(_MAKE_DUE, {"ids": event_ids, "after": after})


_POSTPONE = text("UPDATE outbox SET attempts = attempts + 1, due_at = now() + :delay WHERE id = :id")


async def postpone(session: WriteSession, event_id: int, *, delay: timedelta) -> None:
    """Counts a failed attempt and makes the event due again after `delay`."""
    await session.execute(_POSTPONE, {"id": event_id, "delay": delay})


_BURY = text(
    """
    WITH failed AS (DELETE FROM outbox WHERE id = :id RETURNING id, event, attempts, created_at, lane)
    INSERT INTO dead_letters (id, event, attempts, error, created_at, lane)
    SELECT id, event, attempts + 1, :error, created_at, lane FROM failed
    """
)


async def bury(session: WriteSession, event_id: int, *, error: str) -> None:
    """Moves an event that keeps failing to the dead letters."""
    await session.execute(_BURY, {"id": event_id, "error": error})


class DeadLetter(msgspec.Struct, frozen=True):
    id: int
    payload: str
    """The event as JSON: it may be here because it cannot be decoded."""
    attempts: int
    error: str
    created_at: datetime
    failed_at: datetime


_DEAD = text(
    "SELECT id, CAST(event AS text) AS payload, attempts, error, created_at, failed_at "
    "FROM dead_letters ORDER BY id LIMIT :limit"
)


async def dead_letters(session: ReadSession, *, limit: int) -> list[DeadLetter]:
    return [
        DeadLetter(
            id=row.id,
            payload=row.payload,
            attempts=row.attempts,
            error=row.error,
            created_at=row.created_at,
            failed_at=row.failed_at,
        )
        for row in await session.execute(_DEAD, {"limit": limit})
    ]


_REVIVE = text(
    """
    WITH revived AS (
        DELETE FROM dead_letters WHERE id = ANY(CAST(:ids AS bigint[])) RETURNING event, created_at, lane
    )
    INSERT INTO outbox (event, created_at, lane) SELECT event, created_at, lane FROM revived RETURNING id
    """
)


async def revive(session: WriteSession, dead_letter_ids: Sequence[int]) -> int:
    """Puts dead letters back into the outbox; returns how many there were."""
    return len((await session.execute(_REVIVE, {"ids": dead_letter_ids})).all())


_BACKLOG = text("SELECT count(*) FROM outbox")


async def backlog(session: ReadSession) -> int:
    """How many events are not finished."""
    return int((await session.execute(_BACKLOG)).scalar_one())


_AGE_OF_OLDEST = text(
    "SELECT lane, CAST(extract(epoch FROM now() - min(created_at)) AS float8) AS age FROM outbox GROUP BY lane"
)


async def age_of_oldest(session: ReadSession) -> dict[Lane, float]:
    """Seconds since the oldest unfinished event of each lane happened; 0 where there is none."""
    found = {row.lane: row.age for row in await session.execute(_AGE_OF_OLDEST)}
    return {lane: found.get(lane, 0.0) for lane in Lane}
