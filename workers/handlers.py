"""What follows from each kind of event. Handlers take lists; run twice, they leave what once would have."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from domain.events import (
    Event,
    StoredEvent,
    TweetDeleted,
    TweetEdited,
    TweetLiked,
    TweetPosted,
    TweetRestored,
    UserBlocked,
    UserFollowed,
    UserUnblocked,
    UserUnfollowed,
    UserUnprotected,
)
from infra.crash_points import crash_point
from infra.outages import is_outage
from services import fan_out, follow_requests, mails, trends
from services.runtime import Runtime
from stores import outbox, timelines
from stores.outbox import UnreadableEvent

log = logging.getLogger(__name__)

FIRST_RETRY = timedelta(seconds=2)


async def _fan_out(runtime: Runtime, events: Sequence[StoredEvent]) -> None:
    tweet_ids = [e.event.tweet_id for e in events if isinstance(e.event, TweetPosted | TweetRestored)]
    await fan_out.fan_out(runtime, tweet_ids)


async def _forget_timelines(runtime: Runtime, events: Sequence[StoredEvent]) -> None:
    user_ids: set[int] = set()
    for event in events:
        match event.event:
            case UserFollowed(follower_id=follower_id) | UserUnfollowed(follower_id=follower_id):
                user_ids.add(follower_id)
            case UserBlocked() | UserUnblocked() as block:
                user_ids |= {block.blocker_id, block.blocked_id}
    await timelines.drop(runtime.redis, sorted(user_ids))


async def _accept_follow_requests(runtime: Runtime, events: Sequence[StoredEvent]) -> None:
    for user_id in sorted({e.event.user_id for e in events if isinstance(e.event, UserUnprotected)}):
        await follow_requests.accept_all(runtime, user_id)


async def _count_trends(runtime: Runtime, events: Sequence[StoredEvent]) -> None:
    await trends.count_events(runtime.database, runtime.redis, events, now=runtime.now())


async def _mail(runtime: Runtime, events: Sequence[StoredEvent]) -> None:
    for event in events:
        await mails.send(runtime, event)


@dataclass(frozen=True, slots=True)
class Handler:
    events: tuple[type[Event], ...]
    run: Callable[[Runtime, Sequence[StoredEvent]], Awaitable[None]]


HANDLERS = (
    Handler((TweetPosted, TweetRestored), _fan_out),
    Handler((UserFollowed, UserUnfollowed, UserBlocked, UserUnblocked), _forget_timelines),
    Handler((UserUnprotected,), _accept_follow_requests),
    Handler((TweetPosted, TweetEdited, TweetDeleted, TweetRestored, TweetLiked), _count_trends),
    Handler(mails.MAILED, _mail),
)


async def handle(runtime: Runtime, event_ids: Sequence[int]) -> None:
    """Handles the events that are not finished yet and finishes them; an event that fails alone is
    postponed, and buried when it has failed too often.

    Where a server is down, events become due again when their lease has run out, and no attempt counts.
    """
    crash_point("before-handling")
    async with runtime.database.read() as session:
        events, unreadable = await outbox.by_id(session, event_ids)
    for event in unreadable:
        log.error("event %s cannot be read: %s", event.id, event.error)
        await _postpone_or_bury(runtime, event, event.error)
    mailed = [event for event in events if isinstance(event.event, mails.MAILED)]
    async with _lease_kept(runtime, [event.id for event in mailed]):
        await _handle_together(runtime, [event for event in events if not isinstance(event.event, mails.MAILED)])
        await _handle_mailed(runtime, mailed)


async def _handle_together(runtime: Runtime, events: Sequence[StoredEvent]) -> None:
    if not events:
        return
    event_ids = [event.id for event in events]
    try:
        async with _lease_kept(runtime, event_ids):
            await _run_handlers(runtime, events)
    except Exception as error:
        if is_outage(error):
            log.warning("%s events wait for their servers: %s", len(events), error)
            return
        log.exception("a batch of %s events failed; handling them one by one", len(events))
        await _handle_one_by_one(runtime, events)
        return
    crash_point("before-finish")
    async with runtime.database.write() as session:
        await outbox.finish(session, event_ids)


async def _handle_mailed(runtime: Runtime, events: Sequence[StoredEvent]) -> None:
    """Each is finished by itself, because a mail cannot be taken back; none waits for a mail server that the one
    before it found down."""
    for event in events:
        if not await _is_handled(runtime, event):
            return


@asynccontextmanager
async def _lease_kept(runtime: Runtime, event_ids: Sequence[int]) -> AsyncIterator[None]:
    """A job that takes longer than a lease is not given to a second worker while it runs."""
    lease = timedelta(seconds=runtime.settings.outbox_lease_s)

    async def prolong_forever() -> None:
        while True:
            await asyncio.sleep(lease.total_seconds() / 3)
            async with runtime.database.write() as session:
                await outbox.make_due(session, event_ids, after=lease)

    task = asyncio.create_task(prolong_forever())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _run_handlers(runtime: Runtime, events: Sequence[StoredEvent]) -> None:
    for handler in HANDLERS:
        concerned = [event for event in events if isinstance(event.event, handler.events)]
        if concerned:
            await handler.run(runtime, concerned)


async def _handle_one_by_one(runtime: Runtime, events: Sequence[StoredEvent]) -> None:
    for event in events:
        await _is_handled(runtime, event)


async def _is_handled(runtime: Runtime, event: StoredEvent) -> bool:
    """False when it waits for a server that is down."""
    try:
        await _run_handlers(runtime, [event])
    except Exception as error:
        if is_outage(error):
            log.warning("event %s waits for its servers: %s", event.id, error)
            return False
        log.exception("event %s failed", event.id)
        await _postpone_or_bury(runtime, event, f"{type(error).__name__}: {error}")
    else:
        async with runtime.database.write() as session:
            await outbox.finish(session, [event.id])
    return True


async def _postpone_or_bury(runtime: Runtime, event: StoredEvent | UnreadableEvent, error: str) -> None:
    failed = event.attempts + 1
    async with runtime.database.write() as session:
        if failed >= runtime.settings.outbox_max_attempts:
            await outbox.bury(session, event.id, error=error)
        else:
            await outbox.postpone(session, event.id, delay=FIRST_RETRY * 2**event.attempts)
