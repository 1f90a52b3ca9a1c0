"""Muting people, words and threads, and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain import ids
from domain.records import MutedWord
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.follow_mutations import UserInput
from resolvers.mutations import MutationInput, Outcome, outcome
from resolvers.tweet_mutations import TweetInput
from services import muted_words, mutes


class MuteUserInput(UserInput, Protocol):
    expires_at: datetime | None


class AddMutedWordInput(MutationInput, Protocol):
    phrase: str
    whole_word: bool
    expires_at: datetime | None


class RemoveMutedWordInput(MutationInput, Protocol):
    muted_word_id: str


async def mute(context: Context, *, input: MuteUserInput) -> Outcome:
    viewer_id, muted_id = context.required_viewer().user.id, ids.raw_id(input.user_id, "User")

    async def use_case(session: WriteSession) -> int:
        muted = await mutes.mute(
            session,
            mute_id=context.runtime.snowflakes.next(),
            muter_id=viewer_id,
            muted_id=muted_id,
            expires_at=input.expires_at,
            now=context.runtime.now(),
        )
        return muted.id

    return await outcome(context, use_case, input, mutation="muteUser")


async def unmute(context: Context, *, input: UserInput) -> Outcome:
    viewer_id, muted_id = context.required_viewer().user.id, ids.raw_id(input.user_id, "User")

    async def use_case(session: WriteSession) -> int:
        return (await mutes.unmute(session, muter_id=viewer_id, muted_id=muted_id)).id

    return await outcome(context, use_case, input, mutation="unmuteUser")


async def mute_thread(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        mute_id = context.runtime.snowflakes.next()
        return (await mutes.mute_thread(session, tweet_id, mute_id=mute_id, user_id=viewer_id)).id

    return await outcome(context, use_case, input, mutation="muteThread")


async def unmute_thread(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        return (await mutes.unmute_thread(session, tweet_id, user_id=viewer_id)).id

    return await outcome(context, use_case, input, mutation="unmuteThread")


async def add_word(context: Context, *, input: AddMutedWordInput) -> Outcome:
    viewer_id = context.required_viewer().user.id

    async def use_case(session: WriteSession) -> int:
        word = MutedWord(
            id=context.runtime.snowflakes.next(),
            phrase=input.phrase,
            whole_word=input.whole_word,
            expires_at=input.expires_at,
        )
        return await muted_words.add(session, viewer_id, word, now=context.runtime.now())

    return await outcome(context, use_case, input, mutation="addMutedWord")


async def remove_word(context: Context, *, input: RemoveMutedWordInput) -> Outcome:
    viewer_id, word_id = context.required_viewer().user.id, ids.raw_id(input.muted_word_id, "MutedWord")

    async def use_case(session: WriteSession) -> int:
        return await muted_words.remove(session, word_id, user_id=viewer_id)

    return await outcome(context, use_case, input, mutation="removeMutedWord")


def removed_word_id(parent: Outcome) -> ids.GlobalId | None:
    return None if parent.subject_id is None else ids.global_id("MutedWord", parent.subject_id)
