"""Timelines of lists, read from Postgres.

In one is what its members write and retweet; a reply only when it answers somebody who is in the list, too. Repeats are
left out as in a home timeline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import TextClause

from domain.changes import Snapshot, parsed_snapshot
from domain.ids import MAX_ID
from domain.pages import PageRequest
from domain.records import Tweet
from infra.database import ReadSession
from stores.merged_authors import RETWEETERS, Direction, marked, nearest, once_within_ms, which_belong
from stores.tweets import COLUMNS, tweet_from
from stores.visibility import NOBODY, listed_tweet

_MEMBERS = "SELECT user_id AS id FROM list_members WHERE list_id = parent.id"
_REPLY_BELONGS = """(
    tweets.in_reply_to_user_id IS NULL
    OR EXISTS (
        SELECT FROM list_members AS answered
        WHERE answered.list_id = parent.id AND answered.user_id = tweets.in_reply_to_user_id
    )
)"""
_IS_SHOWN = f"{listed_tweet()} AND {_REPLY_BELONGS}"
_BELONGS = f"""{_IS_SHOWN} AND EXISTS (
    SELECT FROM list_members WHERE list_id = parent.id AND user_id = tweets.author_id
)"""


def _pages_statement(direction: Direction) -> TextClause:
    # Without LIMIT 1 the planner may merge the page with all tweets that are newer.
    return marked(
        f"""
        SELECT parent.id AS parent_id, shown.*
        FROM unnest(CAST(:list_ids AS bigint[]), CAST(:lows AS bigint[]), CAST(:highs AS bigint[]))
            AS parent (id, low, high)
        CROSS JOIN LATERAL (
            {nearest(_MEMBERS, _IS_SHOWN, direction, low="parent.low", high="parent.high")}
        ) AS skeleton
        CROSS JOIN LATERAL (SELECT {COLUMNS} FROM tweets WHERE tweets.id = skeleton.id LIMIT 1) AS shown
        """,  # noqa: S608
        _MEMBERS,
        _BELONGS,
        direction,
    )


def _belonging_statement(columns: str, members: str) -> TextClause:
    return marked(
        f"""
        SELECT parent.id AS parent_id, {columns}
        FROM unnest(CAST(:list_ids AS bigint[]), CAST(:ids AS bigint[])) AS parent (id, tweet_id)
        CROSS JOIN LATERAL (SELECT parent.tweet_id AS id) AS candidate {which_belong(_BELONGS)}
        """,  # noqa: S608
        members,
        _BELONGS,
        "DESC",
    )


_BELONGING = _belonging_statement(COLUMNS, _MEMBERS)
BELONGING_TO_EACH = _belonging_statement(
    "tweets.id, tweets.author_id, tweets.retweet_of_id", f"{_MEMBERS} AND (user_id IN ({RETWEETERS})) IS TRUE"
)
_PAGES = {False: _pages_statement("DESC"), True: _pages_statement("ASC")}


class Candidate(NamedTuple):
    """What may be in a list's timeline."""

    list_id: int
    tweet_id: int


class Entry(msgspec.Struct, frozen=True):
    tweet: Tweet
    is_repeat: bool


async def pages(
    session: ReadSession, requests: Mapping[int, PageRequest], *, viewer_id: int | None
) -> tuple[dict[int, list[Entry]], Snapshot | None]:
    """For each list up to `size` of what belongs strictly between the request's keys, from the end it asks for; and the
    snapshot, where there is any. The requests differ in their keys only."""
    [request, *_] = requests.values()
    rows = await session.execute(
        _PAGES[request.backward],
        {
            "list_ids": list(requests),
            "viewer_id": viewer_id or NOBODY,
            "lows": [-1 if each.before is None else each.before for each in requests.values()],
            "highs": [MAX_ID if each.after is None else each.after for each in requests.values()],
            "limit": request.size,
            "once_within_ms": once_within_ms(),
        },
    )
    found: defaultdict[int, list[Entry]] = defaultdict(list)
    snapshot = None
    for row in rows:
        snapshot = snapshot or parsed_snapshot(row.snapshot)
        found[row.parent_id].append(Entry(tweet=tweet_from(row[1:]), is_repeat=row.is_repeat))
    return found, snapshot


async def belonging(
    session: ReadSession, candidates: Sequence[Candidate], *, viewer_id: int | None
) -> dict[Candidate, Tweet]:
    """Those that are in their lists' timelines at this moment."""
    asked = {
        "list_ids": [each.list_id for each in candidates],
        "ids": [each.tweet_id for each in candidates],
        "viewer_id": viewer_id or NOBODY,
        "once_within_ms": once_within_ms(),
    }
    rows = await session.execute(_BELONGING, asked)
    return {Candidate(row.parent_id, row.id): tweet_from(row[1:]) for row in rows if not row.is_repeat}
