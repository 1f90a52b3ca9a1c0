"""Sessions."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import pages, records
from domain.ids import Cursor
from schema.binding import Bound, derived, plain
from schema.nodes import PageInfo


@strawberry.type(
    description="One sign-in of the viewer's. It ends when it is revoked, or when nobody has refreshed it for 7 days."
)
class Session(Bound):
    record = records.Session
    id: strawberry.ID = derived(lambda session: session.global_id, "Names it for `revokeSession`.")
    user_agent: str | None = derived(
        lambda session: session.client.user_agent,
        "What the client called itself when it last got tokens; its first 255 characters.",
    )
    ip_address: str | None = derived(
        lambda session: session.client.ip_address, "Where the client was when it last got tokens."
    )
    created_at: datetime = plain("When it began.")
    last_used_at: datetime = plain("When it last got tokens: at its beginning or by `refreshSession`.")
    expires_at: datetime = plain("When it ends unless it is refreshed.")
    is_current: bool = plain("Whether this request belongs to it.")
    app_name: str | None = plain("The app of a third party that it belongs to; null for the viewer's own sign-ins.")


@strawberry.type(description="A session in a list.")
class SessionEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain("Points at this entry.")
    node: Session = plain("The session.")


@strawberry.type(description="A page of sessions.")
class SessionConnection(Bound):
    record = pages.Connection
    edges: list[SessionEdge] = plain("The entries with their cursors.")
    nodes: list[Session] = plain("The entries without their cursors.")
    page_info: PageInfo = plain("Where this page lies.")
