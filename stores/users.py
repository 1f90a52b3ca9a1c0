"""Rows of `users`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.errors import UsernameTaken
from domain.records import AccountStatus, StoredUser, UnavailableReason, User, Verification, VerificationKind
from domain.text import Entity
from infra.database import ReadSession, WriteSession
from stores.row_versions import VersionedTable
from stores.visibility import NOBODY, user_verdict

COLUMNS = (
    "users.id, users.username, users.display_name, users.region, users.status, users.created_at, users.bio, "
    "CAST(users.bio_entities AS text), users.location, users.url, users.avatar_url, "
    "users.pinned_tweet_id, users.is_protected, users.verified_kind, users.verified_issuer, users.verified_at, "
    "users.version"
)
_ENTITIES = msgspec.json.Decoder(tuple[Entity, ...])


class NewUser(msgspec.Struct, frozen=True):
    id: int
    username: str
    display_name: str
    email: str
    password_hash: str
    region: str | None
    created_at: datetime


def user_from(row: Sequence[Any]) -> User:
    """Of a row that begins with COLUMNS."""
    id_, username, display_name, region, status, created_at, bio, bio_entities, *row = row
    location, url, avatar_url, pinned_tweet_id, is_protected, kind, issuer, verified_at, version, *_ = row
    return User(
        id=id_,
        username=username,
        display_name=display_name,
        region=region,
        status=AccountStatus(status),
        created_at=created_at,
        bio=bio,
        bio_entities=_ENTITIES.decode(bio_entities),
        location=location,
        url=url,
        avatar_url=avatar_url,
        pinned_tweet_id=pinned_tweet_id,
        is_protected=is_protected,
        verification=None if kind is None else Verification(VerificationKind(kind), issuer, verified_at),
        version=version,
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


VERSIONS = VersionedTable("users", COLUMNS, user_from)
_BY_ID = text(
    f"SELECT users.id, {VERSIONS.content}, {user_verdict()} AS hidden FROM users "  # noqa: S608
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


def _stored(user: User, hidden: str | None) -> StoredUser:
    return StoredUser(user=user, hidden=None if hidden is None else UnavailableReason(hidden))


async def by_id(session: ReadSession, user_ids: Sequence[int], *, viewer_id: int | None) -> dict[int, StoredUser]:
    known = VERSIONS.known(session, user_ids)
    rows = await session.rows(_BY_ID, {"ids": user_ids, "viewer_id": viewer_id or NOBODY, **known.values})
    return {user_id: _stored(known.record(user_id, content), hidden) for user_id, content, hidden in rows}


async def by_username(
    session: ReadSession, usernames: Sequence[str], *, viewer_id: int | None
) -> dict[str, StoredUser]:
    """Keyed by the lower-cased name that was asked for; a name somebody gave up is theirs while they hold it."""
    names = [name.lower() for name in usernames]
    rows = await session.rows(_BY_USERNAME, {"names": names, "viewer_id": viewer_id or NOBODY})
    return {name: _stored(user_from(columns), hidden) for *columns, hidden, name in rows}
