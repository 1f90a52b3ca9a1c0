"""The home timeline by rank: ranked once, then paged through as it was ranked (docs/decisions/0014)."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import msgspec
from redis.exceptions import RedisError

from domain.ids import snowflake
from domain.pages import PageRequest
from domain.ranking import AFFINITY_OVER, CANDIDATES, Ranked, engagement, ranked
from domain.records import FreshnessState, RankExplanation, TimelineSource, Tweet, TweetCounts
from infra.database import Database
from infra.redis import Redis
from services import home_timelines
from stores import counts, interactions, ranked_timelines
from stores.home_entries import Entry
from stores.ranked_timelines import POSITION_BITS, KeptRanking

log = logging.getLogger(__name__)


class RankedEntry(msgspec.Struct, frozen=True):
    key: int
    """Which ranking, and the place in it: what its cursor holds."""
    tweet: Tweet
    rank: RankExplanation


class RankedPage(msgspec.Struct, frozen=True):
    entries: tuple[RankedEntry, ...]
    has_more: bool
    as_of: datetime
    source: TimelineSource
    state: FreshnessState


async def first_page(
    database: Database, redis: Redis, viewer_id: int, request: PageRequest, *, now: datetime
) -> RankedPage | None:
    """None while Redis does not answer: without it there would be no second page."""
    home = await home_timelines.page(database, redis, viewer_id, PageRequest(size=CANDIDATES))
    if home.is_degraded:
        return None
    at_ms = int(now.timestamp() * 1000)
    order = ranked(await _candidates(database, viewer_id, home.entries, at_ms=at_ms), at_ms=at_ms)
    try:
        ranking = await ranked_timelines.keep(redis, viewer_id, order, at_ms=at_ms)
    except (RedisError, OSError) as error:
        log.warning("home timeline of %s not ranked: %s", viewer_id, error)
        return None
    tweets = {entry.tweet.id: entry.tweet for entry in home.entries}
    return _page(ranking, request, tweets, source=home.source, state=home.state)


async def later_page(database: Database, redis: Redis, viewer_id: int, request: PageRequest) -> RankedPage | None:
    """What is still in the timeline of a ranking that the request's keys name; None when that is no longer kept."""
    tokens = {key >> POSITION_BITS for key in (request.after, request.before) if key is not None}
    ranking = await ranked_timelines.kept(redis, viewer_id, tokens.pop())
    if ranking is None or tokens:
        return None
    start, end = _bounds(ranking, request)
    tweet_ids = [entry.tweet_id for entry in ranking.entries[start:end]]
    tweets = await home_timelines.belonging(database, viewer_id, tweet_ids)
    return _page(ranking, request, tweets, source=TimelineSource.CACHE, state=FreshnessState.STALE)


async def newest_ranked(redis: Redis, viewer_id: int, key: int) -> int | None:
    """The newest tweet of the ranking that a cursor's key names; None when that is no longer kept."""
    ranking = await ranked_timelines.kept(redis, viewer_id, key >> POSITION_BITS)
    return None if ranking is None else max((entry.tweet_id for entry in ranking.entries), default=0)


async def _candidates(database: Database, viewer_id: int, entries: tuple[Entry, ...], *, at_ms: int) -> list[Ranked]:
    since = snowflake(ms=at_ms - int(AFFINITY_OVER.total_seconds() * 1000), worker=0, sequence=0)
    counted = {entry.tweet.id: entry.tweet.retweet_of_id or entry.tweet.id for entry in entries}
    async with database.read() as session:
        counts_by_id = await counts.of_tweets(session, list(set(counted.values())))
        done = await interactions.with_authors(session, viewer_id, since=since)
    return [
        Ranked(
            tweet_id=entry.tweet.id,
            engagement=engagement(counts_by_id.get(counted[entry.tweet.id], TweetCounts())),
            interactions=done.get(entry.tweet.author_id, 0),
        )
        for entry in entries
    ]


def _bounds(ranking: KeptRanking, request: PageRequest) -> tuple[int, int]:
    """The places strictly between the request's keys."""
    places = (1 << POSITION_BITS) - 1
    start = 0 if request.after is None else (request.after & places) + 1
    return start, len(ranking.entries) if request.before is None else request.before & places


def _page(
    ranking: KeptRanking,
    request: PageRequest,
    tweets: dict[int, Tweet],
    *,
    source: TimelineSource,
    state: FreshnessState,
) -> RankedPage:
    start, end = _bounds(ranking, request)
    found = [
        RankedEntry(
            key=ranking.token << POSITION_BITS | place,
            tweet=tweets[entry.tweet_id],
            rank=entry.explained(at_ms=ranking.at_ms),
        )
        for place, entry in enumerate(ranking.entries[start:end], start)
        if entry.tweet_id in tweets
    ]
    return RankedPage(
        entries=tuple(found[-request.size :] if request.backward else found[: request.size]),
        has_more=len(found) > request.size,
        as_of=datetime.fromtimestamp(ranking.at_ms / 1000, UTC),
        source=source,
        state=state,
    )
