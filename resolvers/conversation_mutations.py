"""Saying who may reply in a conversation, and hiding replies."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from domain.records import ReplyPolicy
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import Outcome, outcome
from resolvers.tweet_mutations import TweetInput
from services import conversations


class SetReplyPolicyInput(TweetInput, Protocol):
    reply_policy: ReplyPolicy


async def set_reply_policy(context: Context, *, input: SetReplyPolicyInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        tweet = await conversations.set_reply_policy(session, tweet_id, input.reply_policy, author_id=viewer_id)
        return tweet.id

    return await outcome(context, use_case, input, mutation="setReplyPolicy")


async def hide_reply(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        hidden = await conversations.hide_reply(session, tweet_id, viewer_id=viewer_id, now=context.runtime.now())
        return hidden.id

    return await outcome(context, use_case, input, mutation="hideReply", subject_if_refused=tweet_id)


async def unhide_reply(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        return (await conversations.unhide_reply(session, tweet_id, viewer_id=viewer_id)).id

    return await outcome(context, use_case, input, mutation="unhideReply")
