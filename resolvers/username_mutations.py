"""Changing one's username."""

from __future__ import annotations

from typing import Protocol

from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import MutationInput, Outcome, outcome
from services import usernames


class ChangeUsernameInput(MutationInput, Protocol):
    username: str


async def change_username(context: Context, *, input: ChangeUsernameInput) -> Outcome:
    user_id = context.required_viewer().user.id

    async def use_case(session: WriteSession) -> int:
        await usernames.change(session, user_id, input.username, now=context.runtime.now())
        return user_id

    return await outcome(context, use_case, input, mutation="changeUsername")
