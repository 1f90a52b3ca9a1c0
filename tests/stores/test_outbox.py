"""The outbox: leases, postponing, dead letters."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import text

from domain import events
from domain.events import Event, StoredEvent, TweetDeleted, TweetLiked, TweetPosted
from stores import outbox
from tests.stores.conftest import World


class Interrupted(Exception):
    pass


async def added(world: World, count: int) -> None:
    async with world.runtime.database.write() as session:
        await outbox.add(session, [TweetPosted(n) for n in range(count)])


async def lease_over(world: World) -> None:
    async with world.runtime.database.write() as session:
        await session.execute(text("UPDATE outbox SET due_at = due_at - interval '1 hour'"))


async def waiting(world: World) -> list[StoredEvent]:
    async with world.runtime.database.read() as session:
        ids = (await session.execute(text("SELECT id FROM outbox"))).scalars().all()
        readable, unreadable = await outbox.by_id(session, ids)
    assert unreadable == []
    return readable


async def test_events_come_in_order_and_are_leased_until_they_are_finished(world: World) -> None:
    happened: list[Event] = [TweetPosted(1), TweetDeleted(1), TweetLiked(1, 2)]
    async with world.runtime.database.write() as session:
        await outbox.add(session, happened)
    first = await world.taken(limit=2)
    rest = await world.taken()
    assert first + rest == sorted(first + rest)
    assert (len(first), len(rest), await world.taken()) == (2, 1, [])
    assert await waiting(world) == [
        StoredEvent(id=event_id, event=event, attempts=0)
        for event_id, event in zip(first + rest, happened, strict=True)
    ]
    async with world.runtime.database.write() as session:
        await outbox.finish(session, first)
    await lease_over(world)
    assert await world.taken() == rest


async def test_a_take_is_bounded_whatever_plan_is_chosen(world: World) -> None:
    """The planner chooses by statistics that autovacuum brings; without these it takes the plan that runs a
    subquery once per row."""
    await added(world, 20)
    async with world.runtime.database.write() as session:
        for plan in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
            await session.execute(text(f"SET LOCAL enable_{plan} = off"))
        taken = await outbox.take(session, limit=7, lease=timedelta(minutes=1))
    assert len(taken) == 7


async def test_takers_at_once_never_share_an_event(world: World) -> None:
    await added(world, 100)
    shares = await asyncio.gather(*(world.taken(limit=10) for _ in range(8)))
    taken = [event_id for share in shares for event_id in share]
    assert len(taken) == len(set(taken)) == 80
    assert len(await world.taken()) == 20


async def test_a_taker_skips_what_another_holds_in_an_open_transaction(world: World) -> None:
    await added(world, 3)
    async with world.runtime.database.write() as session:
        held = await outbox.take(session, limit=2, lease=timedelta(minutes=1))
        others = await world.taken()
    assert (len(held), len(others)) == (2, 1)
    assert not set(held) & set(others)


async def test_an_event_of_a_transaction_that_fails_never_was(world: World) -> None:
    with suppress(Interrupted):
        async with world.runtime.database.write() as session:
            await outbox.add(session, [TweetPosted(1)])
            raise Interrupted
    assert await world.taken() == []


async def test_a_failed_event_waits_and_its_attempts_count(world: World) -> None:
    await added(world, 1)
    [event_id] = await world.taken()
    async with world.runtime.database.write() as session:
        await outbox.postpone(session, event_id, delay=timedelta(minutes=5))
    assert await world.taken() == []
    await lease_over(world)
    assert await world.taken() == [event_id]
    assert await waiting(world) == [StoredEvent(event_id, TweetPosted(0), attempts=1)]


async def test_an_event_given_back_is_due_without_an_attempt(world: World) -> None:
    await added(world, 2)
    event_ids = await world.taken()
    async with world.runtime.database.write() as session:
        await outbox.make_due(session, event_ids[:1], after=timedelta(0))
    assert await world.taken() == event_ids[:1]
    assert [event.attempts for event in await waiting(world)] == [0, 0]


async def test_a_buried_event_is_kept_with_its_error_and_can_be_revived_once(world: World) -> None:
    await added(world, 2)
    buried, other = await world.taken()
    async with world.runtime.database.write() as session:
        await outbox.postpone(session, buried, delay=timedelta(0))
        await outbox.bury(session, buried, error="ValueError: no")
    async with world.runtime.database.read() as session:
        [letter] = await outbox.dead_letters(session, limit=10)
        assert await outbox.backlog(session) == 1
    assert (letter.id, letter.attempts, letter.error) == (buried, 2, "ValueError: no")
    assert events.decoded(letter.payload) == TweetPosted(0)

    async with world.runtime.database.write() as session:
        assert await outbox.revive(session, [buried, 12345]) == 1
        assert await outbox.revive(session, [buried]) == 0
    async with world.runtime.database.read() as session:
        assert await outbox.dead_letters(session, limit=10) == []
    [revived] = await world.taken()
    assert revived not in {buried, other}
    assert await waiting(world) == [
        StoredEvent(other, TweetPosted(1), attempts=0),
        StoredEvent(revived, TweetPosted(0), attempts=0),
    ]


async def test_burying_an_event_that_is_finished_does_nothing(world: World) -> None:
    async with world.runtime.database.write() as session:
        await outbox.bury(session, 12345, error="late")
        assert await outbox.dead_letters(session, limit=10) == []


async def test_an_event_this_version_cannot_read_is_named_beside_the_others(world: World) -> None:
    await added(world, 1)
    async with world.runtime.database.write() as session:
        await session.execute(text("""INSERT INTO outbox (event) VALUES ('{"type": "TweetPinned", "tweet_id": 1}')"""))
    known, unknown = await world.taken()
    async with world.runtime.database.read() as session:
        readable, unreadable = await outbox.by_id(session, [known, unknown])
    assert readable == [StoredEvent(known, TweetPosted(0), attempts=0)]
    assert [(event.id, event.attempts) for event in unreadable] == [(unknown, 0)]
    assert "TweetPinned" in unreadable[0].error
