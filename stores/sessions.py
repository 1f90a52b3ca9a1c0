"""Rows of `sessions` and `refresh_tokens`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import TextClause, text

from domain.changes import ChangeKind
from domain.permissions import Role, Scope, known_scopes
from domain.records import ClientAddress, SensitiveContent, Session, Viewer
from infra.database import ReadSession, WriteSession
from stores import oauth_apps, users
from stores.arrays import array
from stores.keyset import Listing


class SessionOfUser(NamedTuple):
    session_id: int
    user_id: int


class RefreshToken(msgspec.Struct, frozen=True):
    session_id: int
    user_id: int
    expires_at: datetime
    is_revoked: bool
    is_spent: bool
    oauth_app_id: int | None
    successor: bytes | None
    """What it was traded for."""


_APP_WORKS = f"(sessions.oauth_app_id IS NULL OR {oauth_apps.works('sessions.oauth_app_id')})"
_VIEWERS = text(
    f"""
    SELECT sessions.id, users.id, {users.VERSIONS.content}, users.email, users.email_verified_at IS NOT NULL,
        users.role, users.sensitive_content, sessions.scopes
    FROM unnest(CAST(CAST(:session_ids AS text) AS bigint[]), CAST(CAST(:user_ids AS text) AS bigint[]))
        AS asked (session_id, user_id)
    JOIN sessions ON sessions.id = asked.session_id AND sessions.user_id = asked.user_id
    JOIN users ON users.id = asked.user_id
    WHERE sessions.revoked_at IS NULL AND {_APP_WORKS}
    """  # noqa: S608
)


async def viewers(session: ReadSession, asked: Sequence[SessionOfUser]) -> dict[SessionOfUser, Viewer]:
    """Without those whose session was revoked, is not this user's, or is an app's that does not work any more."""
    session_ids, user_ids = zip(*asked, strict=True)
    known = users.VERSIONS.known(session, user_ids)
    values = {"session_ids": array(session_ids), "user_ids": array(user_ids), **known.values}
    return {
        SessionOfUser(session_id, user_id): Viewer(
            user=known.record(user_id, content),
            email=email,
            session_id=session_id,
            email_verified=email_verified,
            role=Role(role),
            sensitive_content=SensitiveContent(sensitive_content),
            scopes=None if scopes is None else known_scopes(scopes),
        )
        for session_id, user_id, content, email, email_verified, role, sensitive_content, scopes in (
            await session.rows(_VIEWERS, values)
        )
    }


async def viewer(session: ReadSession, *, session_id: int, user_id: int) -> Viewer | None:
    asked = SessionOfUser(session_id, user_id)
    return (await viewers(session, [asked])).get(asked)


_OF_STOPPED_APPS = text(
    f"SELECT id FROM sessions WHERE id = ANY(CAST(:ids AS bigint[])) AND NOT {_APP_WORKS}"  # noqa: S608
)


async def of_stopped_apps(session: ReadSession, session_ids: Collection[int]) -> set[int]:
    """Those of the sessions that are an app's that does not work any more."""
    return set((await session.execute(_OF_STOPPED_APPS, {"ids": list(session_ids)})).scalars())


_UNENDED = (
    f"sessions.revoked_at IS NULL AND {_APP_WORKS} AND EXISTS ("
    "SELECT FROM refresh_tokens WHERE refresh_tokens.session_id = sessions.id AND refresh_tokens.spent_at IS NULL "
    "AND refresh_tokens.expires_at > now())"
)
UNENDED = Listing(
    source=f"FROM sessions WHERE sessions.user_id = parent.id AND {_UNENDED}",
    key="sessions.id",
    value="sessions.id",
    newest_first=True,
)
_BY_ID = text(
    """
    SELECT sessions.id, user_agent, ip_address, sessions.created_at, last_used_at, unspent.expires_at,
        sessions.id = :current_id AS is_current, oauth_apps.name AS app_name
    FROM sessions JOIN refresh_tokens AS unspent ON unspent.session_id = sessions.id AND unspent.spent_at IS NULL
    LEFT JOIN oauth_apps ON oauth_apps.id = sessions.oauth_app_id
    WHERE sessions.id = ANY(CAST(:ids AS bigint[]))
    """
)


async def by_id(session: ReadSession, session_ids: Sequence[int], *, current_id: int) -> dict[int, Session]:
    """A session that ended meanwhile may be missing."""
    rows = await session.execute(_BY_ID, {"ids": session_ids, "current_id": current_id})
    return {
        row.id: Session(
            id=row.id,
            client=ClientAddress(ip_address=row.ip_address, user_agent=row.user_agent),
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
            is_current=row.is_current,
            app_name=row.app_name,
        )
        for row in rows
    }


_START = text(
    "INSERT INTO sessions (id, user_id, user_agent, ip_address, scopes, oauth_app_id, created_at, last_used_at) "
    "VALUES (:id, :user_id, :user_agent, :ip_address, :scopes, :oauth_app_id, :now, :now)"
)


class Limits(msgspec.Struct, frozen=True):
    """What a session of an app is good for."""

    oauth_app_id: int
    scopes: frozenset[Scope]


async def start(
    session: WriteSession,
    *,
    session_id: int,
    user_id: int,
    client: ClientAddress,
    now: datetime,
    limits: Limits | None = None,
) -> None:
    await session.execute(
        _START,
        {
            "id": session_id,
            "user_id": user_id,
            "user_agent": client.user_agent,
            "ip_address": client.ip_address,
            "scopes": sorted(limits.scopes) if limits else None,
            "oauth_app_id": limits.oauth_app_id if limits else None,
            "now": now,
        },
    )


_USE = text(
    "UPDATE sessions SET last_used_at = :now, user_agent = :user_agent, ip_address = :ip_address WHERE id = :id"
)


async def use(session: WriteSession, session_id: int, *, client: ClientAddress, now: datetime) -> None:
    await session.execute(
        _USE, {"id": session_id, "user_agent": client.user_agent, "ip_address": client.ip_address, "now": now}
    )


# The refresh tokens of a session change only under the lock of its row.
_LOCK = text("SELECT FROM sessions WHERE id = :id FOR NO KEY UPDATE")
_LOCK_OF_TOKEN = text(
    "SELECT FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE token_sha256 = :digest) "
    "FOR NO KEY UPDATE"
)
_REFRESH_TOKEN = text(
    """
    SELECT sessions.id, sessions.user_id, refresh_tokens.expires_at, refresh_tokens.successor_sha256,
        sessions.oauth_app_id, refresh_tokens.spent_at IS NOT NULL AS is_spent,
        sessions.revoked_at IS NOT NULL AS is_revoked
    FROM refresh_tokens JOIN sessions ON sessions.id = refresh_tokens.session_id
    WHERE refresh_tokens.token_sha256 = :digest
    """
)


async def lock(session: WriteSession, session_id: int) -> None:
    await session.execute(_LOCK, {"id": session_id})


async def locked_refresh_token(session: WriteSession, digest: bytes) -> RefreshToken | None:
    """With its session held until the transaction ends, so that refreshes happen one after the other."""
    await session.execute(_LOCK_OF_TOKEN, {"digest": digest})
    row = (await session.execute(_REFRESH_TOKEN, {"digest": digest})).one_or_none()
    if row is None:
        return None
    return RefreshToken(
        session_id=row.id,
        user_id=row.user_id,
        expires_at=row.expires_at,
        is_revoked=row.is_revoked,
        is_spent=row.is_spent,
        oauth_app_id=row.oauth_app_id,
        successor=row.successor_sha256,
    )


_ISSUE = text("INSERT INTO refresh_tokens (token_sha256, session_id, expires_at) VALUES (:digest, :session_id, :until)")


async def issue_refresh_token(session: WriteSession, *, digest: bytes, session_id: int, expires_at: datetime) -> None:
    await session.execute(_ISSUE, {"digest": digest, "session_id": session_id, "until": expires_at})


_SPEND = text(
    "UPDATE refresh_tokens SET spent_at = coalesce(spent_at, :now), successor_sha256 = :successor "
    "WHERE token_sha256 = :digest"
)


async def spend_refresh_token(session: WriteSession, digest: bytes, *, successor: bytes, now: datetime) -> None:
    """Trades it; one that was spent already gets another successor."""
    await session.execute(_SPEND, {"digest": digest, "successor": successor, "now": now})


_WITHDRAW = text(
    "DELETE FROM refresh_tokens WHERE session_id = :session_id AND spent_at IS NULL RETURNING token_sha256"
)


async def withdraw_unspent(session: WriteSession, session_id: int) -> bytes | None:
    """Deletes the one token of the session that could still be used: whoever presents it is told that it is unknown.

    Returns its digest.
    """
    digest: bytes | None = (await session.execute(_WITHDRAW, {"session_id": session_id})).scalar_one_or_none()
    return digest


def _revoking(which: str) -> TextClause:
    """Those that have not ended yet; whoever watches is told in the same transaction."""
    return text(
        f"WITH ended AS (UPDATE sessions SET revoked_at = :now WHERE revoked_at IS NULL AND {which} "  # noqa: S608
        "RETURNING id, user_id) "
        "INSERT INTO changes (kind, user_id, subject_id) "
        f"SELECT {ChangeKind.SESSION_ENDED:d}, user_id, id FROM ended ORDER BY id"
    )


_REVOKE = _revoking("id = :id")
_REVOKE_OWN = _revoking("id = :id AND user_id = :user_id")
_IS_OWN = text("SELECT EXISTS (SELECT FROM sessions WHERE id = :id AND user_id = :user_id)")
_REVOKE_OF_APP = _revoking("id = :id AND oauth_app_id = :app_id")
_REVOKE_ALL_OF_APP = _revoking("user_id = :user_id AND oauth_app_id = :app_id")
_REVOKE_ALL = _revoking("user_id = :user_id AND id IS DISTINCT FROM CAST(:kept_id AS bigint)")


async def revoke(session: WriteSession, session_id: int, *, now: datetime) -> None:
    await session.execute(_REVOKE, {"id": session_id, "now": now})


async def revoke_own(session: WriteSession, session_id: int, *, user_id: int, now: datetime) -> bool:
    """False when the session is not this user's; one that has ended stays ended."""
    ended = await session.execute(_REVOKE_OWN, {"id": session_id, "user_id": user_id, "now": now})
    if ended.rowcount == 1:
        return True
    return bool((await session.execute(_IS_OWN, {"id": session_id, "user_id": user_id})).scalar_one())


async def revoke_of_app(session: WriteSession, session_id: int, *, app_id: int, now: datetime) -> None:
    """Does nothing to a session that is not this app's."""
    await session.execute(_REVOKE_OF_APP, {"id": session_id, "app_id": app_id, "now": now})


async def revoke_all_of_app(session: WriteSession, *, user_id: int, app_id: int, now: datetime) -> None:
    await session.execute(_REVOKE_ALL_OF_APP, {"user_id": user_id, "app_id": app_id, "now": now})


async def revoke_all(session: WriteSession, *, user_id: int, now: datetime, kept_id: int | None = None) -> None:
    await session.execute(_REVOKE_ALL, {"user_id": user_id, "kept_id": kept_id, "now": now})


_FORGET_TOKENS = text("DELETE FROM refresh_tokens WHERE expires_at < :now")
_FORGET_SESSIONS = text(
    "DELETE FROM sessions WHERE created_at < :before "
    "AND NOT EXISTS (SELECT FROM refresh_tokens WHERE refresh_tokens.session_id = sessions.id)"
)


async def forget_ended(session: WriteSession, *, now: datetime, before: datetime) -> None:
    """Deletes refresh tokens that have expired (spent ones are kept until then: using one again ends its
    session) and sessions begun before `before` that have no tokens left."""
    await session.execute(_FORGET_TOKENS, {"now": now})
    await session.execute(_FORGET_SESSIONS, {"before": before})
