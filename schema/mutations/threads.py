"""Posting threads."""

from __future__ import annotations

import strawberry

from domain.permissions import Permission, Scope
from resolvers import thread_mutations
from schema.binding import bound, mutation
from schema.mutations.inputs import MutationInput
from schema.mutations.payload import TweetPayload
from schema.threads import Thread


@strawberry.input(description="One tweet of a thread.")
class ThreadTweetInput:
    text: str = strawberry.field(description="1 to 280 in weighted length, after outer white space is taken off.")


@strawberry.input(description="Input of `postThread`.")
class PostThreadInput(MutationInput):
    tweets: list[ThreadTweetInput] = strawberry.field(
        description="In the order of the thread: 2 to 25, or 1 to 25 that continue one."
    )
    continues: strawberry.ID | None = strawberry.field(
        default=None,
        description="Any tweet of a thread of the viewer's own: the tweets are added to its end. A thread has at most "
        "1,000. A new thread begins when this is left out.",
    )


@strawberry.type(description="Payload of `postThread`. `tweet` is the first of those posted.")
class PostThreadPayload(TweetPayload):
    thread: Thread | None = bound(thread_mutations.threads_of, "The whole thread; null when refused.")


@strawberry.type
class ThreadMutations:
    post_thread: PostThreadPayload = mutation(
        thread_mutations.post,
        "Posts several tweets, each answering the one before: all of them, or none when one breaks a rule. "
        "`userErrors` then names every text at fault, as `[input, tweets, 3, text]`, counted from 0.",
        permission=Permission.SIGNED_IN,
        scope=Scope.TWEETS,
        input=PostThreadInput,
    )
