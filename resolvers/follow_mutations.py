"""Following and unfollowing, and answering those who ask to follow."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from domain.rate_limits import RateLimitedAction
from domain.records import User
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.lookups import visible_users
from resolvers.mutations import MutationInput, Outcome, outcome, subjects_of
from services import fan_out, follow_requests, follows
from services.rate_limits import Counted


class UserInput(MutationInput, Protocol):
    user_id: str


class SetShowRetweetsInput(UserInput, Protocol):
    show_retweets: bool


async def follow(context: Context, *, input: UserInput) -> Outcome:
    viewer_id, followee_id = _pair(context, input)

    async def use_case(session: WriteSession) -> int:
        follow_id = context.runtime.snowflakes.next()
        followee = await follows.follow_one(
            session, follow_id=follow_id, follower_id=viewer_id, followee_id=followee_id
        )
        return followee.id

    done = await outcome(
        context,
        use_case,
        input,
        mutation="followUser",
        subject_if_refused=followee_id,
        counted=Counted(RateLimitedAction.FOLLOW),
    )
    return await _with_new_timeline(context, done, viewer_id)


async def unfollow(context: Context, *, input: UserInput) -> Outcome:
    viewer_id, followee_id = _pair(context, input)

    async def use_case(session: WriteSession) -> int:
        return (await follows.unfollow(session, follower_id=viewer_id, followee_id=followee_id)).id

    done = await outcome(context, use_case, input, mutation="unfollowUser")
    return await _with_new_timeline(context, done, viewer_id)


async def remove_follower(context: Context, *, input: UserInput) -> Outcome:
    viewer_id, follower_id = _pair(context, input)

    async def use_case(session: WriteSession) -> int:
        return (await follows.remove_follower(session, follower_id=follower_id, followee_id=viewer_id)).id

    done = await outcome(context, use_case, input, mutation="removeFollower")
    return await _with_new_timeline(context, done, follower_id)


async def accept(context: Context, *, input: UserInput) -> Outcome:
    viewer_id, follower_id = _pair(context, input)

    async def use_case(session: WriteSession) -> int:
        follow_id = context.runtime.snowflakes.next()
        follower = await follow_requests.accept(
            session, follow_id=follow_id, follower_id=follower_id, followee_id=viewer_id
        )
        return follower.id

    done = await outcome(context, use_case, input, mutation="acceptFollowRequest")
    return await _with_new_timeline(context, done, follower_id)


async def reject(context: Context, *, input: UserInput) -> Outcome:
    viewer_id, follower_id = _pair(context, input)

    async def use_case(session: WriteSession) -> int:
        return (await follow_requests.reject(session, follower_id=follower_id, followee_id=viewer_id)).id

    return await outcome(context, use_case, input, mutation="rejectFollowRequest")


async def set_shows_retweets(context: Context, *, input: SetShowRetweetsInput) -> Outcome:
    viewer_id, followee_id = _pair(context, input)

    async def use_case(session: WriteSession) -> int:
        followee = await follows.set_shows_retweets(
            session, follower_id=viewer_id, followee_id=followee_id, shows_retweets=input.show_retweets
        )
        return followee.id

    return await outcome(context, use_case, input, mutation="setShowRetweets")


async def users_of(parents: list[Outcome], context: Context) -> list[User | None]:
    """The user each mutation was about; None when it was refused."""
    return await subjects_of(parents, context, visible_users)


def _pair(context: Context, input: UserInput) -> tuple[int, int | None]:
    """The viewer and the user that the input names."""
    return context.required_viewer().user.id, ids.raw_id(input.user_id, "User")


async def _with_new_timeline(context: Context, done: Outcome, follower_id: int | None) -> Outcome:
    """Whom the follower follows has changed, unless it was refused."""
    if not done.user_errors and follower_id is not None:
        await fan_out.forget_timeline_best_effort(context.runtime.redis, follower_id)
    return done
