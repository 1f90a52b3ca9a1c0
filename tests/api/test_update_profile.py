"""updateProfile, and the profile's fields."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, invalid
from tests.api.races import behind
from tests.client import Api, People, Person

PROFILE = """
username displayName bio location url avatarUrl region
bioEntities {
  __typename
  ... on HashtagEntity { start end tag } ... on UrlEntity { start end url }
  ... on MentionEntity { start end username user { ... on User { displayName } } }
}
"""
UPDATE = f"""
mutation Update($input: UpdateProfileInput!) {{
  updateProfile(input: $input) {{
    profileVersion replayed user {{ {PROFILE} }} {USER_ERRORS}
    userErrors {{ ... on ConflictError {{ currentVersion }} }}
  }}
}}
"""
EMPTY: dict[str, Any] = {
    "username": "ann",
    "displayName": "Ann",
    "bio": "",
    "location": None,
    "url": None,
    "avatarUrl": None,
    "region": None,
    "bioEntities": [],
}
FULL = {
    "displayName": "Ann B.",
    "bio": "I like #cats,\n@bob and a.example.com",
    "location": "Dublin",
    "url": "https://ann.example/me",
    "avatarUrl": "https://ann.example/me.png",
    "region": "IE",
}


async def updated(api: Api, by: Person, **changes: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(UPDATE, {"input": changes}, by=by))["updateProfile"]
    return payload


def conflict(version: int) -> dict[str, Any]:
    return {
        "__typename": "ConflictError",
        "code": "CONFLICT",
        "message": f"It was changed meanwhile and is at version {version}: look at it again.",
        "path": ["input", "ifVersion"],
        "currentVersion": version,
    }


async def test_a_profile_is_filled_and_shown_to_everybody(api: Api, people: People) -> None:
    entities = [
        {"__typename": "HashtagEntity", "start": 7, "end": 12, "tag": "cats"},
        {"__typename": "MentionEntity", "start": 14, "end": 18, "username": "bob", "user": {"displayName": "Bob"}},
        {"__typename": "UrlEntity", "start": 23, "end": 36, "url": "a.example.com"},
    ]
    filled = {**EMPTY, **FULL, "bioEntities": entities}
    assert await updated(api, people.ann, **FULL) == {
        "profileVersion": 2,
        "replayed": False,
        "user": filled,
        "userErrors": [],
    }
    shown = f'{{ viewer {{ profileVersion }} user(by: {{username: "ann"}}) {{ ... on User {{ {PROFILE} }} }} }}'
    assert await api.data(shown) == {"viewer": None, "user": filled}
    assert await api.data(shown, by=people.ann) == {"viewer": {"profileVersion": 2}, "user": filled}


async def test_what_is_left_out_stays_and_null_clears(api: Api, people: People) -> None:
    await updated(api, people.ann, **FULL)
    kept = (await updated(api, people.ann, location="Cork"))["user"]
    assert {**kept, "bioEntities": []} == {**EMPTY, **FULL, "location": "Cork"}
    cleared = await updated(api, people.ann, bio=None, location=None, url=None, avatarUrl=None, region=None)
    assert cleared == {
        "profileVersion": 4,
        "replayed": False,
        "user": {**EMPTY, "displayName": "Ann B."},
        "userErrors": [],
    }


async def test_all_broken_rules_are_told_at_once_and_nothing_changes(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    payload = await updated(
        api, people.ann, displayName=None, bio="x" * 161, location="Dublin", url="ann.example", avatarUrl="http://a.com"
    )
    assert payload == {
        "profileVersion": None,
        "replayed": False,
        "user": None,
        "userErrors": [
            invalid(
                "displayName",
                "REQUIRED",
                "'displayName' has 0 characters; it needs at least 1.",
                limit=1,
                actual=0,
            ),
            invalid("bio", "TOO_LONG", "'bio' has 161 characters; the limit is 160.", limit=160, actual=161),
            invalid("url", "MALFORMED", "'url' is not a link with http:// or https:// and a host."),
            invalid("avatarUrl", "MALFORMED", "'avatarUrl' is not a link with https:// and a host."),
        ],
    }
    assert await stored() == before


async def test_an_old_version_is_refused_with_the_current_one(api: Api, people: People, stored: Stored) -> None:
    assert (await updated(api, people.ann, bio="first", ifVersion=1))["userErrors"] == []
    before = await stored()
    payload = await updated(api, people.ann, bio="second", ifVersion=1)
    assert payload == {
        "profileVersion": 2,
        "replayed": False,
        "user": {**EMPTY, "bio": "first"},
        "userErrors": [conflict(2)],
    }
    assert await stored() == before


async def test_of_updates_of_one_version_at_once_one_wins(api: Api, people: People, runtime: Runtime) -> None:
    payloads = await behind(
        runtime,
        text("SELECT FROM users WHERE id = :id FOR UPDATE"),
        {"id": people.ann.raw_id},
        *(updated(api, people.ann, bio=f"bio {n}", location=f"place {n}", ifVersion=1) for n in range(6)),
    )
    [won] = [payload for payload in payloads if not payload["userErrors"]]
    assert [payload["userErrors"] for payload in payloads if payload is not won] == [[conflict(2)]] * 5
    assert won["user"]["bio"].removeprefix("bio") == won["user"]["location"].removeprefix("place")
    last = await updated(api, people.ann)
    assert (last["user"], last["profileVersion"]) == (won["user"], 3)


async def test_a_key_tells_left_out_from_null(api: Api, people: People) -> None:
    await updated(api, people.ann, bio="bio")
    first = await updated(api, people.ann, location="Cork", idempotencyKey="k1")
    assert await updated(api, people.ann, location="Cork", idempotencyKey="k1") == {**first, "replayed": True}
    other = await updated(api, people.ann, location="Cork", bio=None, idempotencyKey="k1")
    assert [error["code"] for error in other["userErrors"]] == ["IDEMPOTENCY_MISMATCH"]
    assert other["user"]["bio"] == "bio"


@pytest.mark.parametrize("field", ["displayName", "bio", "location", "url"])
async def test_huge_values_are_refused(api: Api, people: People, stored: Stored, field: str) -> None:
    before = await stored()
    payload = await updated(api, people.ann, **{field: "x" * 50_000})
    assert [error["constraint"] for error in payload["userErrors"]] == ["TOO_LONG"]
    assert await stored() == before
