"""Followers in chunks: each once, in order, the next chunk read while the caller works on this one."""

from __future__ import annotations

from contextlib import aclosing

import pytest
from sqlalchemy import event

from infra.database import Database
from services import follows as follow_services
from stores import follows
from stores.follows import Followers
from tests.stores.conftest import World
from tests.waiting import until


async def followed(world: World, author_id: int, *follower_ids: int) -> Followers:
    triples = [(world.runtime.snowflakes.next(), follower_id, author_id) for follower_id in follower_ids]
    async with world.runtime.database.write() as session:
        await follow_services.follow(session, triples)
    return Followers(author_id, list(follower_ids), triples[-1][0])


async def chunks(world: World, *author_ids: int, size: int, after_follow_id: int = 0) -> list[list[Followers]]:
    found = follows.follower_chunks(world.runtime.database, author_ids, size=size, after_follow_id=after_follow_id)
    return [chunk async for chunk in found]


@pytest.mark.parametrize(("size", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (4, [4, 1]), (5, [5]), (9, [5])])
async def test_each_follower_of_each_author_comes_once_in_order(world: World, size: int, sizes: list[int]) -> None:
    bob, cat, nobody, *fans = await world.people("bob", "cat", "nobody", "a", "b", "c")
    await followed(world, bob, *fans)
    await followed(world, cat, *fans[:2])
    found = await chunks(world, bob, cat, nobody, size=size)
    assert [sum(len(followers.user_ids) for followers in chunk) for chunk in found] == sizes
    by_author = [
        (followers.author_id, user_id) for chunk in found for followers in chunk for user_id in followers.user_ids
    ]
    assert by_author == [(author, fan) for author, of_author in ((bob, fans), (cat, fans[:2])) for fan in of_author]
    assert await chunks(world, nobody, size=size) == []


async def test_an_author_is_gone_on_with_behind_a_follow(world: World) -> None:
    bob, *fans = await world.people("bob", "a", "b", "c")
    first = await followed(world, bob, fans[0])
    others = await followed(world, bob, *fans[1:])
    assert await chunks(world, bob, size=2, after_follow_id=first.last_follow_id) == [[others]]
    assert await chunks(world, bob, size=2, after_follow_id=others.last_follow_id) == []


async def test_the_next_chunk_is_read_while_this_one_is_worked_on(world: World) -> None:
    bob, *fans = await world.people("bob", "a", "b", "c")
    await followed(world, bob, *fans)
    database = Database(world.runtime.database.url, pool_size=1)
    asked: list[object] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *each: asked.append(each))
    async with aclosing(follows.follower_chunks(database, [bob], size=1)) as reading:
        async for _ in reading:
            await until(lambda: len(asked) == 2)
            break
    assert len(asked) == 2  # one ahead, not more
    async with database.read():
        """The one connection was given back."""
    await database.close()
