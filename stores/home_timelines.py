"""Home timelines as Postgres knows them: the truth that the cached ones must equal.

A home timeline holds everything the viewer wrote, and the tweets of everyone the viewer follows; a reply
of theirs is in it only when the viewer also follows (or is) the person replied to, or they reply to themselves, and a
retweet of theirs only while the viewer wants to see their retweets.

Of all these, a tweet and its retweets are its carriers. Somebody else's retweet is a repeat, and left out, when another
carrier of the same tweet has a smaller id and is at most ONCE_WITHIN older, itself a repeat or not. So the earliest
stays where a client has seen it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import TextClause, text

from domain.changes import Snapshot
from domain.ids import MAX_ID
from domain.pages import PageRequest
from domain.records import Tweet
from infra.database import ReadSession
from stores import home_entries, hydration
from stores.arrays import array
from stores.home_entries import Entry
from stores.merged_authors import RETWEETERS, Direction, marked, nearest, which_belong
from stores.visibility import listed_tweet

_REPLY_BELONGS = """(
    tweets.in_reply_to_user_id IS NULL
    OR tweets.author_id = :viewer_id
    OR tweets.in_reply_to_user_id = tweets.author_id
    OR tweets.in_reply_to_user_id = :viewer_id
    OR EXISTS (
        SELECT FROM follows
        WHERE follower_id = :viewer_id AND followee_id = tweets.in_reply_to_user_id
    )
)"""
_IS_SHOWN = f"{listed_tweet()} AND {_REPLY_BELONGS}"
_BELONGS = f"""{_IS_SHOWN} AND (
    tweets.author_id = :viewer_id
    OR EXISTS (
        SELECT FROM follows WHERE follower_id = :viewer_id AND followee_id = tweets.author_id
            AND (shows_retweets OR tweets.retweet_of_id IS NULL)
    )
)"""

_AUTHORS = """
    SELECT followee_id AS id, shows_retweets FROM follows WHERE follower_id = :viewer_id
    UNION ALL SELECT CAST(:viewer_id AS bigint), true
"""
_PARENT = "CAST(:viewer_id AS bigint) AS parent_id"
_ROW = f"{_PARENT}, {home_entries.ROW}"


def _entries_of(listed: str, direction: Direction, *, hydrated: bool = False) -> TextClause:
    columns, joins = home_entries.columns(hydrated=hydrated), hydration.JOINS if hydrated else ""
    return marked(listed, _AUTHORS, _BELONGS, direction, columns=columns, joins=joins)


def _among(columns: str) -> str:
    return f"SELECT {columns} FROM unnest(CAST(:ids AS bigint[])) AS candidate (id) {which_belong(_BELONGS)}"  # noqa: S608


_BELONGING = _entries_of(_among(_ROW), "DESC")
# Whoever asks for many viewers at once finds the retweeters once, and among them those whom each viewer follows.
BELONGING_TO_EACH = marked(
    _among(f"{_PARENT}, tweets.id, tweets.author_id, tweets.retweet_of_id"),
    f"""
    SELECT followee_id AS id FROM follows
    WHERE follower_id = :viewer_id AND (followee_id IN ({RETWEETERS})) IS TRUE
    UNION ALL SELECT CAST(:viewer_id AS bigint)
    """,  # noqa: S608
    _BELONGS,
    "DESC",
)


async def belonging(session: ReadSession, viewer_id: int, tweet_ids: Sequence[int]) -> dict[int, Tweet]:
    """Those of the tweets that are in the viewer's home timeline at this moment."""
    entries, _ = await home_entries.read(session, _BELONGING, {"viewer_id": viewer_id, "ids": tweet_ids})
    return {entry.tweet.id: entry.tweet for entry in entries if not entry.is_repeat}


# What no cached timeline has, or not yet: the tweets on their way, and those of large authors that are pulled.
_WINDOW = f"""
    WITH candidate AS (
        SELECT unnest(CAST(CAST(:ids AS text) AS bigint[])) AS id
        UNION
        SELECT tweet_id FROM undelivered_tweets
        WHERE tweet_id >= :low AND tweet_id < :high AND (
            author_id = :viewer_id
            OR EXISTS (
                SELECT FROM follows WHERE follower_id = :viewer_id AND followee_id = undelivered_tweets.author_id
            )
        )
        UNION
        SELECT pulled.id
        FROM follows JOIN large_authors ON large_authors.user_id = follows.followee_id
        JOIN users ON users.id = follows.followee_id
        CROSS JOIN LATERAL (
            SELECT tweets.id FROM tweets
            WHERE tweets.author_id = follows.followee_id AND tweets.delivery = 'PULL'
                AND tweets.id >= :low AND tweets.id < :high AND {_IS_SHOWN}
                AND (follows.shows_retweets OR tweets.retweet_of_id IS NULL)
            ORDER BY tweets.id DESC LIMIT :limit
        ) AS pulled
        WHERE follows.follower_id = :viewer_id
    )
    SELECT {_ROW} FROM candidate {which_belong(_BELONGS)}
    ORDER BY tweets.id DESC LIMIT :limit
"""  # noqa: S608
_WINDOWS = {hydrated: _entries_of(_WINDOW, "DESC", hydrated=hydrated) for hydrated in (False, True)}


async def window(
    session: ReadSession,
    viewer_id: int,
    cached_ids: Sequence[int],
    *,
    low: int,
    high: int,
    limit: int,
    hydrated: bool = False,
) -> tuple[list[Entry], Snapshot | None]:
    """Newest first, up to `limit` of what belongs with ids from `low` to below `high`: the cached ids, which are all
    that was pushed there, and what is not pushed, or not yet. And the snapshot, where there is any."""
    asked = {"viewer_id": viewer_id, "ids": array(cached_ids), "low": low, "high": high, "limit": limit}
    return await home_entries.read(session, _WINDOWS[hydrated], asked, hydrated=hydrated)


def _page_statement(direction: Direction, *, hydrated: bool) -> TextClause:
    shown = f"{_IS_SHOWN} AND (author.shows_retweets OR tweets.retweet_of_id IS NULL)"
    # Without LIMIT 1 the planner may merge the page with all tweets that are newer.
    skeleton = nearest(_AUTHORS, shown, direction, low="CAST(:low AS bigint)", high="CAST(:high AS bigint)")
    return _entries_of(
        f"""
        SELECT shown.*
        FROM ({skeleton}) AS skeleton
        CROSS JOIN LATERAL (
            SELECT {_ROW} FROM tweets JOIN users ON users.id = tweets.author_id
            WHERE tweets.id = skeleton.id LIMIT 1
        ) AS shown
        """,  # noqa: S608
        direction,
        hydrated=hydrated,
    )


_PAGES = {
    (backward, hydrated): _page_statement("ASC" if backward else "DESC", hydrated=hydrated)
    for backward in (False, True)
    for hydrated in (False, True)
}


async def page(
    session: ReadSession, viewer_id: int, request: PageRequest, *, hydrated: bool = False
) -> tuple[list[Entry], Snapshot | None]:
    """Up to `size` of what belongs strictly between the request's keys, from the end it asks for; and the snapshot,
    where there is any."""
    asked = {
        "viewer_id": viewer_id,
        "low": -1 if request.before is None else request.before,
        "high": MAX_ID if request.after is None else request.after,
        "limit": request.size,
    }
    return await home_entries.read(session, _PAGES[request.backward, hydrated], asked, hydrated=hydrated)


# Candidates for the cache: what is hidden now (by a mute, a suspension) may be shown again while they are cached. One
# value, as they are there, because the driver would make a row of each.
_IDS = text(
    f"""
    SELECT CASE WHEN count(*) = :limit THEN min(id) ELSE 0 END AS complete_from,
        coalesce(string_agg(int8send(id), CAST('' AS bytea) ORDER BY id), '') AS packed
    FROM (
        SELECT listed.id
        FROM (
            SELECT followee_id AS id FROM follows WHERE follower_id = :viewer_id
            UNION ALL SELECT CAST(:viewer_id AS bigint)
        ) AS author
        CROSS JOIN LATERAL (
            SELECT tweets.id FROM tweets
            WHERE tweets.author_id = author.id AND tweets.deleted_at IS NULL AND {_REPLY_BELONGS}
            ORDER BY tweets.id DESC LIMIT :limit
        ) AS listed
        ORDER BY listed.id DESC LIMIT :limit
    ) AS newest
    """  # noqa: S608
)


async def newest_ids(session: ReadSession, viewer_id: int, *, limit: int) -> tuple[int, bytes]:
    """From which id on these are all, and the ids, of 8 bytes each, the newest last; tweets that the viewer may not see
    now are among them."""
    [(complete_from, packed)] = await session.rows(_IDS, {"viewer_id": viewer_id, "limit": limit})
    return complete_from, packed
