"""What errors of the database tell, and what becomes of connections."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError

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
async def test_a_connection_is_not_used_again_while_the_answer_to_somebody_cancelled_may_come(
    runtime: Runtime, ask: str
) -> None:
    async def slow() -> None:
        async with runtime.database.read() as session:
            await getattr(session, ask)(text("SELECT pg_sleep(5)"), {})

    asked = asyncio.ensure_future(slow())
    await until(lambda: sleeping(runtime))
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    async with runtime.database.read() as session:
        assert [tuple(row) for row in await getattr(session, ask)(text("SELECT 1"), {})] == [(1,)]


async def test_both_ways_of_asking_are_one_connection(runtime: Runtime) -> None:
    own = text("SELECT pg_backend_pid()")
    async with runtime.database.read() as session:
        [before], [executed], [after] = [
            (await session.rows(own, {}))[0],
            (await session.execute(own)).one(),
            (await session.rows(own, {}))[0],
        ]
    assert before == executed == after


async def test_rows_of_a_transaction_are_what_it_has_written(runtime: Runtime) -> None:
    async with runtime.database.write() as session:
        await session.execute(text("CREATE TEMPORARY TABLE here (n) ON COMMIT DROP AS SELECT 1"))
        assert [tuple(row) for row in await session.rows(text("SELECT n FROM here"), {})] == [(1,)]
