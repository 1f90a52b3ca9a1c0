"""Reading the timelines of lists."""

from __future__ import annotations

from collections.abc import Sequence

from domain.pages import PageRequest
from domain.records import Tweet
from infra.database import Database
from services.filled_pages import FilledPage, filled
from stores import list_timelines
from stores.list_timelines import Entry


async def pages(
    database: Database, list_ids: Sequence[int], request: PageRequest, *, viewer_id: int | None
) -> dict[int, FilledPage[Entry]]:
    async with database.read() as session:

        async def read(requests: dict[int, PageRequest]) -> dict[int, list[Entry]]:
            return await list_timelines.pages(session, requests, viewer_id=viewer_id)

        return await filled(request, list_ids, read)


async def belonging(
    database: Database, list_id: int, tweet_ids: Sequence[int], *, viewer_id: int | None
) -> dict[int, Tweet]:
    """Those of the tweets that are in the list's timeline at this moment."""
    if not tweet_ids:
        return {}
    async with database.read() as session:
        return await list_timelines.belonging(session, list_id, tweet_ids, viewer_id=viewer_id)
