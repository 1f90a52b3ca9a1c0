"""Changing names, and rows of `former_usernames`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.errors import UsernameTaken
from infra.database import WriteSession

_LOCKED = text("SELECT username FROM users WHERE id = :id FOR NO KEY UPDATE")


async def locked(session: WriteSession, user_id: int) -> str:
    """The user's name, which nobody changes until the transaction ends."""
    name: str = (await session.execute(_LOCKED, {"id": user_id})).scalar_one()
    return name


_LAST_GIVEN_UP = text("SELECT max(given_up_at) FROM former_usernames WHERE user_id = :user_id")


async def last_given_up_at(session: WriteSession, user_id: int) -> datetime | None:
    at: datetime | None = (await session.execute(_LAST_GIVEN_UP, {"user_id": user_id})).scalar_one()
    return at


_CHANGE = text("UPDATE users SET username = :username, version = version + 1 WHERE id = :id")


async def change(session: WriteSession, user_id: int, username: str) -> None:
    """Raises UsernameTaken when it is somebody's name; whether it is held, `held_by_another` knows afterwards."""
    try:
        await session.execute(_CHANGE, {"id": user_id, "username": username})
    except IntegrityError as error:
        if "uq_users_username_lower" in str(error.orig):
            raise UsernameTaken(username) from error
        raise


# Asked after the name was written: whoever gave it up at the same moment has committed by then.
_HELD = text(
    """
    SELECT users.username FROM users
    JOIN former_usernames ON former_usernames.username_lower = lower(users.username)
    WHERE users.id = ANY(CAST(:ids AS bigint[])) AND former_usernames.user_id <> users.id
        AND former_usernames.held_until > :now
    LIMIT 1
    """
)


async def held_by_another(session: WriteSession, user_ids: Sequence[int], *, now: datetime) -> str | None:
    """A name among these users' that its former owner still holds."""
    name: str | None = (await session.execute(_HELD, {"ids": user_ids, "now": now})).scalar_one_or_none()
    return name


_KEEP = text(
    """
    INSERT INTO former_usernames (username_lower, user_id, given_up_at, held_until)
    VALUES (lower(:username), :user_id, :now, :held_until)
    ON CONFLICT (username_lower) DO UPDATE
    SET user_id = excluded.user_id, given_up_at = excluded.given_up_at, held_until = excluded.held_until
    """
)
_TAKE_BACK = text("DELETE FROM former_usernames WHERE username_lower = lower(:username)")


async def keep(session: WriteSession, username: str, *, user_id: int, now: datetime, held_until: datetime) -> None:
    """The name stays the user's, though they have another."""
    await session.execute(_KEEP, {"username": username, "user_id": user_id, "now": now, "held_until": held_until})


async def take_back(session: WriteSession, username: str) -> None:
    """It is somebody's present name now, and no former one."""
    await session.execute(_TAKE_BACK, {"username": username})
