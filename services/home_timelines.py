"""Reading home timelines: skeleton, hydrate, rules, refill, connection."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import msgspec
from redis.exceptions import RedisError

from domain.changes import Snapshot
from domain.ids import MAX_ID
from domain.pages import PageRequest
from domain.records import FreshnessState, TimelineSource, Tweet
from infra.database import Database, ReadSession
from infra.redis import Redis
from services import filled_pages
from services.filled_pages import FilledPage, filled, without_repeats
from stores import home_timelines, timelines
from stores.home_entries import Entry
from stores.timelines import CachedTimeline

log = logging.getLogger(__name__)

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
    looked_at: int | None = None
    snapshot: Snapshot | None = None
    """Both as in FilledPage."""


class Reader(msgspec.Struct, frozen=True):
    database: Database
    viewer_id: int
    """Whose home timeline is read."""
    hydrated: bool = False
    """Whether entries bring along what `Hydration` has."""

    async def page_from_cache(self, request: PageRequest, cached: CachedTimeline) -> HomePage:
        lowest = -1 if request.before is None else request.before
        high = first_high = MAX_ID if request.after is None else request.after
        floor = max(cached.complete_from, lowest + 1)
        wanted = request.size + 1
        found: list[Entry] = []
        rest: FilledPage[Entry] | None = None
        snapshot: Snapshot | None = None
        source = TimelineSource.CACHE
        async with self.database.read() as session:
            for round_ in range(filled_pages.MAX_ROUNDS):
                if len(found) >= wanted or high <= floor:
                    break
                limit = (wanted - len(found)) << round_
                candidates = cached.newest(limit + 1, low=floor, high=high)
                low = candidates[limit - 1] if len(candidates) > limit else floor
                listed, seen = await home_timelines.window(
                    session, self.viewer_id, candidates[:limit], low=low, high=high, limit=limit, hydrated=self.hydrated
                )
                found += without_repeats(listed)
                if round_ == 0:
                    snapshot = seen
                high = listed[-1].tweet.id if len(listed) == limit else low
            if len(found) < wanted and high > lowest + 1:
                source = TimelineSource.MERGED if found else TimelineSource.DATABASE
                below = PageRequest(size=request.size - len(found), after=high, before=request.before)
                rest = await self._filled(session, below)
        if rest is None:
            return HomePage(
                entries=tuple(found[: request.size]),
                has_more=len(found) > request.size,
                source=source,
                snapshot=snapshot,
            )
        return HomePage(
            entries=(*found, *rest.entries),
            has_more=rest.has_more,
            source=source,
            looked_at=rest.looked_at,
            snapshot=snapshot if floor < first_high else rest.snapshot,
        )

    async def page_from_postgres(
        self, request: PageRequest, *, state: FreshnessState = FreshnessState.LIVE, is_degraded: bool = False
    ) -> HomePage:
        async with self.database.read() as session:
            found = await self._filled(session, request)
        return HomePage(
            entries=found.entries,
            has_more=found.has_more,
            source=TimelineSource.DATABASE,
            state=state,
            is_degraded=is_degraded,
            looked_at=found.looked_at,
            snapshot=found.snapshot,
        )

    async def _filled(self, session: ReadSession, request: PageRequest) -> FilledPage[Entry]:
        viewer_id = self.viewer_id

        async def read(requests: dict[int, PageRequest]) -> tuple[dict[int, list[Entry]], Snapshot | None]:
            listed, seen = await home_timelines.page(session, viewer_id, requests[viewer_id], hydrated=self.hydrated)
            return {viewer_id: listed}, seen

        return (await filled(request, [viewer_id], read))[viewer_id]


async def page(
    database: Database, redis: Redis, viewer_id: int, request: PageRequest, *, hydrated: bool = False
) -> HomePage:
    """Equals what Postgres alone would answer, whatever has not been delivered yet."""
    reader = Reader(database, viewer_id, hydrated)
    if request.backward:
        return await reader.page_from_postgres(request)
    try:
        for _ in range(MAX_ATTEMPTS):
            cached = await timelines.read(redis, viewer_id) or await _rebuilt(database, redis, viewer_id)
            if cached is None:
                return await reader.page_from_postgres(request, state=FreshnessState.REBUILDING)
            found = await reader.page_from_cache(request, cached)
            # A delivery that was finished after the cache was read is found neither in it nor on its way.
            if await timelines.is_unchanged(redis, viewer_id, cached):
                return found
    except (RedisError, OSError) as error:
        log.warning("home timeline of %s read without its cache: %s", viewer_id, error)
        return await reader.page_from_postgres(request, is_degraded=True)
    return await reader.page_from_postgres(request)


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
        complete_from, packed = await home_timelines.newest_ids(session, viewer_id, limit=timelines.KEPT)
    return await timelines.finish_rebuild(redis, viewer_id, generation, complete_from=complete_from, packed=packed)
