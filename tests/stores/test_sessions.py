"""Who asks."""

from __future__ import annotations

from sqlalchemy import text

from domain.records import ClientAddress
from infra.database import Database
from services.sessions import start_session
from stores import sessions
from stores.sessions import SessionOfUser
from tests.stores.conftest import World


async def test_any_number_of_sessions_is_looked_up_by_one_plan(world: World) -> None:
    ann, bob = await world.people("ann", "bob")
    async with world.runtime.database.write() as session:
        started = [
            await start_session(session, world.runtime, user_id, client=ClientAddress(), now=world.runtime.now())
            for user_id in (ann, bob)
        ]
    own = [SessionOfUser(each.viewer.session_id, each.viewer.user.id) for each in started]
    anothers = SessionOfUser(own[0].session_id, bob)
    database = Database(world.runtime.database.url, pool_size=1)
    async with database.read() as session:
        for asked in [own[:1], [*own, anothers], own[1:]] * 4:
            found = await sessions.viewers(session, asked)
            assert found == {of: signed_in.viewer for of, signed_in in zip(own, started, strict=True) if of in asked}
        plans = text("SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE :part")
        [counted] = await session.rows(plans, {"part": "%AS asked (session_id%"})
    assert tuple(counted) == (5, 7)  # PostgreSQL tries five for their values
    await database.close()
