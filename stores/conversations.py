"""What the author of a conversation's first tweet decides in it, and the tweets above a reply."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from domain.records import ReplyPolicy
from infra.database import WriteSession

_HIDE = text("UPDATE tweets SET hidden_at = :now WHERE id = :id AND hidden_at IS NULL")
_UNHIDE = text("UPDATE tweets SET hidden_at = NULL WHERE id = :id AND hidden_at IS NOT NULL")


async def hide(session: WriteSession, tweet_id: int, *, now: datetime) -> bool:
    """False when it was hidden already."""
    return (await session.execute(_HIDE, {"id": tweet_id, "now": now})).rowcount == 1


async def unhide(session: WriteSession, tweet_id: int) -> bool:
    """False when it was not hidden."""
    return (await session.execute(_UNHIDE, {"id": tweet_id})).rowcount == 1


_SET_REPLY_POLICY = text("UPDATE tweets SET reply_policy = :policy WHERE id = :id")


async def set_reply_policy(session: WriteSession, tweet_id: int, policy: ReplyPolicy) -> None:
    """Waits for the replies that are being written under the policy so far."""
    await session.execute(_SET_REPLY_POLICY, {"id": tweet_id, "policy": policy})
