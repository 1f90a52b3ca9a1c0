"""Registering and signing in."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.permissions import Permission
from resolvers import account_mutations
from resolvers.account_mutations import SessionOutcome
from schema.binding import Bound, mutation, plain
from schema.mutations.inputs import MutationInput, optional
from schema.mutations.payload import Payload
from schema.viewer import Viewer


@strawberry.type
class SessionPayload(Bound, Payload):
    record = SessionOutcome
    access_token: str | None = plain("Send it as `Authorization: Bearer ...`; works for one hour.")
    access_token_expires_at: datetime | None = plain("When the access token ends.")
    refresh_token: str | None = plain("Hand it to `refreshSession` once, within 7 days.")
    viewer: Viewer | None = plain("Who is now signed in.")


@strawberry.input(description="Input of `register`.")
class RegisterInput(MutationInput):
    username: str = strawberry.field(description="1 to 20 letters, digits and underscores; unique in any case.")
    display_name: str = strawberry.field(description="1 to 50 characters.")
    email: str = strawberry.field(description="Up to 255 characters; quoted forms are not taken.")
    password: str = strawberry.field(description="8 to 256 characters.")
    region: str | None = optional("Where the user is, as ISO 3166-1 alpha-2: decides which regional trends count.")


@strawberry.type(description="Payload of `register`.")
class RegisterPayload(SessionPayload): ...


@strawberry.input(description="Input of `logIn`.")
class LogInInput(MutationInput):
    login: str = strawberry.field(description="The username or the verified email address, in any case.")
    password: str = strawberry.field(description="The password.")


@strawberry.type(description="Payload of `logIn`.")
class LogInPayload(SessionPayload):
    reactivated: bool = plain("Whether this brought back an account that its owner had closed.")


@strawberry.input(description="Input of `refreshSession`.")
class RefreshSessionInput(MutationInput):
    refresh_token: str = strawberry.field(description="The last refresh token of the session; works once.")


@strawberry.type(description="Payload of `refreshSession`.")
class RefreshSessionPayload(SessionPayload): ...


@strawberry.type
class AccountMutations:
    register: RegisterPayload = mutation(
        account_mutations.register,
        "Makes an account, signs in, and mails a link for `verifyEmail`. Whether another account has the address is "
        "not told: unverified, an address is good for nothing. A retry with the same `idempotencyKey` and the right "
        "password gets new tokens of the first call's session; the refresh token in the first answer then stops "
        "working.",
        permission=Permission.ANYONE,
        scope=None,
        input=RegisterInput,
    )
    log_in: LogInPayload = mutation(
        account_mutations.log_in,
        "Starts a session. An unknown login, an address that is not verified and a wrong password get the same answer. "
        "Brings back an account that its owner had closed. A retry with the same `idempotencyKey` and the right "
        "password gets new tokens of the first call's session; the refresh token in the first answer then stops "
        "working.",
        permission=Permission.ANYONE,
        scope=None,
        input=LogInInput,
    )
    refresh_session: RefreshSessionPayload = mutation(
        account_mutations.refresh_session,
        "Trades a refresh token for the session's next pair of tokens. A token used twice ends its session, unless it "
        "comes with the `idempotencyKey` of its first use and nobody has used what that was answered with: then the "
        "answer was lost, and the token is traded once more.",
        permission=Permission.ANYONE,
        scope=None,
        input=RefreshSessionInput,
    )
