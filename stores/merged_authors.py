"""Timelines of the tweets of many authors, as SQL: `people` selects whose, with `id`, and what `belongs` says is of
`tweets` and of `users`, who wrote it. Where a statement reads several timelines, both may name `parent.id`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from sqlalchemy import TextClause, text

from domain import retweets
from domain.ids import SEQUENCE_BITS, WORKER_BITS

Direction = Literal["ASC", "DESC"]
_TIME_BITS = WORKER_BITS + SEQUENCE_BITS
"""Below the milliseconds of an id."""


def nearest(people: str, belongs: str, direction: Direction, *, low: str, high: str) -> str:
    """The ids of up to `:limit` tweets strictly between two; `belongs` may name `author`, a row of `people`, too."""
    # A page of n is by the n authors whose nearest tweets come first: only theirs are read further. Of 5,000 authors
    # with 40 tweets each it takes 30 ms, where reading a page of every author's takes 700.
    by_author = f"""
        SELECT tweets.id FROM tweets
        WHERE tweets.author_id = users.id AND {belongs} AND tweets.id > {low} AND tweets.id < {high}
        ORDER BY tweets.id {direction}
    """  # noqa: S608
    return f"""
        SELECT listed.id
        FROM (
            SELECT author.*
            FROM ({people}) AS author JOIN users ON users.id = author.id
            CROSS JOIN LATERAL ({by_author} LIMIT 1) AS nearest
            ORDER BY nearest.id {direction} LIMIT :limit
        ) AS author JOIN users ON users.id = author.id
        CROSS JOIN LATERAL ({by_author} LIMIT :limit) AS listed
        ORDER BY listed.id {direction} LIMIT :limit
    """  # noqa: S608


def retweets_by(people: str, tweet_ids: str) -> str:
    """The ids of their retweets of these tweets, an array that the planner must not know: it reckons with ten tweets
    then, and where it counts fifty it reads all that each author wrote."""
    # With OFFSET 0 it is one look into the index for each author, whatever the planner thinks of how often the tweets
    # were retweeted.
    return f"""
        SELECT retweet.id
        FROM ({people}) AS author CROSS JOIN LATERAL (
            SELECT tweets.id FROM tweets
            WHERE tweets.author_id = author.id AND tweets.retweet_of_id = ANY({tweet_ids})
                AND tweets.deleted_at IS NULL
            OFFSET 0
        ) AS retweet
    """  # noqa: S608


RETWEETERS = """
    SELECT retweet.author_id FROM unnest(CAST(:ids AS bigint[])) AS entry (id) CROSS JOIN LATERAL (
        SELECT retweet.author_id
        FROM tweets JOIN tweets AS retweet ON retweet.retweet_of_id = tweets.retweet_of_id
        WHERE tweets.id = entry.id AND retweet.deleted_at IS NULL
        OFFSET 0
    ) AS retweet
"""
"""Of what the entries retweet, for whoever asks for many viewers at once: they are found once."""


def which_belong(belongs: str) -> str:
    """Of `candidate`, which has ids of tweets."""
    # How many there are the planner cannot know: without LIMIT 1 it may read all users for their authors.
    return f"""
        JOIN tweets ON tweets.id = candidate.id
        CROSS JOIN LATERAL (SELECT *, xmin FROM users WHERE users.id = tweets.author_id LIMIT 1) AS users
        WHERE {belongs}
    """  # noqa: S608


IS_REPEAT = """(
    listed.author_id <> :viewer_id AND (listed.parent_id, listed.id) IN (SELECT parent_id, id FROM repeat)
)"""
"""In `marked`, of somebody else's retweet whether another carrier of the same tweet is older, in the same timeline,
which `parent_id` names, by at most `:once_within_ms`."""

SNAPSHOT = "(SELECT CAST(txid_current_snapshot() AS text))"
"""In `marked`, that all its rows were read in."""


def marked(
    listed: str,
    people: str,
    belongs: str,
    direction: Direction,
    *,
    columns: str = f"listed.*, {IS_REPEAT} AS is_repeat, {SNAPSHOT} AS snapshot",
    joins: str = "",
) -> TextClause:
    """`columns` of each row of `listed`, which has `parent_id`, `id`, `author_id` and `retweet_of_id`, with `joins`."""
    # The carriers of what the page retweets are looked for at once. Of each only the one before matters.
    carriers = f"""
        SELECT parent.id AS parent_id, tweets.id, lag(tweets.id) OVER (
            PARTITION BY parent.id, coalesce(tweets.retweet_of_id, tweets.id) ORDER BY tweets.id
        ) AS previous_id
        FROM retweeted AS parent (id, ids) CROSS JOIN LATERAL (
            SELECT unnest(parent.ids) AS id UNION ALL {retweets_by(people, "parent.ids")}
        ) AS candidate {which_belong(belongs)}
    """  # noqa: S608
    return text(
        f"""
        WITH listed AS MATERIALIZED ({listed}), retweeted AS MATERIALIZED (
            SELECT parent_id, array_agg(DISTINCT retweet_of_id) FROM listed WHERE retweet_of_id IS NOT NULL
            GROUP BY parent_id
        ), repeat AS MATERIALIZED (
            SELECT parent_id, id FROM ({carriers}) AS carrier
            WHERE (id >> {_TIME_BITS}) - (previous_id >> {_TIME_BITS}) <= CAST(:once_within_ms AS bigint)
        )
        SELECT {columns} FROM listed {joins} ORDER BY listed.id {direction}
        """  # noqa: S608
    )


def once_within_ms() -> int:
    """What `marked` asks for."""
    return retweets.ONCE_WITHIN // timedelta(milliseconds=1)
