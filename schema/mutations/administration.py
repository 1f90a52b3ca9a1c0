"""What moderators and admins do to accounts."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from domain.records import VerificationKind
from resolvers import administration_mutations
from resolvers.mutations import Outcome
from schema.binding import Bound, bound, mutation
from schema.mutations.inputs import UserInput
from schema.mutations.payload import Payload
from schema.users import UserResult


@strawberry.type
class UserResultPayload(Bound, Payload):
    record = Outcome
    user: UserResult | None = bound(
        administration_mutations.user_results_of, "The user as the viewer sees them now; null when refused."
    )


@strawberry.input(description="Input of `verifyUser`.")
class VerifyUserInput(UserInput):
    kind: VerificationKind = strawberry.field(description="What the account is verified to be.")
    issuer: str = strawberry.field(description="Who has verified it: 1 to 50 characters, shown to everybody.")


@strawberry.type(description="Payload of `verifyUser`.")
class VerifyUserPayload(UserResultPayload): ...


@strawberry.input(description="Input of `unverifyUser`.")
class UnverifyUserInput(UserInput): ...


@strawberry.type(description="Payload of `unverifyUser`.")
class UnverifyUserPayload(UserResultPayload): ...


@strawberry.input(description="Input of `suspendUser`.")
class SuspendUserInput(UserInput):
    reason: str = strawberry.field(description="1 to 500 characters; the owner is told when logging in.")


@strawberry.type(description="Payload of `suspendUser`.")
class SuspendUserPayload(UserResultPayload): ...


@strawberry.input(description="Input of `unsuspendUser`.")
class UnsuspendUserInput(UserInput): ...


@strawberry.type(description="Payload of `unsuspendUser`.")
class UnsuspendUserPayload(UserResultPayload): ...


@strawberry.type
class AdministrationMutations:
    verify_user: VerifyUserPayload = mutation(
        administration_mutations.verify,
        "Gives an account a verification badge, in place of an earlier one.",
        permission=Permission.ADMIN,
        scope=Scope.ADMIN,
        input=VerifyUserInput,
    )
    unverify_user: UnverifyUserPayload = mutation(
        administration_mutations.unverify,
        "Takes the verification badge from an account; does nothing where there is none.",
        permission=Permission.ADMIN,
        scope=Scope.ADMIN,
        input=UnverifyUserInput,
    )
    suspend_user: SuspendUserPayload = mutation(
        administration_mutations.suspend,
        "Closes an account: it and everything of its is hidden from everybody at once, and all its sessions end. "
        "Suspending again replaces the reason. Admins and the viewer cannot be suspended.",
        permission=Permission.MODERATOR,
        scope=Scope.ADMIN,
        input=SuspendUserInput,
    )
    unsuspend_user: UnsuspendUserPayload = mutation(
        administration_mutations.unsuspend,
        "Opens a suspended account again, unless its owner had closed it; does nothing to one that is not suspended.",
        permission=Permission.MODERATOR,
        scope=Scope.ADMIN,
        input=UnsuspendUserInput,
    )
