"""Keyset pages: whoever pages through a listing sees every row that was there all the time, once."""

from __future__ import annotations

import random

import pytest

from domain.pages import PageRequest
from stores import follows, keyset, likes
from stores.keyset import ListedIds, Listing
from stores.tweets import BY_AUTHOR, REPLIES
from tests.stores.conftest import World

SEEDS = range(12)


async def page_of(world: World, listing: Listing, parent_id: int, request: PageRequest) -> ListedIds:
    async with world.runtime.database.read() as session:
        return (await keyset.pages(session, listing, [parent_id], request, viewer_id=None))[parent_id]


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize("seed", SEEDS)
async def test_pages_hold_what_was_there_all_the_time_once(world: World, seed: int, backward: bool) -> None:
    chance = random.Random(seed)
    [ann] = await world.people("ann")
    throughout = set(await world.tweets(ann, chance.randint(0, 30)))
    ever = set(throughout)
    seen: list[int] = []
    edge = None
    while True:
        size = chance.randint(1, 7)
        request = PageRequest(
            size=size, after=None if backward else edge, before=edge if backward else None, backward=backward
        )
        page = await page_of(world, BY_AUTHOR, ann, request)
        ids = [key for key, _ in page.entries]
        assert ids == sorted(ids, reverse=True), f"seed {seed}: a page is in the listing's order"
        seen = ids + seen if backward else seen + ids
        if not page.has_more:
            break
        assert len(ids) == size, f"seed {seed}: a page before the last is full"
        edge = ids[0] if backward else ids[-1]
        gone = chance.sample(sorted(throughout), min(len(throughout), chance.randint(0, 2)))
        await world.deleted(ann, gone)
        throughout -= set(gone)
        # A reader who goes backward ends at the newest: endless new rows would never let them arrive.
        new = await world.tweets(ann, 0 if backward and len(ever) > 40 else chance.randint(0, 2))
        ever |= set(new)
        if backward:
            throughout |= set(new)
    assert seen == sorted(set(seen), reverse=True), f"seed {seed}: nothing comes twice"
    assert throughout <= set(seen) <= ever, f"seed {seed}"


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
