"""createList."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from services import lists
from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import invalid, only_error
from tests.api.races import behind
from tests.api.user_lists import CREATE, made, shown
from tests.client import Api, People


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"name": "tea"}, shown()),
        (
            {"name": "  cafe\u0301\n", "description": " what we drink ", "isPrivate": True},
            shown(name="café", description="what we drink", is_private=True),
        ),
        ({"name": "🫖" * 25, "description": "d" * 100}, shown(name="🫖" * 25, description="d" * 100)),
    ],
)
async def test_a_list_is_made_with_nobody_in_it(
    api: Api, people: People, written: dict[str, Any], expected: dict[str, Any]
) -> None:
    payload = (await api.data(CREATE, {"input": written}, by=people.ann))["createList"]
    list_id = payload["list"].pop("id")
    assert payload == {"list": expected, "userErrors": []}
    query = "query($id: ID!) { list(id: $id) { __typename id } node(id: $id) { __typename id } }"
    found = {"__typename": "UserList", "id": list_id}
    assert await api.data(query, {"id": list_id}, by=people.ann) == {"list": found, "node": found}


@pytest.mark.parametrize(
    ("written", "error"),
    [
        (
            {"name": " "},
            invalid("name", "REQUIRED", "'name' has 0 characters; it needs at least 1.", limit=1, actual=0),
        ),
        (
            {"name": "n" * 26},
            invalid("name", "TOO_LONG", "'name' has 26 characters; the limit is 25.", limit=25, actual=26),
        ),
        ({"name": "te\na"}, invalid("name", "INVALID_CHARACTERS", "'name' cannot contain control characters.")),
        ({"name": "te\u2028a"}, invalid("name", "INVALID_CHARACTERS", "'name' cannot contain control characters.")),
        ({"name": "te\0a"}, invalid("name", "INVALID_CHARACTERS", "'name' cannot contain control characters.")),
        ({"name": "\u202etea"}, invalid("name", "INVALID_CHARACTERS", "'name' cannot contain control characters.")),
        ({"name": "\u200b"}, invalid("name", "REQUIRED", "'name' needs a visible character.")),
        (
            {"name": "tea", "description": "d" * 101},
            invalid(
                "description", "TOO_LONG", "'description' has 101 characters; the limit is 100.", limit=100, actual=101
            ),
        ),
        (
            {"name": "tea", "description": "\u2066d"},
            invalid("description", "INVALID_CHARACTERS", "'description' cannot contain control characters."),
        ),
    ],
)
async def test_a_name_and_a_description_have_rules(
    api: Api, people: People, stored: Stored, written: dict[str, Any], error: dict[str, Any]
) -> None:
    before = await stored()
    data = await api.data(CREATE, {"input": written}, by=people.ann)
    assert data == {"createList": {"list": None, "userErrors": [error]}}
    assert await stored() == before


async def test_nobody_makes_a_list_without_signing_in(api: Api, stored: Stored) -> None:
    before = await stored()
    assert await only_error(api, CREATE, {"input": {"name": "tea"}}) == ("UNAUTHENTICATED", ["createList"])
    assert await stored() == before


async def test_of_two_lists_made_at_once_the_last_that_fits_is_made(
    api: Api, people: People, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MAX_LISTS", 2)
    await made(api, people.ann)
    await made(api, people.bob)
    answers = await behind(
        runtime,
        text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:owner AS text), 0))"),
        {"owner": f"lists {people.ann.raw_id}"},
        *(api.data(CREATE, {"input": {"name": name}}, by=people.ann) for name in ("cake", "jam")),
    )
    [refused] = [errors for answer in answers if (errors := answer["createList"]["userErrors"])]
    assert refused == [invalid("name", "TOO_MANY", "There can be 2 lists.", limit=2, actual=3)]
    own = await api.data("{ viewer { lists { nodes { name } } } }", by=people.ann)
    assert len(own["viewer"]["lists"]["nodes"]) == 2


async def test_a_repeated_key_makes_one_list(api: Api, people: People) -> None:
    variables = {"input": {"name": "tea", "idempotencyKey": "once"}}
    query = "mutation($input: CreateListInput!) { createList(input: $input) { list { id } replayed } }"
    first, second = [(await api.data(query, variables, by=people.ann))["createList"] for _ in range(2)]
    assert (first["list"], first["replayed"], second["replayed"]) == (second["list"], False, True)
    own = await api.data("{ viewer { lists { nodes { id } } } }", by=people.ann)
    assert own == {"viewer": {"lists": {"nodes": [first["list"]]}}}
