"""What the author of a conversation's first tweet decides in it, and the tweets above a reply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from domain.records import ReplyPolicy
from infra.database import ReadSession, WriteSession

_HIDE = text("UPDATE tweets SET hidden_at = :now WHERE id = :id AND hidden_at IS NULL")
_UNHIDE = text("UPDATE tweets SET hidden_at = NULL WHERE id = :id")


async def hide(session: WriteSession, tweet_id: int, *, now: datetime) -> bool:
    """False when it was hidden already."""
    return (await session.execute(_HIDE, {"id": tweet_id, "now": now})).rowcount == 1


async def unhide(session: WriteSession, tweet_id: int) -> None:
    await session.execute(_UNHIDE, {"id": tweet_id})


_SET_REPLY_POLICY = text("UPDATE tweets SET reply_policy = :policy WHERE id = :id")


async def set_reply_policy(session: WriteSession, tweet_id: int, policy: ReplyPolicy) -> None:
    """Waits for the replies that are being written under the policy so far."""
    await session.execute(_SET_REPLY_POLICY, {"id": tweet_id, "policy": policy})


_ANCESTORS = text(
    """
    WITH RECURSIVE above AS (
        SELECT id AS reply_id, in_reply_to_id AS id, 1 AS steps FROM tweets
        WHERE id = ANY(CAST(:ids AS bigint[])) AND in_reply_to_id IS NOT NULL
        UNION ALL
        SELECT above.reply_id, tweets.in_reply_to_id, above.steps + 1
        FROM above JOIN tweets ON tweets.id = above.id
        WHERE tweets.in_reply_to_id IS NOT NULL AND above.steps < :limit
    )
    SELECT reply_id, id FROM above ORDER BY reply_id, id
    """
)


async def ancestor_ids(session: ReadSession, tweet_ids: Sequence[int], *, limit: int) -> dict[int, list[int]]:
    """Of each reply the `limit` nearest tweets above it, oldest first; other tweets are left out."""
    found: dict[int, list[int]] = {}
    for reply_id, ancestor_id in await session.execute(_ANCESTORS, {"ids": tweet_ids, "limit": limit}):
        found.setdefault(reply_id, []).append(ancestor_id)
    return found
