"""Registering, signing in and out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from typing import TypeVar

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from domain import accounts
from domain.errors import AccountNotActive, Unauthenticated, WrongCredentials
from domain.records import AccountStatus, TokenPair, User, Viewer
from infra.database import WriteSession
from infra.settings import PasswordCost
from services import tokens
from services.runtime import Runtime
from services.tokens import Claims
from stores import sessions, users
from stores.users import NewUser


class Registration(msgspec.Struct, frozen=True):
    username: str
    display_name: str
    email: str
    password: str
    region: str | None = None


class SignedIn(msgspec.Struct, frozen=True):
    viewer: Viewer
    tokens: TokenPair


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
    return [
        NewUser(
            id=runtime.snowflakes.next(),
            username=wanted.username,
            display_name=wanted.display_name,
            email=wanted.email,
            password_hash=await _hashed(runtime.settings.password_cost, wanted.password),
            region=wanted.region,
            created_at=runtime.now(),
        )
        for wanted in checked
    ]


async def add(session: WriteSession, new: Sequence[NewUser]) -> list[User]:
    """Raises UsernameTaken."""
    await users.insert(session, new)
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


async def checked_credentials(runtime: Runtime, *, login: str, password: str) -> sessions.Credentials:
    """Raises WrongCredentials or AccountNotActive. Takes as long for an unknown login as for a wrong password."""
    async with runtime.database.read() as session:
        credentials = await sessions.credentials_of(session, login.replace("\0", "\ufffd"))
    cost = runtime.settings.password_cost
    stored_hash = credentials.password_hash if credentials else await _hash_of_nobody(cost)
    matches = await _verified(cost, stored_hash, password[: accounts.MAX_PASSWORD + 1])
    if credentials is None or not matches:
        raise WrongCredentials
    if credentials.user.status is not AccountStatus.ACTIVE:
        raise AccountNotActive
    return credentials


async def start_session(session: WriteSession, runtime: Runtime, user: User, email: str, *, now: datetime) -> SignedIn:
    session_id = runtime.snowflakes.next()
    await sessions.start(session, session_id=session_id, user_id=user.id, now=now)
    viewer = Viewer(user=user, email=email, session_id=session_id)
    return SignedIn(viewer=viewer, tokens=await _issue(session, runtime, viewer, now=now))


async def refresh(session: WriteSession, runtime: Runtime, refresh_token: str, *, now: datetime) -> SignedIn | None:
    """Spends the token and issues the next pair of the same session; None when it cannot be used.

    A token that was spent before is in two hands, so its whole session is revoked: the caller must let
    the transaction commit also when the answer is None.
    """
    digest = tokens.digest(refresh_token)
    found = await sessions.locked_refresh_token(session, digest)
    if found is None or found.is_revoked or found.expires_at <= now:
        return None
    if found.is_spent:
        await sessions.revoke(session, found.session_id, now=now)
        return None
    if found.user.status is not AccountStatus.ACTIVE:
        return None
    await sessions.spend_refresh_token(session, digest, now=now)
    viewer = Viewer(user=found.user, email=found.email, session_id=found.session_id)
    return SignedIn(viewer=viewer, tokens=await _issue(session, runtime, viewer, now=now))


async def log_out(session: WriteSession, viewer: Viewer, *, now: datetime) -> None:
    """Access and refresh tokens of this session stop working at once."""
    await sessions.revoke(session, viewer.session_id, now=now)


async def authenticated(runtime: Runtime, access_token: str) -> Viewer:
    """Who a valid access token belongs to; raises Unauthenticated or SessionExpired."""
    claims = tokens.verified_claims(runtime.settings, access_token, now=runtime.now())
    async with runtime.database.read() as session:
        viewer = await sessions.viewer(session, session_id=claims.session_id, user_id=claims.user_id)
    if viewer is None or viewer.user.status is not AccountStatus.ACTIVE:
        raise Unauthenticated("This session has ended: log in again.")
    return viewer


async def _issue(session: WriteSession, runtime: Runtime, viewer: Viewer, *, now: datetime) -> TokenPair:
    refresh_token = tokens.new_refresh_token()
    await sessions.issue_refresh_token(
        session,
        digest=tokens.digest(refresh_token),
        session_id=viewer.session_id,
        expires_at=now + tokens.REFRESH_TOKEN_LIFE,
    )
    claims = Claims(user_id=viewer.user.id, session_id=viewer.session_id)
    return TokenPair(
        access_token=tokens.access_token(runtime.settings, claims, now=now),
        access_token_expires_at=now + tokens.ACCESS_TOKEN_LIFE,
        refresh_token=refresh_token,
    )


_HASHING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="hashing")
"""Each hash takes 64 MiB in production: however many sign in, no more than two are made at once."""
Result = TypeVar("Result")


@cache
def _hasher(cost: PasswordCost) -> PasswordHasher:
    return PasswordHasher(time_cost=cost.time_cost, memory_cost=cost.memory_kib, parallelism=cost.parallelism)


async def _hashed(cost: PasswordCost, password: str) -> str:
    return await _off_loop(_hasher(cost).hash, password.encode("utf-8", "surrogatepass"))


async def _verified(cost: PasswordCost, stored_hash: str, password: str) -> bool:
    def verified() -> bool:
        try:
            return _hasher(cost).verify(stored_hash, password.encode("utf-8", "surrogatepass"))
        except VerifyMismatchError:
            return False

    return await _off_loop(verified)


@cache
def _nobody(cost: PasswordCost) -> str:
    return _hasher(cost).hash("nobody has this password")


async def _hash_of_nobody(cost: PasswordCost) -> str:
    return await _off_loop(_nobody, cost)


async def _off_loop(function: Callable[..., Result], *args: object) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, function, *args)
