"""The log of changes: written with each event that somebody may be watching for, read from a snapshot on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import text

from domain.changes import OF_ENTRIES, Change, ChangeKind, Snapshot, parsed_snapshot
from domain.events import (
    Event,
    TweetDeleted,
    TweetLiked,
    TweetPosted,
    TweetRestored,
    UserBlocked,
    UserFollowed,
    UserUnblocked,
    UserUnfollowed,
)
from infra.database import ReadSession, WriteSession

CHANNEL = "changes"
"""The LISTEN channel that every insert into the log notifies (a trigger, see the migrations)."""

FORGET_LIMIT = 10_000
"""Changes forgotten in one transaction."""


class NewChange(msgspec.Struct, frozen=True):
    kind: ChangeKind
    user_id: int | None = None
    """None for the author of the tweet."""
    tweet_id: int | None = None
    subject_id: int | None = None
    former_tags: tuple[str, ...] = ()
    """Hashtags that the tweet has lost."""


def changes_of(event: Event) -> Sequence[NewChange]:
    """An edit is recorded with the hashtags that went with it, see `services/edits.py`."""
    match event:
        case TweetPosted(tweet_id):
            return [NewChange(ChangeKind.TWEET_POSTED, tweet_id=tweet_id)]
        case TweetDeleted(tweet_id):
            return [NewChange(ChangeKind.TWEET_DELETED, tweet_id=tweet_id)]
        case TweetRestored(tweet_id):
            return [NewChange(ChangeKind.TWEET_RESTORED, tweet_id=tweet_id)]
        case TweetLiked(tweet_id, user_id):
            return [NewChange(ChangeKind.LIKE_CHANGED, user_id, subject_id=tweet_id)]
        case UserFollowed(follower_id, followee_ids):
            return _follows_changed(follower_id, followee_ids)
        case UserUnfollowed(follower_id, followee_id):
            return _follows_changed(follower_id, [followee_id])
        case UserBlocked(blocker_id, blocked_id) | UserUnblocked(blocker_id, blocked_id):
            return [
                *(NewChange(ChangeKind.FOLLOWS_CHANGED, user_id) for user_id in (blocker_id, blocked_id)),
                NewChange(ChangeKind.BLOCK_CHANGED, blocker_id, subject_id=blocked_id),
            ]
        case _:
            return []


def _follows_changed(follower_id: int, followee_ids: Sequence[int]) -> Sequence[NewChange]:
    return [
        NewChange(ChangeKind.FOLLOWS_CHANGED, follower_id),
        *(NewChange(ChangeKind.FOLLOW_CHANGED, follower_id, subject_id=followee_id) for followee_id in followee_ids),
    ]


ADDING = """
    INSERT INTO changes (kind, user_id, tweet_id, conversation_id, subject_id, tags)
    SELECT new.kind, coalesce(new.user_id, tweets.author_id), new.tweet_id, tweets.conversation_id,
        coalesce(new.subject_id, tweets.retweet_of_id),
        CASE WHEN new.kind = ANY(CAST(:kinds_of_entries AS smallint[])) THEN nullif(ARRAY(
            SELECT tag FROM tweet_hashtags WHERE tweet_id = new.tweet_id
            UNION SELECT unnest(string_to_array(new.former_tags, ' '))
        ), '{}') END
    FROM unnest(CAST(:kinds AS smallint[]), CAST(:user_ids AS bigint[]), CAST(:tweet_ids AS bigint[]),
        CAST(:subject_ids AS bigint[]), CAST(:former_tags AS text[]))
        WITH ORDINALITY AS new (kind, user_id, tweet_id, subject_id, former_tags, place)
    LEFT JOIN tweets ON tweets.id = new.tweet_id
    WHERE new.tweet_id IS NULL OR tweets.id IS NOT NULL
    ORDER BY new.place
"""
ADDING_OF_USERS = """
    INSERT INTO changes (kind, user_id, subject_id)
    SELECT kind, user_id, subject_id
    FROM unnest(CAST(:kinds AS smallint[]), CAST(:user_ids AS bigint[]), CAST(:subject_ids AS bigint[]))
        WITH ORDINALITY AS new (kind, user_id, subject_id, place)
    ORDER BY place
"""
"""With the values of `adding`; a part of the statement that fills the outbox, so that it costs no round trip. Where no
tweet is to be read it takes a quarter of the time, which likes have (measured: 0.15 ms, 0.55 ms with tweets)."""


def are_of_users(new: Sequence[NewChange]) -> bool:
    """Whether none is of a tweet."""
    return all(each.tweet_id is None for each in new)


def adding(new: Sequence[NewChange]) -> dict[str, Sequence[int | str | None]]:
    return {
        "kinds_of_entries": OF_ENTRIES,
        "kinds": [each.kind for each in new],
        "user_ids": [each.user_id for each in new],
        "tweet_ids": [each.tweet_id for each in new],
        "subject_ids": [each.subject_id for each in new],
        "former_tags": [" ".join(each.former_tags) for each in new],
    }


_RECORD = text(ADDING)
_RECORD_OF_USERS = text(ADDING_OF_USERS)


async def record(session: WriteSession, new: Sequence[NewChange]) -> None:
    """What can be watched and has no event: nothing else follows from it."""
    await session.rows(_RECORD_OF_USERS if are_of_users(new) else _RECORD, adding(new))


COLUMNS = (
    "changes.id, made_in, made_at, kind, changes.user_id, changes.tweet_id, changes.conversation_id, changes.subject_id"
)
# A range without an end is taken for a third of the log, one with two ends for a 200th, whatever the snapshot.
NOT_SEEN = f"""
    made_in BETWEEN :low AND {2**63 - 1}
    AND NOT txid_visible_in_snapshot(made_in, CAST(CAST(:seen AS text) AS txid_snapshot))
    AND changes.kind = ANY(ARRAY[{", ".join(f"{kind:d}" for kind in ChangeKind)}])
"""
"""With the values of `not_seen`. Kinds of a newer version, which is being rolled out, mean nothing to this one."""
_SINCE = text(
    f"""
    SELECT CAST(now.snapshot AS text) AS until, {COLUMNS}
    FROM (SELECT txid_current_snapshot() AS snapshot) AS now LEFT JOIN changes ON {NOT_SEEN}
    ORDER BY changes.id
    """  # noqa: S608
)


def not_seen(seen: Snapshot) -> dict[str, object]:
    return {"low": seen.low, "seen": str(seen)}


async def since(session: ReadSession, seen: Snapshot) -> tuple[list[Change], Snapshot]:
    """All changes that the snapshot does not include, whomever they concern, and the snapshot that includes them."""
    return changes_until(await session.rows(_SINCE, not_seen(seen)))


_NOW = text("SELECT CAST(txid_current_snapshot() AS text)")


async def now(session: ReadSession) -> Snapshot:
    [[snapshot]] = await session.rows(_NOW, {})
    return parsed_snapshot(snapshot)


class Extent(msgspec.Struct, frozen=True):
    size: int
    """At most: ids of transactions that failed are counted."""
    oldest_unseen_s: float
    """Age of the oldest change that a snapshot does not include; 0 where it includes them all."""


_EXTENT = text(
    f"""
    SELECT coalesce((SELECT max(id) - min(id) + 1 FROM changes), 0) AS size,
        coalesce((SELECT max(extract(epoch FROM now() - made_at)) FROM changes WHERE {NOT_SEEN}), 0) AS oldest_unseen_s
    """  # noqa: S608
)


async def extent(session: ReadSession, seen: Snapshot) -> Extent:
    row = (await session.execute(_EXTENT, not_seen(seen))).one()
    return Extent(size=row.size, oldest_unseen_s=float(row.oldest_unseen_s))


def changes_until(rows: Sequence[Sequence[Any]]) -> tuple[list[Change], Snapshot]:
    """Of rows of a snapshot and COLUMNS, which are null where it is all there is."""
    found = [
        Change(id_, made_in, made_at, ChangeKind(kind), *about)
        for _, id_, made_in, made_at, kind, *about in rows
        if id_ is not None
    ]
    return found, parsed_snapshot(rows[0][0])


_FORGET = text(
    """
    WITH forgotten AS (
        DELETE FROM changes WHERE id = ANY(ARRAY(
            SELECT id FROM changes WHERE made_at < :before ORDER BY made_at LIMIT :limit
        )) RETURNING made_in
    ), through AS (
        INSERT INTO forgotten_changes (through) SELECT max(made_in) FROM forgotten HAVING count(*) > 0
        ON CONFLICT (is_the_row) DO UPDATE SET through = greatest(forgotten_changes.through, excluded.through)
    )
    SELECT count(*) FROM forgotten
    """
)


async def forget(session: WriteSession, *, before: datetime, limit: int) -> int:
    """The oldest changes made before a moment; returns how many there were."""
    return int((await session.execute(_FORGET, {"before": before, "limit": limit})).scalar_one())


_FORGOTTEN_THROUGH = text("SELECT through FROM forgotten_changes")


async def is_whole_since(session: ReadSession, seen: Snapshot) -> bool:
    """Whether the log still has every change that the snapshot does not include."""
    through = (await session.execute(_FORGOTTEN_THROUGH)).scalar_one_or_none()
    return through is None or through < seen.low
