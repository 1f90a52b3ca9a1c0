"""Following and unfollowing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from domain.changes import ChangeKind
from domain.errors import AlreadyFollowing, AlreadyRequested, CannotFollowBlocked, CannotFollowSelf, NotFollowing
from domain.events import UserFollowed, UserUnfollowed
from domain.records import FollowState, User, UserCounts
from infra.database import WriteSession
from services import users
from stores import changes, counts, follow_requests, follows, outbox, pairs, profiles, viewer_states
from stores.changes import NewChange


async def follow(session: WriteSession, triples: Sequence[tuple[int, int, int]]) -> int:
    """(follow id, follower id, followee id); returns how many follows are new. Asks nobody for leave."""
    new = await follows.insert(session, triples)
    if new:
        await _count(session, new, by=1)
        followed: defaultdict[int, list[int]] = defaultdict(list)
        for follower_id, followee_id in new:
            followed[follower_id].append(followee_id)
        await outbox.add(session, [UserFollowed(follower_id, tuple(ids)) for follower_id, ids in followed.items()])
    return len(new)


async def follow_one(session: WriteSession, *, follow_id: int, follower_id: int, followee_id: int | None) -> User:
    """Follows, or asks a protected account to be let in.

    Raises CannotFollowSelf, NotFound, CannotFollowBlocked, AlreadyFollowing or AlreadyRequested.
    """
    if followee_id == follower_id:
        raise CannotFollowSelf
    followee = await counterpart(session, followee_id, viewer_id=follower_id)
    state = (await viewer_states.of_users(session, [followee.id], viewer_id=follower_id))[followee.id]
    if state.blocking:
        raise CannotFollowBlocked
    if state.following is FollowState.FOLLOWING:
        raise AlreadyFollowing(existing=followee.global_id)
    if followee.is_protected and await profiles.stays_protected(session, followee.id):
        requested = await follow_requests.insert(
            session, request_id=follow_id, follower_id=follower_id, followee_id=followee.id
        )
        if not requested:
            raise AlreadyRequested(existing=followee.global_id)
        await record_request(session, follower_id=follower_id, followee_id=followee.id)
    else:
        if state.following is FollowState.REQUESTED:
            await follow_requests.delete(session, follower_id=follower_id, followee_id=followee.id)
        await follow(session, [(follow_id, follower_id, followee.id)])
    return followee


async def unfollow(session: WriteSession, *, follower_id: int, followee_id: int | None) -> User:
    """Afterwards the follower neither follows nor asks to, whether or not they did. Raises NotFound."""
    followee = await counterpart(session, followee_id, viewer_id=follower_id)
    await cut(session, follower_id=follower_id, followee_id=followee.id)
    return followee


async def remove_follower(session: WriteSession, *, follower_id: int | None, followee_id: int) -> User:
    """Afterwards the follower does not follow, whether or not they did. Raises NotFound."""
    follower = await counterpart(session, follower_id, viewer_id=followee_id)
    await cut(session, follower_id=follower.id, followee_id=followee_id)
    return follower


async def set_shows_retweets(
    session: WriteSession, *, follower_id: int, followee_id: int | None, shows_retweets: bool
) -> User:
    """Raises NotFound or NotFollowing."""
    followee = await counterpart(session, followee_id, viewer_id=follower_id)
    before = await follows.set_shows_retweets(
        session, follower_id=follower_id, followee_id=followee.id, shows_retweets=shows_retweets
    )
    if before is None:
        raise NotFollowing
    if before is not shows_retweets:
        changed = NewChange(ChangeKind.FOLLOW_CHANGED, follower_id, subject_id=followee.id)
        await changes.record(session, [NewChange(ChangeKind.MUTES_CHANGED, follower_id), changed])
    return followee


async def cut(session: WriteSession, *, follower_id: int, followee_id: int) -> None:
    """Takes away this follow or the request for it; the pair must be locked."""
    if await follow_requests.delete(session, follower_id=follower_id, followee_id=followee_id):
        await record_request(session, follower_id=follower_id, followee_id=followee_id)
    if await follows.delete(session, follower_id=follower_id, followee_id=followee_id):
        await _count(session, [(follower_id, followee_id)], by=-1)
        await outbox.add(session, [UserUnfollowed(follower_id, followee_id)])


async def record_request(session: WriteSession, *, follower_id: int, followee_id: int) -> None:
    """It was made, withdrawn or refused."""
    await changes.record(session, [NewChange(ChangeKind.FOLLOW_CHANGED, follower_id, subject_id=followee_id)])


async def counterpart(session: WriteSession, user_id: int | None, *, viewer_id: int) -> User:
    """The other of two people, between whom nothing else changes until the transaction ends. Raises NotFound."""
    if user_id is not None:
        await pairs.lock(session, viewer_id, user_id)
    return await users.visible(session, user_id, viewer_id=viewer_id)


async def _count(session: WriteSession, changed: Sequence[tuple[int, int]], *, by: int) -> None:
    following = Counter(follower_id for follower_id, _ in changed)
    followers = Counter(followee_id for _, followee_id in changed)
    await counts.add_to_users(
        session,
        {
            user_id: UserCounts(following=by * following[user_id], followers=by * followers[user_id])
            for user_id in sorted(following | followers)
        },
    )
