"""verifyUser, unverifyUser, suspendUser and unsuspendUser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from domain.permissions import Role
from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_USER, USER_ERRORS, invalid
from tests.api.races import behind
from tests.client import PASSWORD, Api, People, Person

_USER = "user { __typename ... on User { username status } ... on UserUnavailable { reason } }"
VERIFY = f"mutation V($input: VerifyUserInput!) {{ verifyUser(input: $input) {{ {_USER} replayed {USER_ERRORS} }} }}"
UNVERIFY = f"mutation U($input: UnverifyUserInput!) {{ unverifyUser(input: $input) {{ {_USER} {USER_ERRORS} }} }}"
SUSPEND = f"mutation S($input: SuspendUserInput!) {{ suspendUser(input: $input) {{ {_USER} {USER_ERRORS} }} }}"
UNSUSPEND = f"mutation U($input: UnsuspendUserInput!) {{ unsuspendUser(input: $input) {{ {_USER} {USER_ERRORS} }} }}"
BADGE = "query($id: ID!) { user(by: {id: $id}) { ... on User { verification { kind issuer since } } } }"
LOG_IN = "mutation($i: LogInInput!) { logIn(input: $i) { accessToken userErrors { code message } } }"
CLOSE = "mutation($i: DeactivateAccountInput!) { deactivateAccount(input: $i) { userErrors { code } } }"
BOB = {"__typename": "User", "username": "bob", "status": "ACTIVE"}
GONE = {"__typename": "UserUnavailable", "reason": "SUSPENDED"}


def forbidden(message: str, reason: str) -> dict[str, Any]:
    return {
        "__typename": "NotAllowedError",
        "code": "FORBIDDEN",
        "message": message,
        "path": ["input", "userId"],
        "reason": reason,
    }


async def appoint(runtime: Runtime, person: Person, role: Role) -> None:
    async with runtime.database.write() as session:
        await session.execute(text("UPDATE users SET role = :role WHERE id = :id"), {"role": role, "id": person.raw_id})


@pytest.fixture
async def admin(people: People, runtime: Runtime) -> Person:
    await appoint(runtime, people.ann, Role.ADMIN)
    return people.ann


@pytest.fixture
async def moderator(people: People, runtime: Runtime) -> Person:
    await appoint(runtime, people.ann, Role.MODERATOR)
    return people.ann


async def verified(api: Api, by: Person, user_id: str, issuer: str = "Chirp", **others: str) -> dict[str, Any]:
    given = {"userId": user_id, "kind": "PERSON", "issuer": issuer, **others}
    payload: dict[str, Any] = (await api.data(VERIFY, {"input": given}, by=by))["verifyUser"]
    return payload


async def suspended(api: Api, by: Person, user_id: str, reason: str = "Spam.") -> dict[str, Any]:
    given = {"userId": user_id, "reason": reason}
    payload: dict[str, Any] = (await api.data(SUSPEND, {"input": given}, by=by))["suspendUser"]
    return payload


async def unsuspended(api: Api, by: Person, user_id: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(UNSUSPEND, {"input": {"userId": user_id}}, by=by))["unsuspendUser"]
    return payload


async def badge(api: Api, person: Person) -> dict[str, str] | None:
    found: dict[str, str] | None = (await api.data(BADGE, {"id": person.id}))["user"]["verification"]
    return found


async def logged_in(api: Api, person: Person) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(LOG_IN, {"i": {"login": person.name, "password": PASSWORD}}))["logIn"]
    return payload


async def status_with(api: Api, token: str) -> int:
    return (await api.post({"query": "{ viewer { email } }"}, token=token)).status_code


async def test_a_badge_says_who_gave_it_and_since_when(api: Api, people: People, admin: Person) -> None:
    assert await badge(api, people.bob) is None
    before = datetime.now(UTC)
    payload = await verified(api, admin, people.bob.id, "  Ministry of Bobs ", kind="GOVERNMENT")
    assert payload == {"user": BOB, "replayed": False, "userErrors": []}
    found = await badge(api, people.bob)
    assert found is not None
    assert before.replace(microsecond=0) <= datetime.fromisoformat(found.pop("since")) <= datetime.now(UTC)
    assert found == {"kind": "GOVERNMENT", "issuer": "Ministry of Bobs"}

    await verified(api, admin, people.bob.id, "Chirp")
    found = await badge(api, people.bob)
    assert found is not None
    assert (found["kind"], found["issuer"]) == ("PERSON", "Chirp")
    for _ in range(2):
        done = await api.data(UNVERIFY, {"input": {"userId": people.bob.id}}, by=admin)
        assert done == {"unverifyUser": {"user": BOB, "userErrors": []}}
        assert await badge(api, people.bob) is None


@pytest.mark.parametrize(
    ("issuer", "error"),
    [
        (" ", invalid("issuer", "REQUIRED", "'issuer' has 0 characters; it needs at least 1.", limit=1, actual=0)),
        (
            "i" * 51,
            invalid("issuer", "TOO_LONG", "'issuer' has 51 characters; the limit is 50.", limit=50, actual=51),
        ),
        ("a\0b", invalid("issuer", "INVALID_CHARACTERS", "'issuer' cannot contain control characters.")),
    ],
)
async def test_a_badge_needs_a_readable_issuer(
    api: Api, people: People, admin: Person, stored: Stored, issuer: str, error: dict[str, Any]
) -> None:
    before = await stored()
    payload = await verified(api, admin, people.bob.id, issuer)
    assert payload == {"user": None, "replayed": False, "userErrors": [error]}
    assert await stored() == before


async def test_a_suspended_account_is_gone_at_once_and_its_owner_told_why(
    api: Api, people: People, moderator: Person
) -> None:
    assert await suspended(api, moderator, people.bob.id, "Spam.") == {"user": GONE, "userErrors": []}
    assert await status_with(api, people.bob.token) == 401
    assert await logged_in(api, people.bob) == {
        "accessToken": None,
        "userErrors": [{"code": "ACCOUNT_SUSPENDED", "message": "This account is suspended: Spam."}],
    }
    await suspended(api, moderator, people.bob.id, "Much spam.")
    [error] = (await logged_in(api, people.bob))["userErrors"]
    assert error["message"] == "This account is suspended: Much spam."

    for _ in range(2):
        assert await unsuspended(api, moderator, people.bob.id) == {"user": BOB, "userErrors": []}
    assert await status_with(api, people.bob.token) == 401
    assert await status_with(api, (await logged_in(api, people.bob))["accessToken"]) == 200


async def test_a_log_in_behind_the_suspension_is_refused(
    api: Api, people: People, moderator: Person, runtime: Runtime, stored: Stored
) -> None:
    before = len((await stored())["sessions"])
    lock = text("SELECT FROM users WHERE id = :id FOR UPDATE")
    done, refused = await behind(
        runtime,
        lock,
        {"id": people.bob.raw_id},
        suspended(api, moderator, people.bob.id),
        logged_in(api, people.bob),
    )
    assert (done["userErrors"], [error["code"] for error in refused["userErrors"]]) == ([], ["ACCOUNT_SUSPENDED"])
    assert len((await stored())["sessions"]) == before


async def test_what_its_owner_closed_is_closed_after_the_suspension_too(
    api: Api, people: People, moderator: Person
) -> None:
    await api.data(CLOSE, {"i": {"password": PASSWORD}}, by=people.bob)
    assert await suspended(api, moderator, people.bob.id) == {"user": GONE, "userErrors": []}
    assert (await logged_in(api, people.bob))["accessToken"] is None
    deactivated = {"__typename": "UserUnavailable", "reason": "DEACTIVATED"}
    assert await unsuspended(api, moderator, people.bob.id) == {"user": deactivated, "userErrors": []}
    assert (await logged_in(api, people.bob))["accessToken"] is not None


async def test_a_moderator_reaches_those_who_block_them(
    api: Api, people: People, moderator: Person, runtime: Runtime
) -> None:
    async with runtime.database.write() as session:
        block = text("INSERT INTO blocks (blocker_id, blocked_id, id) VALUES (:blocker, :blocked, 1)")
        await session.execute(block, {"blocker": people.bob.raw_id, "blocked": moderator.raw_id})
    assert await suspended(api, moderator, people.bob.id) == {"user": GONE, "userErrors": []}


async def test_admins_and_oneself_cannot_be_suspended(
    api: Api, people: People, moderator: Person, runtime: Runtime, stored: Stored
) -> None:
    await appoint(runtime, people.bob, Role.ADMIN)
    before = await stored()
    for person, message, reason in (
        (people.bob, "An admin cannot be suspended.", "ADMIN"),
        (moderator, "You cannot suspend yourself.", "SELF"),
    ):
        assert await suspended(api, moderator, person.id) == {
            "user": None,
            "userErrors": [forbidden(message, reason)],
        }
    assert await stored() == before


@pytest.mark.parametrize("which", ["unknown", "a tweet", "garbage"])
async def test_an_unknown_user_is_not_found(
    api: Api, people: People, admin: Person, stored: Stored, which: str
) -> None:
    wanted = {"unknown": ids.global_id("User", 1), "a tweet": ids.global_id("Tweet", 1), "garbage": "\0"}[which]
    before = await stored()
    refused = {"user": None, "userErrors": [NO_SUCH_USER]}
    assert await verified(api, admin, wanted) == {**refused, "replayed": False}
    assert await suspended(api, admin, wanted) == refused
    assert await unsuspended(api, admin, wanted) == refused
    assert await api.data(UNVERIFY, {"input": {"userId": wanted}}, by=admin) == {"unverifyUser": refused}
    assert await stored() == before


async def test_a_dismissed_moderator_may_nothing_more_with_the_next_request(
    api: Api, people: People, moderator: Person, runtime: Runtime, stored: Stored
) -> None:
    await appoint(runtime, moderator, Role.USER)
    before = await stored()
    variables = {"input": {"userId": people.bob.id, "reason": "Spam."}}
    [error] = (await api.answer(SUSPEND, variables, by=moderator))["errors"]
    assert (error["extensions"]["code"], error["message"]) == ("FORBIDDEN", "Only a moderator may do this.")
    assert await stored() == before
