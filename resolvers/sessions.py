"""Where somebody is signed in."""

from __future__ import annotations

from domain.pages import Connection, PageArgs, connection
from domain.records import Session, Viewer
from resolvers.context import Context
from stores import keyset, sessions

DEFAULT_PAGE = 20


async def unended(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[Session]]:
    request = page.requested("sessions", default=DEFAULT_PAGE)
    connections = []
    for viewer in parents:
        async with context.runtime.database.read() as session:
            listed = (
                await keyset.pages(session, sessions.UNENDED, [viewer.user.id], request, viewer_id=viewer.user.id)
            )[viewer.user.id]
            session_ids = [session_id for _, session_id in listed.entries]
            found = await sessions.by_id(session, session_ids, current_id=viewer.session_id)
        entries = [(key, found[session_id]) for key, session_id in listed.entries if session_id in found]
        connections.append(connection("sessions", request, entries, has_more=listed.has_more))
    return connections
