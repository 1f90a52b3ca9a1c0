"""Voting."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import Outcome, outcome
from resolvers.tweet_mutations import TweetInput
from services import polls


class VotePollInput(TweetInput, Protocol):
    choices: list[int]


async def vote(context: Context, *, input: VotePollInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        now = context.runtime.now()
        return await polls.vote(session, tweet_id, choices=input.choices, user_id=viewer_id, now=now)

    return await outcome(context, use_case, input, mutation="votePoll", subject_if_refused=tweet_id)
