"""Fields of people."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from domain.errors import MalformedId
from domain.ids import Snowflake
from domain.records import UnavailableReason, User, UserResult, UserUnavailable, UserViewerState, Viewer
from resolvers.context import Context


class UserBy(Protocol):
    """Exactly one is set."""

    id: str | None
    username: str | None
    raw_id: Snowflake | None


async def user(context: Context, *, by: UserBy) -> UserResult | None:
    if by.username is not None:
        return await context.loaders.user_by_username.load(by.username.replace("\0", "\ufffd"))
    user_id = by.raw_id
    if by.id is not None:
        user_id = _user_id(by.id)
    assert user_id is not None
    found = await context.loaders.user_by_id.load(user_id)
    never_existed = isinstance(found, UserUnavailable) and found.reason is UnavailableReason.NOT_FOUND
    return None if never_existed else found


def _user_id(text: str) -> Snowflake:
    raw = ids.raw_id(text, "User")
    if raw is None:
        raise MalformedId(text)
    return Snowflake(raw)


async def viewer(context: Context) -> Viewer | None:
    return context.viewer


async def viewer_states(parents: list[User], context: Context) -> list[UserViewerState | None]:
    return await context.loaders.user_viewer_state_by_id.load_many([parent.id for parent in parents])
