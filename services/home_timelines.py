"""Reading home timelines: skeleton, hydrate, rules, refill, connection."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import msgspec
from redis.exceptions import RedisError

from domain.ids import MAX_ID
from domain.pages import PageRequest
from domain.records import FreshnessState, TimelineSource, Tweet
from infra.database import Database, ReadSession
from infra.redis import Redis
from stores import home_timelines, timelines
from stores.home_timelines import Entry
from stores.timelines import CachedTimeline

log = logging.getLogger(__name__)

MAX_REFILLS = 5
"""Rounds in which a page is filled up from the cache after rules dropped some; then Postgres fills it."""
MAX_ATTEMPTS = 3
"""Times a page is read from a cache that changes meanwhile; then Postgres alone answers."""


class HomePage(msgspec.Struct, frozen=True):
    entries: tuple[Entry, ...]
    """Newest first."""
    has_more: bool
    source: TimelineSource
    state: FreshnessState = FreshnessState.LIVE
    is_degraded: bool = False
    """Redis did not answer: the page is complete, and came from Postgres alone."""


async def page(database: Database, redis: Redis, viewer_id: int, request: PageRequest) -> HomePage:
    """Equals what Postgres alone would answer, whatever has not been delivered yet."""
    if request.backward:
        return await _page_from_postgres(database, viewer_id, request)
    try:
        for _ in range(MAX_ATTEMPTS):
            cached = await timelines.read(redis, viewer_id) or await _rebuilt(database, redis, viewer_id)
            if cached is None:
                return await _page_from_postgres(database, viewer_id, request, state=FreshnessState.REBUILDING)
            found = await _page_from_cache(database, viewer_id, request, cached)
            # A delivery that was finished after the cache was read is found neither in it nor on its way.
            if await timelines.is_unchanged(redis, viewer_id, cached):
                return found
    except (RedisError, OSError) as error:
        log.warning("home timeline of %s read without its cache: %s", viewer_id, error)
        return await _page_from_postgres(database, viewer_id, request, is_degraded=True)
    return await _page_from_postgres(database, viewer_id, request)


async def belonging(database: Database, viewer_id: int, tweet_ids: Sequence[int]) -> dict[int, Tweet]:
    """Those of the tweets that are in the viewer's home timeline at this moment."""
    if not tweet_ids:
        return {}
    async with database.read() as session:
        return await home_timelines.belonging(session, viewer_id, tweet_ids)


async def _rebuilt(database: Database, redis: Redis, viewer_id: int) -> CachedTimeline | None:
    """None when somebody else is rebuilding, or a follow made what was read out of date."""
    generation = await timelines.begin_rebuild(redis, viewer_id)
    if generation is None:
        return None
    async with database.read() as session:
        ids = await home_timelines.newest_ids(session, viewer_id, limit=timelines.KEPT)
    complete_from = ids[-1] if len(ids) == timelines.KEPT else 0
    return await timelines.finish_rebuild(redis, viewer_id, generation, complete_from=complete_from, tweet_ids=ids)


async def _page_from_cache(
    database: Database, viewer_id: int, request: PageRequest, cached: CachedTimeline
) -> HomePage:
    lowest = -1 if request.before is None else request.before
    high = MAX_ID if request.after is None else request.after
    floor = max(cached.complete_from, lowest + 1)
    candidates = [tweet_id for tweet_id in cached.tweet_ids if floor <= tweet_id < high]
    wanted = request.size + 1
    found: list[Entry] = []
    source = TimelineSource.CACHE
    async with database.read() as session:
        for _ in range(MAX_REFILLS if floor < high else 0):
            missing = wanted - len(found)
            round_ids, candidates = candidates[:missing], candidates[missing:]
            low = round_ids[-1] if candidates else floor
            found += await home_timelines.window(session, viewer_id, round_ids, low=low, high=high, limit=missing)
            high = low
            if len(found) == wanted or not candidates:
                break
        if len(found) < wanted and high > lowest + 1:
            source = TimelineSource.MERGED if found else TimelineSource.DATABASE
            found += await _below(session, viewer_id, request, high=high, size=request.size - len(found))
    return HomePage(entries=tuple(found[: request.size]), has_more=len(found) > request.size, source=source)


async def _below(session: ReadSession, viewer_id: int, request: PageRequest, *, high: int, size: int) -> list[Entry]:
    """What is left of a page whose rest lies below what was looked at: in the cache's rest or beyond it."""
    return await home_timelines.page(session, viewer_id, PageRequest(size=size, after=high, before=request.before))


async def _page_from_postgres(
    database: Database,
    viewer_id: int,
    request: PageRequest,
    *,
    state: FreshnessState = FreshnessState.LIVE,
    is_degraded: bool = False,
) -> HomePage:
    async with database.read() as session:
        found = await home_timelines.page(session, viewer_id, request)
    kept = found[: request.size]
    if request.backward:
        kept.reverse()
    return HomePage(
        entries=tuple(kept),
        has_more=len(found) > request.size,
        source=TimelineSource.DATABASE,
        state=state,
        is_degraded=is_degraded,
    )
