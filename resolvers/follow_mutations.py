"""Following and unfollowing."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from domain.records import User
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import MutationInput, Outcome, UseCase, outcome
from services import fan_out, follows


class UserInput(MutationInput, Protocol):
    user_id: str


async def follow(context: Context, *, input: UserInput) -> Outcome:
    viewer_id, followee_id = context.required_viewer().user.id, ids.raw_id(input.user_id, "User")

    async def use_case(session: WriteSession) -> int:
        follow_id = context.runtime.snowflakes.next()
        followee = await follows.follow_one(
            session, follow_id=follow_id, follower_id=viewer_id, followee_id=followee_id
        )
        return followee.id

    return await _changed(context, "followUser", use_case, input, subject_if_refused=followee_id)


async def unfollow(context: Context, *, input: UserInput) -> Outcome:
    viewer_id, followee_id = context.required_viewer().user.id, ids.raw_id(input.user_id, "User")

    async def use_case(session: WriteSession) -> int:
        return (await follows.unfollow(session, follower_id=viewer_id, followee_id=followee_id)).id

    return await _changed(context, "unfollowUser", use_case, input)


async def users_of(parents: list[Outcome], context: Context) -> list[User | None]:
    """The user each mutation was about; None when it was refused."""
    wanted = [parent.subject_id for parent in parents if parent.subject_id is not None]
    found = dict(zip(wanted, await context.loaders.user_by_id.load_many(wanted), strict=True))
    seen = (None if parent.subject_id is None else found[parent.subject_id] for parent in parents)
    return [record if isinstance(record, User) else None for record in seen]


async def _changed(
    context: Context, mutation: str, use_case: UseCase, input: UserInput, *, subject_if_refused: int | None = None
) -> Outcome:
    done = await outcome(context, use_case, input, mutation=mutation, subject_if_refused=subject_if_refused)
    if not done.user_errors:
        viewer_id = context.required_viewer().user.id
        await fan_out.forget_timeline_best_effort(context.runtime.redis, viewer_id)
    return done
