"""Changing one's username."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain import accounts
from domain.errors import UsernameChangedRecently, UsernameTaken
from infra.database import WriteSession
from services import profiles
from stores import usernames

HELD_FOR = timedelta(days=90)
"""As long, nobody else can be taken for the one who had the name."""
CHANGED_ONCE_IN = timedelta(hours=24)
"""Bounds how many names one account can hold."""


async def change(session: WriteSession, user_id: int, username: str, *, now: datetime) -> None:
    """The old name leads to the same account until HELD_FOR is over, and is its alone; then anybody may take it.

    Other capitals are the same name, and may be chosen at any time.
    Raises ValidationFailed, UsernameTaken or UsernameChangedRecently.
    """
    accounts.checked_username(username)
    old = await usernames.locked(session, user_id)
    if username == old:
        return
    if username.lower() != old.lower():
        changed_at = await usernames.last_given_up_at(session, user_id)
        if changed_at is not None and changed_at + CHANGED_ONCE_IN > now:
            raise UsernameChangedRecently(allowed_at=changed_at + CHANGED_ONCE_IN)
    await usernames.change(session, user_id, username)
    await profiles.record(session, user_id)
    if await usernames.held_by_another(session, [user_id], now=now) is not None:
        raise UsernameTaken(username)
    if username.lower() != old.lower():
        await usernames.take_back(session, username)
        await usernames.keep(session, old, user_id=user_id, now=now, held_until=now + HELD_FOR)
