"""Apps that the viewer makes, and apps that may act for the viewer."""

from __future__ import annotations

from domain.pages import Connection, PageArgs, connection
from domain.records import OAuthApp, OAuthGrant, Viewer
from resolvers.context import Context
from resolvers.listings import DEFAULT_PAGE
from resolvers.mutations import subjects_of
from resolvers.oauth_mutations import OAuthAppOutcome
from stores import keyset, oauth_apps, oauth_grants


async def own(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[OAuthApp]]:
    request = page.requested("oauthApps", default=DEFAULT_PAGE)
    connections = []
    for viewer in parents:
        user_id = viewer.user.id
        async with context.runtime.database.read() as session:
            listed = (await keyset.pages(session, oauth_apps.OWNED, [user_id], request, viewer_id=user_id))[user_id]
            found = await oauth_apps.owned(session, [app_id for _, app_id in listed.entries], owner_id=user_id)
        entries = [(key, found[app_id]) for key, app_id in listed.entries if app_id in found]
        connections.append(connection("oauthApps", request, entries, has_more=listed.has_more))
    return connections


async def authorized(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[OAuthGrant]]:
    request = page.requested("authorizedApps", default=DEFAULT_PAGE)
    connections = []
    for viewer in parents:
        user_id = viewer.user.id
        async with context.runtime.database.read() as session:
            listed = (await keyset.pages(session, oauth_grants.IN_FORCE, [user_id], request, viewer_id=user_id))[
                user_id
            ]
            found = await oauth_grants.by_id(session, [grant_id for _, grant_id in listed.entries])
        entries = [(key, found[grant_id]) for key, grant_id in listed.entries if grant_id in found]
        connections.append(connection("authorizedApps", request, entries, has_more=listed.has_more))
    return connections


async def apps_of(parents: list[OAuthAppOutcome], context: Context) -> list[OAuthApp | None]:
    """The app each mutation was about; None when it was refused, or the app is gone by now."""
    return await subjects_of(parents, context, _apps)


async def _apps(app_ids: list[int], context: Context) -> dict[int, OAuthApp]:
    owner_id = context.required_viewer().user.id
    async with context.runtime.database.read() as session:
        return await oauth_apps.owned(session, app_ids, owner_id=owner_id)
