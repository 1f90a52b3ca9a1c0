"""Saying who may reply in a conversation, and hiding replies."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from domain.records import ReplyPolicy
from resolvers import conversation_mutations
from schema.binding import mutation
from schema.mutations.inputs import TweetInput
from schema.mutations.payload import TweetPayload


@strawberry.input(description="Input of `setReplyPolicy`.")
class SetReplyPolicyInput(TweetInput):
    reply_policy: ReplyPolicy = strawberry.field(description="Who may reply from now on.")


@strawberry.type(description="Payload of `setReplyPolicy`.")
class SetReplyPolicyPayload(TweetPayload): ...


@strawberry.input(description="Input of `hideReply`.")
class HideReplyInput(TweetInput): ...


@strawberry.type(description="Payload of `hideReply`.")
class HideReplyPayload(TweetPayload): ...


@strawberry.input(description="Input of `unhideReply`.")
class UnhideReplyInput(TweetInput): ...


@strawberry.type(description="Payload of `unhideReply`.")
class UnhideReplyPayload(TweetPayload): ...


@strawberry.type
class ConversationMutations:
    set_reply_policy: SetReplyPolicyPayload = mutation(
        conversation_mutations.set_reply_policy,
        "Says who may reply in the conversation that a tweet of the viewer's own began. Replies that are there stay. "
        "Setting what is set already changes nothing.",
        permission=Permission.SIGNED_IN,
        scope=Scope.TWEETS,
        input=SetReplyPolicyInput,
    )
    hide_reply: HideReplyPayload = mutation(
        conversation_mutations.hide_reply,
        "Moves somebody's reply, in a conversation that the viewer began, from `replies` to `hiddenReplies` of what it "
        "answers, for everybody. Hiding it again is refused as a duplicate and changes nothing.",
        permission=Permission.SIGNED_IN,
        scope=Scope.TWEETS,
        input=HideReplyInput,
    )
    unhide_reply: UnhideReplyPayload = mutation(
        conversation_mutations.unhide_reply,
        "Takes the hiding of a reply back; does nothing when it is not hidden.",
        permission=Permission.SIGNED_IN,
        scope=Scope.TWEETS,
        input=UnhideReplyInput,
    )
