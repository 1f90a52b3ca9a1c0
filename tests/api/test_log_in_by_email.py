"""logIn with an address, the work it does for whom, and the renewal of old hashes."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import text

from domain.errors import WrongCredentials
from infra.settings import PasswordCost
from services import accounts, closing, passwords
from services.runtime import Runtime
from tests.api.email_operations import DONE, LOG_IN, REQUEST_RESET, RESET, WRONG_LOGIN, done, verified
from tests.client import PASSWORD, Api, People
from tests.mailbox import Mailbox

DEARER = PasswordCost(time_cost=2, memory_kib=16, parallelism=1)


async def stored_hash(runtime: Runtime, username: str) -> str:
    async with runtime.database.read() as session:
        query = text("SELECT password_hash FROM users WHERE username = :username")
        found: str = (await session.execute(query, {"username": username})).scalar_one()
        return found


@pytest.mark.parametrize("login", ["ann@example.com", "ANN@Example.COM"])
async def test_a_verified_address_is_a_login_in_any_case(
    api: Api, people: People, mailbox: Mailbox, login: str
) -> None:
    await verified(api, mailbox, people.ann)
    assert await done(api, LOG_IN, login=login, password=PASSWORD) == {
        "viewer": {"email": "ann@example.com", "emailVerified": True, "user": {"username": "ann"}},
        "userErrors": [],
    }


async def test_an_address_that_is_not_verified_is_no_login(api: Api, people: People) -> None:
    assert await done(api, LOG_IN, login="ann@example.com", password=PASSWORD) == WRONG_LOGIN


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("ann", "wrong password"),
        ("ann@example.com", "wrong password"),
        ("nobody", PASSWORD),
        ("nobody@example.com", PASSWORD),
        ("bob@example.com", PASSWORD),
    ],
)
async def test_every_wrong_login_costs_the_same(
    api: Api,
    people: People,
    mailbox: Mailbox,
    statements: list[str],
    monkeypatch: pytest.MonkeyPatch,
    login: str,
    password: str,
) -> None:
    """ann's address is verified, bob's is not. Also the first login of a process is like any other."""
    await verified(api, mailbox, people.ann)
    passwords._nobody.cache_clear()
    hashed: list[str] = []
    for name in ("hash", "verify"):
        method = getattr(PasswordHasher, name)

        def counted(*arguments: object, name: str = name, method: object = method) -> object:
            hashed.append(name)
            assert callable(method)
            return method(*arguments)

        monkeypatch.setattr(PasswordHasher, name, counted)
    statements.clear()
    assert await done(api, LOG_IN, login=login, password=password) == WRONG_LOGIN
    assert hashed == ["hash", "verify"]
    [statement] = [sent for sent in statements if "id_leases" not in sent]
    assert statement.endswith("AND users.email_verified_at IS NOT NULL)")


async def test_a_login_renews_a_hash_of_another_cost(api: Api, people: People, runtime: Runtime) -> None:
    dearer = replace(runtime, settings=replace(runtime.settings, password_cost=DEARER))
    before = await stored_hash(runtime, "ann")
    with pytest.raises(WrongCredentials):
        await accounts.checked_credentials(dearer, login="ann", password="wrong password")
    assert await stored_hash(runtime, "ann") == before
    credentials = await accounts.checked_credentials(dearer, login="ann", password=PASSWORD)
    after = await stored_hash(runtime, "ann")
    assert credentials.password_hash == after
    parameters = extract_parameters(after)
    assert (parameters.time_cost, parameters.memory_cost, parameters.parallelism) == (2, 16, 1)
    await accounts.checked_credentials(dearer, login="ann", password=PASSWORD)
    assert await stored_hash(runtime, "ann") == after
    assert (await done(api, LOG_IN, login="ann", password=PASSWORD))["userErrors"] == []


async def test_a_login_that_a_reset_overtakes_starts_no_session(
    api: Api, people: People, mailbox: Mailbox, runtime: Runtime
) -> None:
    address = await verified(api, mailbox, people.ann)
    assert await done(api, REQUEST_RESET, email=address) == DONE
    credentials = await accounts.checked_credentials(runtime, login="ann", password=PASSWORD)
    assert await done(api, RESET, token=await mailbox.token(address), newPassword="a new password") == DONE
    async with runtime.database.write() as session:
        with pytest.raises(WrongCredentials):
            await closing.let_in(session, credentials, now=runtime.now())


async def test_logins_at_once_agree_on_the_new_hash(people: People, runtime: Runtime) -> None:
    dearer = replace(runtime, settings=replace(runtime.settings, password_cost=DEARER))
    found = await asyncio.gather(
        *(accounts.checked_credentials(dearer, login="ann", password=PASSWORD) for _ in range(6))
    )
    assert {credentials.password_hash for credentials in found} == {await stored_hash(runtime, "ann")}


async def test_a_hash_is_not_renewed_over_a_password_that_was_changed_meanwhile(
    people: People, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change is committed while the login hashes."""
    dearer = replace(runtime, settings=replace(runtime.settings, password_cost=DEARER))
    changed_to = await passwords.hashed(DEARER, "changed meanwhile")
    hashed = passwords.hashed

    async def overtaken(cost: PasswordCost, password: str) -> str:
        async with runtime.database.write() as session:
            change = text("UPDATE users SET password_hash = :hash WHERE username = 'ann'")
            await session.execute(change, {"hash": changed_to})
        return await hashed(cost, password)

    monkeypatch.setattr(passwords, "hashed", overtaken)
    with pytest.raises(WrongCredentials):
        await accounts.checked_credentials(dearer, login="ann", password=PASSWORD)
    assert await stored_hash(runtime, "ann") == changed_to
