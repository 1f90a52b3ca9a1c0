"""Timelines of lists, read from Postgres.

In one is what its members write and retweet; a reply only when it answers somebody who is in the list, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import TextClause, text

from domain.ids import MAX_ID
from domain.pages import PageRequest
from domain.records import Tweet
from infra.database import ReadSession
from stores.tweets import COLUMNS, tweet_from
from stores.visibility import NOBODY, listed_tweet

_REPLY_BELONGS = """(
    tweets.in_reply_to_user_id IS NULL
    OR EXISTS (
        SELECT FROM list_members AS answered
        WHERE answered.list_id = parent.id AND answered.user_id = tweets.in_reply_to_user_id
    )
)"""


def _of_member(direction: str, limit: str) -> str:
    return f"""
        SELECT tweets.id FROM tweets
        WHERE tweets.author_id = users.id AND {listed_tweet()} AND {_REPLY_BELONGS}
            AND tweets.id > CAST(:low AS bigint) AND tweets.id < CAST(:high AS bigint)
        ORDER BY tweets.id {direction} LIMIT {limit}
    """  # noqa: S608


def _pages_statement(direction: str) -> TextClause:
    # A page of n is by the n members whose nearest tweets come first: only theirs are read further. Of 5,000 members
    # with 40 tweets each it takes 30 ms, where reading a page of every member's takes 700. Without LIMIT 1 in the last
    # join the planner may merge the page with all tweets that are newer.
    return text(
        f"""
        SELECT parent.id AS list_id, shown.*
        FROM unnest(CAST(:list_ids AS bigint[])) AS parent (id)
        CROSS JOIN LATERAL (
            SELECT listed.id
            FROM (
                SELECT list_members.user_id
                FROM list_members JOIN users ON users.id = list_members.user_id
                CROSS JOIN LATERAL ({_of_member(direction, "1")}) AS nearest
                WHERE list_members.list_id = parent.id
                ORDER BY nearest.id {direction} LIMIT :limit
            ) AS author JOIN users ON users.id = author.user_id
            CROSS JOIN LATERAL ({_of_member(direction, ":limit")}) AS listed
            ORDER BY listed.id {direction} LIMIT :limit
        ) AS skeleton
        CROSS JOIN LATERAL (SELECT {COLUMNS} FROM tweets WHERE tweets.id = skeleton.id LIMIT 1) AS shown
        ORDER BY skeleton.id {direction}
        """  # noqa: S608
    )


_PAGES = {backward: _pages_statement(direction) for backward, direction in ((False, "DESC"), (True, "ASC"))}


async def pages(
    session: ReadSession, list_ids: Sequence[int], request: PageRequest, *, viewer_id: int | None
) -> dict[int, list[Tweet]]:
    """For each list up to `size` + 1 tweets strictly between the request's keys, from the end it asks for."""
    rows = await session.execute(
        _PAGES[request.backward],
        {
            "list_ids": list_ids,
            "viewer_id": viewer_id or NOBODY,
            "low": -1 if request.before is None else request.before,
            "high": MAX_ID if request.after is None else request.after,
            "limit": request.size + 1,
        },
    )
    found: defaultdict[int, list[Tweet]] = defaultdict(list)
    for row in rows:
        found[row.list_id].append(tweet_from(row))
    return {list_id: found[list_id] for list_id in list_ids}
