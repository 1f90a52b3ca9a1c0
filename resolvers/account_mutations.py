"""Registering, signing in, refreshing, signing out."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec

from domain.errors import DomainError, WrongCredentials
from domain.records import Viewer
from domain.user_errors import UserError, user_error
from resolvers.context import Context
from resolvers.mutations import MutationInput
from services import accounts
from services.accounts import Registration, SignedIn


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


class LogOutInput(MutationInput, Protocol): ...


class SessionOutcome(msgspec.Struct, frozen=True):
    access_token: str | None = None
    access_token_expires_at: datetime | None = None
    refresh_token: str | None = None
    viewer: Viewer | None = None
    user_errors: tuple[UserError, ...] = ()
    client_mutation_id: str | None = None
    replayed: bool = False


class LogOutOutcome(msgspec.Struct, frozen=True):
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
    try:
        new = await accounts.prepared(runtime, [registration])
        async with runtime.database.write() as session:
            [user] = await accounts.add(session, new)
            signed_in = await accounts.start_session(session, runtime, user, new[0].email, now=runtime.now())
    except DomainError as error:
        return _refused(error, input.client_mutation_id)
    return _signed_in(context, signed_in, input.client_mutation_id)


async def log_in(context: Context, *, input: LogInInput) -> SessionOutcome:
    runtime = context.runtime
    try:
        credentials = await accounts.checked_credentials(runtime, login=input.login, password=input.password)
    except DomainError as error:
        return _refused(error, input.client_mutation_id)
    async with runtime.database.write() as session:
        signed_in = await accounts.start_session(
            session, runtime, credentials.user, credentials.email, now=runtime.now()
        )
    return _signed_in(context, signed_in, input.client_mutation_id)


async def refresh_session(context: Context, *, input: RefreshSessionInput) -> SessionOutcome:
    async with context.runtime.database.write() as session:
        signed_in = await accounts.refresh(session, context.runtime, input.refresh_token, now=context.runtime.now())
    if signed_in is None:
        error = WrongCredentials("The refresh token cannot be used: log in again.")
        return _refused(error, input.client_mutation_id)
    return _signed_in(context, signed_in, input.client_mutation_id)


async def log_out(context: Context, *, input: LogOutInput) -> LogOutOutcome:
    async with context.runtime.database.write() as session:
        await accounts.log_out(session, context.required_viewer(), now=context.runtime.now())
    context.sign_in(None)
    return LogOutOutcome(client_mutation_id=input.client_mutation_id)


def _signed_in(context: Context, signed_in: SignedIn, client_mutation_id: str | None) -> SessionOutcome:
    context.sign_in(signed_in.viewer)
    return SessionOutcome(
        access_token=signed_in.tokens.access_token,
        access_token_expires_at=signed_in.tokens.access_token_expires_at,
        refresh_token=signed_in.tokens.refresh_token,
        viewer=signed_in.viewer,
        client_mutation_id=client_mutation_id,
    )


def _refused(error: DomainError, client_mutation_id: str | None) -> SessionOutcome:
    return SessionOutcome(user_errors=(user_error(error),), client_mutation_id=client_mutation_id)
