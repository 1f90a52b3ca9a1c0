"""Changing one's username."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import username_mutations
from schema.binding import mutation
from schema.mutations.inputs import MutationInput
from schema.mutations.payload import UserPayload


@strawberry.input(description="Input of `changeUsername`.")
class ChangeUsernameInput(MutationInput):
    username: str = strawberry.field(description="1 to 20 letters, digits and underscores; unique in any case.")


@strawberry.type(description="Payload of `changeUsername`.")
class ChangeUsernamePayload(UserPayload): ...


@strawberry.type
class UsernameMutations:
    change_username: ChangeUsernamePayload = mutation(
        username_mutations.change_username,
        "Gives the viewer another username, at most once in 24 hours; other capitals are the same name and may change "
        "at any time. For 90 days nobody else can have the old name, `user` finds the account by it, and the viewer "
        "may take it back.",
        permission=Permission.SIGNED_IN,
        scope=Scope.PROFILE,
        input=ChangeUsernameInput,
    )
