"""blockUser, unblockUser and Viewer.blocks. What a block hides is in test_visibility_matrix.py."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from services.runtime import Runtime
from stores import pairs
from tests.api.conftest import SetStatus, Stored
from tests.api.errors import NO_SUCH_USER, USER_ERRORS
from tests.client import Api, People, Person
from tests.queue import Queue
from tests.waiting import until

_FIELDS = f"{{ user {{ username viewerState {{ following followedBy blocking }} }} {USER_ERRORS} }}"
BLOCK = f"mutation Block($id: ID!) {{ blockUser(input: {{userId: $id}}) {_FIELDS} }}"
UNBLOCK = f"mutation Unblock($id: ID!) {{ unblockUser(input: {{userId: $id}}) {_FIELDS} }}"
FOLLOW = "mutation Follow($id: ID!) { followUser(input: {userId: $id}) { userErrors { code } } }"
COUNTS = "{ viewer { user { followerCount { value } followingCount { value } } } }"
BLOCKS = """
query Blocks($first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  viewer {
    blocks(first: $first, after: $after, last: $last, before: $before) {
      nodes { username } edges { cursor node { username } } pageInfo { hasNextPage hasPreviousPage }
    }
  }
}
"""
DUPLICATE = {
    "__typename": "DuplicateError",
    "code": "DUPLICATE",
    "message": "You block this user already.",
    "path": ["input", "userId"],
}


def bob(*, blocking: bool) -> dict[str, Any]:
    return {"username": "bob", "viewerState": {"following": "NONE", "followedBy": False, "blocking": blocking}}


async def blocked(api: Api, blocker: Person, person: Person) -> None:
    assert (await api.data(BLOCK, {"id": person.id}, by=blocker))["blockUser"]["userErrors"] == []


async def counts(api: Api, *people: Person) -> list[tuple[int, int]]:
    """Followers and following of each."""
    found = [(await api.data(COUNTS, by=person))["viewer"]["user"] for person in people]
    return [(user["followerCount"]["value"], user["followingCount"]["value"]) for user in found]


async def names_blocked(api: Api, by: Person) -> list[str]:
    return [node["username"] for node in (await api.data(BLOCKS, by=by))["viewer"]["blocks"]["nodes"]]


async def test_a_block_cuts_both_follows_and_an_unblock_brings_none_back(
    api: Api, people: People, queue: Queue
) -> None:
    await api.followed(people.ann, people.bob)
    await api.followed(people.bob, people.ann)
    await api.followed(people.cat, people.bob)
    await queue.drained()
    data = await api.data(BLOCK, {"id": people.bob.id}, by=people.ann)
    assert data == {"blockUser": {"user": bob(blocking=True), "userErrors": []}}
    assert await counts(api, people.ann, people.bob, people.cat) == [(0, 0), (1, 0), (0, 1)]
    await queue.drained()
    assert await counts(api, people.ann, people.bob, people.cat) == [(0, 0), (1, 0), (0, 1)]
    data = await api.data(UNBLOCK, {"id": people.bob.id}, by=people.ann)
    assert data == {"unblockUser": {"user": bob(blocking=False), "userErrors": []}}
    assert await counts(api, people.ann, people.bob, people.cat) == [(0, 0), (1, 0), (0, 1)]


async def test_a_block_takes_each_from_the_others_lists(api: Api, people: People, runtime: Runtime) -> None:
    members = {(people.ann, people.bob), (people.bob, people.ann), (people.ann, people.cat), (people.cat, people.bob)}
    async with runtime.database.write() as session:
        for list_id, (owner, member) in enumerate(sorted(members, key=lambda pair: (pair[0].name, pair[1].name)), 1):
            values = {"id": list_id, "owner": owner.raw_id, "member": member.raw_id, "now": runtime.now()}
            insert = "INSERT INTO lists (id, owner_id, name, created_at) VALUES (:id, :owner, 'friends', :now)"
            await session.execute(text(insert), values)
            for table in ("list_members", "list_follows"):
                insert = f"INSERT INTO {table} (list_id, user_id, id) VALUES (:id, :member, :id)"
                await session.execute(text(insert), values)
    await blocked(api, people.ann, people.bob)
    async with runtime.database.read() as session:
        for table in ("list_members", "list_follows"):
            rows = await session.execute(text(f"SELECT list_id, user_id FROM {table} ORDER BY list_id"))
            assert [tuple(row) for row in rows] == [(2, people.cat.raw_id), (4, people.bob.raw_id)]


async def test_blocking_again_is_a_duplicate_and_unblocking_again_does_nothing(
    api: Api, people: People, stored: Stored
) -> None:
    await blocked(api, people.ann, people.bob)
    before = await stored()
    data = await api.data(BLOCK, {"id": people.bob.id}, by=people.ann)
    assert data == {"blockUser": {"user": bob(blocking=True), "userErrors": [DUPLICATE]}}
    assert await stored() == before
    undone = {"unblockUser": {"user": bob(blocking=False), "userErrors": []}}
    assert await api.data(UNBLOCK, {"id": people.bob.id}, by=people.ann) == undone
    before = await stored()
    assert await api.data(UNBLOCK, {"id": people.bob.id}, by=people.ann) == undone
    assert await stored() == before


async def test_who_blocks_the_viewer_can_be_blocked_and_unblocked_too(api: Api, people: People) -> None:
    """Their profile is hidden, but blocking them is not theirs to prevent."""
    await blocked(api, people.bob, people.ann)
    assert await api.data(BLOCK, {"id": people.bob.id}, by=people.ann) == {
        "blockUser": {"user": None, "userErrors": []}
    }
    assert await names_blocked(api, people.ann) == []
    await api.data(UNBLOCK, {"id": people.ann.id}, by=people.bob)
    assert await names_blocked(api, people.ann) == ["bob"]
    await blocked(api, people.bob, people.ann)
    data = await api.data(UNBLOCK, {"id": people.bob.id}, by=people.ann)
    assert data == {"unblockUser": {"user": None, "userErrors": []}}
    await api.data(UNBLOCK, {"id": people.ann.id}, by=people.bob)
    assert await names_blocked(api, people.ann) == []


async def test_nobody_blocks_themselves(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    refusal = {
        "__typename": "NotAllowedError",
        "code": "FORBIDDEN",
        "message": "You cannot block yourself.",
        "path": ["input", "userId"],
        "reason": "SELF",
    }
    [error] = (await api.data(BLOCK, {"id": people.ann.id}, by=people.ann))["blockUser"]["userErrors"]
    assert error == refusal
    assert await stored() == before


@pytest.mark.parametrize("mutation", ["blockUser", "unblockUser", "muteUser", "unmuteUser"])
@pytest.mark.parametrize("who", ["missing", "a tweet", "nonsense", "suspended", "deactivated"])
async def test_who_is_not_there_cannot_be_blocked_or_muted(
    api: Api, people: People, stored: Stored, set_status: SetStatus, mutation: str, who: str
) -> None:
    named = {
        "missing": ids.global_id("User", 1),
        "a tweet": await api.tweeted(people.bob, "hello"),
        "nonsense": "nonsense",
    }
    if who not in named:
        await set_status(people.bob, who.upper())
    before = await stored()
    query = f"mutation($id: ID!) {{ {mutation}(input: {{userId: $id}}) {{ user {{ id }} {USER_ERRORS} }} }}"
    data = await api.data(query, {"id": named.get(who, people.bob.id)}, by=people.ann)
    assert data == {mutation: {"user": None, "userErrors": [NO_SUCH_USER]}}
    assert await stored() == before


async def test_the_list_is_paged_newest_first(api: Api, people: People) -> None:
    for name in ("dan", "eve", "fay"):
        await blocked(api, people.ann, await api.registered(name))
    first = (await api.data(BLOCKS, {"first": 2}, by=people.ann))["viewer"]["blocks"]
    assert (first["nodes"], first["pageInfo"]) == (
        [{"username": "fay"}, {"username": "eve"}],
        {"hasNextPage": True, "hasPreviousPage": False},
    )
    rest = (await api.data(BLOCKS, {"first": 2, "after": first["edges"][1]["cursor"]}, by=people.ann))["viewer"]
    assert rest["blocks"]["nodes"] == [{"username": "dan"}]
    back = (await api.data(BLOCKS, {"last": 2, "before": rest["blocks"]["edges"][0]["cursor"]}, by=people.ann))[
        "viewer"
    ]
    assert back["blocks"]["nodes"] == first["nodes"]


async def test_of_a_block_and_a_follow_at_once_only_the_block_is_left(
    api: Api, people: People, runtime: Runtime, queue: Queue
) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"

    async def both_wait() -> bool:
        async with runtime.database.read() as session:
            return int((await session.execute(text(waiting))).scalar_one()) == 2

    async with runtime.database.write() as session:
        await pairs.lock(session, people.ann.raw_id, people.bob.raw_id)
        attempts = [
            asyncio.create_task(api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)),
            asyncio.create_task(api.data(BLOCK, {"id": people.bob.id}, by=people.ann)),
        ]
        await until(both_wait)
    await asyncio.gather(*attempts)
    await queue.drained()
    assert await names_blocked(api, people.ann) == ["bob"]
    assert await counts(api, people.ann, people.bob) == [(0, 0), (0, 0)]


@pytest.mark.parametrize(("blocker", "code"), [("ann", "FORBIDDEN"), ("bob", "NOT_FOUND")])
async def test_a_block_in_either_direction_keeps_them_from_following(
    api: Api, people: People, stored: Stored, blocker: str, code: str
) -> None:
    pair = {"ann": people.ann, "bob": people.bob}
    await blocked(api, pair[blocker], pair["bob" if blocker == "ann" else "ann"])
    before = await stored()
    data = await api.data(FOLLOW, {"id": people.bob.id}, by=people.ann)
    assert data == {"followUser": {"userErrors": [{"code": code}]}}
    assert await stored() == before
