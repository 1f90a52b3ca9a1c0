"""What errors of the database tell, and what becomes of connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import pytest
from sqlalchemy import TextClause, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from infra.database import Database, ReadSession
from infra.outages import is_cancelled_statement, is_outage
from services.runtime import Runtime
from tests.waiting import until

ENDED = text("SELECT pg_terminate_backend(pg_backend_pid()) WHERE CAST(:hash AS text) <> ''")
WRONG = text("SELECT 1 / 0 WHERE CAST(:hash AS text) <> ''")
ASKED = {"hash": "a password's hash"}
ASKS = ["execute", "rows"]


async def sleeping(runtime: Runtime) -> bool:
    """Whether any connection is."""
    async with runtime.database.read() as session:
        [[count]] = await session.rows(text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"), {})
    return bool(count)


async def not_sleeping(runtime: Runtime) -> bool:
    return not await sleeping(runtime)


async def ended(url: str, pid: int) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT pg_terminate_backend($1, 10_000)", pid)
    await connection.close()


async def failing(runtime: Runtime, ask: str, statement: TextClause) -> DBAPIError:
    async with runtime.database.read() as session:
        with pytest.raises(DBAPIError) as failed:
            await getattr(session, ask)(statement, ASKED)
    return failed.value


@pytest.mark.parametrize("ask", ASKS)
async def test_an_error_does_not_tell_the_values_of_its_statement(runtime: Runtime, ask: str) -> None:
    error = await failing(runtime, ask, WRONG)
    assert "division by zero" in str(error)
    assert "a password's hash" not in str(error)
    assert not is_outage(error)


@pytest.mark.parametrize("ask", ASKS)
async def test_a_statement_that_took_too_long_is_told_as_such(runtime: Runtime, ask: str) -> None:
    async with runtime.database.read() as session:
        await session.execute(text("SELECT set_config('statement_timeout', '20', false)"))
        with pytest.raises(DBAPIError) as failed:
            await getattr(session, ask)(text("SELECT pg_sleep(5)"), {})
        await session.execute(text("RESET statement_timeout"))
    assert is_cancelled_statement(failed.value)
    assert is_outage(failed.value)


@pytest.mark.parametrize("ask", ASKS)
async def test_a_connection_that_was_lost_is_an_outage_and_replaced(runtime: Runtime, ask: str) -> None:
    assert is_outage(await failing(runtime, ask, ENDED))
    async with runtime.database.read() as session:
        assert [tuple(row) for row in await getattr(session, ask)(text("SELECT 1"), {})] == [(1,)]


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("ticks", range(6))
async def test_it_is_an_outage_however_much_is_known_of_it(runtime: Runtime, ask: str, ticks: int) -> None:
    """What the server said and that it has hung up are heard one after the other."""
    async with runtime.database.read() as session:
        [[pid]] = await session.rows(text("SELECT pg_backend_pid()"), {})
        with ThreadPoolExecutor() as elsewhere:
            elsewhere.submit(asyncio.run, ended(runtime.database.url, pid)).result()
        for _ in range(ticks):
            await asyncio.sleep(0)
        with pytest.raises(DBAPIError) as failed:
            await getattr(session, ask)(text("SELECT 1"), {})
    assert is_outage(failed.value)


@pytest.mark.parametrize("ask", ASKS)
async def test_a_connection_is_not_used_again_while_the_answer_to_somebody_cancelled_may_come(
    runtime: Runtime, ask: str
) -> None:
    async def slow() -> None:
        async with runtime.database.read() as session:
            await session.execute(text("SELECT set_config('statement_timeout', '0', false)"))
            await getattr(session, ask)(text("SELECT pg_sleep(600)"), {})

    asked = asyncio.ensure_future(slow())
    await until(lambda: sleeping(runtime))
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    async with runtime.database.read() as session:
        assert [tuple(row) for row in await getattr(session, ask)(text("SELECT 1"), {})] == [(1,)]
    await until(lambda: not_sleeping(runtime))


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("begin", ["read", "write"])
async def test_a_statement_is_planned_for_any_values(database: Database, begin: str, ask: str) -> None:
    statement = text(f"SELECT id AS {begin}_by_{ask} FROM users WHERE id = ANY(CAST(:ids AS bigint[]))")
    async with getattr(database, begin)() as session:
        for ids in ([1], [], list(range(1_000))):
            await getattr(session, ask)(statement, {"ids": ids})
        plans = text("SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE :part")
        assert [tuple(each) for each in await session.rows(plans, {"part": f"%AS {begin}_by_{ask} %"})] == [(0, 3)]


async def test_what_has_no_plan_for_all_values_is_planned_for_each(database: Database) -> None:
    statement = text("SELECT id AS planned_each_time FROM users WHERE id = ANY(CAST(:ids AS bigint[]))")
    plans = text(
        "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE '% planned_each_time %'"
    )
    async with database.read() as session:
        for ids in ([1], [], list(range(1_000))):
            async with session.planned_for_values():
                await session.rows(statement, {"ids": ids})
        await session.rows(statement, {"ids": [2]})
        assert (3, 1) in [tuple(each) for each in await session.rows(plans, {})]


async def test_rows_of_a_transaction_are_what_it_has_written(runtime: Runtime) -> None:
    async with runtime.database.write() as session:
        await session.execute(text("CREATE TEMPORARY TABLE here (n) ON COMMIT DROP AS SELECT 1"))
        assert [tuple(row) for row in await session.rows(text("SELECT n FROM here"), {})] == [(1,)]


async def test_a_transaction_that_cannot_be_rolled_back_is_not_left_to_the_next_user(runtime: Runtime) -> None:
    pids: list[int] = []
    forgotten: list[asyncio.Future[Any]] = []

    async def refused() -> None:
        async with runtime.database.write() as session:
            pids.extend(pid for (pid,) in await session.rows(text("SELECT pg_backend_pid()"), {}))
            forgotten.append(asyncio.ensure_future(session.rows(text("SELECT pg_sleep(600)"), {})))
            await until(lambda: sleeping(runtime))
            raise LookupError

    with pytest.raises(DBAPIError, match="another operation is in progress"):
        await refused()
    [failure] = await asyncio.gather(*forgotten, return_exceptions=True)
    assert isinstance(failure, DBAPIError)

    async def is_gone() -> bool:
        async with runtime.database.read() as session:
            return not await session.rows(text("SELECT FROM pg_stat_activity WHERE pid = :pid"), {"pid": pids[0]})

    await until(is_gone)


INSERT = text("INSERT INTO forgotten_changes (through) SELECT 1 WHERE CAST(:hash AS text) <> ''")
KEPT = text("SELECT count(*) FROM forgotten_changes")


async def writing(runtime: Runtime, ask: str, statement: TextClause) -> None:
    """One transaction: a row, then the statement."""
    async with runtime.database.write() as session:
        await getattr(session, ask)(INSERT, ASKED)
        await getattr(session, ask)(statement, ASKED)


async def kept(runtime: Runtime) -> int:
    async with runtime.database.read() as session:
        [[count]] = await session.rows(KEPT, {})
    return int(count)


@pytest.mark.parametrize("ask", ASKS)
async def test_a_transaction_is_all_or_nothing_whichever_way_it_was_written(runtime: Runtime, ask: str) -> None:
    with pytest.raises(DBAPIError, match="division by zero"):
        await writing(runtime, ask, WRONG)
    assert await kept(runtime) == 0
    async with runtime.database.write() as session:
        await getattr(session, ask)(INSERT, ASKED)
        assert await kept(runtime) == 0
    assert await kept(runtime) == 1


@pytest.mark.parametrize("ask", ASKS)
async def test_a_transaction_whose_connection_is_lost_is_an_outage(runtime: Runtime, ask: str) -> None:
    with pytest.raises(DBAPIError) as failed:
        await writing(runtime, ask, ENDED)
    assert is_outage(failed.value)
    assert await kept(runtime) == 0


async def test_a_transaction_whose_connection_is_lost_at_its_end_is_an_outage(runtime: Runtime) -> None:
    async def cut_off() -> None:
        async with runtime.database.write() as session, runtime.database.read() as other:
            await session.rows(INSERT, ASKED)
            [[pid]] = await session.rows(text("SELECT pg_backend_pid()"), {})
            await other.rows(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    with pytest.raises(DBAPIError) as failed:
        await cut_off()
    assert is_outage(failed.value)
    assert await kept(runtime) == 0


@pytest.mark.parametrize("ask", ASKS)
async def test_a_cancelled_transaction_leaves_nothing(runtime: Runtime, ask: str) -> None:
    asked = asyncio.ensure_future(writing(runtime, ask, text("SELECT pg_sleep(5) WHERE CAST(:hash AS text) <> ''")))
    await until(lambda: sleeping(runtime))
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await writing(runtime, ask, text("SELECT CAST(:hash AS text)"))
    assert await kept(runtime) == 1


OWN = text("SELECT pg_backend_pid()")


async def own_pid(session: ReadSession, ask: str = "rows") -> int:
    [[pid]] = await getattr(session, ask)(OWN, {})
    return int(pid)


async def test_both_ways_of_asking_are_one_connection(runtime: Runtime) -> None:
    async with runtime.database.read() as session:
        assert len({await own_pid(session, ask) for ask in ("rows", "execute", "rows")}) == 1


@pytest.fixture
async def database(runtime: Runtime) -> AsyncIterator[Database]:
    """Of two connections."""
    database = Database(runtime.settings.database_url, pool_size=2)
    yield database
    await database.close()


@pytest.fixture
def opened(database: Database) -> list[asyncpg.Connection]:
    """What it has opened."""
    opened: list[asyncpg.Connection] = []
    event.listen(database.engine.sync_engine, "connect", lambda made, _: opened.append(made.driver_connection))
    return opened


async def two(database: Database, ask: str = "rows") -> list[int]:
    async with database.read() as first, database.read() as second:
        return [await own_pid(first, ask), await own_pid(second, ask)]


async def test_what_was_read_on_is_read_on_next_without_the_pool(database: Database) -> None:
    taken: list[object] = []
    event.listen(database.engine.sync_engine, "checkout", lambda *each: taken.append(each))
    for kind in (database.read, database.write, database.read):
        async with kind() as session:
            await session.rows(OWN, {})
    assert len(taken) == 1
    async with database.read() as session:
        await session.execute(OWN)
    async with database.read() as session:
        await session.rows(OWN, {})
    assert len(taken) == 2, "what SQLAlchemy was asked with goes back through its pool"


async def test_a_transaction_is_nobody_elses(database: Database) -> None:
    async with database.read() as session:
        before = await own_pid(session)
        await session.rows(text("BEGIN"), {})
    async with database.read() as session:
        assert await own_pid(session) != before


@pytest.mark.parametrize("ask", ASKS)
async def test_where_one_is_lost_while_nobody_uses_it_all_are_replaced(
    database: Database, opened: list[asyncpg.Connection], ask: str
) -> None:
    before = await two(database, ask)
    await ended(database.url, before[0])
    await until(lambda: opened[0].is_closed())
    assert not set(before) & set(await two(database, ask))
    assert all(each.is_closed() for each in opened[:2])


@pytest.mark.parametrize("ask", ASKS)
async def test_where_one_is_lost_those_in_use_are_used_no_more(database: Database, ask: str) -> None:
    async with database.read() as used:
        before = await own_pid(used, ask)
        async with database.read() as lost:
            with pytest.raises(DBAPIError):
                await getattr(lost, ask)(ENDED, ASKED)
        assert await own_pid(used, ask) == before
    assert before not in await two(database, ask)


async def test_what_is_closed_leaves_no_connection(database: Database, opened: list[asyncpg.Connection]) -> None:
    await two(database)
    await database.close()
    assert [each.is_closed() for each in opened] == [True, True]


async def test_connections_are_given_to_those_who_asked_first(runtime: Runtime) -> None:
    database = Database(runtime.settings.database_url, pool_size=1)
    given: list[str] = []

    async def ask(name: str) -> None:
        async with database.read():
            given.append(name)

    async with database.read():
        first = asyncio.create_task(ask("first"))
        await asyncio.sleep(0)
    await ask("second")
    await first
    assert given == ["first", "second"]
    await database.close()


async def test_who_waits_too_long_for_a_connection_is_told_so(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.database.WAIT_FOR_CONNECTION_S", 0.01)
    database = Database(runtime.settings.database_url, pool_size=1)
    async with database.read():
        with pytest.raises(NoFreeConnection) as failed:
            async with database.read():
                pass
    assert is_outage(failed.value)
    async with database.read() as session:
        assert await session.rows(text("SELECT 1"), {}) == [(1,)]
    await database.close()
