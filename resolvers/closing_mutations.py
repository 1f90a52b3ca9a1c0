"""Closing one's account."""

from __future__ import annotations

from typing import Protocol

from domain.errors import DomainError
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import MutationInput, Outcome, outcome, refused
from services import accounts, closing


class CloseAccountInput(MutationInput, Protocol):
    password: str


async def deactivate(context: Context, *, input: CloseAccountInput) -> Outcome:
    return await _closed(context, input, mutation="deactivateAccount", for_good=False)


async def delete(context: Context, *, input: CloseAccountInput) -> Outcome:
    return await _closed(context, input, mutation="deleteAccount", for_good=True)


async def _closed(context: Context, input: CloseAccountInput, *, mutation: str, for_good: bool) -> Outcome:
    user_id, now = context.required_viewer().user.id, context.runtime.now()

    async def use_case(session: WriteSession) -> int:
        await closing.close(session, user_id, now=now, for_good=for_good)
        return user_id

    try:
        await accounts.check_password(context.runtime, user_id=user_id, password=input.password, client=context.client)
    except DomainError as error:
        return refused(error, input)
    done = await outcome(context, use_case, input, mutation=mutation)
    if not done.user_errors:
        context.sign_in(None)
    return done
