"""Worker numbers: two live processes never share one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from domain.snowflakes import ClockOutOfLease
from infra.clock import SystemClock
from infra.database import Database
from services.runtime import Runtime
from stores import id_leases
from stores.id_leases import NoFreeWorker, acquire, leased_snowflakes, release, renew
from tests.waiting import until


@pytest.fixture
async def database(runtime: Runtime) -> AsyncIterator[Database]:
    """The API of the tests holds a lease of its own; numbers that other tests gave back are out of the way."""
    resting = text("DELETE FROM id_leases WHERE leased_until < now() + interval '3 s'")
    async with runtime.database.write() as session:
        await session.execute(resting)
        held = (await session.execute(text("SELECT worker FROM id_leases"))).scalars().all()
    yield runtime.database
    async with runtime.database.write() as session:
        await session.execute(text("DELETE FROM id_leases WHERE worker <> ALL(:held)"), {"held": held})


async def run_out(database: Database, worker: int) -> None:
    async with database.write() as session:
        statement = text("UPDATE id_leases SET leased_until = now() WHERE worker = :worker")
        await session.execute(statement, {"worker": worker})


async def test_processes_that_start_at_once_get_different_numbers(database: Database) -> None:
    leases = await asyncio.gather(*(acquire(database, f"holder {n}") for n in range(20)))
    assert len({lease.worker for lease in leases}) == 20
    assert {lease.until_ms - lease.from_ms for lease in leases} == {int(id_leases.LEASE_S * 1000)}


async def test_a_lease_is_renewed_by_its_holder_only(database: Database) -> None:
    lease = await acquire(database, "ann")
    assert await renew(database, "bob", lease.worker) is None
    until_ms = await renew(database, "ann", lease.worker)
    assert until_ms is not None
    assert until_ms >= lease.until_ms


async def test_a_lapsed_lease_is_not_renewed_and_its_number_goes_to_the_next(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = await acquire(database, "ann")
    await run_out(database, lease.worker)
    assert await renew(database, "ann", lease.worker) is None
    monkeypatch.setattr(id_leases, "MAX_WORKER", lease.worker + 1)
    later = await acquire(database, "bob")
    assert later.worker == lease.worker
    assert await renew(database, "ann", lease.worker) is None
    assert await renew(database, "bob", lease.worker) is not None


async def test_of_a_renewal_and_a_takeover_at_once_one_succeeds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = await acquire(database, "ann")
    monkeypatch.setattr(id_leases, "MAX_WORKER", lease.worker + 1)
    lock = text("SELECT pg_advisory_xact_lock(:lock)")
    async with database.write() as session:
        await session.execute(lock, {"lock": id_leases._LEASE_LOCK})
        renewal = asyncio.create_task(renew(database, "ann", lease.worker))
        await all_wait(database, 1)
        await run_out(database, lease.worker)
        takeover = asyncio.create_task(acquire(database, "bob"))
        await all_wait(database, 2)
    assert await renewal is not None
    with pytest.raises(NoFreeWorker):
        await takeover


async def all_wait(database: Database, count: int) -> None:
    """Returns when so many transactions wait for an advisory lock."""

    async def so_many_wait() -> bool:
        async with database.read() as session:
            waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            return bool((await session.execute(waiting)).scalar_one() == count)

    await until(so_many_wait)


async def test_a_released_number_rests_before_it_is_given_out_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = await acquire(database, "ann")
    monkeypatch.setattr(id_leases, "MAX_WORKER", lease.worker + 1)
    await release(database, "ann", lease.worker)
    with pytest.raises(NoFreeWorker, match=f"all {lease.worker + 1} worker numbers are leased"):
        await acquire(database, "bob")


async def test_a_process_makes_ids_with_its_own_number_and_gives_it_back(database: Database) -> None:
    async with leased_snowflakes(database, SystemClock()) as ann, leased_snowflakes(database, SystemClock()) as bob:
        made = [snowflakes.next() for _ in range(100) for snowflakes in (ann, bob)]
        workers = {made_id >> 12 & 1023 for made_id in made}
    assert len(set(made)) == 200
    assert len(workers) == 2
    async with database.read() as session:
        rest = text("SELECT count(*) FROM id_leases WHERE leased_until < now() + interval '3 s' AND worker = ANY(:ids)")
        assert (await session.execute(rest, {"ids": sorted(workers)})).scalar_one() == 2


async def test_a_process_whose_lease_ran_out_goes_on_with_another(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(id_leases, "RENEW_EVERY_S", 0.01)
    monkeypatch.setattr(id_leases, "PAUSE_S", 0.0)
    async with leased_snowflakes(database, SystemClock()) as snowflakes:
        last = snowflakes.next()
        worker = last >> 12 & 1023
        await run_out(database, worker)
        await until(lambda: snowflakes.next() >> 12 & 1023 != worker)
        assert snowflakes.next() > last


async def test_a_process_that_finds_its_lease_over_has_another_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(id_leases, "RENEW_EVERY_S", 3_600.0)
    monkeypatch.setattr(id_leases, "LEASE_S", 0.0)
    async with leased_snowflakes(database, SystemClock()) as snowflakes:
        monkeypatch.setattr(id_leases, "LEASE_S", 60.0)
        with pytest.raises(ClockOutOfLease):
            snowflakes.next()
        await until(lambda: not snowflakes.refused.is_set())
        snowflakes.next()


class FastClock:
    def now_ms(self) -> int:
        return SystemClock().now_ms() + 2 * int(id_leases.LEASE_S * 1000)


async def test_a_process_whose_clock_is_wrong_does_not_renew_its_lease_for_every_id(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(id_leases, "RENEW_EVERY_S", 7_200.0)
    monkeypatch.setattr(id_leases, "PAUSE_S", 3_600.0)
    renewals: list[int] = []

    async def counted(database: Database, holder: str, worker: int) -> int | None:
        renewals.append(worker)
        return await renew(database, holder, worker)

    monkeypatch.setattr(id_leases, "renew", counted)
    async with leased_snowflakes(database, FastClock()) as snowflakes:
        with pytest.raises(ClockOutOfLease):
            snowflakes.next()
        await until(lambda: not snowflakes.refused.is_set())
        with pytest.raises(ClockOutOfLease):
            snowflakes.next()
        async with database.read() as session:  # by then another would have begun
            await session.execute(text("SELECT 1"))
        assert len(renewals) == 1
