"""Receipts of deliveries: what became of each tweet on its way to its author's followers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text

from domain.delivery import FanoutReceipt, FanoutStrategy
from domain.lags import Lags
from infra.database import ReadSession, WriteSession


class Progress(msgspec.Struct):
    """A receipt being written."""

    started_at: datetime
    begun_in: int | None
    """The posting or restoring that this delivers."""
    targeted: int = 0
    delivered: int = 0
    skipped_inactive: int = 0
    lags: Lags = msgspec.field(default_factory=Lags)
    reached_follow_id: int = 0
    """Every follower up to this follow was gone through; 0 while several authors' are gone through together."""


_UNFINISHED = text(
    """
    SELECT targeted, delivered, skipped_inactive, lag_p50_ms, lag_p99_ms, started_at, reached_follow_id
    FROM fan_outs WHERE tweet_id = :tweet_id AND begun_in = :begun_in AND completed_at IS NULL
    """
)


async def unfinished(session: ReadSession, tweet_id: int, *, begun_in: int | None) -> Progress | None:
    """How far a fan-out had come that was interrupted. None also when the tweet was away since: timelines that were
    made meanwhile lack it. Of its lags only the two percentiles are left: half of the
    followers count as reached by the one, half by the other."""
    row = (await session.execute(_UNFINISHED, {"tweet_id": tweet_id, "begun_in": begun_in})).one_or_none()
    if row is None:
        return None
    lags = Lags()
    for lag_ms, people in ((row.lag_p50_ms, row.targeted - row.targeted // 2), (row.lag_p99_ms, row.targeted // 2)):
        if people:
            lags.add(lag_ms, people=people)
    return Progress(
        started_at=row.started_at,
        begun_in=begun_in,
        targeted=row.targeted,
        delivered=row.delivered,
        skipped_inactive=row.skipped_inactive,
        lags=lags,
        reached_follow_id=row.reached_follow_id,
    )


# A tweet that is gone has no receipt; one that was delivered keeps the first.
_RECORD = text(
    """
    INSERT INTO fan_outs (
        tweet_id, targeted, delivered, skipped_inactive, lag_p50_ms, lag_p99_ms, started_at, completed_at,
        reached_follow_id, begun_in
    )
    SELECT new.*
    FROM (
        SELECT tweet_id, targeted, delivered, skipped_inactive, lag_p50_ms, lag_p99_ms, started_at,
            CAST(:completed_at AS timestamptz), reached_follow_id, begun_in
        FROM unnest(
            CAST(:tweet_ids AS bigint[]), CAST(:targeted AS integer[]), CAST(:delivered AS integer[]),
            CAST(:skipped_inactive AS integer[]), CAST(:lag_p50_ms AS integer[]), CAST(:lag_p99_ms AS integer[]),
            CAST(:started_at AS timestamptz[]), CAST(:reached_follow_id AS bigint[]), CAST(:begun_in AS bigint[])
        ) AS new (
            tweet_id, targeted, delivered, skipped_inactive, lag_p50_ms, lag_p99_ms, started_at, reached_follow_id,
            begun_in
        )
    ) AS new JOIN tweets ON tweets.id = new.tweet_id
    ON CONFLICT (tweet_id) DO UPDATE SET
        targeted = excluded.targeted, delivered = excluded.delivered, skipped_inactive = excluded.skipped_inactive,
        lag_p50_ms = excluded.lag_p50_ms, lag_p99_ms = excluded.lag_p99_ms, completed_at = excluded.completed_at,
        reached_follow_id = excluded.reached_follow_id, begun_in = excluded.begun_in
    WHERE fan_outs.completed_at IS NULL
    """
)


async def record(
    session: WriteSession, progress_by_tweet_id: Mapping[int, Progress], *, completed_at: datetime | None
) -> None:
    """What these fan-outs have done so far, or altogether when they are completed."""
    made = progress_by_tweet_id.values()
    await session.execute(
        _RECORD,
        {
            "tweet_ids": list(progress_by_tweet_id),
            "targeted": [progress.targeted for progress in made],
            "delivered": [progress.delivered for progress in made],
            "skipped_inactive": [progress.skipped_inactive for progress in made],
            "lag_p50_ms": [progress.lags.percentile(50) for progress in made],
            "lag_p99_ms": [progress.lags.percentile(99) for progress in made],
            "started_at": [progress.started_at for progress in made],
            "reached_follow_id": [progress.reached_follow_id for progress in made],
            "begun_in": [progress.begun_in for progress in made],
            "completed_at": completed_at,
        },
    )


_OF_TWEETS = text(
    """
    SELECT tweets.id, tweets.delivery, targeted, delivered, skipped_inactive, lag_p50_ms, lag_p99_ms,
        started_at, completed_at
    FROM tweets LEFT JOIN fan_outs ON fan_outs.tweet_id = tweets.id
    WHERE tweets.id = ANY(CAST(:ids AS bigint[]))
    """
)


async def of_tweets(session: ReadSession, tweet_ids: Sequence[int]) -> dict[int, FanoutReceipt]:
    return {
        row.id: FanoutReceipt(
            strategy=FanoutStrategy(row.delivery),
            targeted=row.targeted or 0,
            delivered=row.delivered or 0,
            skipped_inactive=row.skipped_inactive or 0,
            lag_p50_ms=row.lag_p50_ms,
            lag_p99_ms=row.lag_p99_ms,
            started_at=row.started_at,
            completed_at=row.completed_at,
        )
        for row in await session.execute(_OF_TWEETS, {"ids": tweet_ids})
    }


class RecentLags(msgspec.Struct, frozen=True):
    p50_ms: int
    p99_ms: int


# The planner takes any LIMIT for a tenth of the rows: without LIMIT 1 it reads all tweets.
_RECENT_LAGS = text(
    """
    SELECT delivery, percentile_disc(0.5) WITHIN GROUP (ORDER BY lag_p50_ms) AS p50_ms,
        percentile_disc(0.99) WITHIN GROUP (ORDER BY lag_p99_ms) AS p99_ms
    FROM (
        SELECT tweet_id, lag_p50_ms, lag_p99_ms FROM fan_outs
        WHERE completed_at IS NOT NULL AND lag_p50_ms IS NOT NULL ORDER BY tweet_id DESC LIMIT :latest
    ) AS recent CROSS JOIN LATERAL (SELECT delivery FROM tweets WHERE tweets.id = recent.tweet_id LIMIT 1) AS tweet
    GROUP BY delivery
    """
)


async def recent_lags(session: ReadSession, *, latest: int) -> dict[FanoutStrategy, RecentLags]:
    """Over the latest tweets that were delivered to somebody."""
    rows = await session.execute(_RECENT_LAGS, {"latest": latest})
    return {FanoutStrategy(row.delivery): RecentLags(p50_ms=row.p50_ms, p99_ms=row.p99_ms) for row in rows}
