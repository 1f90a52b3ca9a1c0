"""Who asks."""

from __future__ import annotations

from sqlalchemy import text

from domain.permissions import Scope
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
    assert tuple(counted) == (0, 12)
    await database.close()


async def test_a_scope_that_only_a_newer_version_knows_is_good_for_nothing(world: World) -> None:
    [ann] = await world.people("ann")
    async with world.runtime.database.write() as session:
        started = await start_session(session, world.runtime, ann, client=ClientAddress(), now=world.runtime.now())
        await session.execute(text("UPDATE sessions SET scopes = ARRAY['read', 'not:yet']"))
        viewer = await sessions.viewer(session, session_id=started.viewer.session_id, user_id=ann)
    assert viewer is not None
    assert viewer.scopes == frozenset({Scope.READ})
