"""Whom somebody names."""

from __future__ import annotations

from domain.errors import NotFound
from domain.records import User
from domain.visibility import user_as_seen
from infra.database import ReadSession
from stores import users


async def visible(session: ReadSession, user_id: int | None, *, viewer_id: int | None) -> User:
    """Raises NotFound alike for an account that never was, is not active, or may not be seen."""
    stored = None if user_id is None else (await users.by_id(session, [user_id], viewer_id=viewer_id)).get(user_id)
    seen = None if stored is None else user_as_seen(stored)
    if not isinstance(seen, User):
        raise NotFound("user", field="userId")
    return seen


async def active(session: ReadSession, user_id: int | None) -> User:
    """Also one that blocks whoever asks: blocking and muting them is not theirs to prevent. Raises NotFound."""
    return await visible(session, user_id, viewer_id=None)
