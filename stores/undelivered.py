"""Tweets on their way to home timelines: until the last cached timeline has one, readers find it here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, text

from domain.delivery import LARGE_FROM, FanoutStrategy, FanoutThresholds
from domain.events import Lane
from infra.database import ReadSession, WriteSession

# Pending deltas belong to the count: an author is as large as they are at this moment.
_FOLLOWERS = """
    user_counts.followers + coalesce((
        SELECT sum(followers) FROM user_count_deltas WHERE user_id = user_counts.user_id
    ), 0)
"""
_BEGIN = text(
    f"""
    WITH posted AS (
        SELECT new.id, new.author_id, {_FOLLOWERS} AS followers
        FROM unnest(CAST(:ids AS bigint[]), CAST(:author_ids AS bigint[])) AS new (id, author_id)
        JOIN user_counts ON user_counts.user_id = new.author_id
    ), large AS (
        UPDATE tweets
        SET delivery = CASE WHEN posted.followers >= :celebrity THEN 'PULL' ELSE 'PUSH_ACTIVE' END
        FROM posted WHERE tweets.id = posted.id AND posted.followers >= :popular
    ), pulled AS (
        INSERT INTO large_authors (user_id) SELECT DISTINCT author_id FROM posted WHERE followers >= :celebrity
        ON CONFLICT DO NOTHING
    ), begun AS (
        INSERT INTO undelivered_tweets (tweet_id, author_id) SELECT id, author_id FROM posted
    )
    SELECT id, followers >= :large AND followers < :celebrity AS is_large FROM posted ORDER BY id
    """  # noqa: S608
)


async def begin(
    session: WriteSession, author_by_tweet_id: Mapping[int, int], thresholds: FanoutThresholds
) -> dict[Lane, list[int]]:
    """Decides how these new tweets are delivered, and lets readers find them from now on.

    Returns the tweets by the lane that their delivery belongs to.
    """
    popular = min(thresholds.popular, thresholds.celebrity)
    rows = await session.rows(
        _BEGIN,
        {
            "ids": list(author_by_tweet_id),
            "author_ids": list(author_by_tweet_id.values()),
            "popular": popular,
            "celebrity": thresholds.celebrity,
            "large": min(LARGE_FROM, popular),
        },
    )
    found: defaultdict[Lane, list[int]] = defaultdict(list)
    for tweet_id, is_large in rows:
        found[_lane(is_large=is_large)].append(tweet_id)
    return dict(found)


def _lane(*, is_large: bool) -> Lane:
    return Lane.LARGE_FAN_OUT if is_large else Lane.ORDINARY


_BEGIN_AGAIN = text(
    f"""
    WITH back AS (
        SELECT tweets.id, tweets.author_id, tweets.delivery, {_FOLLOWERS} AS followers
        FROM tweets JOIN user_counts ON user_counts.user_id = tweets.author_id WHERE tweets.id = :tweet_id
    ), begun AS (
        INSERT INTO undelivered_tweets (tweet_id, author_id) SELECT id, author_id FROM back
        ON CONFLICT (tweet_id) DO UPDATE SET begun_in = excluded.begun_in
    )
    SELECT delivery = 'PUSH_ACTIVE' OR delivery = 'PUSH_ALL' AND followers >= :large FROM back
    """  # noqa: S608
)


async def begin_again(session: WriteSession, tweet_id: int) -> Lane:
    """For a tweet that is back: it is delivered as it was. Returns the lane that this belongs to.

    A fan-out under way may have passed timelines that were rebuilt without it: it does not finish this.
    """
    is_large = (await session.execute(_BEGIN_AGAIN, {"tweet_id": tweet_id, "large": LARGE_FROM})).scalar_one()
    return _lane(is_large=is_large)


class Delivery(msgspec.Struct, frozen=True):
    tweet_id: int
    author_id: int
    strategy: FanoutStrategy
    is_deleted: bool
    begun_in: int | None
    """Which posting or restoring it is of; None when that has been finished."""


_DELIVERIES = text(
    "SELECT tweets.id, tweets.author_id, delivery, deleted_at IS NOT NULL AS is_deleted, begun_in "
    "FROM tweets LEFT JOIN undelivered_tweets ON tweet_id = tweets.id "
    "WHERE tweets.id = ANY(CAST(:ids AS bigint[])) ORDER BY tweets.id"
)


async def deliveries(session: ReadSession, tweet_ids: Sequence[int]) -> list[Delivery]:
    """Oldest first; tweets that are gone have none."""
    return [_delivery(row) for row in await session.execute(_DELIVERIES, {"ids": tweet_ids})]


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        tweet_id=row.id,
        author_id=row.author_id,
        strategy=FanoutStrategy(row.delivery),
        is_deleted=row.is_deleted,
        begun_in=row.begun_in,
    )


_FINISH = text(
    "DELETE FROM undelivered_tweets "
    "USING unnest(CAST(:ids AS bigint[]), CAST(:begun_ins AS bigint[])) AS finished (tweet_id, begun_in) "
    "WHERE undelivered_tweets.tweet_id = finished.tweet_id AND undelivered_tweets.begun_in = finished.begun_in"
)


async def finish(session: WriteSession, finished: Sequence[Delivery]) -> None:
    """Every cached timeline that is owed these tweets has them; what has begun again since is not finished."""
    await session.execute(
        _FINISH,
        {
            "ids": [delivery.tweet_id for delivery in finished],
            "begun_ins": [delivery.begun_in for delivery in finished],
        },
    )
