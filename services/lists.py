"""Lists of people: made and changed by their owners, followed by others."""

from __future__ import annotations

import msgspec

from domain.changes import ChangeKind
from domain.errors import (
    AlreadyFollowingList,
    AlreadyInList,
    CannotFollowOwnList,
    CannotListBlocked,
    NotFound,
    NotTheOwner,
    TooManyLists,
    TooManyMembers,
    VersionConflict,
)
from domain.labels import checked_label
from domain.lists import MAX_LISTS, MAX_MEMBERS, ListChanges, checked_changes, checked_description
from domain.records import UserList
from infra.database import WriteSession
from services.follows import counterpart
from stores import changes, lists, pairs, viewer_states
from stores.changes import NewChange


async def create(session: WriteSession, written: UserList) -> int:
    """Raises ValidationFailed or TooManyLists."""
    new = msgspec.structs.replace(
        written, name=checked_label(written.name, "name"), description=checked_description(written.description)
    )
    if await lists.locked_count(session, new.owner_id) >= MAX_LISTS:
        raise TooManyLists(limit=MAX_LISTS)
    await lists.insert(session, new)
    return new.id


async def update(
    session: WriteSession, list_id: int | None, written: ListChanges, *, owner_id: int, if_version: int | None
) -> int:
    """A list that becomes private loses its followers. Raises ValidationFailed, NotFound, NotTheOwner or
    VersionConflict."""
    asked = checked_changes(written)
    owned = await _locked(session, list_id, owner_id=owner_id)
    if if_version not in {None, owned.version}:
        raise VersionConflict(current_version=owned.version)
    await lists.update(session, owned.id, asked)
    if asked.is_private:
        await lists.delete_follows(session, owned.id)
        await _record(session, owned)
    return owned.id


async def delete(session: WriteSession, list_id: int | None, *, owner_id: int) -> int:
    """Raises NotFound or NotTheOwner."""
    owned = await _locked(session, list_id, owner_id=owner_id)
    await lists.delete(session, owned.id)
    await _record(session, owned)
    return owned.id


async def add_member(
    session: WriteSession, list_id: int | None, *, membership_id: int, user_id: int | None, owner_id: int
) -> int:
    """They are not asked. Raises NotFound, CannotListBlocked, NotTheOwner, AlreadyInList or TooManyMembers."""
    member = await counterpart(session, user_id, viewer_id=owner_id)
    owned = await _locked(session, list_id, owner_id=owner_id)
    if (await viewer_states.of_users(session, [member.id], viewer_id=owner_id))[member.id].blocking:
        raise CannotListBlocked
    if not await lists.insert_member(session, membership_id=membership_id, list_id=owned.id, user_id=member.id):
        raise AlreadyInList(existing=member.global_id)
    if await lists.member_count(session, owned.id) > MAX_MEMBERS:
        raise TooManyMembers(limit=MAX_MEMBERS)
    await _record(session, owned)
    return owned.id


async def remove_member(session: WriteSession, list_id: int | None, *, user_id: int | None, owner_id: int) -> int:
    """Afterwards they are not in the list, whether or not they were. Raises NotFound or NotTheOwner."""
    owned = await _owned(session, list_id, owner_id=owner_id)
    if user_id is not None and await lists.delete_member(session, list_id=owned.id, user_id=user_id):
        await _record(session, owned)
    else:
        # Who cannot be seen any more can be removed, but not found out about.
        await counterpart(session, user_id, viewer_id=owner_id)
    return owned.id


async def follow(session: WriteSession, list_id: int | None, *, follow_id: int, user_id: int) -> int:
    """Raises NotFound, CannotFollowOwnList or AlreadyFollowingList."""
    seen = await _visible(session, list_id, viewer_id=user_id)
    if seen.owner_id == user_id:
        raise CannotFollowOwnList
    await pairs.lock(session, user_id, seen.owner_id)
    await lists.keep(session, seen.id)
    # Meanwhile there may have come a block, or the list may have become private.
    await _visible(session, list_id, viewer_id=user_id)
    if not await lists.insert_follow(session, follow_id=follow_id, list_id=seen.id, user_id=user_id):
        raise AlreadyFollowingList(existing=seen.global_id)
    return seen.id


async def unfollow(session: WriteSession, list_id: int | None, *, user_id: int) -> int:
    """Afterwards the user does not follow the list, whether or not they did. Raises NotFound."""
    seen = await _visible(session, list_id, viewer_id=user_id)
    await lists.delete_follow(session, list_id=seen.id, user_id=user_id)
    return seen.id


async def _record(session: WriteSession, changed: UserList) -> None:
    await changes.record(session, [NewChange(ChangeKind.LIST_CHANGED, changed.owner_id, subject_id=changed.id)])


async def _locked(session: WriteSession, list_id: int | None, *, owner_id: int) -> UserList:
    """The list, which nobody else changes until the transaction ends. People are locked before lists."""
    if list_id is not None:
        await lists.lock(session, list_id)
    return await _owned(session, list_id, owner_id=owner_id)


async def _owned(session: WriteSession, list_id: int | None, *, owner_id: int) -> UserList:
    seen = await _visible(session, list_id, viewer_id=owner_id)
    if seen.owner_id != owner_id:
        raise NotTheOwner
    return seen


async def _visible(session: WriteSession, list_id: int | None, *, viewer_id: int) -> UserList:
    found = None if list_id is None else (await lists.by_id(session, [list_id], viewer_id=viewer_id)).get(list_id)
    if found is None:
        raise NotFound("list", field="listId")
    return found
