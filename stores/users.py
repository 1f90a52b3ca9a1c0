"""Rows of `users`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError

from domain.errors import UsernameTaken
from domain.records import AccountStatus, User
from infra.database import ReadSession, WriteSession

COLUMNS = "users.id, users.username, users.display_name, users.region, users.status, users.created_at"


class NewUser(msgspec.Struct, frozen=True):
    id: int
    username: str
    display_name: str
    email: str
    password_hash: str
    region: str | None
    created_at: datetime


def user_from(row: Row[tuple[object, ...]]) -> User:
    return User(
        id=row.id,
        username=row.username,
        display_name=row.display_name,
        region=row.region,
        status=AccountStatus(row.status),
        created_at=row.created_at,
    )


_INSERT = text(
    """
    INSERT INTO users (id, username, display_name, email, password_hash, region, created_at)
    SELECT * FROM unnest(
        CAST(:ids AS bigint[]), CAST(:usernames AS text[]), CAST(:display_names AS text[]),
        CAST(:emails AS text[]), CAST(:password_hashes AS text[]), CAST(:regions AS text[]),
        CAST(:created_ats AS timestamptz[])
    )
    """
)
_INSERT_COUNTS = text("INSERT INTO user_counts (user_id) SELECT unnest(CAST(:ids AS bigint[]))")


async def insert(session: WriteSession, users: Sequence[NewUser]) -> None:
    """Raises UsernameTaken when a name exists already, in any capitalisation."""
    try:
        await session.execute(
            _INSERT,
            {
                "ids": [user.id for user in users],
                "usernames": [user.username for user in users],
                "display_names": [user.display_name for user in users],
                "emails": [user.email for user in users],
                "password_hashes": [user.password_hash for user in users],
                "regions": [user.region for user in users],
                "created_ats": [user.created_at for user in users],
            },
        )
    except IntegrityError as error:
        if "uq_users_username_lower" in str(error.orig):
            raise UsernameTaken(users[0].username) from error
        raise
    await session.execute(_INSERT_COUNTS, {"ids": [user.id for user in users]})


_BY_ID = text(f"SELECT {COLUMNS} FROM users WHERE users.id = ANY(CAST(:ids AS bigint[]))")  # noqa: S608
_BY_USERNAME = text(
    f"SELECT {COLUMNS} FROM users WHERE lower(users.username) = ANY(CAST(:names AS text[]))"  # noqa: S608
)


async def by_id(session: ReadSession, user_ids: Sequence[int]) -> dict[int, User]:
    rows = await session.execute(_BY_ID, {"ids": user_ids})
    return {row.id: user_from(row) for row in rows}


async def by_username(session: ReadSession, usernames: Sequence[str]) -> dict[str, User]:
    """Keyed by the lower-cased name."""
    rows = await session.execute(_BY_USERNAME, {"names": [name.lower() for name in usernames]})
    return {row.username.lower(): user_from(row) for row in rows}
