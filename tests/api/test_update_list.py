"""updateList and deleteList."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import invalid
from tests.api.races import behind
from tests.api.user_lists import (
    CREATE,
    DELETE,
    FOLLOW,
    NO_SUCH_LIST,
    NOT_THE_OWNER,
    UPDATE,
    followed,
    made,
    shown,
)
from tests.client import Api, People


async def test_what_is_left_out_stays_as_it_is(api: Api, people: People) -> None:
    written = {"name": "tea", "description": "green", "isPrivate": True}
    created = await api.data(CREATE, {"input": written}, by=people.ann)
    list_id = created["createList"]["list"]["id"]
    steps: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"name": " jam "}, shown(name="jam", description="green", is_private=True, version=2)),
        (
            {"description": "", "isPrivate": None, "ifVersion": 2},
            shown(name="jam", description="", is_private=True, version=3),
        ),
        ({"isPrivate": False}, shown(name="jam", version=4)),
    ]
    for changes, expected in steps:
        data = await api.data(UPDATE, {"input": {"listId": list_id, **changes}}, by=people.ann)
        assert data == {"updateList": {"list": expected, "userErrors": []}}


async def test_a_list_that_was_changed_meanwhile_is_not_changed(api: Api, people: People, stored: Stored) -> None:
    list_id = await made(api, people.ann)
    await api.data(UPDATE, {"input": {"listId": list_id, "name": "jam"}}, by=people.ann)
    before = await stored()
    query = UPDATE.replace("... on NotAllowedError", "... on ConflictError { currentVersion } ... on NotAllowedError")
    data = await api.data(query, {"input": {"listId": list_id, "name": "cake", "ifVersion": 1}}, by=people.ann)
    error = {
        "__typename": "ConflictError",
        "code": "CONFLICT",
        "message": "It was changed meanwhile and is at version 2: look at it again.",
        "path": ["input", "ifVersion"],
        "currentVersion": 2,
    }
    assert data == {"updateList": {"list": None, "userErrors": [error]}}
    assert await stored() == before


async def test_of_two_changes_of_one_version_one_is_made(api: Api, people: People, runtime: Runtime) -> None:
    list_id = await made(api, people.ann)
    answers = await behind(
        runtime,
        text("SELECT FROM lists WHERE id = :id FOR UPDATE"),
        {"id": ids.raw_id(list_id, "UserList")},
        *(
            api.data(UPDATE, {"input": {"listId": list_id, "name": name, "ifVersion": 1}}, by=people.ann)
            for name in ("cake", "jam")
        ),
    )
    codes = sorted([error["code"] for error in answer["updateList"]["userErrors"]] for answer in answers)
    assert codes == [[], ["CONFLICT"]]


async def test_a_list_that_becomes_private_loses_its_followers_for_good(api: Api, people: People) -> None:
    list_id = await made(api, people.ann, people.cat)
    await followed(api, people.bob, list_id)
    for is_private, version in ((True, 2), (False, 3)):
        data = await api.data(UPDATE, {"input": {"listId": list_id, "isPrivate": is_private}}, by=people.ann)
        expected = shown(is_private=is_private, version=version, members=("cat",))
        assert data == {"updateList": {"list": expected, "userErrors": []}}


async def test_a_follow_that_waits_for_a_list_to_become_private_finds_none(
    api: Api, people: People, runtime: Runtime
) -> None:
    list_id = await made(api, people.ann)
    update, follow = await behind(
        runtime,
        text("SELECT FROM lists WHERE id = :id FOR UPDATE"),
        {"id": ids.raw_id(list_id, "UserList")},
        api.data(UPDATE, {"input": {"listId": list_id, "isPrivate": True}}, by=people.ann),
        api.data(FOLLOW, {"list": list_id}, by=people.bob),
    )
    assert update["updateList"]["userErrors"] == []
    assert follow == {"followList": {"list": None, "userErrors": [NO_SUCH_LIST]}}


async def test_changes_have_the_rules_of_a_new_list(api: Api, people: People, stored: Stored) -> None:
    list_id = await made(api, people.ann)
    before = await stored()
    for changes, error in (
        ({"name": ""}, invalid("name", "REQUIRED", "'name' has 0 characters; it needs at least 1.", limit=1, actual=0)),
        (
            {"name": "jam", "description": "a\tb"},
            invalid("description", "INVALID_CHARACTERS", "'description' cannot contain control characters."),
        ),
    ):
        data = await api.data(UPDATE, {"input": {"listId": list_id, **changes}}, by=people.ann)
        assert data == {"updateList": {"list": None, "userErrors": [error]}}
    assert await stored() == before


async def test_a_deleted_list_is_gone_for_everybody(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    list_id = await made(api, people.ann, people.cat)
    await followed(api, people.bob, list_id)
    data = await api.data(DELETE, {"list": list_id}, by=people.ann)
    assert data == {"deleteList": {"deletedListId": list_id, "userErrors": []}}
    assert {**await stored(), "changes": before["changes"]} == before
    data = await api.data(DELETE, {"list": list_id}, by=people.ann)
    assert data == {"deleteList": {"deletedListId": None, "userErrors": [NO_SUCH_LIST]}}


@pytest.mark.parametrize(("is_private", "error"), [(False, NOT_THE_OWNER), (True, NO_SUCH_LIST)])
async def test_nobody_changes_or_deletes_somebody_elses_list(
    api: Api, people: People, stored: Stored, is_private: bool, error: dict[str, Any]
) -> None:
    list_id = await made(api, people.ann, people.bob, is_private=is_private)
    before = await stored()
    data = await api.data(UPDATE, {"input": {"listId": list_id, "name": "jam"}}, by=people.bob)
    assert data == {"updateList": {"list": None, "userErrors": [error]}}
    data = await api.data(DELETE, {"list": list_id}, by=people.bob)
    assert data == {"deleteList": {"deletedListId": None, "userErrors": [error]}}
    assert await stored() == before


@pytest.mark.parametrize("list_id", ["garbage", ids.global_id("UserList", 1), ids.global_id("User", 1)])
async def test_what_is_no_list_is_not_found(api: Api, people: People, stored: Stored, list_id: str) -> None:
    before = await stored()
    data = await api.data(UPDATE, {"input": {"listId": list_id, "name": "jam"}}, by=people.ann)
    assert data == {"updateList": {"list": None, "userErrors": [NO_SUCH_LIST]}}
    data = await api.data(DELETE, {"list": list_id}, by=people.ann)
    assert data == {"deleteList": {"deletedListId": None, "userErrors": [NO_SUCH_LIST]}}
    assert await stored() == before
