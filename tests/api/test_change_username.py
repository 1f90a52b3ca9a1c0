"""changeUsername, and what old names lead to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, invalid
from tests.api.races import are_blocked, behind
from tests.client import PASSWORD, Api, People, Person
from tests.waiting import until

CHANGE = f"""
mutation Change($input: ChangeUsernameInput!) {{
  changeUsername(input: $input) {{ user {{ id username }} replayed {USER_ERRORS} }}
}}
"""
REGISTER = f"mutation Register($input: RegisterInput!) {{ register(input: $input) {{ {USER_ERRORS} }} }}"
BY_NAME = "query($name: String!) { user(by: {username: $name}) { ... on User { id username } } }"


def taken(name: str) -> dict[str, Any]:
    return {
        "__typename": "DuplicateError",
        "code": "DUPLICATE",
        "message": f"The username {name} is taken.",
        "path": ["input", "username"],
    }


async def changed(api: Api, person: Person, username: str, **others: str) -> dict[str, Any]:
    data = await api.data(CHANGE, {"input": {"username": username, **others}}, by=person)
    payload: dict[str, Any] = data["changeUsername"]
    return payload


async def registered(api: Api, name: str) -> list[dict[str, Any]]:
    given = {"username": name, "displayName": "New", "email": f"new-{name}@example.com", "password": PASSWORD}
    errors: list[dict[str, Any]] = (await api.data(REGISTER, {"input": given}))["register"]["userErrors"]
    return errors


async def found(api: Api, name: str) -> dict[str, str] | None:
    user: dict[str, str] | None = (await api.data(BY_NAME, {"name": name}))["user"]
    return user


async def a_day_passes(runtime: Runtime) -> None:
    async with runtime.database.write() as session:
        await session.execute(text("UPDATE former_usernames SET given_up_at = given_up_at - interval '24 hours'"))


async def the_hold_ends(runtime: Runtime) -> None:
    async with runtime.database.write() as session:
        await session.execute(text("UPDATE former_usernames SET held_until = now()"))


async def test_the_old_name_leads_to_the_same_account_and_is_nobody_elses(
    api: Api, people: People, runtime: Runtime
) -> None:
    ann = {"id": people.ann.id, "username": "Anna"}
    assert await changed(api, people.ann, "Anna") == {"user": ann, "replayed": False, "userErrors": []}
    for name in ("Anna", "ANNA", "ann", "ANN"):
        assert await found(api, name) == ann
    assert await registered(api, "Ann") == [taken("Ann")]
    assert await changed(api, people.bob, "ANN") == {"user": None, "replayed": False, "userErrors": [taken("ANN")]}

    await the_hold_ends(runtime)
    assert await found(api, "ann") is None
    assert await registered(api, "ann") == []
    new = await found(api, "ann")
    assert new is not None
    assert new["id"] != people.ann.id
    assert await found(api, "anna") == ann


async def test_a_name_is_held_for_ninety_days(api: Api, people: People, runtime: Runtime) -> None:
    await changed(api, people.ann, "anna")
    async with runtime.database.read() as session:
        rows = await session.execute(text("SELECT username_lower, held_until - given_up_at FROM former_usernames"))
        assert [(name, held.days) for name, held in rows] == [("ann", 90)]


async def test_a_name_can_be_taken_back(api: Api, people: People, runtime: Runtime) -> None:
    await changed(api, people.ann, "anna")
    await a_day_passes(runtime)
    ann = {"id": people.ann.id, "username": "ann"}
    assert await changed(api, people.ann, "ann") == {"user": ann, "replayed": False, "userErrors": []}
    assert await found(api, "ann") == await found(api, "anna") == ann
    assert await registered(api, "anna") == [taken("anna")]


async def test_other_capitals_are_the_same_name_and_may_change_at_any_time(
    api: Api, people: People, stored: Stored
) -> None:
    for name in ("Ann", "ANN", "aNN"):
        payload = await changed(api, people.ann, name)
        assert (payload["user"], payload["userErrors"]) == ({"id": people.ann.id, "username": name}, [])
    rows = await stored()
    assert rows["former_usernames"] == []
    await changed(api, people.ann, "aNN")
    assert await stored() == rows


async def test_a_second_change_within_a_day_is_refused(
    api: Api, people: People, runtime: Runtime, stored: Stored
) -> None:
    await changed(api, people.ann, "anna")
    before = await stored()
    async with runtime.database.read() as session:
        find = text("SELECT to_char(given_up_at + interval '24 hours', 'YYYY-MM-DD HH24:MI') FROM former_usernames")
        allowed_at = (await session.execute(find)).scalar_one()
    for name in ("annie", "ann"):
        assert await changed(api, people.ann, name) == {
            "user": None,
            "replayed": False,
            "userErrors": [
                {
                    "__typename": "NotAllowedError",
                    "code": "FORBIDDEN",
                    "message": f"A username can be changed once in 24 hours: again from {allowed_at} UTC on.",
                    "path": ["input", "username"],
                    "reason": "CHANGED_RECENTLY",
                }
            ],
        }
    assert await stored() == before


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("bob", taken("bob")),
        ("BOB", taken("BOB")),
        ("", invalid("username", "REQUIRED", "'username' has 0 characters; it needs at least 1.", limit=1, actual=0)),
        (
            "a" * 21,
            invalid("username", "TOO_LONG", "'username' has 21 characters; the limit is 20.", limit=20, actual=21),
        ),
        ("a\0b", invalid("username", "INVALID_CHARACTERS", "A username has letters a-z, digits and underscores only.")),
        ("Admin", invalid("username", "RESERVED", "The username Admin is reserved.")),
    ],
)
async def test_what_breaks_a_rule_changes_nothing(
    api: Api, people: People, stored: Stored, name: str, error: dict[str, Any]
) -> None:
    before = await stored()
    assert await changed(api, people.ann, name) == {"user": None, "replayed": False, "userErrors": [error]}
    assert await stored() == before


async def test_a_retry_answers_again_and_changes_nothing(api: Api, people: People, stored: Stored) -> None:
    first = await changed(api, people.ann, "anna", idempotencyKey="k")
    before = await stored()
    assert await changed(api, people.ann, "anna", idempotencyKey="k") == {**first, "replayed": True}
    assert await stored() == before


async def test_of_two_who_want_one_name_at_once_one_gets_it(api: Api, people: People, runtime: Runtime) -> None:
    lock = text("SELECT FROM users WHERE id = ANY(CAST(:ids AS bigint[])) FOR UPDATE")
    ids = {"ids": [people.ann.raw_id, people.bob.raw_id]}
    answers = await behind(runtime, lock, ids, changed(api, people.ann, "anna"), changed(api, people.bob, "anna"))
    assert sorted(len(answer["userErrors"]) for answer in answers) == [0, 1]
    [refusal] = [answer["userErrors"] for answer in answers if answer["userErrors"]]
    assert refusal == [taken("anna")]


async def test_a_registration_that_waits_for_a_name_does_not_get_it_when_it_is_given_up(
    api: Api, people: People, runtime: Runtime, stored: Stored
) -> None:
    async with runtime.database.write() as session:
        # As changeUsername does it, stopped before its commit.
        await session.execute(text("UPDATE users SET username = 'anna' WHERE id = :id"), {"id": people.ann.raw_id})
        keep = text(
            "INSERT INTO former_usernames (username_lower, user_id, given_up_at, held_until) "
            "VALUES ('ann', :id, now(), now() + interval '90 days')"
        )
        await session.execute(keep, {"id": people.ann.raw_id})
        waiting = asyncio.create_task(registered(api, "ann"))
        await until(lambda: are_blocked(runtime, 1))
    assert await waiting == [taken("ann")]
    assert len((await stored())["users"]) == 3
