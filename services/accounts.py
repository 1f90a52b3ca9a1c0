"""Registering, and checking who somebody says they are."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain import accounts
from domain.content_rules import check_content
from domain.errors import UsernameTaken, WrongCredentials, WrongPassword
from domain.muted_words import searchable
from domain.people_search import words_in
from domain.rate_limits import RateLimitedAction, counted_network
from domain.records import AccountStatus, ClientAddress, User
from infra.database import WriteSession
from services import passwords, rate_limits
from services.rate_limits import Counted
from services.runtime import Runtime
from stores import credentials as stored_credentials
from stores import people_search, usernames, users
from stores.credentials import Credentials
from stores.users import NewUser

LOGIN = Counted(RateLimitedAction.LOGIN, every_try=True)
"""The successful ones, too: which it will be must not show in the count."""


class Registration(msgspec.Struct, frozen=True):
    username: str
    display_name: str
    email: str
    password: str
    region: str | None = None


async def prepared(runtime: Runtime, registrations: Sequence[Registration]) -> list[NewUser]:
    """New accounts, checked and with hashed passwords, ready for `add`. No transaction is open while hashing."""
    checked = [
        Registration(
            username=accounts.checked_username(wanted.username),
            display_name=accounts.checked_display_name(wanted.display_name),
            email=accounts.checked_email(wanted.email),
            password=accounts.checked_password(wanted.password),
            region=accounts.checked_region(wanted.region),
        )
        for wanted in registrations
    ]
    for wanted in checked:
        check_content(runtime.content_rules, searchable(wanted.display_name), (), field="displayName")
    return [
        NewUser(
            id=runtime.snowflakes.next(),
            username=wanted.username,
            display_name=wanted.display_name,
            email=wanted.email,
            password_hash=await passwords.hashed(runtime.settings.password_cost, wanted.password),
            region=wanted.region,
            created_at=runtime.now(),
        )
        for wanted in checked
    ]


async def add(session: WriteSession, new: Sequence[NewUser]) -> list[User]:
    """Raises UsernameTaken."""
    await users.insert(session, new)
    held = await usernames.held_by_another(session, [user.id for user in new], now=new[0].created_at)
    if held is not None:
        raise UsernameTaken(held)
    await people_search.index(session, {user.id: words_in(user.display_name) for user in new})
    return [
        User(
            id=user.id,
            username=user.username,
            display_name=user.display_name,
            region=user.region,
            status=AccountStatus.ACTIVE,
            created_at=user.created_at,
        )
        for user in new
    ]


async def checked_credentials(runtime: Runtime, *, login: str, password: str) -> Credentials:
    """Raises WrongCredentials. Does the same work for an unknown login as for a wrong password.

    Opens its own sessions, so that none is open while hashing; `closing.let_in` looks again in the transaction that
    acts on the answer, and whether the account is open.
    """
    cost = runtime.settings.password_cost
    hash_of_nobody = await passwords.hash_of_nobody(cost)
    async with runtime.database.read() as session:
        credentials = await stored_credentials.by_login(session, login.replace("\0", "\ufffd"))
    stored_hash = credentials.password_hash if credentials else hash_of_nobody
    matches = await passwords.verified(cost, stored_hash, password[: accounts.MAX_PASSWORD + 1])
    if credentials is None or not matches:
        raise WrongCredentials
    if not passwords.is_outdated(cost, stored_hash):
        return credentials
    new_hash = await passwords.hashed(cost, password)
    async with runtime.database.write() as session:
        user_id = credentials.user.id
        replaced = await stored_credentials.replace_hash(session, user_id, old=stored_hash, new=new_hash)
    if not replaced:  # another login was first, or the password was changed: what is stored now decides
        return await checked_credentials(runtime, login=login, password=password)
    return msgspec.structs.replace(credentials, password_hash=new_hash)


async def check_password(runtime: Runtime, *, user_id: int, password: str, client: ClientAddress) -> None:
    """Raises WrongPassword or RateLimited: whoever has stolen a token has no more tries than at logging in.

    For what a signed-in user must confirm with the password; no transaction may be open.
    """
    async with rate_limits.attempt(runtime, LOGIN, counted_network(client.ip_address)):
        if not await has_password(runtime, user_id=user_id, password=password):
            raise WrongPassword


async def has_password(runtime: Runtime, *, user_id: int, password: str) -> bool:
    """No transaction may be open."""
    async with runtime.database.read() as session:
        stored_hash = await stored_credentials.password_hash(session, user_id)
    cost = runtime.settings.password_cost
    return await passwords.verified(cost, stored_hash, password[: accounts.MAX_PASSWORD + 1])
