"""Apps that the viewer makes, and apps that may act for the viewer."""

from __future__ import annotations

from domain.pages import Connection, PageArgs
from domain.records import OAuthApp, OAuthGrant, Viewer
from resolvers.context import Context
from resolvers.listings import connected
from resolvers.mutations import subjects_of
from resolvers.oauth_mutations import OAuthAppOutcome
from stores import oauth_apps, oauth_grants


async def own(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[OAuthApp]]:
    return await connected([viewer.user for viewer in parents], context, "oauthApps", oauth_apps.OWNED, page, _apps)


async def authorized(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[OAuthGrant]]:
    viewers = [viewer.user for viewer in parents]
    return await connected(viewers, context, "authorizedApps", oauth_grants.IN_FORCE, page, _grants)


async def _grants(grant_ids: list[int], context: Context) -> dict[int, OAuthGrant]:
    async with context.runtime.database.read() as session:
        return await oauth_grants.by_id(session, grant_ids)


async def apps_of(parents: list[OAuthAppOutcome], context: Context) -> list[OAuthApp | None]:
    """The app each mutation was about; None when it was refused, or the app is gone by now."""
    return await subjects_of(parents, context, _apps)


async def _apps(app_ids: list[int], context: Context) -> dict[int, OAuthApp]:
    owner_id = context.required_viewer().user.id
    async with context.runtime.database.read() as session:
        return await oauth_apps.owned(session, app_ids, owner_id=owner_id)
