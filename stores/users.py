"""Rows of `users`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError

from domain.errors import UsernameTaken
from domain.records import AccountStatus, StoredUser, UnavailableReason, User, Verification, VerificationKind
from domain.text import Entity
from infra.database import ReadSession, WriteSession
from stores.visibility import NOBODY, user_verdict

_COLUMNS = (
    "id username display_name region status created_at bio bio_entities location url avatar_url pinned_tweet_id "
    "is_protected verified_kind verified_issuer verified_at version"
).split()


def _columns(prefix: str = "") -> str:
    json = {"bio_entities": "CAST(users.bio_entities AS text)"}
    return ", ".join(f"{json.get(name, f'users.{name}')} AS {prefix}{name}" for name in _COLUMNS)


COLUMNS = _columns()
AUTHOR_COLUMNS = _columns("author__")
"""For statements that have a tweet's columns, too."""
_ENTITIES = msgspec.json.Decoder(tuple[Entity, ...])


class NewUser(msgspec.Struct, frozen=True):
    id: int
    username: str
    display_name: str
    email: str
    password_hash: str
    region: str | None
    created_at: datetime


def user_from(row: Row[tuple[object, ...]], prefix: str = "") -> User:
    """`prefix` is "author__" for a row with AUTHOR_COLUMNS."""
    column = row._mapping
    kind = column[f"{prefix}verified_kind"]
    return User(
        id=column[f"{prefix}id"],
        username=column[f"{prefix}username"],
        display_name=column[f"{prefix}display_name"],
        region=column[f"{prefix}region"],
        status=AccountStatus(column[f"{prefix}status"]),
        created_at=column[f"{prefix}created_at"],
        bio=column[f"{prefix}bio"],
        bio_entities=_ENTITIES.decode(column[f"{prefix}bio_entities"]),
        location=column[f"{prefix}location"],
        url=column[f"{prefix}url"],
        avatar_url=column[f"{prefix}avatar_url"],
        pinned_tweet_id=column[f"{prefix}pinned_tweet_id"],
        is_protected=column[f"{prefix}is_protected"],
        verification=None
        if kind is None
        else Verification(
            kind=VerificationKind(kind),
            issuer=column[f"{prefix}verified_issuer"],
            since=column[f"{prefix}verified_at"],
        ),
        version=column[f"{prefix}version"],
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


_BY_ID = text(
    f"SELECT {COLUMNS}, {user_verdict()} AS hidden FROM users "  # noqa: S608
    "WHERE users.id = ANY(CAST(:ids AS bigint[]))"
)
_BY_USERNAME = text(
    f"""
    SELECT {COLUMNS}, {user_verdict()} AS hidden, named.name
    FROM (
        SELECT id, lower(username) AS name FROM users WHERE lower(username) = ANY(CAST(:names AS text[]))
        UNION ALL SELECT user_id, username_lower FROM former_usernames
        WHERE username_lower = ANY(CAST(:names AS text[])) AND held_until > now()
    ) AS named JOIN users ON users.id = named.id
    """  # noqa: S608
)


def _stored(row: Row[tuple[object, ...]]) -> StoredUser:
    return StoredUser(user=user_from(row), hidden=None if row.hidden is None else UnavailableReason(row.hidden))


async def by_id(session: ReadSession, user_ids: Sequence[int], *, viewer_id: int | None) -> dict[int, StoredUser]:
    rows = await session.execute(_BY_ID, {"ids": user_ids, "viewer_id": viewer_id or NOBODY})
    return {row.id: _stored(row) for row in rows}


async def by_username(
    session: ReadSession, usernames: Sequence[str], *, viewer_id: int | None
) -> dict[str, StoredUser]:
    """Keyed by the lower-cased name that was asked for; a name somebody gave up is theirs while they hold it."""
    names = [name.lower() for name in usernames]
    rows = await session.execute(_BY_USERNAME, {"names": names, "viewer_id": viewer_id or NOBODY})
    return {row.name: _stored(row) for row in rows}
