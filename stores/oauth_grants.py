"""Rows of `oauth_grants` and `oauth_codes`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text

from domain.permissions import Scope
from domain.records import OAuthGrant
from infra.database import ReadSession, WriteSession
from stores.keyset import Listing

IN_FORCE = Listing(
    source="FROM oauth_grants JOIN oauth_apps ON oauth_apps.id = oauth_grants.app_id "
    "WHERE oauth_grants.user_id = parent.id AND oauth_grants.ended_at IS NULL AND oauth_apps.owner_id IS NOT NULL",
    key="oauth_grants.id",
    value="oauth_grants.id",
    newest_first=True,
)
_BY_ID = text(
    """
    SELECT oauth_grants.id, oauth_apps.name, oauth_apps.description, scopes, granted_at, last_used_at
    FROM oauth_grants JOIN oauth_apps ON oauth_apps.id = oauth_grants.app_id
    WHERE oauth_grants.id = ANY(CAST(:ids AS bigint[]))
    """
)


async def by_id(session: ReadSession, grant_ids: Sequence[int]) -> dict[int, OAuthGrant]:
    rows = await session.execute(_BY_ID, {"ids": grant_ids})
    return {
        row.id: OAuthGrant(
            id=row.id,
            app_name=row.name,
            app_description=row.description,
            scopes=tuple(map(Scope, row.scopes)),
            granted_at=row.granted_at,
            last_used_at=row.last_used_at,
        )
        for row in rows
    }


# Shared by those who only rely on it; who ends it waits for them, and then sees the sessions they began.
_KEPT = text(
    "SELECT scopes FROM oauth_grants WHERE user_id = :user_id AND app_id = :app_id AND ended_at IS NULL FOR SHARE"
)
_INSERT = text(
    "INSERT INTO oauth_grants (id, user_id, app_id, scopes, granted_at) VALUES (:id, :user_id, :app_id, :scopes, :now)"
)


async def kept_scopes(session: WriteSession, *, user_id: int, app_id: int) -> frozenset[Scope]:
    """What the user lets the app do, which stays so until the transaction ends; empty where they let it do nothing."""
    scopes = (await session.execute(_KEPT, {"user_id": user_id, "app_id": app_id})).scalar_one_or_none()
    return frozenset(map(Scope, scopes or ()))


async def insert(
    session: WriteSession, *, grant_id: int, user_id: int, app_id: int, scopes: Iterable[Scope], now: datetime
) -> None:
    values = {"id": grant_id, "user_id": user_id, "app_id": app_id, "scopes": sorted(scopes), "now": now}
    await session.execute(_INSERT, values)


# Whoever fetches tokens holds their session; whoever ends the grant holds it and then wants the sessions. One of them
# must not wait.
_USE = text(
    """
    UPDATE oauth_grants SET last_used_at = :now
    WHERE id = (
        SELECT id FROM oauth_grants WHERE user_id = :user_id AND app_id = :app_id AND ended_at IS NULL
        FOR NO KEY UPDATE SKIP LOCKED
    )
    """
)
_END = text(
    "UPDATE oauth_grants SET ended_at = :now WHERE user_id = :user_id AND app_id = :app_id AND ended_at IS NULL"
)
_APP = text("SELECT app_id FROM oauth_grants WHERE id = :id AND user_id = :user_id")


async def use(session: WriteSession, *, user_id: int, app_id: int, now: datetime) -> None:
    """Leaves it to them where others are at the grant at this moment."""
    await session.execute(_USE, {"user_id": user_id, "app_id": app_id, "now": now})


async def end(session: WriteSession, *, user_id: int, app_id: int, now: datetime) -> None:
    await session.execute(_END, {"user_id": user_id, "app_id": app_id, "now": now})


async def app_id(session: ReadSession, grant_id: int, *, user_id: int) -> int | None:
    """None when the grant is not this user's; it may have ended."""
    found: int | None = (await session.execute(_APP, {"id": grant_id, "user_id": user_id})).scalar_one_or_none()
    return found


class Code(msgspec.Struct, frozen=True):
    session_id: int
    redirect_uri: str
    code_challenge: str
    expires_at: datetime


class IssuedCode(msgspec.Struct, frozen=True):
    code: Code
    user_id: int
    app_id: int
    is_used: bool


_INSERT_CODE = text(
    """
    INSERT INTO oauth_codes (code_sha256, session_id, form_id, redirect_uri, code_challenge, expires_at)
    VALUES (:digest, :session_id, :form_id, :redirect_uri, :code_challenge, :expires_at)
    ON CONFLICT (form_id) DO NOTHING
    """
)
_LOCKED_CODE = text(
    """
    SELECT session_id, user_id, oauth_app_id, redirect_uri, code_challenge, expires_at, used_at IS NOT NULL AS is_used
    FROM oauth_codes JOIN sessions ON sessions.id = oauth_codes.session_id
    WHERE code_sha256 = :digest
    FOR UPDATE OF oauth_codes
    """
)
_USE_CODE = text("UPDATE oauth_codes SET used_at = :now WHERE code_sha256 = :digest")


async def insert_code(session: WriteSession, code: Code, *, digest: bytes, form_id: str) -> bool:
    """False when this form has its code already."""
    values = {**msgspec.structs.asdict(code), "digest": digest, "form_id": form_id}
    return (await session.execute(_INSERT_CODE, values)).rowcount == 1


async def locked_code(session: WriteSession, digest: bytes) -> IssuedCode | None:
    """Held until the transaction ends, so that of two who use it the second finds it used."""
    row = (await session.execute(_LOCKED_CODE, {"digest": digest})).one_or_none()
    if row is None:
        return None
    return IssuedCode(
        code=Code(
            session_id=row.session_id,
            redirect_uri=row.redirect_uri,
            code_challenge=row.code_challenge,
            expires_at=row.expires_at,
        ),
        user_id=row.user_id,
        app_id=row.oauth_app_id,
        is_used=row.is_used,
    )


async def use_code(session: WriteSession, digest: bytes, *, now: datetime) -> None:
    await session.execute(_USE_CODE, {"digest": digest, "now": now})
