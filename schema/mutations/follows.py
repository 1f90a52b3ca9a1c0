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


@strawberry.input(description="Input of `removeFollower`.")
class RemoveFollowerInput(UserInput): ...


@strawberry.type(description="Payload of `removeFollower`.")
class RemoveFollowerPayload(UserPayload): ...


@strawberry.input(description="Input of `acceptFollowRequest`.")
class AcceptFollowRequestInput(UserInput): ...


@strawberry.type(description="Payload of `acceptFollowRequest`.")
class AcceptFollowRequestPayload(UserPayload): ...


@strawberry.input(description="Input of `rejectFollowRequest`.")
class RejectFollowRequestInput(UserInput): ...


@strawberry.type(description="Payload of `rejectFollowRequest`.")
class RejectFollowRequestPayload(UserPayload): ...


@strawberry.input(description="Input of `setShowRetweets`.")
class SetShowRetweetsInput(UserInput):
    show_retweets: bool = strawberry.field(description="Whether their retweets are in the viewer's home timeline.")


@strawberry.type(description="Payload of `setShowRetweets`.")
class SetShowRetweetsPayload(UserPayload): ...


@strawberry.type
class FollowMutations:
    follow_user: FollowUserPayload = mutation(
        follow_mutations.follow,
        "Follows a user: their tweets are in the home timeline from the next read on, past ones too. Of a protected "
        "account this asks leave: `following` is `REQUESTED` until it accepts. Following or asking again is refused as "
        "a duplicate and changes nothing.",
        permission=Permission.SIGNED_IN,
        scope=Scope.FOLLOWS,
        input=FollowUserInput,
    )
    unfollow_user: UnfollowUserPayload = mutation(
        follow_mutations.unfollow,
        "Stops following a user, or withdraws the request to; does nothing when there is neither.",
        permission=Permission.SIGNED_IN,
        scope=Scope.FOLLOWS,
        input=UnfollowUserInput,
    )
    remove_follower: RemoveFollowerPayload = mutation(
        follow_mutations.remove_follower,
        "Makes a user stop following the viewer, or withdraws their request to; does nothing when there is neither. "
        "They are not told, and may follow again.",
        permission=Permission.SIGNED_IN,
        scope=Scope.FOLLOWS,
        input=RemoveFollowerInput,
    )
    accept_follow_request: AcceptFollowRequestPayload = mutation(
        follow_mutations.accept,
        "Lets a user who has asked to follow the viewer do so. Refused as not found when there is no such request.",
        permission=Permission.SIGNED_IN,
        scope=Scope.FOLLOWS,
        input=AcceptFollowRequestInput,
    )
    reject_follow_request: RejectFollowRequestPayload = mutation(
        follow_mutations.reject,
        "Takes a user's request to follow the viewer away; does nothing when there is none. They are not told, and "
        "may ask again.",
        permission=Permission.SIGNED_IN,
        scope=Scope.FOLLOWS,
        input=RejectFollowRequestInput,
    )
    set_show_retweets: SetShowRetweetsPayload = mutation(
        follow_mutations.set_shows_retweets,
        "Takes the retweets of a user whom the viewer follows out of the viewer's home timeline, or brings them back, "
        "past ones too, from the next read on.",
        permission=Permission.SIGNED_IN,
        scope=Scope.FOLLOWS,
        input=SetShowRetweetsInput,
    )
