"""PostgreSQL connections: short read sessions and one write transaction per mutation or job.

A session is a connection of SQLAlchemy's pool: no identity map, no ORM rows. The two types keep a reader from being
handed to a function that writes.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import cache, partial
from typing import Any, Protocol, TypeVar

import asyncpg
from sqlalchemy import Connection, CursorResult, Executable, PoolProxiedConnection, TextClause, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import greenlet_spawn

from infra.engine import WAIT_FOR_CONNECTION_S, engine_for, is_closed
from infra.generations import Generations

_DIALECT = make_url("postgresql+asyncpg://").get_dialect()()
Values = Mapping[str, Any]


class ReadSession:
    """For one caller and one await at a time. For SQLAlchemy there is no transaction."""

    def __init__(self, engine: AsyncEngine, pooled: PoolProxiedConnection) -> None:
        self._engine = engine
        self._pooled = pooled
        self._connected: AsyncConnection | None = None

    def kept(self, what: str) -> Generations[Any, Any]:  # noqa: ARG002
        """Nothing, and for nobody else: what is read may be a version that is never committed."""
        return Generations()

    async def execute(
        self, statement: Executable, values: Values | Sequence[Values] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        return await self._connection_of_sqlalchemy().execute(statement, values)

    async def rows(self, statement: TextClause, values: Values) -> Sequence[Sequence[Any]]:
        """What `execute` finds, in the order of the columns, from the driver itself (docs/decisions/0019)."""
        heard = self._engine.sync_engine.dispatch.before_cursor_execute
        if heard:
            heard(None, None, _for_the_driver(statement)[0], values, None, False)
        return await self._fetched(statement, values)

    def _connection_of_sqlalchemy(self) -> AsyncConnection:
        if self._connected is None:
            self._connected = AsyncConnection(self._engine, Connection(self._engine.sync_engine, self._pooled))
        return self._connected

    async def _fetched(self, statement: TextClause, values: Values) -> Sequence[Sequence[Any]]:
        sql, names = _for_the_driver(statement)
        driver: Any = self._pooled.driver_connection
        try:
            found: Sequence[Sequence[Any]] = await driver.fetch(sql, *[values[name] for name in names])
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
            if driver.is_closed() or isinstance(error, asyncpg.InternalClientError):
                # SQLAlchemy finds the same, says so in its way and makes the whole pool anew.
                return (await self.execute(statement, values)).all()
            raise DBAPIError(sql, None, error, hide_parameters=True) from error
        except BaseException as error:
            # Cancelled: the answer may still come, to whoever would ask next. As SQLAlchemy ends it, the server is told
            # that nobody waits, and a statement does not run on beside those of the connection that is made instead.
            await greenlet_spawn(self._pooled.invalidate, error)
            raise
        return found

    @asynccontextmanager
    async def transaction(self, beginning: TextClause) -> AsyncIterator[None]:
        try:
            await self._fetched(beginning, {})
            yield
            await self._fetched(_COMMIT, {})
        except BaseException:
            if not is_closed(self._pooled):
                await self._fetched(_ROLLBACK, {})
            raise

    def moment(self) -> AbstractAsyncContextManager[None]:
        """Inside, all statements see the same snapshot; of a transaction, those that its isolation gives them."""
        return nullcontext()

    def planned_for_values(self) -> AbstractAsyncContextManager[None]:
        """Inside, statements are planned for what they are asked: such as have no plan that is right for all of it.
        In a transaction, as ever."""
        return nullcontext()

    @property
    def is_unspoilt(self) -> bool:
        """Whether its connection is as it was when the session began."""
        return self._connected is None and not is_closed(self._pooled) and not self._is_in_transaction

    @property
    def _is_in_transaction(self) -> bool:
        driver: Any = self._pooled.driver_connection
        return bool(driver.is_in_transaction())

    async def close(self) -> None:
        if not is_closed(self._pooled) and self._is_in_transaction:
            # It could not be rolled back, which the pool does not know: its next user would commit it.
            await greenlet_spawn(self._pooled.invalidate)
        if self._connected is None:
            self._pooled.close()
        else:
            await self._connected.close()


class _Autocommitting(ReadSession):
    """Each statement sees its own snapshot."""

    def __init__(
        self, engine: AsyncEngine, pooled: PoolProxiedConnection, kept: defaultdict[str, Generations[Any, Any]]
    ) -> None:
        super().__init__(engine, pooled)
        self._kept = kept

    def kept(self, what: str) -> Generations[Any, Any]:
        return self._kept[what]

    def moment(self) -> AbstractAsyncContextManager[None]:
        return self.transaction(_BEGIN_MOMENT)

    @asynccontextmanager
    async def planned_for_values(self) -> AsyncIterator[None]:
        async with self.transaction(_BEGIN):
            await self._fetched(_PLAN_FOR_VALUES, {})
            yield


_BEGIN, _COMMIT, _ROLLBACK = text("BEGIN"), text("COMMIT"), text("ROLLBACK")
_BEGIN_MOMENT = text("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
_PLAN_FOR_VALUES = text("SET LOCAL plan_cache_mode = force_custom_plan")


class WriteSession(ReadSession):
    def begin_nested(self) -> AsyncTransaction:
        return self._connection_of_sqlalchemy().begin_nested()


Session = TypeVar("Session", bound=ReadSession)


class Reads(Protocol):
    """Where sessions for reading come from."""

    def read(self) -> AbstractAsyncContextManager[ReadSession]: ...


class Moment:
    """The database as it was at one moment. Its readers take turns."""

    def __init__(self, session: ReadSession) -> None:
        self._session: ReadSession | None = session
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        async with self._turn:
            if self._session is None:
                raise RuntimeError("the moment is over")
            yield self._session

    async def end(self) -> None:
        """Waits for whoever is reading: tasks of those who were cancelled may be."""
        async with self._turn:
            self._session = None


class Database:
    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.engine = engine_for(url, pool_size=pool_size)
        # One statement needs no BEGIN and ROLLBACK round trips around it.
        self._autocommitting = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        # The pool gives a connection that comes back to whoever asks at that moment, before those who wait for one, and
        # who was passed over waits behind all others: near its limit one in a hundred waits for seconds.
        self._turns = asyncio.Semaphore(pool_size)
        self._moments = asyncio.Semaphore(max(1, pool_size // 4))
        self._kept: defaultdict[str, Generations[Any, Any]] = defaultdict(Generations)
        # Connections are made anew when another server takes over, too; one that has not received the last transactions
        # gives their numbers to others.
        event.listen(self.engine.sync_engine, "connect", lambda *_: self._kept.clear())
        # Given back as they came; to put one into the pool and take it out again costs half a statement.
        self._spare: list[PoolProxiedConnection] = []
        # The pool looks which of those that were made by then it replaces.
        event.listen(self.engine.sync_engine, "invalidate", lambda *_: self._return_spare())

    def read(self) -> AbstractAsyncContextManager[ReadSession]:
        """A session for one caller and one await at a time; each statement sees its own snapshot."""
        return self._session(partial(_Autocommitting, kept=self._kept))

    @asynccontextmanager
    async def moment(self) -> AsyncIterator[Moment]:
        """Everything that is read of it was true at once, when the first of it was read. Other sessions may be used
        inside: few moments at once leave them their connections."""
        async with self._moments, self._transaction(ReadSession, _BEGIN_MOMENT) as session:
            moment = Moment(session)
            try:
                yield moment
            finally:
                await _done_whoever_cancels(moment.end())

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        async with self._transaction(WriteSession, _BEGIN) as session:
            yield session

    @asynccontextmanager
    async def _transaction(self, kind: type[Session], beginning: TextClause) -> AsyncIterator[Session]:
        async with self._session(kind) as session, session.transaction(beginning):
            yield session

    @asynccontextmanager
    async def _session(self, kind: Callable[[AsyncEngine, PoolProxiedConnection], Session]) -> AsyncIterator[Session]:
        await self._turn()
        try:
            spare = self._spare  # another list by the time connections of now are not to be given on
            pooled = await self._checked_out()
            session = kind(self._autocommitting, pooled)
            try:
                yield session
            finally:
                if spare is self._spare and session.is_unspoilt:
                    spare.append(pooled)
                else:
                    await session.close()
        finally:
            self._turns.release()

    async def _turn(self) -> None:
        """Whoever asked first has a connection first. Raises SQLAlchemy's TimeoutError, as its pool would."""
        if not self._turns.locked():
            await self._turns.acquire()
            return
        try:
            async with asyncio.timeout(WAIT_FOR_CONNECTION_S):
                await self._turns.acquire()
        except TimeoutError:
            raise NoFreeConnection(f"no free connection within {WAIT_FOR_CONNECTION_S:.0f} s") from None

    async def close(self) -> None:
        self._return_spare()
        await self.engine.dispose()

    def _return_spare(self) -> None:
        spare, self._spare = self._spare, []
        for pooled in spare:
            pooled.close()

    async def _checked_out(self) -> PoolProxiedConnection:
        if self._spare:
            if not is_closed(self._spare[-1]):
                return self._spare.pop()
            self._return_spare()
        dialect = self.engine.dialect
        try:
            return await self.engine.raw_connection()
        except dialect.loaded_dbapi.Error as error:
            lost = dialect.is_disconnect(error, None, None)
            raise DBAPIError(None, None, error, hide_parameters=True, connection_invalidated=lost) from error


async def _done_whoever_cancels(task: Coroutine[Any, Any, None]) -> None:
    """Raises CancelledError, where somebody cancels, when it is done."""
    running, cancelled = asyncio.ensure_future(task), None
    while not running.done():
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled


@cache
def _for_the_driver(statement: TextClause) -> tuple[str, tuple[str, ...]]:
    """With numbers in place of the names of its values, and the names in the order of the numbers."""
    compiled = statement.compile(dialect=_DIALECT)
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup is not None
    return compiled.string, tuple(compiled.positiontup)
