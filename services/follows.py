"""Following and unfollowing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from domain.errors import AlreadyFollowing, CannotFollowSelf, NotFound
from domain.events import UserFollowed, UserUnfollowed
from domain.records import User, UserCounts
from domain.visibility import user_as_seen
from infra.database import WriteSession
from stores import counts, follows, outbox, users


async def follow(session: WriteSession, triples: Sequence[tuple[int, int, int]]) -> int:
    """(follow id, follower id, followee id); returns how many follows are new."""
    new = await follows.insert(session, triples)
    if new:
        await _count(session, new, by=1)
        followed: defaultdict[int, list[int]] = defaultdict(list)
        for follower_id, followee_id in new:
            followed[follower_id].append(followee_id)
        await outbox.add(session, [UserFollowed(follower_id, tuple(ids)) for follower_id, ids in followed.items()])
    return len(new)


async def follow_one(session: WriteSession, *, follow_id: int, follower_id: int, followee_id: int | None) -> User:
    """Raises CannotFollowSelf, NotFound or AlreadyFollowing."""
    if followee_id == follower_id:
        raise CannotFollowSelf
    followee = await _visible(session, followee_id, viewer_id=follower_id)
    if not await follow(session, [(follow_id, follower_id, followee.id)]):
        raise AlreadyFollowing(existing=followee.global_id)
    return followee


async def unfollow(session: WriteSession, *, follower_id: int, followee_id: int | None) -> User:
    """Afterwards the follower does not follow, whether or not they did. Raises NotFound."""
    followee = await _visible(session, followee_id, viewer_id=follower_id)
    if await follows.delete(session, follower_id=follower_id, followee_id=followee.id):
        await _count(session, [(follower_id, followee.id)], by=-1)
        await outbox.add(session, [UserUnfollowed(follower_id, followee.id)])
    return followee


async def _visible(session: WriteSession, user_id: int | None, *, viewer_id: int) -> User:
    found = None if user_id is None else (await users.by_id(session, [user_id], viewer_id=viewer_id)).get(user_id)
    seen = None if found is None else user_as_seen(found)
    if not isinstance(seen, User):
        raise NotFound("user", field="userId")
    return seen


async def _count(session: WriteSession, pairs: Sequence[tuple[int, int]], *, by: int) -> None:
    following = Counter(follower_id for follower_id, _ in pairs)
    followers = Counter(followee_id for _, followee_id in pairs)
    await counts.add_to_users(
        session,
        {
            user_id: UserCounts(following=by * following[user_id], followers=by * followers[user_id])
            for user_id in sorted(following | followers)
        },
    )
