"""Registering, signing in, refreshing."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

import msgspec

from domain.errors import DomainError, WrongCredentials
from domain.rate_limits import RateLimitedAction, counted_network
from domain.records import Viewer
from domain.user_errors import UserError, user_error
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import MutationInput, check_key, once, request_digest
from services import accounts, closing, emails, rate_limits, sessions
from services.accounts import Registration
from services.rate_limits import Counted
from services.sessions import SignedIn

REGISTRATION = Counted(RateLimitedAction.REGISTRATION)


class RegisterInput(MutationInput, Protocol):
    username: str
    display_name: str
    email: str
    password: str
    region: str | None


class LogInInput(MutationInput, Protocol):
    login: str
    password: str


class RefreshSessionInput(MutationInput, Protocol):
    refresh_token: str


class SessionOutcome(msgspec.Struct, frozen=True):
    access_token: str | None = None
    access_token_expires_at: datetime | None = None
    refresh_token: str | None = None
    viewer: Viewer | None = None
    reactivated: bool = False
    user_errors: tuple[UserError, ...] = ()
    client_mutation_id: str | None = None
    replayed: bool = False


async def register(context: Context, *, input: RegisterInput) -> SessionOutcome:
    runtime = context.runtime
    registration = Registration(
        username=input.username,
        display_name=input.display_name,
        email=input.email,
        password=input.password,
        region=input.region,
    )

    async def begin(session: WriteSession) -> SignedIn:
        [user] = await accounts.add(session, new)
        await emails.request_verification(session, user.id)
        return await sessions.start_session(session, runtime, user.id, client=context.client, now=runtime.now())

    async def owner_id() -> int:
        return (await accounts.checked_credentials(runtime, login=input.username, password=input.password)).user.id

    try:
        async with rate_limits.attempt(runtime, REGISTRATION, counted_network(context.client.ip_address)) as attempt:
            new = await accounts.prepared(runtime, [registration])
            caller = f"register:{input.username.lower()}"
            registered = await _begun(context, begin, owner_id, input, mutation="register", caller=caller)
            attempt.was_done = not registered.replayed
            return registered
    except DomainError as error:
        return _refused(error, input)


async def log_in(context: Context, *, input: LogInInput) -> SessionOutcome:
    runtime = context.runtime
    reactivated = False

    async def begin(session: WriteSession) -> SignedIn:
        nonlocal reactivated
        reactivated = await closing.let_in(session, credentials, now=runtime.now())
        user_id = credentials.user.id
        return await sessions.start_session(session, runtime, user_id, client=context.client, now=runtime.now())

    async def owner_id() -> int:
        return credentials.user.id

    try:
        async with rate_limits.attempt(runtime, accounts.LOGIN, counted_network(context.client.ip_address)):
            credentials = await accounts.checked_credentials(runtime, login=input.login, password=input.password)
        caller = f"login:{hashlib.sha256(input.login.lower().encode()).hexdigest()}"
        begun = await _begun(context, begin, owner_id, input, mutation="logIn", caller=caller)
    except DomainError as error:
        return _refused(error, input)
    return msgspec.structs.replace(begun, reactivated=reactivated)


async def refresh_session(context: Context, *, input: RefreshSessionInput) -> SessionOutcome:
    try:
        if input.idempotency_key is not None:
            check_key(input.idempotency_key)
        async with context.runtime.database.write() as session:
            refreshed = await sessions.refresh(
                session,
                context.runtime,
                input.refresh_token,
                client=context.client,
                idempotency_key=input.idempotency_key,
                now=context.runtime.now(),
            )
        if refreshed is None:
            raise WrongCredentials("The refresh token cannot be used: log in again.")
    except DomainError as error:
        return _refused(error, input)
    return _signed_in(context, refreshed.signed_in, input, replayed=refreshed.replayed)


async def _begun(
    context: Context,
    begin: Callable[[WriteSession], Awaitable[SignedIn]],
    owner_id: Callable[[], Awaitable[int]],
    input: MutationInput,
    *,
    mutation: str,
    caller: str,
) -> SessionOutcome:
    """Begins a session, or where the key did before, resumes that one: for its owner, who has given the password."""
    runtime = context.runtime
    signed_in: SignedIn | None = None

    async def session_id(session: WriteSession) -> int:
        nonlocal signed_in
        signed_in = await begin(session)
        return signed_in.viewer.session_id

    async with runtime.database.write() as session:
        if input.idempotency_key is None:
            begun_id = await session_id(session)
        else:
            digest = request_digest(mutation, input)
            begun_id, _ = await once(session, session_id, caller, input.idempotency_key, digest)
    if signed_in is not None:
        return _signed_in(context, signed_in, input)
    user_id = await owner_id()
    async with runtime.database.write() as session:
        resumed = await sessions.resume(session, runtime, begun_id, user_id=user_id, now=runtime.now())
    return _signed_in(context, resumed, input, replayed=True)


def _signed_in(
    context: Context, signed_in: SignedIn, input: MutationInput, *, replayed: bool = False
) -> SessionOutcome:
    context.sign_in(signed_in.viewer)
    return SessionOutcome(
        access_token=signed_in.tokens.access_token,
        access_token_expires_at=signed_in.tokens.access_token_expires_at,
        refresh_token=signed_in.tokens.refresh_token,
        viewer=signed_in.viewer,
        client_mutation_id=input.client_mutation_id,
        replayed=replayed,
    )


def _refused(error: DomainError, input: MutationInput) -> SessionOutcome:
    return SessionOutcome(user_errors=(user_error(error),), client_mutation_id=input.client_mutation_id)
