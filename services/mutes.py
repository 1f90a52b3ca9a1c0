"""Muting people and threads: they are not told, and only lists that the viewer did not ask for by name change."""

from __future__ import annotations

from datetime import datetime

from domain.changes import ChangeKind
from domain.errors import CannotMuteSelf, ExpiryInThePast
from domain.records import Tweet, User
from infra.database import WriteSession
from services import users
from services.tweets import visible_original
from stores import changes, mutes
from stores.changes import NewChange


async def mute(
    session: WriteSession,
    *,
    mute_id: int,
    muter_id: int,
    muted_id: int | None,
    expires_at: datetime | None,
    now: datetime,
) -> User:
    """Afterwards the mute ends at `expires_at`, whether or not there was one. Raises CannotMuteSelf, ExpiryInThePast
    or NotFound."""
    if muted_id == muter_id:
        raise CannotMuteSelf
    check_expiry(expires_at, now=now)
    muted = await users.active(session, muted_id)
    await mutes.put(session, mute_id=mute_id, muter_id=muter_id, muted_id=muted.id, expires_at=expires_at, now=now)
    await _record(session, muter_id, ChangeKind.MUTE_CHANGED, muted.id)
    return muted


async def unmute(session: WriteSession, *, muter_id: int, muted_id: int | None) -> User:
    """Afterwards there is no mute, whether or not there was one. Raises NotFound."""
    muted = await users.active(session, muted_id)
    if await mutes.delete(session, muter_id=muter_id, muted_id=muted.id):
        await _record(session, muter_id, ChangeKind.MUTE_CHANGED, muted.id)
    return muted


async def mute_thread(session: WriteSession, tweet_id: int | None, *, mute_id: int, user_id: int) -> Tweet:
    """Mutes the whole conversation the tweet is in, whether or not it was muted. Raises NotFound."""
    tweet = await visible_original(session, tweet_id, viewer_id=user_id)
    if await mutes.insert_thread(session, mute_id=mute_id, user_id=user_id, conversation_id=tweet.conversation_id):
        await _record(session, user_id, ChangeKind.THREAD_MUTE_CHANGED, tweet.conversation_id)
    return tweet


async def unmute_thread(session: WriteSession, tweet_id: int | None, *, user_id: int) -> Tweet:
    """Afterwards the conversation is not muted, whether or not it was. Raises NotFound."""
    tweet = await visible_original(session, tweet_id, viewer_id=user_id)
    if await mutes.delete_thread(session, user_id=user_id, conversation_id=tweet.conversation_id):
        await _record(session, user_id, ChangeKind.THREAD_MUTE_CHANGED, tweet.conversation_id)
    return tweet


def check_expiry(expires_at: datetime | None, *, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise ExpiryInThePast


async def _record(session: WriteSession, user_id: int, kind: ChangeKind, subject_id: int) -> None:
    await changes.record(
        session, [NewChange(ChangeKind.MUTES_CHANGED, user_id), NewChange(kind, user_id, subject_id=subject_id)]
    )
