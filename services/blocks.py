"""Blocking people, and taking it back."""

from __future__ import annotations

from domain.changes import ChangeKind
from domain.errors import AlreadyBlocking, CannotBlockSelf
from domain.events import UserBlocked, UserUnblocked
from domain.records import User
from infra.database import WriteSession
from services import follows, users
from stores import blocks, changes, outbox, pairs
from stores.changes import NewChange


async def block(session: WriteSession, *, block_id: int, blocker_id: int, blocked_id: int | None) -> User:
    """Ends follows, requests and list entries between the two, in both directions.

    Raises CannotBlockSelf, NotFound or AlreadyBlocking.
    """
    if blocked_id == blocker_id:
        raise CannotBlockSelf
    blocked = await users.active(session, blocked_id)
    await pairs.lock(session, blocker_id, blocked.id)
    if not await blocks.insert(session, block_id=block_id, blocker_id=blocker_id, blocked_id=blocked.id):
        raise AlreadyBlocking(existing=blocked.global_id)
    await follows.cut(session, follower_id=blocker_id, followee_id=blocked.id)
    await follows.cut(session, follower_id=blocked.id, followee_id=blocker_id)
    cut = await blocks.cut_lists(session, one_id=blocker_id, other_id=blocked.id)
    if cut:
        changed = [NewChange(ChangeKind.LIST_CHANGED, owner_id, subject_id=list_id) for list_id, owner_id in cut]
        await changes.record(session, changed)
    await outbox.add(session, [UserBlocked(blocker_id, blocked.id)])
    return blocked


async def unblock(session: WriteSession, *, blocker_id: int, blocked_id: int | None) -> User:
    """Afterwards there is no block, whether or not there was one. Nothing that it cut comes back. Raises NotFound."""
    blocked = await users.active(session, blocked_id)
    await pairs.lock(session, blocker_id, blocked.id)
    if await blocks.delete(session, blocker_id=blocker_id, blocked_id=blocked.id):
        await outbox.add(session, [UserUnblocked(blocker_id, blocked.id)])
    return blocked
