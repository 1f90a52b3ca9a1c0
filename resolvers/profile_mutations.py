"""What people change of their own accounts."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from domain.errors import ContentRejected
from domain.profiles import Change, InvalidProfile, ProfileChanges, checked_changes
from domain.records import SensitiveContent
from domain.user_errors import user_error
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.follow_mutations import users_of
from resolvers.mutations import MutationInput, Outcome, outcome, refused
from services import profiles


class UpdateProfileInput(MutationInput, Protocol):
    display_name: Change
    bio: Change
    location: Change
    url: Change
    avatar_url: Change
    region: Change
    if_version: int | None


class UpdatePrivacyInput(MutationInput, Protocol):
    is_protected: bool | None
    sensitive_content: SensitiveContent | None
    if_version: int | None


class TweetInput(MutationInput, Protocol):
    tweet_id: str


async def update(context: Context, *, input: UpdateProfileInput) -> Outcome:
    viewer_id = context.required_viewer().user.id
    written = ProfileChanges(
        display_name=input.display_name,
        bio=input.bio,
        location=input.location,
        url=input.url,
        avatar_url=input.avatar_url,
        region=input.region,
    )
    try:
        changes = checked_changes(written)
        profiles.check_allowed(context.runtime, changes)
    except InvalidProfile as invalid:
        return Outcome(None, tuple(user_error(error) for error in invalid.broken), input.client_mutation_id)
    except ContentRejected as error:
        return refused(error, input)

    async def use_case(session: WriteSession) -> int:
        await profiles.update(session, viewer_id, changes, if_version=input.if_version)
        return viewer_id

    return await outcome(context, use_case, input, mutation="updateProfile", subject_if_refused=viewer_id)


async def update_privacy(context: Context, *, input: UpdatePrivacyInput) -> Outcome:
    viewer_id = context.required_viewer().user.id

    async def use_case(session: WriteSession) -> int:
        await profiles.update_privacy(
            session,
            viewer_id,
            is_protected=input.is_protected,
            sensitive_content=input.sensitive_content,
            if_version=input.if_version,
        )
        return viewer_id

    return await outcome(context, use_case, input, mutation="updatePrivacy", subject_if_refused=viewer_id)


async def pin(context: Context, *, input: TweetInput) -> Outcome:
    viewer_id, tweet_id = context.required_viewer().user.id, ids.raw_id(input.tweet_id, "Tweet")

    async def use_case(session: WriteSession) -> int:
        return await profiles.pin(session, tweet_id, author_id=viewer_id)

    return await outcome(context, use_case, input, mutation="pinTweet")


async def unpin(context: Context, *, input: MutationInput) -> Outcome:
    viewer_id = context.required_viewer().user.id

    async def use_case(session: WriteSession) -> int:
        await profiles.unpin(session, author_id=viewer_id)
        return viewer_id

    return await outcome(context, use_case, input, mutation="unpinTweet")


async def versions(parents: list[Outcome], context: Context) -> list[int | None]:
    return [None if user is None else user.version for user in await users_of(parents, context)]
