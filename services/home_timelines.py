"""Reading home timelines: skeleton, hydrate, rules, refill, connection."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import msgspec
from redis.exceptions import RedisError

from domain.pages import PageRequest
from domain.records import Tweet
from infra.database import Database
from infra.redis import Redis
from stores import home_timelines, timelines
from stores.timelines import CachedTimeline

log = logging.getLogger(__name__)

MAX_REFILLS = 5
"""Rounds in which a page is filled up from the cache after rules dropped some; then Postgres fills it."""


class HomePage(msgspec.Struct, frozen=True):
    tweets: tuple[Tweet, ...]
    """Newest first."""
    has_more: bool
    is_degraded: bool
    """Redis did not answer: the page is complete, and came from Postgres alone."""


async def page(database: Database, redis: Redis, viewer_id: int, request: PageRequest) -> HomePage:
    if request.backward:
        return await _page_from_postgres(database, viewer_id, request)
    try:
        cached = await timelines.read(redis, viewer_id)
        if cached is None:
            cached = await _rebuilt(database, redis, viewer_id)
    except (RedisError, OSError) as error:
        log.warning("home timeline of %s read without its cache: %s", viewer_id, error)
        return await _page_from_postgres(database, viewer_id, request, is_degraded=True)
    if cached is None:
        return await _page_from_postgres(database, viewer_id, request)
    return await _page_from_cache(database, viewer_id, request, cached)


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
    finished = await timelines.finish_rebuild(redis, viewer_id, generation, complete_from=complete_from, tweet_ids=ids)
    return CachedTimeline(complete_from=complete_from, tweet_ids=tuple(ids)) if finished else None


async def _page_from_cache(
    database: Database, viewer_id: int, request: PageRequest, cached: CachedTimeline
) -> HomePage:
    candidates = [
        tweet_id
        for tweet_id in cached.tweet_ids
        if (request.after is None or tweet_id < request.after) and (request.before is None or tweet_id > request.before)
    ]
    wanted = request.size + 1
    found: list[Tweet] = []
    async with database.read() as session:
        for _ in range(MAX_REFILLS):
            round_ids, candidates = candidates[: wanted - len(found)], candidates[wanted - len(found) :]
            if not round_ids:
                break
            belonging = await home_timelines.belonging(session, viewer_id, round_ids)
            found += [belonging[tweet_id] for tweet_id in round_ids if tweet_id in belonging]
        if len(found) < wanted and (candidates or cached.complete_from > 0):
            # What is left of the page lies below what was looked at: in the cache's rest or beyond it.
            boundary = candidates[0] + 1 if candidates else cached.complete_from
            upper = boundary if request.after is None else min(boundary, request.after)
            rest = PageRequest(size=request.size - len(found), after=upper, before=request.before)
            found += await home_timelines.page(session, viewer_id, rest)
    return HomePage(tweets=tuple(found[: request.size]), has_more=len(found) > request.size, is_degraded=False)


async def _page_from_postgres(
    database: Database, viewer_id: int, request: PageRequest, *, is_degraded: bool = False
) -> HomePage:
    async with database.read() as session:
        found = await home_timelines.page(session, viewer_id, request)
    kept = found[: request.size]
    if request.backward:
        kept.reverse()
    return HomePage(tweets=tuple(kept), has_more=len(found) > request.size, is_degraded=is_degraded)
