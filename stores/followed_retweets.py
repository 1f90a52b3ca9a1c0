"""Retweets by those whom the viewer follows."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import TextClause, text

from domain.retweets import NAMED
from infra.database import ReadSession
from stores.merged_authors import retweets_by, which_belong
from stores.visibility import listed_tweet


class Retweeters(msgspec.Struct, frozen=True):
    first_ids: tuple[int, ...] = ()
    """Up to NAMED, the earliest first."""
    count: int = 0


_FOLLOWEES = "SELECT followee_id AS id FROM follows WHERE follower_id = :viewer_id AND shows_retweets"
# Each look into the index sorts them, which is quick where they are few and sorted.
_RETWEETED = """ARRAY(
    SELECT wanted.id FROM unnest(CAST(:ids AS bigint[])) AS wanted (id)
    WHERE EXISTS (SELECT FROM tweets WHERE tweets.retweet_of_id = wanted.id) ORDER BY wanted.id
)"""


def _retweeters_statement(people: str) -> TextClause:
    return text(
        f"""
        SELECT tweets.retweet_of_id, (array_agg(tweets.author_id ORDER BY tweets.id))[1:{NAMED}] AS first_ids, count(*)
        FROM ({retweets_by(people, _RETWEETED)}) AS candidate {which_belong(listed_tweet())}
        GROUP BY tweets.retweet_of_id
        """  # noqa: S608
    )


_RETWEETERS = _retweeters_statement(_FOLLOWEES)
# As in home timelines, the retweeters are found once for many viewers.
OF_TWEETS_TO_EACH = _retweeters_statement(
    f"""{_FOLLOWEES} AND (followee_id IN (
        SELECT author_id FROM tweets WHERE retweet_of_id = ANY(CAST(:ids AS bigint[])) AND deleted_at IS NULL
    )) IS TRUE"""  # noqa: S608
)


async def retweeters(session: ReadSession, tweet_ids: Sequence[int], *, viewer_id: int) -> dict[int, Retweeters]:
    """Of those of the tweets that somebody has retweeted whose retweet the viewer would be shown."""
    rows = await session.execute(_RETWEETERS, {"ids": tweet_ids, "viewer_id": viewer_id})
    return {tweet_id: Retweeters(first_ids=tuple(first_ids), count=count) for tweet_id, first_ids, count in rows}
