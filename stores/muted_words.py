"""Rows of `muted_words`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from domain.records import MutedWord
from infra.database import ReadSession, WriteSession
from stores.keyset import Listing

MUTED_WORDS = Listing(
    source="FROM muted_words WHERE muted_words.user_id = parent.id "
    "AND (muted_words.expires_at IS NULL OR muted_words.expires_at > now())",
    key="muted_words.id",
    value="muted_words.id",
    newest_first=True,
)

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:owner AS text), 0))")
_FORGET_EXPIRED = text("DELETE FROM muted_words WHERE user_id = :user_id AND expires_at <= :now")
_COUNT = text("SELECT count(*) FROM muted_words WHERE user_id = :user_id")


async def locked_count(session: WriteSession, user_id: int, *, now: datetime) -> int:
    """How many words the user has muted, expired ones deleted; nobody else adds one until the transaction ends."""
    await session.execute(_LOCK, {"owner": f"muted words {user_id}"})
    await session.execute(_FORGET_EXPIRED, {"user_id": user_id, "now": now})
    return int((await session.execute(_COUNT, {"user_id": user_id})).scalar_one())


_RENEW = text(
    """
    UPDATE muted_words SET phrase = :phrase, expires_at = :expires_at WHERE user_id = :user_id AND needle = :needle
    RETURNING id
    """
)


async def renew(
    session: WriteSession, user_id: int, *, phrase: str, needle: str, expires_at: datetime | None
) -> int | None:
    """The id of the word that looks for the same, now with this spelling and expiry; None when there is none."""
    values = {"user_id": user_id, "phrase": phrase, "needle": needle, "expires_at": expires_at}
    return (await session.execute(_RENEW, values)).scalar_one_or_none()


_INSERT = text(
    "INSERT INTO muted_words (id, user_id, phrase, needle, whole_word, expires_at) "
    "VALUES (:id, :user_id, :phrase, :needle, :whole_word, :expires_at)"
)


async def insert(session: WriteSession, user_id: int, word: MutedWord, *, needle: str) -> None:
    await session.execute(
        _INSERT,
        {
            "id": word.id,
            "user_id": user_id,
            "phrase": word.phrase,
            "needle": needle,
            "whole_word": word.whole_word,
            "expires_at": word.expires_at,
        },
    )


_DELETE = text("DELETE FROM muted_words WHERE id = :id AND user_id = :user_id")


async def delete(session: WriteSession, word_id: int, *, user_id: int) -> bool:
    """False when there is no such word, or it is someone else's."""
    result = await session.execute(_DELETE, {"id": word_id, "user_id": user_id})
    return result.rowcount == 1


_BY_ID = text(
    "SELECT id, phrase, whole_word, expires_at FROM muted_words "
    "WHERE id = ANY(CAST(:ids AS bigint[])) AND user_id = :user_id"
)


async def by_id(session: ReadSession, word_ids: Sequence[int], *, user_id: int) -> dict[int, MutedWord]:
    """Those of the words that are the user's."""
    rows = await session.execute(_BY_ID, {"ids": word_ids, "user_id": user_id})
    return {
        row.id: MutedWord(id=row.id, phrase=row.phrase, whole_word=row.whole_word, expires_at=row.expires_at)
        for row in rows
    }
