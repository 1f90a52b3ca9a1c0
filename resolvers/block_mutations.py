"""Blocking and unblocking."""

from __future__ import annotations

from domain import ids
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.follow_mutations import UserInput
from resolvers.mutations import Outcome, outcome
from services import blocks


async def block(context: Context, *, input: UserInput) -> Outcome:
    viewer_id, blocked_id = context.required_viewer().user.id, ids.raw_id(input.user_id, "User")

    async def use_case(session: WriteSession) -> int:
        block_id = context.runtime.snowflakes.next()
        blocked = await blocks.block(session, block_id=block_id, blocker_id=viewer_id, blocked_id=blocked_id)
        return blocked.id

    return await outcome(context, use_case, input, mutation="blockUser", subject_if_refused=blocked_id)


async def unblock(context: Context, *, input: UserInput) -> Outcome:
    viewer_id, blocked_id = context.required_viewer().user.id, ids.raw_id(input.user_id, "User")

    async def use_case(session: WriteSession) -> int:
        return (await blocks.unblock(session, blocker_id=viewer_id, blocked_id=blocked_id)).id

    return await outcome(context, use_case, input, mutation="unblockUser")
