"""People as a viewer sees them."""

from __future__ import annotations

from domain.records import UnavailableReason, UserResult, UserUnavailable
from domain.visibility import user_as_seen
from infra.database import Reads
from stores import users


async def by_id(database: Reads, viewer_id: int | None, user_ids: list[int]) -> list[UserResult]:
    async with database.read() as session:
        found = await users.by_id(session, user_ids, viewer_id=viewer_id)
    return [
        user_as_seen(found[user_id])
        if user_id in found
        else UserUnavailable(id=user_id, reason=UnavailableReason.NOT_FOUND, username="")
        for user_id in user_ids
    ]


async def by_username(database: Reads, viewer_id: int | None, usernames: list[str]) -> list[UserResult | None]:
    """None for a name nobody has; capitalisation does not matter."""
    async with database.read() as session:
        found = await users.by_username(session, usernames, viewer_id=viewer_id)
    return [user_as_seen(found[name.lower()]) if name.lower() in found else None for name in usernames]
