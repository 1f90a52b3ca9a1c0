"""Live streams of one process: the log of changes is read once for all of them, and each is told what concerns it.

A stream is told everything after its place in the log, by the hub while it keeps up and from the log itself otherwise:
when it resumes, and when more came than is held for it. So nothing depends on what a process remembers, and a lost
process, connection or wake-up costs time and no event.
"""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Self, TypeAlias

import msgspec

from domain.changes import Change, Concern, Place, Snapshot, Told
from domain.errors import FutureCursor
from domain.records import GapReason
from infra.database import Database, ReadSession
from infra.outages import is_cancelled_statement, is_outage
from services.watches import Broadcast, Hearer, Watch
from stores import changes, wakeups

log = logging.getLogger(__name__)

HUB = "live hub"
"""The task that looks into the log, whenever something happens."""
HEARTBEAT_S = 20.0
MAX_READ = 1_000
"""Changes that a stream reads from the log; what lies behind more is a gap."""
POLL_S = 1.0
"""How late a change can be whose wake-up was lost."""
PAUSE_S = 0.005
"""Between two looks: what many commits wrote meanwhile is read at once."""
RETRY_S = 0.2
GIVE_UP_AFTER_S = 30.0
"""A connection that says nothing any more is given up; every statement ends sooner."""


class Topic(ABC):
    """What a stream is about, hashable: equal topics are told the same."""

    @classmethod
    def may_hear_of(cls, change: Change) -> bool:
        """Whether the change may concern any such topic."""
        return not change.is_private

    @classmethod
    @abstractmethod
    async def concerned(
        cls, session: ReadSession, topics: Sequence[Self], found: Sequence[Change]
    ) -> Iterable[tuple[Self, Sequence[Concern]]]:
        """Those of the topics that the changes concern, and what they mean to each, in the order of the changes."""

    @abstractmethod
    async def since(self, session: ReadSession, seen: Snapshot, *, limit: int) -> tuple[list[Change], Snapshot]:
        """Up to `limit` of the changes that may concern it and that `seen` does not include, and the snapshot that
        includes them all."""


Reader: TypeAlias = Callable[[ReadSession, Sequence[Change]], Awaitable[None]]


class Missed(msgspec.Struct, frozen=True):
    """What a stream cannot be told."""

    since: Place
    until: Snapshot
    reason: GapReason


class LiveHub:
    """One per process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._watches: defaultdict[Topic, set[Watch]] = defaultdict(set)
        self._broadcasts: dict[Hashable, Broadcast] = {}
        self._readers: list[Reader] = []
        self._telling = asyncio.Lock()
        self._seen: Snapshot | None = None
        self._wake = asyncio.Event()
        self.gaps: Counter[GapReason] = Counter()
        self.failures = 0

    def add_reader(self, reader: Reader) -> None:
        """It is given all changes that are told from now on; where it fails, it is given them again."""
        self._readers.append(reader)

    @property
    def seen(self) -> Snapshot:
        """Everything that it includes was put into the watches that it concerns."""
        assert self._seen is not None
        return self._seen

    @property
    def stream_count(self) -> int:
        return sum(self.streams_by_kind().values())

    def streams_by_kind(self) -> Counter[type[Topic]]:
        found: Counter[type[Topic]] = Counter()
        for topic, watches in self._watches.items():
            found[type(topic)] += len(watches)
        return found

    @property
    def depth(self) -> int:
        """Concerns that wait for their streams."""
        return sum(watch.depth for watches in self._watches.values() for watch in watches)

    async def stream(
        self, topic: Topic, after: Place | None, hearer: Hearer | None = None
    ) -> AsyncGenerator[Told | Missed, None]:
        """Everything after a place, or from now on, piece by piece, each beginning where the one before it ended, or
        where the hearer was told to. One without concerns says that everything was told: when a stream has begun or
        caught up, and after each HEARTBEAT_S of silence. Raises FutureCursor."""
        watch = await self._watched(topic, hearer)
        try:
            if after is not None:
                until = after.seen
                async for piece in self._from_log(topic, after, GapReason.RETENTION):
                    yield piece
                    until = piece.until
                watch.go_on(until)
            yield Told(watch.since, watch.since)
            while True:
                await watch.something_to_tell(HEARTBEAT_S)
                place = Place(watch.since)
                held = watch.take(self.seen)
                if held is None:
                    async for piece in self._from_log(topic, place, GapReason.SLOW_CONSUMER):
                        yield piece
                        watch.go_on(piece.until)
                elif held.concerns:
                    yield held
                else:
                    yield Told(held.until, held.until)
        finally:
            self._leave(topic, watch)

    async def _from_log(self, topic: Topic, place: Place, reason: GapReason) -> AsyncIterator[Told | Missed]:
        async with self._database.read() as session:
            found, until = await topic.since(session, place.seen, limit=MAX_READ + 1)
            concerns: Sequence[Concern] = ()
            if 0 < len(found) <= MAX_READ:
                concerns = dict(await topic.concerned(session, [topic], found)).get(topic, ())
            # Last, because what is forgotten meanwhile concerns nobody any more.
            is_whole = await changes.is_whole_since(session, place.seen)
        if until.high < place.latest.high:
            raise FutureCursor
        if not is_whole or len(found) > MAX_READ:
            self.gaps[reason] += 1
            yield Missed(place, until, reason)
            return
        for told in Told(place.seen, until, concerns).after(place):
            yield told

    async def _watched(self, topic: Topic, hearer: Hearer | None) -> Watch:
        async with self._telling:
            watch = Watch(self.seen) if hearer is None else Watch(self.seen, hearer, self._joined(hearer.audience))
            self._watches[topic].add(watch)
        return watch

    def _joined(self, audience: Hashable) -> Broadcast:
        broadcast = self._broadcasts.get(audience)
        if broadcast is None:
            broadcast = self._broadcasts[audience] = Broadcast(lambda: self.seen)
        broadcast.members += 1
        return broadcast

    def _leave(self, topic: Topic, watch: Watch) -> None:
        self._watches[topic].discard(watch)
        if not self._watches[topic]:
            del self._watches[topic]
        if watch.hearer is not None:
            watch.hearer.is_over = True
            broadcast = self._broadcasts[watch.hearer.audience]
            broadcast.members -= 1
            if not broadcast.members:
                broadcast.stop()
                del self._broadcasts[watch.hearer.audience]

    async def tell(self) -> None:
        """Reads what is new in the log and puts it into the watches that it concerns."""
        async with self._telling:
            async with self._database.read() as session:
                found, until = await changes.since(session, self.seen)
                for read in self._readers if found else ():
                    await read(session, found)
                by_kind = self._topics() if found else {}
                concerned = {kind: await self._concerned(session, kind, by_kind[kind], found) for kind in by_kind}
            before, self._seen = self.seen, until
            for kind, concerns in concerned.items():
                if concerns is None:
                    self._lose(by_kind[kind])
                    continue
                for topic, of_topic in concerns:
                    for watch in self._watches.get(topic, ()):
                        watch.put(of_topic, before)

    async def _concerned(
        self, session: ReadSession, kind: type[Topic], topics: Sequence[Topic], found: Sequence[Change]
    ) -> Iterable[tuple[Topic, Sequence[Concern]]] | None:
        """None where it cannot be told: each stream of that kind asks for itself."""
        heard = [change for change in found if kind.may_hear_of(change)]
        try:
            return await kind.concerned(session, topics, heard) if heard else ()
        except Exception as error:
            if is_outage(error) and not is_cancelled_statement(error):
                raise
            # It would fail again, for ever.
            self.failures += 1
            log.warning("streams of %s read the log themselves: %s", kind.__name__, error, exc_info=True)
            return None

    def _lose(self, topics: Sequence[Topic]) -> None:
        for topic in topics:
            for watch in self._watches.get(topic, ()):
                watch.lose()

    def _topics(self) -> Mapping[type[Topic], Sequence[Topic]]:
        by_kind: defaultdict[type[Topic], list[Topic]] = defaultdict(list)
        for topic in self._watches:
            by_kind[type(topic)].append(topic)
        return by_kind

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Tells what happens from here until the block ends, whatever connections break meanwhile."""
        async with self._database.read() as session:
            self._seen = await changes.now(session)
        tasks = [
            asyncio.create_task(wakeups.listen_forever(self._database.url, changes.CHANNEL, self._wake)),
            asyncio.create_task(self._tell_forever(), name=HUB),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _tell_forever(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            self._wake.clear()
            try:
                async with asyncio.timeout(GIVE_UP_AFTER_S):
                    await self.tell()
                await asyncio.sleep(PAUSE_S)
            except Exception as error:
                self.failures += 1
                log.warning("live streams wait for the log of changes: %s", error, exc_info=not is_outage(error))
                await asyncio.sleep(RETRY_S)
                self._wake.set()
