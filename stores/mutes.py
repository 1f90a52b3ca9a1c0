"""Rows of `mutes` and `muted_threads`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from infra.database import ReadSession, WriteSession
from stores.keyset import Listing
from stores.visibility import user_verdict, visible_tweet

MUTES = Listing(
    source="FROM mutes JOIN users ON users.id = mutes.muted_id WHERE mutes.muter_id = parent.id "
    f"AND (mutes.expires_at IS NULL OR mutes.expires_at > now()) AND {user_verdict()} IS NULL",
    key="mutes.id",
    value="mutes.muted_id",
    newest_first=True,
)
MUTED_THREADS = Listing(
    source="FROM muted_threads JOIN tweets ON tweets.id = muted_threads.conversation_id "
    f"JOIN users ON users.id = tweets.author_id WHERE muted_threads.user_id = parent.id AND {visible_tweet()}",
    key="muted_threads.id",
    value="muted_threads.conversation_id",
    newest_first=True,
)

# A mute that has run out begins anew, at the head of the list; a running one keeps its place.
_PUT = text(
    """
    INSERT INTO mutes (id, muter_id, muted_id, expires_at) VALUES (:id, :muter_id, :muted_id, :expires_at)
    ON CONFLICT (muter_id, muted_id) DO UPDATE SET expires_at = excluded.expires_at,
        id = CASE WHEN mutes.expires_at <= :now THEN excluded.id ELSE mutes.id END
    """
)


async def put(
    session: WriteSession, *, mute_id: int, muter_id: int, muted_id: int, expires_at: datetime | None, now: datetime
) -> None:
    await session.execute(
        _PUT, {"id": mute_id, "muter_id": muter_id, "muted_id": muted_id, "expires_at": expires_at, "now": now}
    )


_DELETE = text("DELETE FROM mutes WHERE muter_id = :muter_id AND muted_id = :muted_id")


async def delete(session: WriteSession, *, muter_id: int, muted_id: int) -> bool:
    """False when there was no such mute."""
    result = await session.execute(_DELETE, {"muter_id": muter_id, "muted_id": muted_id})
    return result.rowcount == 1


_INSERT_THREAD = text(
    "INSERT INTO muted_threads (id, user_id, conversation_id) VALUES (:id, :user_id, :conversation_id) "
    "ON CONFLICT DO NOTHING"
)


async def insert_thread(session: WriteSession, *, mute_id: int, user_id: int, conversation_id: int) -> bool:
    """False when the thread is muted already."""
    result = await session.execute(
        _INSERT_THREAD, {"id": mute_id, "user_id": user_id, "conversation_id": conversation_id}
    )
    return result.rowcount == 1


_DELETE_THREAD = text("DELETE FROM muted_threads WHERE user_id = :user_id AND conversation_id = :conversation_id")


async def delete_thread(session: WriteSession, *, user_id: int, conversation_id: int) -> bool:
    """False when the thread was not muted."""
    result = await session.execute(_DELETE_THREAD, {"user_id": user_id, "conversation_id": conversation_id})
    return result.rowcount == 1


_THREADS_AMONG = text(
    "SELECT conversation_id FROM muted_threads "
    "WHERE user_id = :user_id AND conversation_id = ANY(CAST(:ids AS bigint[]))"
)


async def threads_among(session: ReadSession, conversation_ids: Sequence[int], *, user_id: int) -> set[int]:
    """Those of the conversations that the user has muted."""
    return set((await session.execute(_THREADS_AMONG, {"user_id": user_id, "ids": conversation_ids})).scalars())
