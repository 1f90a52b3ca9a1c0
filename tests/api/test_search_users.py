"""searchUsers and autocompleteUsers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import SetStatus
from tests.client import Api, People, Person
from tests.queue import Queue

SEARCH = """
query Search($query: String!, $first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  searchUsers(query: $query, first: $first, after: $after, last: $last, before: $before) {
    nodes { username } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
COMPLETE = """
query Complete($prefix: String!, $first: Int! = 8) {
  autocompleteUsers(prefix: $prefix, first: $first) { username }
}
"""
RENAME = "mutation Rename($name: String) { updateProfile(input: {displayName: $name}) { userErrors { code } } }"
BLOCK = "mutation Block($id: ID!) { blockUser(input: {userId: $id}) { userErrors { code } } }"


async def found(api: Api, query: str, by: Person | None = None, **page: Any) -> list[str]:
    data = await api.data(SEARCH, {"query": query, **page}, by=by)
    return [node["username"] for node in data["searchUsers"]["nodes"]]


async def completed(api: Api, prefix: str, by: Person | None = None, **variables: Any) -> list[str]:
    data = await api.data(COMPLETE, {"prefix": prefix, **variables}, by=by)
    return [node["username"] for node in data["autocompleteUsers"]]


async def renamed(api: Api, person: Person, name: str) -> None:
    assert await api.data(RENAME, {"name": name}, by=person) == {"updateProfile": {"userErrors": []}}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("bob", ["bob"]),
        ("@BOB", ["bob"]),
        ("b", ["bob"]),
        ("ob", []),
        ("ngstr", []),
        ("angstrom", ["cat"]),
        ("Ångs", ["cat"]),
        ("jose", ["cat"]),
        ("JOSÉ", ["cat"]),
        ("ang jo", ["cat"]),
        ("cat angstrom", ["cat"]),
        ("angstrom bob", []),
        ("a", ["cat", "ann"]),
        ("ann", ["ann"]),
        ("%", []),
        ("_", []),
        ("🙂", []),
        ("", []),
        ("\0", []),
        ("\\", []),
        ("' OR 1=1 --", []),
    ],
)
async def test_each_word_begins_a_username_or_a_word_of_the_name(
    api: Api, people: People, query: str, names: list[str]
) -> None:
    await renamed(api, people.cat, "José Ångström 🙂")
    assert await found(api, query) == names
    assert sorted(await completed(api, query)) == sorted(names)


async def test_a_changed_name_is_found_and_the_old_one_is_not(api: Api, people: People) -> None:
    await renamed(api, people.cat, "Felix the Second")
    await renamed(api, people.cat, "Tom")
    assert [await found(api, query) for query in ("felix", "tom", "cat")] == [[], ["cat"], ["cat"]]


async def test_the_whole_username_comes_first_then_the_newest(api: Api, people: People) -> None:
    for name in ("annabel", "anna", "annie"):
        await api.registered(name)
    assert await found(api, "ann") == ["ann", "annie", "anna", "annabel"]
    assert await found(api, "an") == ["annie", "anna", "annabel", "ann"]


async def test_pages_join_in_both_directions(api: Api, people: People) -> None:
    for name in ("annabel", "anna", "annie", "anne"):
        await api.registered(name)
    order = ["ann", "anne", "annie", "anna", "annabel"]
    pages, cursor = [], None
    while True:
        page = (await api.data(SEARCH, {"query": "ann", "first": 2, "after": cursor}))["searchUsers"]
        pages.append([node["username"] for node in page["nodes"]])
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert pages == [order[:2], order[2:4], order[4:]]
    last = (await api.data(SEARCH, {"query": "ann", "last": 2}))["searchUsers"]
    assert [node["username"] for node in last["nodes"]] == order[3:]
    assert last["pageInfo"]["hasPreviousPage"]
    assert await found(api, "ann", last=9, before=last["pageInfo"]["startCursor"]) == order[:3]


async def test_a_cursor_of_another_list_is_refused(api: Api, people: People) -> None:
    followers = '{ user(by: {username: "ann"}) { ... on User { followers { pageInfo { endCursor } } } } }'
    await api.followed(people.bob, people.ann)
    cursor = (await api.data(followers))["user"]["followers"]["pageInfo"]["endCursor"]
    [error] = (await api.answer(SEARCH, {"query": "ann", "after": cursor}))["errors"]
    assert (error["extensions"]["code"], error["path"]) == ("BAD_CURSOR", ["searchUsers"])


async def test_only_people_who_may_be_listed_are_found(api: Api, people: People, set_status: SetStatus) -> None:
    hidden = {name: await api.registered(name) for name in ("pat_a", "pat_b", "pat_c", "pat_d", "pat_e")}
    await set_status(hidden["pat_a"], "SUSPENDED")
    await set_status(hidden["pat_b"], "DEACTIVATED")
    await api.data(BLOCK, {"id": hidden["pat_c"].id}, by=people.ann)
    await api.data(BLOCK, {"id": people.ann.id}, by=hidden["pat_d"])
    await api.protected(hidden["pat_e"])
    assert await found(api, "pat", people.ann) == await completed(api, "pat", people.ann) == ["pat_e"]
    everybody = ["pat_e", "pat_d", "pat_c"]
    assert await found(api, "pat") == everybody
    assert sorted(await completed(api, "pat")) == sorted(everybody)


async def test_followed_people_come_first_then_those_with_most_followers(
    api: Api, people: People, queue: Queue
) -> None:
    anna, annie, anne = [await api.registered(name) for name in ("anna", "annie", "anne")]
    for fan in (people.bob, people.cat, anna):
        await api.followed(fan, annie)
    await api.followed(people.cat, anna)
    await api.followed(people.bob, anne)
    await api.followed(anna, people.ann)
    await api.followed(annie, people.ann)
    await queue.drained()
    assert await completed(api, "ann", people.bob) == ["annie", "anne", "ann", "anna"]
    assert await completed(api, "ann") == ["annie", "ann", "anna", "anne"]
    assert await completed(api, "ann", first=2) == ["annie", "ann"]


async def test_a_search_costs_the_same_for_one_and_for_many(api: Api, people: People, statements: list[str]) -> None:
    sent = []
    for name in ("annabel", "anna"):
        await api.registered(name)
        statements.clear()
        await found(api, "anna", first=100)
        await completed(api, "anna")
        sent.append(len(statements))
    assert sent == [4, 4]
