"""Lists of people, what is in them, and whose they are."""

from __future__ import annotations

from domain import ids
from domain.errors import MalformedId
from domain.pages import Connection, PageArgs
from domain.records import (
    TimelinePage,
    TimelineReasonCode,
    User,
    UserList,
    UserListViewerState,
    UserResult,
    Viewer,
)
from resolvers.context import Context
from resolvers.listings import connected
from resolvers.lookups import visible_lists, visible_users
from resolvers.mutations import Outcome, subjects_of
from resolvers.timeline_pages import DEFAULT_PAGE as DEFAULT_TIMELINE_PAGE
from resolvers.timeline_pages import page_from_database
from services import list_timelines
from stores import lists


async def user_list(context: Context, *, id: ids.GlobalId) -> UserList | None:
    raw = ids.raw_id(id, "UserList")
    if raw is None:
        raise MalformedId(id)
    return await context.loaders.list_by_id.load(raw)


async def owners(parents: list[UserList], context: Context) -> list[UserResult]:
    return await context.loaders.user_by_id.load_many([parent.owner_id for parent in parents])


async def members(parents: list[UserList], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await connected(parents, context, "listMembers", lists.MEMBERS, page, visible_users)


async def followers(parents: list[UserList], context: Context, *, page: PageArgs) -> list[Connection[User]]:
    return await connected(parents, context, "listFollowers", lists.FOLLOWERS, page, visible_users)


async def timeline(parents: list[UserList], context: Context, *, page: PageArgs) -> list[TimelinePage]:
    request = page.requested("list", default=DEFAULT_TIMELINE_PAGE)
    list_ids = list(dict.fromkeys(parent.id for parent in parents))
    found = await list_timelines.pages(context.runtime.database, list_ids, request, viewer_id=context.viewer_id)
    return [
        page_from_database(
            "list",
            request,
            parent.id,
            [(entry.tweet.id, entry.tweet) for entry in found[parent.id].entries],
            TimelineReasonCode.LIST,
            context,
            has_more=found[parent.id].has_more,
            looked_at=found[parent.id].looked_at,
            snapshot=found[parent.id].snapshot,
        )
        for parent in parents
    ]


async def viewer_states(parents: list[UserList], context: Context) -> list[UserListViewerState | None]:
    if context.viewer_id is None:
        return [None] * len(parents)
    async with context.runtime.database.read() as session:
        found = await lists.viewer_states(session, [parent.id for parent in parents], viewer_id=context.viewer_id)
    return [found.get(parent.id) for parent in parents]


async def owned_by(parents: list[User], context: Context, *, page: PageArgs) -> list[Connection[UserList]]:
    return await connected(parents, context, "lists", lists.OWNED, page, visible_lists)


async def memberships(parents: list[User], context: Context, *, page: PageArgs) -> list[Connection[UserList]]:
    return await connected(parents, context, "listMemberships", lists.MEMBERSHIPS, page, visible_lists)


async def own(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[UserList]]:
    return await connected([viewer.user for viewer in parents], context, "lists", lists.OWNED, page, visible_lists)


async def followed(parents: list[Viewer], context: Context, *, page: PageArgs) -> list[Connection[UserList]]:
    return await connected(
        [viewer.user for viewer in parents], context, "followedLists", lists.FOLLOWED, page, visible_lists
    )


async def lists_of(parents: list[Outcome], context: Context) -> list[UserList | None]:
    """The list each mutation was about; None when it was refused, or the list is gone by now."""
    return await subjects_of(parents, context, visible_lists)
