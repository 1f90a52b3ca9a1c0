"""Making, changing and following lists of people."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from domain.lists import ListChanges
from domain.records import UserList
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import MutationInput, Outcome, outcome
from services import lists


class CreateListInput(MutationInput, Protocol):
    name: str
    description: str
    is_private: bool


class ListInput(MutationInput, Protocol):
    list_id: str


class UpdateListInput(ListInput, Protocol):
    name: str | None
    description: str | None
    is_private: bool | None
    if_version: int | None


class ListMemberInput(ListInput, Protocol):
    user_id: str


async def create(context: Context, *, input: CreateListInput) -> Outcome:
    viewer_id = context.required_viewer().user.id

    async def use_case(session: WriteSession) -> int:
        new = UserList(
            id=context.runtime.snowflakes.next(),
            owner_id=viewer_id,
            name=input.name,
            description=input.description,
            is_private=input.is_private,
            created_at=context.runtime.now(),
        )
        return await lists.create(session, new)

    return await outcome(context, use_case, input, mutation="createList")


async def update(context: Context, *, input: UpdateListInput) -> Outcome:
    viewer_id, list_id = context.required_viewer().user.id, ids.raw_id(input.list_id, "UserList")
    changes = ListChanges(name=input.name, description=input.description, is_private=input.is_private)

    async def use_case(session: WriteSession) -> int:
        return await lists.update(session, list_id, changes, owner_id=viewer_id, if_version=input.if_version)

    return await outcome(context, use_case, input, mutation="updateList")


async def delete(context: Context, *, input: ListInput) -> Outcome:
    viewer_id, list_id = context.required_viewer().user.id, ids.raw_id(input.list_id, "UserList")

    async def use_case(session: WriteSession) -> int:
        return await lists.delete(session, list_id, owner_id=viewer_id)

    return await outcome(context, use_case, input, mutation="deleteList")


def deleted_list_id(parent: Outcome) -> ids.GlobalId | None:
    return None if parent.subject_id is None else ids.global_id("UserList", parent.subject_id)


async def add_member(context: Context, *, input: ListMemberInput) -> Outcome:
    viewer_id, list_id = context.required_viewer().user.id, ids.raw_id(input.list_id, "UserList")
    user_id = ids.raw_id(input.user_id, "User")

    async def use_case(session: WriteSession) -> int:
        membership_id = context.runtime.snowflakes.next()
        return await lists.add_member(
            session, list_id, membership_id=membership_id, user_id=user_id, owner_id=viewer_id
        )

    return await outcome(context, use_case, input, mutation="addListMember", subject_if_refused=list_id)


async def remove_member(context: Context, *, input: ListMemberInput) -> Outcome:
    viewer_id, list_id = context.required_viewer().user.id, ids.raw_id(input.list_id, "UserList")
    user_id = ids.raw_id(input.user_id, "User")

    async def use_case(session: WriteSession) -> int:
        return await lists.remove_member(session, list_id, user_id=user_id, owner_id=viewer_id)

    return await outcome(context, use_case, input, mutation="removeListMember")


async def follow(context: Context, *, input: ListInput) -> Outcome:
    viewer_id, list_id = context.required_viewer().user.id, ids.raw_id(input.list_id, "UserList")

    async def use_case(session: WriteSession) -> int:
        follow_id = context.runtime.snowflakes.next()
        return await lists.follow(session, list_id, follow_id=follow_id, user_id=viewer_id)

    return await outcome(context, use_case, input, mutation="followList", subject_if_refused=list_id)


async def unfollow(context: Context, *, input: ListInput) -> Outcome:
    viewer_id, list_id = context.required_viewer().user.id, ids.raw_id(input.list_id, "UserList")

    async def use_case(session: WriteSession) -> int:
        return await lists.unfollow(session, list_id, user_id=viewer_id)

    return await outcome(context, use_case, input, mutation="unfollowList")
