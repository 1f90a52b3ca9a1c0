"""What is in listings, and below tweets, as a viewer sees them."""

from __future__ import annotations

from infra.database import Reads
from stores import keyset, thread_changes


async def belonging(database: Reads, viewer_id: int | None, candidates: list[keyset.Candidate]) -> list[bool]:
    async with database.read() as session:
        found = await keyset.belonging(session, candidates, viewer_id=viewer_id)
    return [candidate in found for candidate in candidates]


async def below(
    database: Reads, viewer_id: int | None, candidates: list[thread_changes.Candidate]
) -> list[bool | None]:
    """None for what is not below; of the rest whether the viewer comes to it."""
    async with database.read() as session:
        found = await thread_changes.below(session, candidates, viewer_id=viewer_id)
    return [found.get(candidate) for candidate in candidates]
