"""What people do with tweets, in figures, for all that are watched."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import text

from domain.records import Engagement, Views
from infra.database import ReadSession
from stores.counts import TOTALS_OF_TWEETS, tweet_counts_from
from stores.visibility import NOBODY, for_each_viewer, original_verdict, tweet_verdict

_ORIGINALS = text(
    "SELECT id, coalesce(retweet_of_id, id) AS original_id FROM tweets WHERE id = ANY(CAST(:ids AS bigint[]))"
)


async def originals(session: ReadSession, tweet_ids: Sequence[int]) -> dict[int, int]:
    """Of those tweets that there are, whose engagement theirs is: a retweet has that of what it retweets."""
    return {row.id: row.original_id for row in await session.execute(_ORIGINALS, {"ids": tweet_ids})}


_OF_TWEETS = text(
    f"""
    SELECT total.*, viewers, counted_at
    FROM ({TOTALS_OF_TWEETS}) AS total LEFT JOIN tweet_views ON tweet_views.tweet_id = total.tweet_id
    """  # noqa: S608
)


async def of_tweets(session: ReadSession, tweet_ids: Collection[int]) -> dict[int, Engagement]:
    return {
        row.tweet_id: Engagement(
            tweet_counts_from(row), None if row.counted_at is None else Views(row.viewers, row.counted_at)
        )
        for row in await session.execute(_OF_TWEETS, {"ids": list(tweet_ids)})
    }


_VISIBLE = text(
    f"""
    SELECT watch.viewer_id, tweets.id
    FROM unnest(CAST(:viewer_ids AS bigint[]), CAST(:tweet_ids AS bigint[])) AS watch (viewer_id, tweet_id)
    JOIN tweets ON tweets.id = watch.tweet_id JOIN users ON users.id = tweets.author_id
    WHERE tweets.deleted_at IS NULL
        AND {for_each_viewer(tweet_verdict(), "watch.viewer_id")} IS NULL
        AND {for_each_viewer(original_verdict(), "watch.viewer_id")} IS NULL
    """  # noqa: S608
)


async def visible_among(
    session: ReadSession, watched: Collection[tuple[int | None, int]]
) -> set[tuple[int | None, int]]:
    """Those of the pairs of a viewer and a tweet where the one may see the other; None is who is not signed in."""
    asked = {
        "viewer_ids": [viewer_id or NOBODY for viewer_id, _ in watched],
        "tweet_ids": [each for _, each in watched],
    }
    return {(viewer_id or None, tweet_id) for viewer_id, tweet_id in await session.execute(_VISIBLE, asked)}
