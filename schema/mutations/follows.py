"""Following people."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import follow_mutations
from schema.binding import mutation
from schema.mutations.inputs import UserInput
from schema.mutations.payload import UserPayload


@strawberry.input(description="Input of `followUser`.")
class FollowUserInput(UserInput): ...


@strawberry.type(description="Payload of `followUser`.")
class FollowUserPayload(UserPayload): ...


@strawberry.input(description="Input of `unfollowUser`.")
class UnfollowUserInput(UserInput): ...


@strawberry.type(description="Payload of `unfollowUser`.")
class UnfollowUserPayload(UserPayload): ...


@strawberry.type
class FollowMutations:
    follow_user: FollowUserPayload = mutation(
        follow_mutations.follow,
        "Follows a user: their tweets are in the home timeline from the next read on, past ones too. Following "
        "again is refused as a duplicate and changes nothing.",
        permission=Permission.SIGNED_IN,
        scope=Scope.FOLLOWS,
        input=FollowUserInput,
    )
    unfollow_user: UnfollowUserPayload = mutation(
        follow_mutations.unfollow,
        "Stops following a user; does nothing when the viewer does not follow.",
        permission=Permission.SIGNED_IN,
        scope=Scope.FOLLOWS,
        input=UnfollowUserInput,
    )
