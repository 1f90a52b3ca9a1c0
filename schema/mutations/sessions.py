"""Ending sessions."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import session_mutations
from resolvers.mutations import Outcome
from schema.binding import Bound, mutation
from schema.mutations.inputs import MutationInput
from schema.mutations.payload import Payload


@strawberry.input(description="Input of `logOut`.")
class LogOutInput(MutationInput): ...


@strawberry.type(description="Payload of `logOut`.")
class LogOutPayload(Bound, Payload):
    record = Outcome


@strawberry.input(description="Input of `revokeSession`.")
class RevokeSessionInput(MutationInput):
    session_id: strawberry.ID = strawberry.field(description="One of `Viewer.sessions`.")


@strawberry.type(description="Payload of `revokeSession`.")
class RevokeSessionPayload(Bound, Payload):
    record = Outcome


@strawberry.input(description="Input of `logOutEverywhere`.")
class LogOutEverywhereInput(MutationInput):
    keep_current: bool = strawberry.field(
        default=False, description="Whether the session that the access token belongs to goes on."
    )


@strawberry.type(description="Payload of `logOutEverywhere`.")
class LogOutEverywherePayload(Bound, Payload):
    record = Outcome


@strawberry.type
class SessionMutations:
    log_out: LogOutPayload = mutation(
        session_mutations.log_out,
        "Ends the session that the access token belongs to: its tokens stop working at once.",
        permission=Permission.SIGNED_IN,
        scope=Scope.ACCOUNT,
        input=LogOutInput,
    )
    revoke_session: RevokeSessionPayload = mutation(
        session_mutations.revoke_session,
        "Ends one of the viewer's sessions: its tokens stop working at once, its subscriptions within 35 seconds. Does "
        "nothing to one that has ended.",
        permission=Permission.SIGNED_IN,
        scope=Scope.ACCOUNT,
        input=RevokeSessionInput,
    )
    log_out_everywhere: LogOutEverywherePayload = mutation(
        session_mutations.log_out_everywhere,
        "Ends all of the viewer's sessions as `revokeSession` does.",
        permission=Permission.SIGNED_IN,
        scope=Scope.ACCOUNT,
        input=LogOutEverywhereInput,
    )
