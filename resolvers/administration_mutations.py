"""What moderators and admins do to accounts."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from domain.records import UserResult, VerificationKind
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.follow_mutations import UserInput
from resolvers.lookups import user_results
from resolvers.mutations import Outcome, outcome, subjects_of
from services import administration


class VerifyUserInput(UserInput, Protocol):
    kind: VerificationKind
    issuer: str


class SuspendUserInput(UserInput, Protocol):
    reason: str


async def verify(context: Context, *, input: VerifyUserInput) -> Outcome:
    async def use_case(session: WriteSession) -> int:
        return await administration.verify(
            session, _user_id(input), kind=input.kind, issuer=input.issuer, now=context.runtime.now()
        )

    return await outcome(context, use_case, input, mutation="verifyUser")


async def unverify(context: Context, *, input: UserInput) -> Outcome:
    async def use_case(session: WriteSession) -> int:
        return await administration.unverify(session, _user_id(input))

    return await outcome(context, use_case, input, mutation="unverifyUser")


async def suspend(context: Context, *, input: SuspendUserInput) -> Outcome:
    moderator_id = context.required_viewer().user.id

    async def use_case(session: WriteSession) -> int:
        return await administration.suspend(
            session, _user_id(input), reason=input.reason, by_id=moderator_id, now=context.runtime.now()
        )

    return await outcome(context, use_case, input, mutation="suspendUser")


async def unsuspend(context: Context, *, input: UserInput) -> Outcome:
    async def use_case(session: WriteSession) -> int:
        return await administration.unsuspend(session, _user_id(input))

    return await outcome(context, use_case, input, mutation="unsuspendUser")


async def user_results_of(parents: list[Outcome], context: Context) -> list[UserResult | None]:
    """The user each mutation was about, as they can be seen now; None when it was refused."""
    return await subjects_of(parents, context, user_results)


def _user_id(input: UserInput) -> int | None:
    return ids.raw_id(input.user_id, "User")
