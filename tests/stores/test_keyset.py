"""Keyset pages: their bounds, their order and their parents. The law of all listings is in test_keyset_law.py."""

from __future__ import annotations

import pytest

from domain.pages import PageRequest
from stores import follows, keyset, likes
from stores.keyset import ListedIds, Listing
from stores.tweets import BY_AUTHOR, REPLIES
from tests.stores.conftest import World


async def page_of(world: World, listing: Listing, parent_id: int, request: PageRequest) -> ListedIds:
    async with world.runtime.database.read() as session:
        return (await keyset.pages(session, listing, [parent_id], request, viewer_id=None))[parent_id]


async def test_one_statement_pages_each_parent_by_itself(world: World) -> None:
    ann, bob, cat = await world.people("ann", "bob", "cat")
    anns, bobs = await world.tweets(ann, 3), await world.tweets(bob, 1)
    async with world.runtime.database.read() as session:
        pages = await keyset.pages(session, BY_AUTHOR, [cat, bob, ann], PageRequest(size=2), viewer_id=None)
    assert pages == {
        cat: ListedIds(entries=(), has_more=False),
        bob: ListedIds(entries=((bobs[0], bobs[0]),), has_more=False),
        ann: ListedIds(entries=((anns[2], anns[2]), (anns[1], anns[1])), has_more=True),
    }


@pytest.mark.parametrize(
    ("after", "before", "backward", "expected", "has_more"),
    [
        (None, None, False, [4, 3], True),
        (3, None, False, [2, 1], True),
        (1, None, False, [0], False),
        (0, None, False, [], False),
        (None, 2, False, [4, 3], False),
        (4, 1, False, [3, 2], False),
        (4, 0, False, [3, 2], True),
        (None, None, True, [1, 0], True),
        (None, 2, True, [4, 3], False),
        (None, 1, True, [3, 2], True),
        (4, 0, True, [2, 1], True),
        (3, 0, True, [2, 1], False),
        (0, 4, False, [], False),
    ],
)
async def test_a_page_lies_strictly_between_its_keys(
    world: World, after: int | None, before: int | None, backward: bool, expected: list[int], has_more: bool
) -> None:
    [ann] = await world.people("ann")
    rows = await world.tweets(ann, 5)
    request = PageRequest(
        size=2,
        after=None if after is None else rows[after],
        before=None if before is None else rows[before],
        backward=backward,
    )
    page = await page_of(world, BY_AUTHOR, ann, request)
    assert page == ListedIds(entries=tuple((rows[n], rows[n]) for n in expected), has_more=has_more)


async def test_lists_of_people_are_ordered_by_the_follow_and_replies_by_age(world: World) -> None:
    ann, bob, cat = await world.people("ann", "bob", "cat")
    first, second = world.runtime.snowflakes.next(), world.runtime.snowflakes.next()
    async with world.runtime.database.write() as session:
        assert await follows.insert(session, [(second, bob, ann), (first, cat, ann)]) == [(bob, ann), (cat, ann)]
        assert await follows.insert(session, [(world.runtime.snowflakes.next(), bob, ann)]) == []
    request = PageRequest(size=5)
    assert await page_of(world, follows.FOLLOWERS, ann, request) == ListedIds(((second, bob), (first, cat)), False)
    assert await page_of(world, follows.FOLLOWING, bob, request) == ListedIds(((second, ann),), False)
    [parent] = await world.tweets(ann, 1)
    assert await page_of(world, REPLIES, parent, request) == ListedIds((), False)


async def test_a_like_is_stored_once(world: World) -> None:
    ann, bob = await world.people("ann", "bob")
    first, second = await world.tweets(ann, 2)
    new_id = world.runtime.snowflakes.next
    async with world.runtime.database.write() as session:
        assert await likes.insert(session, [(new_id(), bob, first)]) == [(bob, first)]
        assert await likes.insert(session, [(new_id(), bob, first), (new_id(), bob, second)]) == [(bob, second)]
        assert await likes.delete(session, user_id=bob, tweet_id=first)
        assert not await likes.delete(session, user_id=bob, tweet_id=first)
