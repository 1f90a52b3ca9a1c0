"""Rows of `polls` and what belongs to them. Votes are counted as likes are: totals plus pending deltas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, text

from domain.polls import PollRules
from domain.records import Poll, PollOption
from infra.database import ReadSession, WriteSession
from stores.visibility import NOBODY

_INSERT = text(
    """
    WITH poll AS (
        INSERT INTO polls (tweet_id, is_multiple, ends_at) VALUES (:tweet_id, :is_multiple, :ends_at)
        RETURNING tweet_id
    )
    INSERT INTO poll_options (tweet_id, position, text)
    SELECT poll.tweet_id, option.number - 1, option.text
    FROM poll, unnest(CAST(:options AS text[])) WITH ORDINALITY AS option (text, number)
    """
)


async def insert(
    session: WriteSession, tweet_id: int, *, options: Sequence[str], is_multiple: bool, ends_at: datetime
) -> None:
    values = {"tweet_id": tweet_id, "is_multiple": is_multiple, "ends_at": ends_at, "options": options}
    await session.execute(_INSERT, values)


# One statement is one snapshot: a fold is seen whole or not at all.
OF_TWEETS = text(
    """
    WITH pending AS (
        SELECT tweet_id, position, sum(votes) AS votes FROM poll_vote_deltas
        WHERE tweet_id = ANY(CAST(:ids AS bigint[])) GROUP BY tweet_id, position
    )
    SELECT polls.tweet_id, polls.ends_at, polls.is_multiple, poll_votes.positions AS viewer_votes,
        polls.voters + coalesce(new_voters.votes, 0) AS voters,
        poll_options.position, poll_options.text, poll_options.votes + coalesce(new_votes.votes, 0) AS votes
    FROM polls JOIN poll_options ON poll_options.tweet_id = polls.tweet_id
    LEFT JOIN pending AS new_voters ON new_voters.tweet_id = polls.tweet_id AND new_voters.position IS NULL
    LEFT JOIN pending AS new_votes
        ON new_votes.tweet_id = polls.tweet_id AND new_votes.position = poll_options.position
    LEFT JOIN poll_votes ON poll_votes.tweet_id = polls.tweet_id AND poll_votes.user_id = :viewer_id
    WHERE polls.tweet_id = ANY(CAST(:ids AS bigint[]))
    ORDER BY polls.tweet_id, poll_options.position
    """
)


async def of_tweets(session: ReadSession, tweet_ids: Sequence[int], *, viewer_id: int | None) -> dict[int, Poll]:
    rows_by_tweet: defaultdict[int, list[Row[tuple[object, ...]]]] = defaultdict(list)
    for row in await session.execute(OF_TWEETS, {"ids": tweet_ids, "viewer_id": viewer_id or NOBODY}):
        rows_by_tweet[row.tweet_id].append(row)
    return {
        tweet_id: Poll(
            tweet_id=tweet_id,
            options=tuple(PollOption(row.position, row.text, row.votes) for row in rows),
            voters=rows[0].voters,
            ends_at=rows[0].ends_at,
            is_multiple=rows[0].is_multiple,
            viewer_votes=None if viewer_id is None else tuple(rows[0].viewer_votes or ()),
        )
        for tweet_id, rows in rows_by_tweet.items()
    }


_RULES = text(
    "SELECT ends_at, is_multiple, "
    "(SELECT count(*) FROM poll_options WHERE poll_options.tweet_id = polls.tweet_id) AS options "
    "FROM polls WHERE tweet_id = :tweet_id"
)


async def rules(session: ReadSession, tweet_id: int) -> PollRules | None:
    """None for a tweet without a poll."""
    row = (await session.execute(_RULES, {"tweet_id": tweet_id})).one_or_none()
    return None if row is None else PollRules(row.ends_at, row.is_multiple, row.options)


_VOTE = text(
    """
    WITH vote AS (
        INSERT INTO poll_votes (tweet_id, user_id, positions)
        VALUES (:tweet_id, :user_id, CAST(:positions AS smallint[])) ON CONFLICT DO NOTHING
        RETURNING tweet_id, positions
    )
    INSERT INTO poll_vote_deltas (tweet_id, position, votes)
    SELECT tweet_id, unnest(array_append(positions, NULL)), 1 FROM vote
    """
)


async def vote(session: WriteSession, tweet_id: int, *, user_id: int, positions: Sequence[int]) -> bool:
    """False when the user has voted already."""
    result = await session.execute(_VOTE, {"tweet_id": tweet_id, "user_id": user_id, "positions": positions})
    return result.rowcount > 0


_CLOSE = text(
    """
    UPDATE polls SET closed_at = :now WHERE tweet_id = ANY(ARRAY(
        SELECT tweet_id FROM polls WHERE closed_at IS NULL AND ends_at <= :now
        ORDER BY ends_at LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED
    ))
    RETURNING tweet_id
    """
)


async def close_ended(session: WriteSession, *, now: datetime, limit: int) -> list[int]:
    """Marks polls whose time is over, each once; returns their tweets' ids."""
    return sorted((await session.execute(_CLOSE, {"now": now, "limit": limit})).scalars())


FOLD = text(
    """
    WITH taken AS (
        DELETE FROM poll_vote_deltas WHERE id = ANY(ARRAY(
            SELECT id FROM poll_vote_deltas ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
        ))
        RETURNING tweet_id, position, votes
    ), added AS (
        SELECT tweet_id, position, sum(votes) AS votes FROM taken GROUP BY tweet_id, position
    ), voted AS (
        UPDATE poll_options SET votes = poll_options.votes + added.votes FROM added
        WHERE poll_options.tweet_id = added.tweet_id AND poll_options.position = added.position
    ), counted AS (
        UPDATE polls SET voters = polls.voters + added.votes FROM added
        WHERE polls.tweet_id = added.tweet_id AND added.position IS NULL
    )
    SELECT count(*) FROM taken
    """
)
"""One of the statements of `stores.counts.fold`."""
