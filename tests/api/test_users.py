"""users(ids)."""

from __future__ import annotations

from domain import ids
from tests.api.conftest import SetStatus
from tests.client import Api, People

USERS = """
query Users($ids: [ID!]!) {
  users(ids: $ids) { __typename ... on User { username } ... on UserUnavailable { id reason name: username } }
}
"""
BLOCK = "mutation Block($id: ID!) { blockUser(input: {userId: $id}) { userErrors { code } } }"


async def test_each_id_has_its_answer_in_order(api: Api, people: People, set_status: SetStatus) -> None:
    await set_status(people.cat, "SUSPENDED")
    wanted = [people.bob.id, people.cat.id, ids.global_id("User", 1), people.ann.id, people.bob.id]
    bob = {"__typename": "User", "username": "bob"}
    assert await api.data(USERS, {"ids": wanted}) == {
        "users": [
            bob,
            {"__typename": "UserUnavailable", "id": people.cat.id, "reason": "SUSPENDED", "name": "cat"},
            None,
            {"__typename": "User", "username": "ann"},
            bob,
        ]
    }
    await api.data(BLOCK, {"id": people.ann.id}, by=people.bob)
    assert await api.data(USERS, {"ids": [people.bob.id]}, by=people.ann) == {
        "users": [{"__typename": "UserUnavailable", "id": people.bob.id, "reason": "BLOCKED_BY", "name": "bob"}]
    }
    assert await api.data(USERS, {"ids": []}) == {"users": []}


async def test_a_bad_id_spoils_only_its_own_entry(api: Api, people: People) -> None:
    answer = await api.answer(USERS, {"ids": ["garbage", people.ann.id, ids.global_id("Tweet", 1)]})
    assert answer["data"] == {"users": [None, {"__typename": "User", "username": "ann"}, None]}
    assert [(error["extensions"]["code"], error["path"]) for error in answer["errors"]] == [
        ("VALIDATION_FAILED", ["users", 0]),
        ("VALIDATION_FAILED", ["users", 2]),
    ]


async def test_more_than_a_hundred_are_refused(api: Api, people: People) -> None:
    [error] = (await api.answer(USERS, {"ids": [people.ann.id] * 101}))["errors"]
    assert (error["extensions"]["code"], error["path"]) == ("VALIDATION_FAILED", ["users"])
    assert len((await api.data(USERS, {"ids": [people.ann.id] * 100}))["users"]) == 100


async def test_all_are_read_in_one_statement(api: Api, people: People, statements: list[str]) -> None:
    await api.data(USERS, {"ids": [people.ann.id, people.bob.id, people.cat.id]})
    assert len(statements) == 1
