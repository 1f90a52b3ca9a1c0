"""The register of apps that third parties make, and what the viewer lets such apps do."""

from __future__ import annotations

import hmac
from datetime import datetime

import msgspec

from domain import ids
from domain.changes import ChangeKind
from domain.errors import Constraint, NotFound, TooManyOAuthApps, ValidationFailed
from domain.oauth import MAX_APPS, AppChanges, checked_changes
from domain.records import OAuthApp
from infra.database import ReadSession, WriteSession
from services import tokens
from stores import changes, oauth_apps, oauth_grants, sessions
from stores.changes import NewChange
from stores.oauth_apps import Client


async def register(session: WriteSession, written: OAuthApp, *, owner_id: int) -> str | None:
    """The new app's secret, which is nowhere else, where it can keep one. Raises ValidationFailed or
    TooManyOAuthApps."""
    checked = checked_changes(
        AppChanges(name=written.name, description=written.description, redirect_uris=written.redirect_uris)
    )
    if await oauth_apps.locked_count(session, owner_id) >= MAX_APPS:
        raise TooManyOAuthApps(limit=MAX_APPS)
    secret = tokens.new_secret() if written.is_confidential else None
    new = msgspec.structs.replace(written, **msgspec.structs.asdict(checked))
    await oauth_apps.insert(session, Client(new, None if secret is None else tokens.digest(secret)), owner_id=owner_id)
    return secret


async def update(session: WriteSession, app_id: int | None, written: AppChanges, *, owner_id: int) -> int:
    """Raises ValidationFailed or NotFound."""
    changes = checked_changes(written)
    if app_id is None or not await oauth_apps.update(session, app_id, changes, owner_id=owner_id):
        raise NotFound("app", field="appId")
    return app_id


async def rotate_secret(session: WriteSession, app_id: int | None, *, owner_id: int) -> tuple[int, str]:
    """The app and its new secret; the old one does not work any more.

    Raises NotFound, or ValidationFailed where the app has none.
    """
    app = None if app_id is None else (await oauth_apps.owned(session, [app_id], owner_id=owner_id)).get(app_id)
    if app is None:
        raise NotFound("app", field="appId")
    if not app.is_confidential:
        raise ValidationFailed("This app has no secret.", field="appId", constraint=Constraint.MALFORMED)
    secret = tokens.new_secret()
    await oauth_apps.replace_secret(session, app.id, digest=tokens.digest(secret))
    return app.id, secret


async def delete(session: WriteSession, app_id: int | None, *, owner_id: int) -> int:
    """All its tokens stop working at once. Raises NotFound."""
    if app_id is None or not await oauth_apps.delete(session, app_id, owner_id=owner_id):
        raise NotFound("app", field="appId")
    await changes.record(session, [NewChange(ChangeKind.APPS_STOPPED, owner_id)])
    return app_id


async def revoke_grant(session: WriteSession, grant_id: int | None, *, user_id: int, now: datetime) -> int:
    """Ends all that the user lets the grant's app do, its tokens at once. Raises NotFound."""
    app_id = None if grant_id is None else await oauth_grants.app_id(session, grant_id, user_id=user_id)
    if grant_id is None or app_id is None:
        raise NotFound("grant", field="grantId")
    await oauth_grants.end(session, user_id=user_id, app_id=app_id, now=now)
    await sessions.revoke_all_of_app(session, user_id=user_id, app_id=app_id, now=now)
    return grant_id


async def found(session: ReadSession, client_id: str | None) -> Client | None:
    """The app with this public name, while it works."""
    app_id = ids.raw_id(client_id or "", "OAuthApp")
    return None if app_id is None else await oauth_apps.client(session, app_id)


async def authenticated(session: ReadSession, client_id: str | None, secret: str | None) -> OAuthApp | None:
    """None alike for an unknown app and a wrong, missing or needless secret."""
    client = await found(session, client_id)
    if client is None or (client.secret_sha256 is None) != (secret is None):
        return None
    if client.secret_sha256 and secret and not hmac.compare_digest(client.secret_sha256, tokens.digest(secret)):
        return None
    return client.app
