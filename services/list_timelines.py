"""Reading the timelines of lists."""

from __future__ import annotations

from collections.abc import Sequence

from domain.changes import Snapshot
from domain.pages import PageRequest
from infra.database import Database
from services.filled_pages import FilledPage, filled
from stores import list_timelines
from stores.list_timelines import Entry


async def pages(
    database: Database, list_ids: Sequence[int], request: PageRequest, *, viewer_id: int | None
) -> dict[int, FilledPage[Entry]]:
    async with database.read() as session:

        async def read(requests: dict[int, PageRequest]) -> tuple[dict[int, list[Entry]], Snapshot | None]:
            return await list_timelines.pages(session, requests, viewer_id=viewer_id)

        return await filled(request, list_ids, read)
