"""Tweets posted past the API, and the end of what the worker does about them."""

from __future__ import annotations

import asyncio

from domain.tweets import checked_text
from infra.database import Database
from services import tweets
from services.runtime import Runtime
from services.tweets import Draft
from stores import outbox

LOOK_EVERY_S = 0.002
GIVE_UP_AFTER_S = 60.0


async def posted(runtime: Runtime, author_id: int, words: str) -> int:
    """Its id; it is committed."""
    draft = Draft(runtime.snowflakes.next(), author_id, checked_text(words), runtime.now())
    async with runtime.database.write() as session:
        await tweets.post(session, [draft], thresholds=runtime.fanout_thresholds)
    return draft.id


async def delivered(database: Database) -> None:
    """Returns when every event is finished. Raises TimeoutError."""
    async with database.read() as session, asyncio.timeout(GIVE_UP_AFTER_S):
        while await outbox.backlog(session) > 0:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(LOOK_EVERY_S)
