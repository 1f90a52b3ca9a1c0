"""Live events between processes: ids on one Redis channel, in; bounded queues of local subscribers, out.

Every process hears every announcement and keeps the part its own subscribers need, so nothing has to
know who listens where.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal, TypeAlias

import msgspec
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from domain.delivery import Batch
from domain.records import GapReason
from infra.database import Database
from infra.redis import Redis
from stores.follows import followers_among

log = logging.getLogger(__name__)

CHANNEL = "live:home"
QUEUE_LIMIT = 256
"""Signals a subscriber may have waiting; at about 16 bytes each this is what a stalled socket costs."""
LISTEN_FOR_S = 10.0
"""How long one wait for a message lasts before the connection's health is checked."""
RECONNECT_AFTER_S = (0.05, 0.2, 1.0)


class Posted(msgspec.Struct, frozen=True, tag="p", array_like=True):
    """Tweets that entered home timelines."""

    batches: Sequence[Batch]


class FollowsChanged(msgspec.Struct, frozen=True, tag="f", array_like=True):
    """Past tweets have entered or left the timelines of these users."""

    user_ids: Sequence[int]


class Removed(msgspec.Struct, frozen=True, tag="r", array_like=True):
    """A tweet that left the timelines of these users."""

    tweet_id: int
    user_ids: Sequence[int]


class MutesChanged(msgspec.Struct, frozen=True, tag="m", array_like=True):
    """What these users do not want to see is more or less than before."""

    user_ids: Sequence[int]


class PostedToFollowers(msgspec.Struct, frozen=True, tag="P", array_like=True):
    """Tweets that are in the timelines of their authors' followers without having been pushed there."""

    tweet_ids_by_author_id: Mapping[int, Sequence[int]]


class RemovedFromFollowers(msgspec.Struct, frozen=True, tag="R", array_like=True):
    """A tweet that left the timelines of its author's followers, where it was not pushed."""

    tweet_id: int
    author_id: int


ToPeople: TypeAlias = Posted | Removed | FollowsChanged | MutesChanged
Announcement: TypeAlias = ToPeople | PostedToFollowers | RemovedFromFollowers
Signal: TypeAlias = tuple[Literal["added", "removed"], int] | GapReason

_DECODER = msgspec.msgpack.Decoder(Announcement)
encoded = msgspec.msgpack.encode


async def announce(redis: Redis, announcement: Announcement) -> None:
    await redis.publish(CHANNEL, encoded(announcement))


class Subscription:
    """The signals of one subscriber, in order; a full queue becomes one gap, never a silent loss."""

    def __init__(self) -> None:
        self._signals: deque[Signal] = deque()
        self._arrived = asyncio.Event()

    def put(self, signal: Signal) -> None:
        if len(self._signals) >= QUEUE_LIMIT:
            self._signals.clear()
            signal = GapReason.SLOW_CONSUMER
        self._signals.append(signal)
        self._arrived.set()

    async def take(self) -> list[Signal]:
        """Waits for signals and takes all there are."""
        await self._arrived.wait()
        self._arrived.clear()
        taken = list(self._signals)
        self._signals.clear()
        return taken


class LiveHub:
    """One per process: hears the channel and feeds the subscriptions of this process."""

    def __init__(self, redis: Redis, database: Database) -> None:
        self._redis = redis
        self._database = database
        self._subscriptions: defaultdict[int, set[Subscription]] = defaultdict(set)
        self.hearing = asyncio.Event()
        """Set while the channel is heard: only then may a stream call itself complete."""

    @property
    def subscription_count(self) -> int:
        return sum(len(subscriptions) for subscriptions in self._subscriptions.values())

    @asynccontextmanager
    async def subscribed(self, user_id: int) -> AsyncIterator[Subscription]:
        """Announcements made after this block began are in the subscription."""
        subscription = Subscription()
        self._subscriptions[user_id].add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions[user_id].discard(subscription)
            if not self._subscriptions[user_id]:
                del self._subscriptions[user_id]

    def dispatch(self, announcement: ToPeople) -> None:
        match announcement:
            case Posted(batches):
                for user_ids, tweet_ids in batches:
                    for user_id in self._subscriptions.keys() & user_ids:
                        for tweet_id in tweet_ids:
                            self._put(user_id, ("added", tweet_id))
            case Removed(tweet_id, user_ids):
                for user_id in self._subscriptions.keys() & user_ids:
                    self._put(user_id, ("removed", tweet_id))
            case FollowsChanged(user_ids):
                for user_id in self._subscriptions.keys() & user_ids:
                    self._put(user_id, GapReason.FOLLOWS_CHANGED)
            case MutesChanged(user_ids):
                for user_id in self._subscriptions.keys() & user_ids:
                    self._put(user_id, GapReason.MUTES_CHANGED)

    async def _to_people(self, announcement: Announcement) -> Sequence[ToPeople]:
        """What is announced to the followers of an author, told to those who subscribe here."""
        match announcement:
            case PostedToFollowers(tweet_ids_by_author_id):
                return [
                    Posted([Batch(await self._local_followers(author_id), tweet_ids)])
                    for author_id, tweet_ids in tweet_ids_by_author_id.items()
                ]
            case RemovedFromFollowers(tweet_id, author_id):
                return [Removed(tweet_id, await self._local_followers(author_id))]
            case _:
                return [announcement]

    async def _local_followers(self, author_id: int) -> list[int]:
        if not self._subscriptions:
            return []
        async with self._database.read() as session:
            return list(await followers_among(session, author_id, list(self._subscriptions)))

    async def _hear(self, data: bytes) -> None:
        try:
            announcement = _DECODER.decode(data)
        except msgspec.MsgspecError as error:
            log.warning("an announcement that this version does not understand: %s", error)
            self._lost_some()
            return
        try:
            told = await self._to_people(announcement)
        except (SQLAlchemyError, OSError) as error:
            log.warning("nobody knows who follows the author of an announced tweet: %s", error)
            self._lost_some()
            return
        for each in told:
            self.dispatch(each)

    def _put(self, user_id: int, signal: Signal) -> None:
        for subscription in self._subscriptions.get(user_id, ()):
            subscription.put(signal)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Hears the channel until the block ends, reconnecting as often as it must.

        The block begins when the channel is heard, or could not be at the first attempt.
        """
        attempted = asyncio.Event()
        task = asyncio.create_task(self._listen_forever(attempted))
        try:
            await attempted.wait()
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _listen_forever(self, attempted: asyncio.Event) -> None:
        failures = 0
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(CHANNEL)
                    async for message in _messages(pubsub):
                        if message["type"] == "subscribe":
                            self._lost_some()
                            self.hearing.set()
                            attempted.set()
                            failures = 0
                        elif message["type"] == "message":
                            await self._hear(message["data"])
            except (RedisError, OSError) as error:
                self.hearing.clear()
                attempted.set()
                delay_s = RECONNECT_AFTER_S[min(failures, len(RECONNECT_AFTER_S) - 1)]
                failures += 1
                log.warning("live events interrupted (%s); listening again in %s s", error, delay_s)
                await asyncio.sleep(delay_s)

    def _lost_some(self) -> None:
        """What was announced is unknown: every subscriber is told."""
        for subscriptions in self._subscriptions.values():
            for subscription in subscriptions:
                subscription.put(GapReason.CONNECTION_LOST)


async def _messages(pubsub: PubSub) -> AsyncIterator[dict[str, Any]]:
    """Raises ConnectionError when the other side has been silent and does not answer a ping either."""
    asked = False
    while True:
        message = await pubsub.get_message(timeout=LISTEN_FOR_S)
        if message is not None:
            asked = False
            yield message
        elif asked:
            raise ConnectionError("no answer to a ping")
        else:
            await pubsub.ping()
            asked = True
