"""How accounts are signed in to: the columns of `users` that name them and hold their passwords' hashes."""

from __future__ import annotations

import msgspec
from sqlalchemy import text

from domain.records import User
from infra.database import ReadSession, WriteSession
from stores.users import COLUMNS, user_from


class Credentials(msgspec.Struct, frozen=True):
    user: User
    email: str
    password_hash: str


# A username has no @, so a login fits one of the two at most.
_BY_LOGIN = text(
    f"SELECT {COLUMNS}, users.email, users.password_hash FROM users "  # noqa: S608
    "WHERE lower(users.username) = lower(:login) "
    "OR (lower(users.email) = lower(:login) AND users.email_verified_at IS NOT NULL)"
)


async def by_login(session: ReadSession, login: str) -> Credentials | None:
    """Of the account with this username or with this verified address, in any capitalisation."""
    row = (await session.execute(_BY_LOGIN, {"login": login})).one_or_none()
    if row is None:
        return None
    return Credentials(user=user_from(row), email=row.email, password_hash=row.password_hash)


_HASH = text("SELECT password_hash FROM users WHERE id = :user_id")
_REPLACE = text("UPDATE users SET password_hash = :new WHERE id = :user_id AND password_hash = :old")


async def password_hash(session: ReadSession, user_id: int) -> str:
    found: str = (await session.execute(_HASH, {"user_id": user_id})).scalar_one()
    return found


async def replace_hash(session: WriteSession, user_id: int, *, old: str, new: str) -> bool:
    """False when the hash is not the old one any more."""
    return (await session.execute(_REPLACE, {"user_id": user_id, "old": old, "new": new})).rowcount == 1
