"""Apps of third parties."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import pages, records
from domain.ids import Cursor
from schema.binding import Bound, derived, plain
from schema.nodes import PageInfo


@strawberry.type(
    description="An app that the viewer has registered, to act for people who consent (OAuth 2.0: authorization code "
    "with PKCE). Where everything is stands at `/.well-known/oauth-authorization-server`. It works while its owner's "
    "account is active."
)
class OAuthApp(Bound):
    record = records.OAuthApp
    id: strawberry.ID = derived(lambda app: app.global_id, "OAuth's `client_id`; also names it for mutations.")
    name: str = plain("What people are asked to trust; 1 to 25 characters on one line.")
    description: str = plain("Up to 200 characters on one line, shown to them, too; may be empty.")
    redirect_uris: list[str] = plain("Where people may be sent back to; 1 to 5.")
    is_confidential: bool = plain("Whether it has a secret, which it must show for its tokens.")
    created_at: datetime = plain("When it was registered.")


@strawberry.type(description="An app among others.")
class OAuthAppEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain("Points at this entry.")
    node: OAuthApp = plain("The app.")


@strawberry.type(description="A page of apps.")
class OAuthAppConnection(Bound):
    record = pages.Connection
    edges: list[OAuthAppEdge] = plain("The entries with their cursors.")
    nodes: list[OAuthApp] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")


@strawberry.type(description="That the viewer lets an app act for them.")
class OAuthGrant(Bound):
    record = records.OAuthGrant
    id: strawberry.ID = derived(lambda grant: grant.global_id, "Names it for `revokeOAuthGrant`.")
    app_name: str = plain("What the app is called now.")
    app_description: str = plain("What its maker says about it; may be empty.")
    scopes: list[str] = plain("What it may do, by OAuth's names, such as `tweets:write`.")
    granted_at: datetime = plain("When the viewer consented to all of it.")
    last_used_at: datetime | None = plain("When the app last got tokens by it; null until it has.")


@strawberry.type(description="A grant among others.")
class OAuthGrantEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain("Points at this entry.")
    node: OAuthGrant = plain("The grant.")


@strawberry.type(description="A page of grants.")
class OAuthGrantConnection(Bound):
    record = pages.Connection
    edges: list[OAuthGrantEdge] = plain("The entries with their cursors.")
    nodes: list[OAuthGrant] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")
