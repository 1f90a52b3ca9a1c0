"""Muting people, words and threads."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.muted_words import MAX_MUTED_PHRASE
from domain.permissions import Permission, Scope
from resolvers import mute_lists, mute_mutations
from resolvers.mutations import Outcome
from schema.binding import Bound, bound, derived, mutation
from schema.mutations.inputs import MutationInput, TweetInput, UserInput
from schema.mutations.payload import Payload, TweetPayload, UserPayload
from schema.mutes import MutedWord
from services.muted_words import MAX_MUTED_WORDS

_EXPIRES_AT = "When the mute ends by itself; it does not where this is left out or null. Not in the past."


@strawberry.input(description="Input of `muteUser`.")
class MuteUserInput(UserInput):
    expires_at: datetime | None = strawberry.field(default=None, description=_EXPIRES_AT)


@strawberry.type(description="Payload of `muteUser`.")
class MuteUserPayload(UserPayload): ...


@strawberry.input(description="Input of `unmuteUser`.")
class UnmuteUserInput(UserInput): ...


@strawberry.type(description="Payload of `unmuteUser`.")
class UnmuteUserPayload(UserPayload): ...


@strawberry.input(description="Input of `muteThread`.")
class MuteThreadInput(TweetInput): ...


@strawberry.type(description="Payload of `muteThread`.")
class MuteThreadPayload(TweetPayload): ...


@strawberry.input(description="Input of `unmuteThread`.")
class UnmuteThreadInput(TweetInput): ...


@strawberry.type(description="Payload of `unmuteThread`.")
class UnmuteThreadPayload(TweetPayload): ...


@strawberry.input(description="Input of `addMutedWord`.")
class AddMutedWordInput(MutationInput):
    phrase: str = strawberry.field(
        description=f"1 to {MAX_MUTED_PHRASE} characters, among them a letter, a digit or an emoji."
    )
    whole_word: bool = strawberry.field(
        default=True, description="Whether to look for whole words only; else it is found inside longer words, too."
    )
    expires_at: datetime | None = strawberry.field(default=None, description=_EXPIRES_AT)


@strawberry.type(description="Payload of `addMutedWord`.")
class AddMutedWordPayload(Bound, Payload):
    record = Outcome
    muted_word: MutedWord | None = bound(mute_lists.words_of, "The muted word; null when refused.")


@strawberry.input(description="Input of `removeMutedWord`.")
class RemoveMutedWordInput(MutationInput):
    muted_word_id: strawberry.ID = strawberry.field(description="The muted word.")


@strawberry.type(description="Payload of `removeMutedWord`.")
class RemoveMutedWordPayload(Bound, Payload):
    record = Outcome
    removed_muted_word_id: strawberry.ID | None = derived(
        mute_mutations.removed_word_id, "The id the word had; null when refused."
    )


@strawberry.type
class MuteMutations:
    mute_user: MuteUserPayload = mutation(
        mute_mutations.mute,
        "Mutes a user: from the next read on their tweets are left out of timelines, replies and quotes, but not of "
        "their profile, and are shown when asked for by id. They are not told. Muting again sets when it ends.",
        permission=Permission.SIGNED_IN,
        scope=Scope.BLOCKS,
        input=MuteUserInput,
    )
    unmute_user: UnmuteUserPayload = mutation(
        mute_mutations.unmute,
        "Ends a mute; does nothing when there is none.",
        permission=Permission.SIGNED_IN,
        scope=Scope.BLOCKS,
        input=UnmuteUserInput,
    )
    mute_thread: MuteThreadPayload = mutation(
        mute_mutations.mute_thread,
        "Mutes the whole conversation that a tweet is in: from the next read on its tweets are left out of timelines, "
        "quotes and likes, but not of the conversation itself. Does nothing when it is muted.",
        permission=Permission.SIGNED_IN,
        scope=Scope.BLOCKS,
        input=MuteThreadInput,
    )
    unmute_thread: UnmuteThreadPayload = mutation(
        mute_mutations.unmute_thread,
        "Ends the mute of the conversation that a tweet is in; does nothing when it is not muted.",
        permission=Permission.SIGNED_IN,
        scope=Scope.BLOCKS,
        input=UnmuteThreadInput,
    )
    add_muted_word: AddMutedWordPayload = mutation(
        mute_mutations.add_word,
        "Mutes a word or phrase: tweets of others that contain it are left out as those of a muted user are. Muting it "
        f"again sets when it ends. At most {MAX_MUTED_WORDS} at a time.",
        permission=Permission.SIGNED_IN,
        scope=Scope.BLOCKS,
        input=AddMutedWordInput,
    )
    remove_muted_word: RemoveMutedWordPayload = mutation(
        mute_mutations.remove_word,
        "Ends the mute of a word.",
        permission=Permission.SIGNED_IN,
        scope=Scope.BLOCKS,
        input=RemoveMutedWordInput,
    )
