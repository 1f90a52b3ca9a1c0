"""Changing one's own profile and who may see what."""

from __future__ import annotations

from dataclasses import fields

import msgspec
import strawberry

from domain.permissions import Permission, Scope
from domain.records import SensitiveContent
from resolvers import profile_mutations
from schema.binding import bound, mutation
from schema.mutations.inputs import MutationInput, TweetInput
from schema.mutations.payload import TweetPayload, UserPayload

_IF_VERSION = (
    "Only if `Viewer.profileVersion` is this; else it is refused with a `ConflictError` that says the current version."
)


def _change(description: str) -> str | None:
    field: str | None = strawberry.field(default=strawberry.UNSET, description=description)
    return field


@strawberry.input(description="Input of `updateProfile`. What is left out stays as it is.")
class UpdateProfileInput(MutationInput):
    display_name: str | None = _change("1 to 50 characters, no control characters; it cannot be cleared.")
    bio: str | None = _change("Up to 160 characters, with line breaks; null or empty clears it.")
    location: str | None = _change("Up to 30 characters; null or empty clears it.")
    url: str | None = _change("A link with http:// or https://, up to 500 characters; null or empty clears it.")
    avatar_url: str | None = _change("A picture's https:// link, up to 500 characters; null or empty clears it.")
    region: str | None = _change("A country as ISO 3166-1 alpha-2, such as `IE`; null clears it.")
    if_version: int | None = strawberry.field(default=None, description=_IF_VERSION)

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) is strawberry.UNSET:
                setattr(self, field.name, msgspec.UNSET)


@strawberry.type(description="Payload of `updateProfile`.")
class UpdateProfilePayload(UserPayload):
    profile_version: int | None = bound(
        profile_mutations.versions, "What `Viewer.profileVersion` is now; null when a field breaks a rule."
    )


@strawberry.input(description="Input of `updatePrivacy`. What is left out, or null, stays as it is.")
class UpdatePrivacyInput(MutationInput):
    is_protected: bool | None = strawberry.field(
        default=None, description="Whether only approved followers see the account's tweets, follows and followers."
    )
    sensitive_content: SensitiveContent | None = strawberry.field(
        default=None, description="What is done with sensitive tweets where the viewer comes upon them."
    )
    if_version: int | None = strawberry.field(default=None, description=_IF_VERSION)


@strawberry.type(description="Payload of `updatePrivacy`.")
class UpdatePrivacyPayload(UserPayload):
    profile_version: int | None = bound(profile_mutations.versions, "What `Viewer.profileVersion` is now.")


@strawberry.input(description="Input of `pinTweet`.")
class PinTweetInput(TweetInput): ...


@strawberry.type(description="Payload of `pinTweet`.")
class PinTweetPayload(TweetPayload): ...


@strawberry.input(description="Input of `unpinTweet`.")
class UnpinTweetInput(MutationInput): ...


@strawberry.type(description="Payload of `unpinTweet`.")
class UnpinTweetPayload(UserPayload): ...


@strawberry.type
class ProfileMutations:
    update_profile: UpdateProfilePayload = mutation(
        profile_mutations.update,
        "Changes the viewer's profile. All fields that break a rule are told at once, and then nothing is changed.",
        permission=Permission.SIGNED_IN,
        scope=Scope.PROFILE,
        input=UpdateProfileInput,
    )
    update_privacy: UpdatePrivacyPayload = mutation(
        profile_mutations.update_privacy,
        "Changes who sees the viewer's account, and what the viewer sees. An account that becomes protected keeps its "
        "followers; one that ceases to be accepts, within moments, everybody who has asked to follow it.",
        permission=Permission.SIGNED_IN,
        scope=Scope.PROFILE,
        input=UpdatePrivacyInput,
    )
    pin_tweet: PinTweetPayload = mutation(
        profile_mutations.pin,
        "Shows one of the viewer's own tweets on top of their profile, in place of any other. Of a retweet, what it "
        "retweets is meant.",
        permission=Permission.SIGNED_IN,
        scope=Scope.PROFILE,
        input=PinTweetInput,
    )
    unpin_tweet: UnpinTweetPayload = mutation(
        profile_mutations.unpin,
        "Takes the pinned tweet off the viewer's profile; does nothing when there is none.",
        permission=Permission.SIGNED_IN,
        scope=Scope.PROFILE,
        input=UnpinTweetInput,
    )
