"""Closing one's account."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import closing_mutations
from resolvers.mutations import Outcome
from schema.binding import Bound, mutation
from schema.mutations.inputs import MutationInput
from schema.mutations.payload import Payload


@strawberry.input
class CloseAccountInput(MutationInput):
    password: str = strawberry.field(description="The account's password.")


@strawberry.input(description="Input of `deactivateAccount`.")
class DeactivateAccountInput(CloseAccountInput): ...


@strawberry.type(description="Payload of `deactivateAccount`.")
class DeactivateAccountPayload(Bound, Payload):
    record = Outcome


@strawberry.input(description="Input of `deleteAccount`.")
class DeleteAccountInput(CloseAccountInput): ...


@strawberry.type(description="Payload of `deleteAccount`.")
class DeleteAccountPayload(Bound, Payload):
    record = Outcome


@strawberry.type
class ClosingMutations:
    deactivate_account: DeactivateAccountPayload = mutation(
        closing_mutations.deactivate,
        "Closes the viewer's account: it and everything of its is hidden from everybody at once, and all its sessions "
        "end. Logging in brings it back as it was.",
        permission=Permission.SIGNED_IN,
        scope=Scope.ACCOUNT,
        input=DeactivateAccountInput,
    )
    delete_account: DeleteAccountPayload = mutation(
        closing_mutations.delete,
        "Closes the viewer's account as `deactivateAccount` does, and deletes it for good after 30 days unless its "
        "owner logs in before: its tweets, likes, follows and all else of its are gone then, counts go down, and its "
        "username is free.",
        permission=Permission.SIGNED_IN,
        scope=Scope.ACCOUNT,
        input=DeleteAccountInput,
    )
