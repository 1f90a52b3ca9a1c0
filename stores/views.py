"""Who has seen which tweet: HyperLogLogs in Redis, kept in `tweet_views`, where losing Redis does not lose them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text

from domain.records import Views
from infra.database import ReadSession, WriteSession
from infra.redis import Redis
from stores.scripts import Script

SEEN = "{views}:seen"
"""{views}:seen: ids of tweets that were seen since the last count began."""
COUNTING = "{views}:counting"
"""{views}:counting: ids of tweets that the running count has not finished; a count that died is resumed from here."""
TTL_S = 2 * 24 * 3600


def viewers_key(tweet_id: int) -> bytes:
    """views:{TWEET_ID}: a HyperLogLog of user ids, from the first view until two days after the last."""
    return b"views:{%d}" % tweet_id


def kept_key(tweet_id: int) -> bytes:
    """views:{TWEET_ID}:kept: what `tweet_views` holds, for the moment of merging."""
    return b"views:{%d}:kept" % tweet_id


async def record(redis: Redis, viewer_id: int, tweet_ids: Sequence[int]) -> None:
    """Seeing a tweet twice counts once. One round trip."""
    async with redis.pipeline(transaction=False) as pipeline:
        for tweet_id in tweet_ids:
            pipeline.pfadd(viewers_key(tweet_id), viewer_id)
            pipeline.expire(viewers_key(tweet_id), TTL_S)
        pipeline.sadd(SEEN, *tweet_ids)
        await pipeline.execute()


async def begin_counting(redis: Redis) -> None:
    """What is seen from now on is for the next count, unless one is under way."""
    if not await redis.exists(COUNTING) and await redis.exists(SEEN):
        await redis.renamenx(SEEN, COUNTING)


async def next_to_count(redis: Redis, *, limit: int) -> list[int]:
    members: list[bytes] = await redis.execute_command("SRANDMEMBER", COUNTING, limit)
    return [int(member) for member in members]


async def finish_counting(redis: Redis, tweet_ids: Sequence[int]) -> None:
    await redis.execute_command("SREM", COUNTING, *tweet_ids)


_MERGE = Script(
    """
    if ARGV[2] then
        redis.call('SET', KEYS[2], ARGV[2])
        redis.call('PFMERGE', KEYS[1], KEYS[2])
        redis.call('DEL', KEYS[2])
    else
        redis.call('PFMERGE', KEYS[1])
    end
    redis.call('EXPIRE', KEYS[1], ARGV[1])
    local viewers = redis.call('PFCOUNT', KEYS[1])
    return {redis.call('GET', KEYS[1]), viewers}
    """
)


async def merged(redis: Redis, kept: Mapping[int, bytes | None]) -> dict[int, tuple[bytes, int]]:
    """The sketch of everybody who saw each tweet, before (`kept`) and since, and its estimate. One round trip."""
    answers = await _MERGE.each(
        redis,
        [
            ([viewers_key(tweet_id), kept_key(tweet_id)], [b"%d" % TTL_S] + ([] if sketch is None else [sketch]))
            for tweet_id, sketch in kept.items()
        ],
    )
    found: dict[int, tuple[bytes, int]] = {}
    for tweet_id, answer in zip(kept, answers, strict=True):
        assert isinstance(answer, list)
        sketch, viewers = answer
        found[tweet_id] = (sketch, viewers)
    return found


_KEPT = text("SELECT tweet_id, sketch FROM tweet_views WHERE tweet_id = ANY(CAST(:ids AS bigint[]))")
_KEEP = text(
    """
    INSERT INTO tweet_views (tweet_id, sketch, viewers, counted_at)
    SELECT seen.tweet_id, seen.sketch, seen.viewers, :now
    FROM unnest(CAST(:ids AS bigint[]), CAST(:sketches AS bytea[]), CAST(:viewers AS int[]))
        AS seen (tweet_id, sketch, viewers)
    JOIN tweets ON tweets.id = seen.tweet_id
    ON CONFLICT (tweet_id) DO UPDATE
    SET sketch = excluded.sketch, viewers = greatest(tweet_views.viewers, excluded.viewers), counted_at = :now
    """
)
_OF_TWEETS = text("SELECT tweet_id, viewers, counted_at FROM tweet_views WHERE tweet_id = ANY(CAST(:ids AS bigint[]))")


async def kept_sketches(session: ReadSession, tweet_ids: Sequence[int]) -> dict[int, bytes | None]:
    rows = {row.tweet_id: row.sketch for row in await session.execute(_KEPT, {"ids": tweet_ids})}
    return {tweet_id: rows.get(tweet_id) for tweet_id in tweet_ids}


async def keep(session: WriteSession, counted: Mapping[int, tuple[bytes, int]], *, now: datetime) -> None:
    """Tweets that were purged meanwhile are passed over; an estimate never falls."""
    await session.execute(
        _KEEP,
        {
            "ids": list(counted),
            "sketches": [sketch for sketch, _ in counted.values()],
            "viewers": [viewers for _, viewers in counted.values()],
            "now": now,
        },
    )


async def of_tweets(session: ReadSession, tweet_ids: Sequence[int]) -> dict[int, Views]:
    """Tweets that nobody was counted for are missing."""
    rows = await session.execute(_OF_TWEETS, {"ids": tweet_ids})
    return {row.tweet_id: Views(viewers=row.viewers, counted_at=row.counted_at) for row in rows}
