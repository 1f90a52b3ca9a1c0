"""Lists of people and who may see them: followers, following, knownFollowers, followRequests, sentFollowRequests."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import SetStatus
from tests.client import Api, People, Person

FOLLOW = "mutation Follow($id: ID!) { followUser(input: {userId: $id}) { userErrors { code } } }"
BLOCK = "mutation Block($id: ID!) { blockUser(input: {userId: $id}) { userErrors { code } } }"
UNBLOCK = "mutation Unblock($id: ID!) { unblockUser(input: {userId: $id}) { userErrors { code } } }"
NAMES = ("dan", "eve", "fay", "gus", "hal")
OF_VIEWER = ("followRequests", "sentFollowRequests")
OF_BOB = ("followers", "following", "knownFollowers")
LISTINGS = OF_BOB + OF_VIEWER


async def page(api: Api, listing: str, by: Person | None, arguments: str = "") -> dict[str, Any]:
    """Of bob, or of ann who asks."""
    fields = f"{listing}{arguments} {{ nodes {{ username }} pageInfo {{ hasNextPage endCursor startCursor }} }}"
    if listing in OF_VIEWER:
        data = await api.data(f"{{ viewer {{ found: {fields} }} }}", by=by)
    else:
        data = await api.data(f'{{ user(by: {{username: "bob"}}) {{ ... on User {{ found: {fields} }} }} }}', by=by)
    [parent] = data.values()
    found: dict[str, Any] = parent["found"]
    return found


async def names(api: Api, listing: str, by: Person | None, arguments: str = "") -> list[str]:
    return [node["username"] for node in (await page(api, listing, by, arguments))["nodes"]]


@pytest.fixture
async def crowd(api: Api, people: People) -> list[Person]:
    """Five people in each list: of bob's, whom ann follows, too, and of ann's, whose account is protected as theirs
    are. cat is in none of them."""
    crowd = [await api.registered(name) for name in NAMES]
    for person in crowd:
        await api.followed(people.ann, person)
        await api.followed(person, people.bob)
        await api.followed(people.bob, person)
    await api.protected(people.ann)
    for person in crowd:
        await api.data(FOLLOW, {"id": people.ann.id}, by=person)
    return crowd


@pytest.fixture
async def asked(api: Api, people: People, crowd: list[Person]) -> list[Person]:
    """The same people, whom ann has asked again after she stopped following them."""
    for person in crowd:
        await api.protected(person)
        unfollow = "mutation Unfollow($id: ID!) { unfollowUser(input: {userId: $id}) { userErrors { code } } }"
        await api.data(unfollow, {"id": person.id}, by=people.ann)
        await api.data(FOLLOW, {"id": person.id}, by=people.ann)
    return crowd


@pytest.mark.parametrize("listing", [name for name in LISTINGS if name != "knownFollowers"])
async def test_pages_join_in_both_directions(api: Api, people: People, asked: list[Person], listing: str) -> None:
    order = list(reversed(NAMES))
    assert await names(api, listing, people.ann) == order
    first = await page(api, listing, people.ann, "(first: 2)")
    end = first["pageInfo"]["endCursor"]
    assert first["pageInfo"]["hasNextPage"]
    assert [node["username"] for node in first["nodes"]] == order[:2]
    assert await names(api, listing, people.ann, f'(first: 9, after: "{end}")') == order[2:]
    last = await page(api, listing, people.ann, "(last: 2)")
    assert [node["username"] for node in last["nodes"]] == order[3:]
    start = last["pageInfo"]["startCursor"]
    assert await names(api, listing, people.ann, f'(last: 2, before: "{start}")') == order[1:3]


async def test_known_followers_are_those_whom_the_viewer_follows(api: Api, people: People, crowd: list[Person]) -> None:
    order = list(reversed(NAMES))
    await api.followed(people.cat, people.bob)
    assert await names(api, "knownFollowers", people.ann) == order
    end = (await page(api, "knownFollowers", people.ann, "(first: 2)"))["pageInfo"]["endCursor"]
    assert await names(api, "knownFollowers", people.ann, f'(first: 2, after: "{end}")') == order[2:4]
    await api.followed(people.cat, crowd[0])
    assert await names(api, "knownFollowers", people.cat) == ["dan"]
    assert await names(api, "knownFollowers", None) == []


@pytest.mark.parametrize("listing", LISTINGS)
async def test_closed_accounts_are_left_out_and_come_back(
    api: Api, people: People, crowd: list[Person], set_status: SetStatus, listing: str
) -> None:
    if listing == "sentFollowRequests":
        await api.protected(people.cat)
        await api.data(FOLLOW, {"id": people.cat.id}, by=people.ann)
        closed = people.cat
    else:
        closed = crowd[0]
    whole = await names(api, listing, people.ann)
    assert closed.name in whole
    for status in ("SUSPENDED", "DEACTIVATED"):
        await set_status(closed, status)
        assert await names(api, listing, people.ann) == [name for name in whole if name != closed.name]
    await set_status(closed, "ACTIVE")
    assert await names(api, listing, people.ann) == whole


@pytest.mark.parametrize("listing", OF_BOB)
async def test_people_with_a_block_between_them_and_the_viewer_are_left_out(
    api: Api, people: People, crowd: list[Person], listing: str
) -> None:
    whole = await names(api, listing, people.ann)
    await api.data(BLOCK, {"id": crowd[0].id}, by=people.ann)
    await api.data(BLOCK, {"id": people.ann.id}, by=crowd[1])
    assert await names(api, listing, people.ann) == [name for name in whole if name not in {"dan", "eve"}]
    assert len(await names(api, listing, people.cat)) == (0 if listing == "knownFollowers" else 5)
    await api.data(UNBLOCK, {"id": crowd[0].id}, by=people.ann)
    # A block ends follows for good: nobody is a known follower again by its end alone.
    back = {"eve", "dan"} if listing == "knownFollowers" else {"eve"}
    assert await names(api, listing, people.ann) == [name for name in whole if name not in back]


@pytest.mark.parametrize("listing", OF_BOB)
async def test_a_protected_accounts_lists_are_for_itself_and_its_followers(
    api: Api, people: People, crowd: list[Person], listing: str
) -> None:
    await api.followed(people.cat, crowd[0])
    seen = await names(api, listing, people.cat)
    assert seen == (["dan"] if listing == "knownFollowers" else list(reversed(NAMES)))
    await api.protected(people.bob)
    for stranger in (people.cat, None):
        assert await names(api, listing, stranger) == []
    assert await names(api, listing, crowd[0]) == ([] if listing == "knownFollowers" else list(reversed(NAMES)))
    assert await names(api, listing, people.bob) == list(reversed(NAMES))
    await api.data(FOLLOW, {"id": people.bob.id}, by=people.cat)
    assert await names(api, listing, people.cat) == []
    accept = "mutation Accept($id: ID!) { acceptFollowRequest(input: {userId: $id}) { userErrors { code } } }"
    await api.data(accept, {"id": people.cat.id}, by=people.bob)
    assert await names(api, listing, people.cat) == (["dan"] if listing == "knownFollowers" else _with_cat(listing))


def _with_cat(listing: str) -> list[str]:
    return ["cat", *reversed(NAMES)] if listing == "followers" else list(reversed(NAMES))
