"""Lists of people as a viewer sees them."""

from __future__ import annotations

from domain.records import Tweet, UserList, UserListCounts
from infra.database import Reads
from stores import list_timelines, lists
from stores.list_timelines import Candidate


async def by_id(database: Reads, viewer_id: int | None, list_ids: list[int]) -> list[UserList | None]:
    """None alike for one that is not there and one that the viewer may not see."""
    async with database.read() as session:
        found = await lists.by_id(session, list_ids, viewer_id=viewer_id)
    return [found.get(list_id) for list_id in list_ids]


async def in_timelines(database: Reads, viewer_id: int | None, candidates: list[Candidate]) -> list[Tweet | None]:
    """None for tweets that are not in the list's at this moment."""
    async with database.read() as session:
        found = await list_timelines.belonging(session, candidates, viewer_id=viewer_id)
    return [found.get(candidate) for candidate in candidates]


async def counts(database: Reads, list_ids: list[int]) -> list[UserListCounts]:
    async with database.read() as session:
        found = await lists.counts(session, list_ids)
    return [found[list_id] for list_id in list_ids]
