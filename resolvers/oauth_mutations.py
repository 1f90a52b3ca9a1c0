"""Registering apps, and ending what the viewer lets apps do."""

from __future__ import annotations

from typing import Protocol

import msgspec

from domain import ids
from domain.oauth import AppChanges
from domain.records import OAuthApp
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import MutationInput, Outcome, UseCase, outcome
from services import oauth_apps


class CreateOAuthAppInput(MutationInput, Protocol):
    name: str
    description: str
    redirect_uris: list[str]
    is_confidential: bool


class OAuthAppInput(MutationInput, Protocol):
    app_id: str


class UpdateOAuthAppInput(OAuthAppInput, Protocol):
    name: str | None
    description: str | None
    redirect_uris: list[str] | None


class RevokeOAuthGrantInput(MutationInput, Protocol):
    grant_id: str


class OAuthAppOutcome(Outcome, frozen=True):
    client_secret: str | None = None


async def create(context: Context, *, input: CreateOAuthAppInput) -> OAuthAppOutcome:
    owner_id = context.required_viewer().user.id
    secret: str | None = None

    async def use_case(session: WriteSession) -> int:
        nonlocal secret
        new = OAuthApp(
            id=context.runtime.snowflakes.next(),
            name=input.name,
            description=input.description,
            redirect_uris=tuple(input.redirect_uris),
            is_confidential=input.is_confidential,
            created_at=context.runtime.now(),
        )
        secret = await oauth_apps.register(session, new, owner_id=owner_id)
        return new.id

    done = await _of_app(context, use_case, input, mutation="createOAuthApp")
    return msgspec.structs.replace(done, client_secret=secret)


async def update(context: Context, *, input: UpdateOAuthAppInput) -> OAuthAppOutcome:
    owner_id, app_id = context.required_viewer().user.id, ids.raw_id(input.app_id, "OAuthApp")
    uris = None if input.redirect_uris is None else tuple(input.redirect_uris)
    changes = AppChanges(name=input.name, description=input.description, redirect_uris=uris)

    async def use_case(session: WriteSession) -> int:
        return await oauth_apps.update(session, app_id, changes, owner_id=owner_id)

    return await _of_app(context, use_case, input, mutation="updateOAuthApp")


async def rotate_secret(context: Context, *, input: OAuthAppInput) -> OAuthAppOutcome:
    owner_id, app_id = context.required_viewer().user.id, ids.raw_id(input.app_id, "OAuthApp")
    secret: str | None = None

    async def use_case(session: WriteSession) -> int:
        nonlocal secret
        rotated_id, secret = await oauth_apps.rotate_secret(session, app_id, owner_id=owner_id)
        return rotated_id

    done = await _of_app(context, use_case, input, mutation="rotateOAuthAppSecret")
    return msgspec.structs.replace(done, client_secret=secret)


async def delete(context: Context, *, input: OAuthAppInput) -> Outcome:
    owner_id, app_id = context.required_viewer().user.id, ids.raw_id(input.app_id, "OAuthApp")

    async def use_case(session: WriteSession) -> int:
        return await oauth_apps.delete(session, app_id, owner_id=owner_id)

    return await outcome(context, use_case, input, mutation="deleteOAuthApp")


def deleted_app_id(parent: Outcome) -> ids.GlobalId | None:
    return None if parent.subject_id is None else ids.global_id("OAuthApp", parent.subject_id)


async def revoke_grant(context: Context, *, input: RevokeOAuthGrantInput) -> Outcome:
    user_id, grant_id = context.required_viewer().user.id, ids.raw_id(input.grant_id, "OAuthGrant")

    async def use_case(session: WriteSession) -> int:
        return await oauth_apps.revoke_grant(session, grant_id, user_id=user_id, now=context.runtime.now())

    return await outcome(context, use_case, input, mutation="revokeOAuthGrant")


async def _of_app(context: Context, use_case: UseCase, input: MutationInput, *, mutation: str) -> OAuthAppOutcome:
    done = await outcome(context, use_case, input, mutation=mutation)
    return OAuthAppOutcome(*msgspec.structs.astuple(done))
