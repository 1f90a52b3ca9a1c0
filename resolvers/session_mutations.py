"""Ending sessions."""

from __future__ import annotations

from typing import Protocol

from domain import ids
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import MutationInput, Outcome, outcome
from services import sessions
from stores.sessions import revoke_all


class LogOutInput(MutationInput, Protocol): ...


class RevokeSessionInput(MutationInput, Protocol):
    session_id: str


class LogOutEverywhereInput(MutationInput, Protocol):
    keep_current: bool


async def log_out(context: Context, *, input: LogOutInput) -> Outcome:
    return await _revoked(context, input, context.required_viewer().session_id, mutation="logOut")


async def revoke_session(context: Context, *, input: RevokeSessionInput) -> Outcome:
    return await _revoked(context, input, ids.raw_id(input.session_id, "Session"), mutation="revokeSession")


async def log_out_everywhere(context: Context, *, input: LogOutEverywhereInput) -> Outcome:
    viewer = context.required_viewer()
    kept_id = viewer.session_id if input.keep_current else None

    async def use_case(session: WriteSession) -> int:
        now = context.runtime.now()
        await revoke_all(session, user_id=viewer.user.id, now=now, kept_id=kept_id)
        return viewer.user.id

    done = await outcome(context, use_case, input, mutation="logOutEverywhere")
    if not done.user_errors and kept_id is None:
        context.sign_in(None)
    return done


async def _revoked(context: Context, input: MutationInput, session_id: int | None, *, mutation: str) -> Outcome:
    viewer = context.required_viewer()

    async def use_case(session: WriteSession) -> int:
        return await sessions.revoke(session, session_id, user_id=viewer.user.id, now=context.runtime.now())

    done = await outcome(context, use_case, input, mutation=mutation)
    if not done.user_errors and session_id == viewer.session_id:
        context.sign_in(None)
    return done
