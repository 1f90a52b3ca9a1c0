"""What streams have not been told yet, and those of them that are told together."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Hashable, Sequence
from contextlib import aclosing
from contextvars import Context
from typing import Self

from domain.changes import Concern, Snapshot, Told
from infra.outages import is_outage

log = logging.getLogger(__name__)

HELD = 256
"""Concerns that wait for a stream; when there are more, it reads them from the log."""
TOLD_WITHIN_S = 10.0
"""An audience that is not told by then is left to its streams: meanwhile they say nothing."""


class Hearer(ABC):
    """Whoever a stream is for, where it may be told without the stream."""

    __slots__ = ("audience", "is_over", "spoke_at")

    def __init__(self, audience: Hashable) -> None:
        self.audience = audience
        """Equal for those who ask the same of the same, so that they may be told together."""
        self.spoke_at = 0.0
        """When they were last told something, by the clock of the event loop."""
        self.is_over = False
        """The stream has ended: there is nobody to be told."""

    @abstractmethod
    def tell(self, audience: Sequence[Self], piece: Told) -> AsyncGenerator[Sequence[Self], None]:
        """Tells those of the audience what the piece is to them who can be told at once, and yields them when they have
        been. The rest are told by their streams."""


class Watch:
    """How far one stream has come, and what it has not been told of what the hub has read."""

    __slots__ = (
        "_broadcast", "_is_being_told", "_is_on_its_own", "_waiting", "_waker", "has_lost", "hearer", "since"
    )  # fmt: skip

    def __init__(self, since: Snapshot, hearer: Hearer | None = None, broadcast: Broadcast | None = None) -> None:
        self.since = since
        """What it includes was told, or has been taken to be told."""
        self.hearer = hearer
        self.has_lost = False
        """More came than is held: what it lacks is in the log."""
        self._broadcast = broadcast
        self._is_being_told = False
        self._is_on_its_own = False
        """The broadcast has left to the stream what waits."""
        self._waiting: Sequence[Concern] = ()
        self._waker: asyncio.Future[None] | None = None

    @property
    def depth(self) -> int:
        return len(self._waiting)

    @property
    def _spoke_at(self) -> float:
        return 0.0 if self.hearer is None else self.hearer.spoke_at

    @property
    def _is_left_to_broadcast(self) -> bool:
        return self._is_being_told or (bool(self._waiting) and not self._is_waiting_for_the_stream)

    def put(self, concerns: Sequence[Concern], before: Snapshot) -> None:
        """`before` includes all that was put earlier, and nothing of this."""
        if self.has_lost:
            return
        if before is not self.since and before.is_older_than(self.since):
            # The stream has read the log itself, and is ahead of the hub.
            concerns = [concern for concern in concerns if not self.since.includes(concern.change.made_in)]
        elif not self._waiting:
            self.since = before
        if len(self._waiting) + len(concerns) > HELD:
            self.lose()
        elif concerns:
            self._waiting = (*self._waiting, *concerns) if self._waiting else concerns
            self._call()

    def lose(self) -> None:
        self._waiting = ()
        self.has_lost = True
        self._call()

    async def something_to_tell(self, silence_s: float) -> None:
        """Until something came that the stream has to tell itself, or nothing was told for so long that its client may
        wonder."""
        loop = asyncio.get_running_loop()
        silent_since = loop.time()
        while not self._is_waiting_for_the_stream:
            self._call()
            if self._is_left_to_broadcast:
                silent_since = loop.time()
            silent_until = max(silent_since, self._spoke_at) + silence_s
            if silent_until <= loop.time() and not self._is_left_to_broadcast:
                return
            self._waker = loop.create_future()
            timer = loop.call_at(silent_until, self._wake)
            try:
                await self._waker
            finally:
                timer.cancel()
                self._waker = None

    def take(self, until: Snapshot) -> Told | None:
        """All that was put since it was last taken; None when some of it is lost."""
        if self.has_lost:
            self.has_lost = False
            return None
        piece = self.piece(until)
        self._waiting, self._is_on_its_own, self.since = (), False, piece.until
        return piece

    def go_on(self, until: Snapshot) -> None:
        """All that this includes was told from the log."""
        self.since = until
        self._waiting = tuple(each for each in self._waiting if not until.includes(each.change.made_in))

    @property
    def is_for_broadcast(self) -> bool:
        """False where the stream is at work: what waits is expected again when it is done."""
        is_at_rest = self._waker is not None and not self._waker.done()
        return is_at_rest and bool(self._waiting) and not self._is_waiting_for_the_stream

    @property
    def lacks(self) -> Hashable:
        """Until something is put or taken, equal for watches of which the same will be taken, if not for all such."""
        return id(self.since), id(self._waiting)

    def piece(self, until: Snapshot) -> Told:
        """What will be taken, where nothing is lost."""
        # Commits come in any order, and with them what the hub has read at several times.
        waiting = self._waiting if len(self._waiting) == 1 else sorted(self._waiting, key=_change_id)
        return Told(self.since, self.since if until.is_older_than(self.since) else until, waiting)

    def hand_over(self, piece: Told) -> None:
        """To the broadcast, which has made the piece of this watch, or of one that lacks the same."""
        self._is_being_told = True
        self._waiting, self.since = (), piece.until

    def told(self) -> None:
        self._is_being_told = False
        self._call()

    def give_back(self, told: Told) -> None:
        """What was taken is left to the stream."""
        self._is_being_told = False
        self.since = told.since
        self._waiting = (*told.concerns, *self._waiting)
        self._is_on_its_own = True
        self._call()

    @property
    def _is_waiting_for_the_stream(self) -> bool:
        if self._is_being_told:
            return False
        return self.has_lost or (bool(self._waiting) and (self._broadcast is None or self._is_on_its_own))

    def _call(self) -> None:
        if self._is_waiting_for_the_stream:
            self._wake()
        elif self._waiting and self._broadcast is not None:
            self._broadcast.expect(self)

    def _wake(self) -> None:
        if self._waker is not None and not self._waker.done():
            self._waker.set_result(None)


def _change_id(concern: Concern) -> int:
    return concern.change.id


class Broadcast:
    """The streams of one audience: what is put into their watches is taken from all of them at once, and told together
    where it is the same."""

    def __init__(self, seen: Callable[[], Snapshot]) -> None:
        self._seen = seen
        self._expected: dict[Watch, None] = {}
        self._arrived = asyncio.Event()
        # In a context of its own: it is not the first one's request.
        self._telling = asyncio.create_task(self._tell_forever(), context=Context())
        self.members = 0

    def expect(self, watch: Watch) -> None:
        self._expected[watch] = None
        self._arrived.set()

    def stop(self) -> None:
        self._telling.cancel()

    async def _tell_forever(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            expected, self._expected = self._expected, {}
            until = self._seen()
            alike: defaultdict[Hashable, list[Watch]] = defaultdict(list)
            for watch in expected:
                if watch.is_for_broadcast:
                    alike[watch.lacks].append(watch)
            pieces: dict[Hashable, tuple[Told, list[Watch]]] = {}
            for watches in alike.values():
                piece = watches[0].piece(until)
                for watch in watches:
                    watch.hand_over(piece)
                same = (piece.since, piece.until, *map(id, piece.concerns))
                pieces.setdefault(same, (piece, []))[1].extend(watches)
            # Whoever is alone tells themselves, and need not wait for the others.
            for told, watches in sorted(pieces.values(), key=lambda piece: len(piece[1])):
                if len(watches) == 1:
                    watches[0].give_back(told)
                else:
                    await self._tell(watches, told)

    async def _tell(self, watches: Sequence[Watch], piece: Told) -> None:
        audience = {watch.hearer: watch for watch in watches if watch.hearer is not None}
        try:
            first, *_ = hearers = list(audience)
            async with asyncio.timeout(TOLD_WITHIN_S), aclosing(first.tell(hearers, piece)) as telling:
                async for told in telling:
                    for hearer in told:
                        audience.pop(hearer).told()
        except (Exception, asyncio.CancelledError) as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            log.warning("%d streams are told one by one: %s", len(audience), error, exc_info=not is_outage(error))
        for watch in audience.values():
            watch.give_back(piece)
