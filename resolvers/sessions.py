"""Where somebody is signed in."""

from __future__ import annotations

from domain.pages import Connection, PageArgs
from domain.records import Session, Viewer
from resolvers.context import Context
from resolvers.listings import connected
from stores import sessions


async def unended(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[Session]]:
    return await connected([viewer.user for viewer in parents], context, "sessions", sessions.UNENDED, page, _sessions)


async def _sessions(session_ids: list[int], context: Context) -> dict[int, Session]:
    current_id = context.required_viewer().session_id
    async with context.runtime.database.read() as session:
        return await sessions.by_id(session, session_ids, current_id=current_id)
