"""Lists of people as a viewer sees them."""

from __future__ import annotations

from domain.records import UserList, UserListCounts
from infra.database import Reads
from stores import lists


async def by_id(database: Reads, viewer_id: int | None, list_ids: list[int]) -> list[UserList | None]:
    """None alike for one that is not there and one that the viewer may not see."""
    async with database.read() as session:
        found = await lists.by_id(session, list_ids, viewer_id=viewer_id)
    return [found.get(list_id) for list_id in list_ids]


async def counts(database: Reads, list_ids: list[int]) -> list[UserListCounts]:
    async with database.read() as session:
        found = await lists.counts(session, list_ids)
    return [found[list_id] for list_id in list_ids]
