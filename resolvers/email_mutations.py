"""Verifying and changing the address of an account, and resetting its password."""

from __future__ import annotations

import hashlib
from typing import Protocol

from domain.errors import DomainError, IdempotencyMismatch
from domain.rate_limits import RateLimitedAction
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.mutations import MutationInput, Outcome, outcome, refused
from services import accounts, emails
from services.rate_limits import Counted
from stores.visibility import NOBODY

PASSWORD_RESET = Counted(RateLimitedAction.PASSWORD_RESET)
VERIFICATION = Counted(RateLimitedAction.EMAIL_VERIFICATION, every_try=True)


class RequestEmailVerificationInput(MutationInput, Protocol): ...


class VerifyEmailInput(MutationInput, Protocol):
    token: str


class ChangeEmailInput(MutationInput, Protocol):
    new_email: str
    password: str


class RequestPasswordResetInput(MutationInput, Protocol):
    email: str


class ResetPasswordInput(MutationInput, Protocol):
    token: str
    new_password: str


async def request_email_verification(context: Context, *, input: RequestEmailVerificationInput) -> Outcome:
    viewer_id = context.required_viewer().user.id

    async def use_case(session: WriteSession) -> int:
        await emails.request_verification(session, viewer_id)
        return viewer_id

    return await outcome(context, use_case, input, mutation="requestEmailVerification")


async def verify_email(context: Context, *, input: VerifyEmailInput) -> Outcome:
    async def use_case(session: WriteSession) -> int:
        return await emails.verify(session, input.token, now=context.runtime.now())

    caller = _holder_of(input.token)
    return await outcome(context, use_case, input, mutation="verifyEmail", caller=caller, counted=VERIFICATION)


async def change_email(context: Context, *, input: ChangeEmailInput) -> Outcome:
    viewer_id = context.required_viewer().user.id

    async def use_case(session: WriteSession) -> int:
        await emails.request_change(session, viewer_id, input.new_email)
        return viewer_id

    try:
        await accounts.check_password(
            context.runtime, user_id=viewer_id, password=input.password, client=context.client
        )
    except DomainError as error:
        return refused(error, input)
    return await outcome(context, use_case, input, mutation="changeEmail")


async def request_password_reset(context: Context, *, input: RequestPasswordResetInput) -> Outcome:
    async def use_case(session: WriteSession) -> int:
        await emails.request_password_reset(session, input.email)
        return NOBODY

    caller = _holder_of(input.email.lower())
    return await outcome(
        context, use_case, input, mutation="requestPasswordReset", caller=caller, counted=PASSWORD_RESET
    )


async def reset_password(context: Context, *, input: ResetPasswordInput) -> Outcome:
    runtime = context.runtime
    try:
        password_hash = await emails.hash_of_new_password(runtime, input.token, input.new_password)
    except DomainError as error:
        return refused(error, input)

    async def use_case(session: WriteSession) -> int:
        return await emails.reset_password(session, input.token, password_hash=password_hash, now=runtime.now())

    done = await outcome(context, use_case, input, mutation="resetPassword", caller=_holder_of(input.token))
    if done.replayed:
        assert done.subject_id is not None
        if not await accounts.has_password(runtime, user_id=done.subject_id, password=input.new_password):
            return refused(IdempotencyMismatch(), input)
    return done


def _holder_of(secret: str) -> str:
    """Whose idempotency keys are meant where nobody need be signed in."""
    return f"holder:{hashlib.sha256(secret.encode('utf-8', 'surrogatepass')).hexdigest()}"
