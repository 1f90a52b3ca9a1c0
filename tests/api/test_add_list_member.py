"""addListMember and removeListMember."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from services import lists
from services.runtime import Runtime
from tests.api.conftest import SetStatus, Stored
from tests.api.errors import NO_SUCH_USER, invalid
from tests.api.races import behind, queued
from tests.api.user_lists import ADD, BLOCK, NO_SUCH_LIST, NOT_THE_OWNER, REMOVE, blocked, made, shown
from tests.client import Api, People, Person

LOCK_LIST = text("SELECT FROM lists WHERE id = :id FOR UPDATE")
DUPLICATE = {
    "__typename": "DuplicateError",
    "code": "DUPLICATE",
    "message": "This user is in the list already.",
    "path": ["input", "userId"],
}


async def add(api: Api, list_id: str, user_id: str, *, by: Person) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(ADD, {"list": list_id, "user": user_id}, by=by))["addListMember"]
    return payload


async def remove(api: Api, list_id: str, user_id: str, *, by: Person) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(REMOVE, {"list": list_id, "user": user_id}, by=by))["removeListMember"]
    return payload


async def test_people_are_put_into_a_list_and_taken_out(api: Api, people: People, stored: Stored) -> None:
    list_id = await made(api, people.ann)
    before = await stored()
    assert await add(api, list_id, people.bob.id, by=people.ann) == {
        "list": shown(members=("bob",)),
        "userErrors": [],
    }
    assert await add(api, list_id, people.ann.id, by=people.ann) == {
        "list": shown(members=("ann", "bob")),
        "userErrors": [],
    }
    for _ in range(2):
        assert await remove(api, list_id, people.ann.id, by=people.ann) == {
            "list": shown(members=("bob",)),
            "userErrors": [],
        }
    await remove(api, list_id, people.bob.id, by=people.ann)
    assert {**await stored(), "changes": before["changes"]} == before


async def test_adding_again_is_refused_and_changes_nothing(api: Api, people: People, stored: Stored) -> None:
    list_id = await made(api, people.ann, people.bob)
    before = await stored()
    assert await add(api, list_id, people.bob.id, by=people.ann) == {
        "list": shown(members=("bob",)),
        "userErrors": [DUPLICATE],
    }
    existing = ADD.replace("... on NotAllowedError", "... on DuplicateError { existing { id } } ... on NotAllowedError")
    data = await api.data(existing, {"list": list_id, "user": people.bob.id}, by=people.ann)
    assert data["addListMember"]["userErrors"] == [{**DUPLICATE, "existing": {"id": people.bob.id}}]
    assert await stored() == before


@pytest.mark.parametrize("do", [add, remove])
@pytest.mark.parametrize("user_id", ["garbage", ids.global_id("User", 1), ids.global_id("UserList", 1)])
async def test_an_unknown_user_is_not_found(api: Api, people: People, stored: Stored, do: Any, user_id: str) -> None:
    list_id = await made(api, people.ann)
    before = await stored()
    payload = await do(api, list_id, user_id, by=people.ann)
    assert payload["userErrors"] == [NO_SUCH_USER]
    assert await stored() == before


@pytest.mark.parametrize("do", [add, remove])
@pytest.mark.parametrize(("is_private", "error"), [(False, NOT_THE_OWNER), (True, NO_SUCH_LIST)])
async def test_only_the_owner_decides_who_is_in_a_list(
    api: Api, people: People, stored: Stored, do: Any, is_private: bool, error: dict[str, Any]
) -> None:
    list_id = await made(api, people.ann, people.bob, is_private=is_private)
    before = await stored()
    for user in (people.bob, people.cat):
        assert (await do(api, list_id, user.id, by=people.bob))["userErrors"] == [error]
    assert await stored() == before


@pytest.mark.parametrize("do", [add, remove])
@pytest.mark.parametrize("list_id", ["garbage", ids.global_id("UserList", 1), ids.global_id("User", 1)])
async def test_an_unknown_list_is_not_found(api: Api, people: People, stored: Stored, do: Any, list_id: str) -> None:
    before = await stored()
    assert await do(api, list_id, people.bob.id, by=people.ann) == {"list": None, "userErrors": [NO_SUCH_LIST]}
    assert await stored() == before


async def test_between_whom_a_block_stands_neither_is_in_the_others_lists(api: Api, people: People) -> None:
    blocking = {
        "__typename": "NotAllowedError",
        "code": "FORBIDDEN",
        "message": "You block this user: unblock them first.",
        "path": ["input", "userId"],
        "reason": "BLOCKING",
    }
    anns, bobs = await made(api, people.ann, people.bob), await made(api, people.bob, people.ann)
    await blocked(api, people.ann, people.bob)
    assert await add(api, anns, people.bob.id, by=people.ann) == {"list": shown(), "userErrors": [blocking]}
    payload = await add(api, bobs, people.ann.id, by=people.bob)
    assert (payload["list"]["memberCount"], payload["userErrors"]) == ({"value": 0}, [NO_SUCH_USER])


async def test_who_is_blocked_while_they_are_being_added_is_not_in_the_list(
    api: Api, people: People, runtime: Runtime
) -> None:
    anns, bobs = await made(api, people.ann), await made(api, people.bob)
    answers = await queued(
        runtime,
        people.ann,
        people.bob,
        api.data(ADD, {"list": anns, "user": people.bob.id}, by=people.ann),
        api.data(BLOCK, {"id": people.ann.id}, by=people.bob),
        api.data(ADD, {"list": bobs, "user": people.ann.id}, by=people.bob),
    )
    assert [error["code"] for answer in answers for payload in answer.values() for error in payload["userErrors"]] == [
        "FORBIDDEN"
    ]
    data = await api.data("query($id: ID!) { list(id: $id) { memberCount { value } } }", {"id": anns}, by=people.ann)
    assert data == {"list": {"memberCount": {"value": 0}}}


async def test_somebody_whose_account_is_closed_can_be_taken_out_but_not_added(
    api: Api, people: People, set_status: SetStatus
) -> None:
    list_id = await made(api, people.ann, people.bob)
    await set_status(people.bob, "SUSPENDED")
    await set_status(people.cat, "DEACTIVATED")
    hidden = {**shown(members=("bob",)), "members": {"nodes": []}}
    assert await add(api, list_id, people.cat.id, by=people.ann) == {"list": hidden, "userErrors": [NO_SUCH_USER]}
    assert await remove(api, list_id, people.bob.id, by=people.ann) == {"list": shown(), "userErrors": []}


async def test_of_two_who_are_added_at_once_the_last_that_fits_is_in_the_list(
    api: Api, people: People, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MAX_MEMBERS", 2)
    list_id = await made(api, people.ann, people.ann)
    answers = await behind(
        runtime,
        LOCK_LIST,
        {"id": ids.raw_id(list_id, "UserList")},
        *(api.data(ADD, {"list": list_id, "user": user.id}, by=people.ann) for user in (people.bob, people.cat)),
    )
    [refused] = [errors for answer in answers if (errors := answer["addListMember"]["userErrors"])]
    assert refused == [invalid("userId", "TOO_MANY", "There can be 2 people in a list.", limit=2, actual=3)]
    data = await api.data("query($id: ID!) { list(id: $id) { memberCount { value } } }", {"id": list_id}, by=people.ann)
    assert data == {"list": {"memberCount": {"value": 2}}}
    assert (await add(api, list_id, people.ann.id, by=people.ann))["userErrors"] == [DUPLICATE]


async def test_one_who_is_added_twice_at_once_is_in_the_list_once(api: Api, people: People, runtime: Runtime) -> None:
    list_id = await made(api, people.ann)
    answers = await queued(
        runtime,
        people.ann,
        people.bob,
        *(api.data(ADD, {"list": list_id, "user": people.bob.id}, by=people.ann) for _ in range(2)),
    )
    assert [answer["addListMember"]["userErrors"] for answer in answers] == [[], [DUPLICATE]]
    assert answers[1]["addListMember"]["list"] == shown(members=("bob",))
