"""Changes as they concern timelines of the tweets of many authors, as SQL that the kinds of such timelines share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import TextClause, text

from domain import retweets
from domain.changes import OF_ENTRIES, OF_VIEWERS, Change, ChangeKind, Concern, Relation, Snapshot
from domain.ids import SEQUENCE_BITS, WORKER_BITS
from infra.database import ReadSession
from stores.arrays import array
from stores.changes import COLUMNS, NOT_SEEN, changes_until, not_seen
from stores.visibility import NOBODY

TimelineId = TypeVar("TimelineId", bound=int | str)

_RETWEETS = 1_000
"""Of a changed tweet, the newest retweets that are looked at: one that was retweeted a million times must not hold up
all streams. Its other retweets stay where they were until a client fetches them again."""
_REACHING_TWEETS, _REACHING_RETWEETS = 1_000, 100
"""An account that is suspended, say, is taken from the timelines of those who retweeted it: for the newest of its
tweets, the newest of their retweets."""


def among(kinds: Sequence[ChangeKind]) -> str:
    return f"kind IN ({', '.join(f'{kind:d}' for kind in kinds)})"


TIMELINE_IDS = "CAST(CAST(:timeline_ids AS text) AS bigint[])"
IS_ACCOUNT = f"kind = {ChangeKind.ACCOUNT_CHANGED:d}"
BY_VIEWER = f"FROM changes WHERE changes.user_id = :viewer_id AND {among(OF_VIEWERS)}"
_HAS_RETWEETS = among([kind for kind in OF_ENTRIES if kind is not ChangeKind.TWEET_POSTED])


def _reached(user_id: str) -> str:
    """The ids of those in whose timelines the account's tweets stand."""
    return f"""
        SELECT {user_id} AS id
        UNION
        SELECT retweet.author_id
        FROM (
            SELECT tweets.id FROM tweets WHERE tweets.author_id = {user_id}
            ORDER BY tweets.id DESC LIMIT {_REACHING_TWEETS}
        ) AS original CROSS JOIN LATERAL (
            SELECT tweets.author_id FROM tweets
            WHERE tweets.retweet_of_id = original.id AND tweets.deleted_at IS NULL
            ORDER BY tweets.id DESC LIMIT {_REACHING_RETWEETS}
        ) AS retweet
    """  # noqa: S608


def concerned_by(timelines: str, *, more: str = "") -> TextClause:
    """For `:change_ids` the entries that may have come, gone or become others. `timelines` joins, to an `entry` with
    its `author_id`, those that it may stand in as `timeline.id`; `more` selects further rows."""
    return by_timelines(
        f"""
        SELECT timeline.id AS timeline_id, entry.change_id, entry.id AS entry_id, entry.relation
        FROM entry {timelines}
        {more}
        """,  # noqa: S608
        changed=f"""
        WITH changed AS MATERIALIZED (
            SELECT changes.id, kind, changes.user_id, tweet_id, subject_id, tweets.retweet_of_id
            FROM changes LEFT JOIN tweets ON tweets.id = tweet_id
            WHERE changes.id = ANY(CAST(:change_ids AS bigint[]))
        ), entry AS MATERIALIZED (
            SELECT id AS change_id, tweet_id AS id, user_id AS author_id, {Relation.ITSELF:d} AS relation
            FROM changed WHERE {among(OF_ENTRIES)}
            UNION ALL
            SELECT changed.id, retweet.id, retweet.author_id, {Relation.RETWEET:d}
            FROM changed CROSS JOIN LATERAL (
                SELECT tweets.id, tweets.author_id FROM tweets
                WHERE tweets.retweet_of_id = changed.tweet_id AND tweets.deleted_at IS NULL
                ORDER BY tweets.id DESC LIMIT {_RETWEETS}
            ) AS retweet
            WHERE {_HAS_RETWEETS}
            UNION ALL
            SELECT changed.id, retweet.id, retweet.author_id, {Relation.LATER_SIBLING:d}
            FROM changed CROSS JOIN LATERAL (
                SELECT tweets.id, tweets.author_id FROM tweets
                WHERE tweets.retweet_of_id = changed.retweet_of_id AND tweets.deleted_at IS NULL
                    AND tweets.id > changed.tweet_id AND tweets.id < changed.tweet_id + CAST(:once_within AS bigint)
                ORDER BY tweets.id LIMIT {_RETWEETS}
            ) AS retweet
            WHERE {among(OF_ENTRIES)}
            UNION ALL
            SELECT changed.id, NULL, reached.id, {Relation.ITSELF:d}
            FROM changed CROSS JOIN LATERAL ({_reached("changed.user_id")}) AS reached
            WHERE {IS_ACCOUNT}
        )
        """,  # noqa: S608
    )


def by_timelines(concerned: str, *, changed: str = "") -> TextClause:
    """What `concerned` asks for: of the rows with the columns `timeline_id`, `change_id`, `entry_id` and `relation`, in
    any order and as often as they are found, those with the same entry and change as one."""
    return text(
        f"""
        {changed}
        SELECT array_agg(DISTINCT timeline_id) AS timeline_ids, change_id, entry_id, relation
        FROM ({concerned}) AS concerned
        GROUP BY change_id, entry_id, relation ORDER BY change_id, relation, entry_id
        """  # noqa: S608
    )


async def concerned(
    session: ReadSession, statement: TextClause, timeline_ids: Sequence[TimelineId], changes: Sequence[Change]
) -> Mapping[TimelineId, Sequence[Concern]]:
    """By timeline, in the order of the changes; timelines that none concerns are left out."""
    by_id = {change.id: change for change in changes}
    found: dict[TimelineId, tuple[Concern, ...]] = {}
    once_within = (retweets.ONCE_WITHIN // timedelta(milliseconds=1) + 1) << (WORKER_BITS + SEQUENCE_BITS)
    asked = {"change_ids": list(by_id), "timeline_ids": array(timeline_ids), "once_within": once_within}
    for of_entry, change_id, entry_id, relation in await session.rows(statement, asked):
        concern = Concern(by_id[change_id], entry_id, Relation(relation))
        if not found:
            found = dict.fromkeys(of_entry, (concern,))
            continue
        # Timelines that the same concerns share one tuple: a list for each of thousands sets the garbage collector off.
        with_it: dict[int, tuple[Concern, ...]] = {}
        for timeline_id in of_entry:
            before = found.get(timeline_id, ())
            if (of_timeline := with_it.get(id(before))) is None:
                of_timeline = with_it[id(before)] = (*before, concern)
            found[timeline_id] = of_timeline
    return found


def of_authors(people: str, is_one: Callable[[str], str]) -> Sequence[str]:
    """What `since` looks for in timelines of these authors: `people` selects their `id`, `is_one` says of an id
    whether it is among them."""
    return (
        f"""FROM ({people}) AS author JOIN changes ON changes.user_id = author.id
        WHERE {among([*OF_ENTRIES, ChangeKind.ACCOUNT_CHANGED])}""",
        f"""FROM changes WHERE {_HAS_RETWEETS} AND EXISTS (
            SELECT FROM tweets WHERE tweets.retweet_of_id = changes.tweet_id AND {is_one("tweets.author_id")}
        )""",
        f"""FROM changes WHERE {IS_ACCOUNT} AND EXISTS (
            SELECT FROM ({_reached("changes.user_id")}) AS reached WHERE {is_one("reached.id")}
        )""",
        BY_VIEWER,
    )


def looking_for(branches: Sequence[str]) -> TextClause:
    """Each a FROM and WHERE clause over `changes`, which an index must serve: the log holds all of a day."""
    found = " UNION ".join(f"(SELECT {COLUMNS} {branch} AND {NOT_SEEN} LIMIT :limit)" for branch in branches)
    return text(
        f"""
        WITH found AS ({found} LIMIT :limit)
        SELECT CAST(now.snapshot AS text) AS until, found.*
        FROM (SELECT txid_current_snapshot() AS snapshot) AS now LEFT JOIN found ON true
        """  # noqa: S608
    )


async def since(
    session: ReadSession,
    statement: TextClause,
    seen: Snapshot,
    *,
    limit: int,
    viewer_id: int | None,
    **subject: int | str,
) -> tuple[list[Change], Snapshot]:
    """Up to `limit` of the changes that the snapshot does not include and that may concern the subject as the viewer
    sees it, in no order, and the snapshot that includes them all."""
    asked = {"limit": limit, "viewer_id": viewer_id or NOBODY, **subject, **not_seen(seen)}
    # Behind a snapshot may be nothing, or all of a day.
    async with session.planned_for_values():
        return changes_until(await session.rows(statement, asked))
