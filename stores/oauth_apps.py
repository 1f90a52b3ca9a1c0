"""Rows of `oauth_apps`."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Row, text

from domain.oauth import AppChanges
from domain.records import OAuthApp
from infra.database import ReadSession, WriteSession
from stores.keyset import Listing

OWNED = Listing(
    source="FROM oauth_apps WHERE oauth_apps.owner_id = parent.id",
    key="oauth_apps.id",
    value="oauth_apps.id",
    newest_first=True,
)
_COLUMNS = (
    "oauth_apps.id, oauth_apps.name, oauth_apps.description, oauth_apps.redirect_uris, oauth_apps.created_at, "
    "oauth_apps.secret_sha256"
)


class Client(msgspec.Struct, frozen=True):
    """An app that works, with what proves that it is the app."""

    app: OAuthApp
    secret_sha256: bytes | None


def works(app_id: str) -> str:
    """Whether the app in this column was not deleted and its owner's account is active."""
    return (
        "EXISTS (SELECT FROM oauth_apps AS working JOIN users AS app_owners ON app_owners.id = working.owner_id "
        f"WHERE working.id = {app_id} AND app_owners.status = 'ACTIVE')"
    )


_CLIENT = text(f"SELECT {_COLUMNS} FROM oauth_apps WHERE id = :id AND {works('oauth_apps.id')}")  # noqa: S608
_OWNED_BY_ID = text(
    f"SELECT {_COLUMNS} FROM oauth_apps WHERE id = ANY(CAST(:ids AS bigint[])) AND owner_id = :owner_id"  # noqa: S608
)


async def client(session: ReadSession, app_id: int) -> Client | None:
    row = (await session.execute(_CLIENT, {"id": app_id})).one_or_none()
    return None if row is None else Client(app=_app_from(row), secret_sha256=row.secret_sha256)


async def owned(session: ReadSession, app_ids: Sequence[int], *, owner_id: int) -> dict[int, OAuthApp]:
    rows = await session.execute(_OWNED_BY_ID, {"ids": app_ids, "owner_id": owner_id})
    return {row.id: _app_from(row) for row in rows}


def _app_from(row: Row[tuple[object, ...]]) -> OAuthApp:
    return OAuthApp(
        id=row.id,
        name=row.name,
        description=row.description,
        redirect_uris=tuple(row.redirect_uris),
        is_confidential=row.secret_sha256 is not None,
        created_at=row.created_at,
    )


_LOCK_OWNER = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:owner AS text), 0))")
_COUNT_OWNED = text("SELECT count(*) FROM oauth_apps WHERE owner_id = :owner_id")


async def locked_count(session: WriteSession, owner_id: int) -> int:
    """How many apps the user has; nobody else adds one until the transaction ends."""
    await session.execute(_LOCK_OWNER, {"owner": f"oauth_apps {owner_id}"})
    return int((await session.execute(_COUNT_OWNED, {"owner_id": owner_id})).scalar_one())


_INSERT = text(
    "INSERT INTO oauth_apps (id, owner_id, name, description, redirect_uris, secret_sha256, created_at) "
    "VALUES (:id, :owner_id, :name, :description, :redirect_uris, :secret_sha256, :created_at)"
)


async def insert(session: WriteSession, new: Client, *, owner_id: int) -> None:
    app = new.app
    await session.execute(
        _INSERT,
        {
            "id": app.id,
            "owner_id": owner_id,
            "name": app.name,
            "description": app.description,
            "redirect_uris": list(app.redirect_uris),
            "secret_sha256": new.secret_sha256,
            "created_at": app.created_at,
        },
    )


_UPDATE = text(
    """
    UPDATE oauth_apps SET name = coalesce(CAST(:name AS text), name),
        description = coalesce(CAST(:description AS text), description),
        redirect_uris = coalesce(CAST(:redirect_uris AS text[]), redirect_uris)
    WHERE id = :id AND owner_id = :owner_id
    """
)
_REPLACE_SECRET = text("UPDATE oauth_apps SET secret_sha256 = :digest WHERE id = :id")
_EMPTY = (
    "UPDATE oauth_apps SET owner_id = NULL, name = '', description = '', redirect_uris = '{}', secret_sha256 = NULL "
    "WHERE owner_id = :owner_id"
)
_DELETE = text(f"{_EMPTY} AND id = :id")
_DELETE_ALL = text(_EMPTY)


async def update(session: WriteSession, app_id: int, changes: AppChanges, *, owner_id: int) -> bool:
    """False when it is not this owner's."""
    values = {
        "id": app_id,
        "owner_id": owner_id,
        "name": changes.name,
        "description": changes.description,
        "redirect_uris": None if changes.redirect_uris is None else list(changes.redirect_uris),
    }
    return (await session.execute(_UPDATE, values)).rowcount == 1


async def replace_secret(session: WriteSession, app_id: int, *, digest: bytes) -> None:
    await session.execute(_REPLACE_SECRET, {"id": app_id, "digest": digest})


async def delete(session: WriteSession, app_id: int, *, owner_id: int) -> bool:
    """Leaves its number alone, to which its sessions point. False when it is not this owner's."""
    return (await session.execute(_DELETE, {"id": app_id, "owner_id": owner_id})).rowcount == 1


async def delete_all(session: WriteSession, *, owner_id: int) -> None:
    await session.execute(_DELETE_ALL, {"owner_id": owner_id})
