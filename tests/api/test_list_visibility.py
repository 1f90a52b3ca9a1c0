"""Who sees which lists of ann's, and who may do what to them. Who is seen in a list is in test_visibility_matrix.py."""

from __future__ import annotations

import pytest

from tests.api.conftest import SetStatus
from tests.api.user_lists import blocked, followed, made
from tests.client import Api, People, Person

MATRIX = """
relation            | public | private | lists          | memberships    | updateList | followList | private, updateList | private, followList
--------------------+--------+---------+----------------+----------------+------------+------------+---------------------+--------------------
owner               | shown  | shown   | private public | private public | ok         | FORBIDDEN  | ok                  | FORBIDDEN
member              | shown  | null    | public         | public         | FORBIDDEN  | ok         | NOT_FOUND           | NOT_FOUND
follower            | shown  | null    | public         | public         | FORBIDDEN  | DUPLICATE  | NOT_FOUND           | NOT_FOUND
stranger            | shown  | null    | public         | public         | FORBIDDEN  | ok         | NOT_FOUND           | NOT_FOUND
anonymous           | shown  | null    | public         | public         | -          | -          | -                   | -
owner blocks viewer | null   | null    |                |                | NOT_FOUND  | NOT_FOUND  | NOT_FOUND           | NOT_FOUND
viewer blocks owner | null   | null    |                |                | NOT_FOUND  | NOT_FOUND  | NOT_FOUND           | NOT_FOUND
owner is protected  | shown  | null    | public         | public         | FORBIDDEN  | ok         | NOT_FOUND           | NOT_FOUND
owner is suspended  | null   | null    |                |                | NOT_FOUND  | NOT_FOUND  | NOT_FOUND           | NOT_FOUND
owner has left      | null   | null    |                |                | NOT_FOUND  | NOT_FOUND  | NOT_FOUND           | NOT_FOUND
"""  # noqa: E501
HEADING, _, *LINES = ([cell.strip() for cell in line.split("|")] for line in MATRIX.strip().splitlines())
LISTS = """
query($public: ID!, $private: ID!, $owner: ID!, $member: ID!) {
  publicList: list(id: $public) { name } publicNode: node(id: $public) { id }
  privateList: list(id: $private) { name } privateNode: node(id: $private) { id }
  owner: user(by: {id: $owner}) { ... on User { lists { nodes { name } } } }
  member: user(by: {id: $member}) { ... on User { listMemberships { nodes { name } } } }
}
"""
MUTATIONS = {
    "updateList": 'mutation($id: ID!) { done: updateList(input: {listId: $id, name: "jam"}) { userErrors { code } } }',
    "followList": "mutation($id: ID!) { done: followList(input: {listId: $id}) { userErrors { code } } }",
}


async def related(api: Api, people: People, set_status: SetStatus, relation: str, public: str) -> Person | None:
    """The viewer, who is related to ann."""
    match relation:
        case "owner":
            return people.ann
        case "member":
            return people.bob
        case "follower":
            await followed(api, people.cat, public)
        case "owner blocks viewer":
            await blocked(api, people.ann, people.cat)
        case "viewer blocks owner":
            await blocked(api, people.cat, people.ann)
        case "owner is protected":
            await api.protected(people.ann)
        case "owner is suspended":
            await set_status(people.ann, "SUSPENDED")
        case "owner has left":
            await set_status(people.ann, "DEACTIVATED")
        case "anonymous":
            return None
    return people.cat


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
async def test_lists_are_seen_and_changed_as_the_matrix_says(
    api: Api, people: People, set_status: SetStatus, line: list[str]
) -> None:
    row = dict(zip(HEADING, line, strict=True))
    lists = {
        name: await made(api, people.ann, people.bob, name=name, is_private=name == "private")
        for name in ("public", "private")
    }
    viewer = await related(api, people, set_status, row["relation"], lists["public"])
    data = await api.data(LISTS, {**lists, "owner": people.ann.id, "member": people.bob.id}, by=viewer)
    for name, list_id in lists.items():
        is_shown = row[name] == "shown"
        assert data[f"{name}List"] == ({"name": name} if is_shown else None)
        assert data[f"{name}Node"] == ({"id": list_id} if is_shown else None)
    names = {
        "lists": [node["name"] for node in data["owner"].get("lists", {"nodes": []})["nodes"]],
        "memberships": [node["name"] for node in data["member"]["listMemberships"]["nodes"]],
    }
    assert names == {column: row[column].split() for column in names}
    if viewer is not None:
        for name, list_id in lists.items():
            for mutation, query in MUTATIONS.items():
                payload = (await api.data(query, {"id": list_id}, by=viewer))["done"]
                [code] = [error["code"] for error in payload["userErrors"]] or ["ok"]
                assert code == row[mutation if name == "public" else f"private, {mutation}"], (name, mutation)


async def test_an_id_of_something_else_is_no_id_of_a_list(api: Api, people: People) -> None:
    query = "query($id: ID!) { list(id: $id) { name } }"
    for list_id in ("garbage", people.ann.id):
        [error] = (await api.answer(query, {"id": list_id}))["errors"]
        assert (error["extensions"]["code"], error["path"]) == ("VALIDATION_FAILED", ["list"])


async def test_how_the_viewer_stands_to_a_list(api: Api, people: People) -> None:
    list_id = await made(api, people.ann, people.bob)
    query = "query($id: ID!) { list(id: $id) { viewerState { isOwner isMember isFollowing } } }"
    assert await api.data(query, {"id": list_id}) == {"list": {"viewerState": None}}
    state = {"isOwner": False, "isMember": True, "isFollowing": False}
    assert await api.data(query, {"id": list_id}, by=people.bob) == {"list": {"viewerState": state}}


async def test_pages_of_lists_join_without_gap_or_repeat(api: Api, people: People) -> None:
    names = [f"list {n}" for n in range(5)]
    for name in names:
        await followed(api, people.cat, await made(api, people.ann, people.bob, name=name))
    page = "(first: $first, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } }"
    for query, path in (
        (f'{{ user(by: {{username: "ann"}}) {{ ... on User {{ lists{page} }} }} }}', ("user", "lists")),
        (
            f'{{ user(by: {{username: "bob"}}) {{ ... on User {{ listMemberships{page} }} }} }}',
            ("user", "listMemberships"),
        ),
        (f"{{ viewer {{ followedLists{page} }} }}", ("viewer", "followedLists")),
    ):
        found, after = [], None
        while True:
            variables = {"first": 2, "after": after}
            data = await api.data(f"query($first: Int, $after: Cursor) {query}", variables, by=people.cat)
            listed = data[path[0]][path[1]]
            found.append([node["name"] for node in listed["nodes"]])
            after = listed["pageInfo"]["endCursor"]
            if not listed["pageInfo"]["hasNextPage"]:
                break
        assert found == [names[:2:-1], names[2:0:-1], names[:1]]
