"""The frame around every mutation: one transaction, an idempotency key inside it, refusals as data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeAlias

import msgspec

from domain.errors import Constraint, DomainError, IdempotencyMismatch, RateLimited, ValidationFailed
from domain.rate_limits import SCOPES, LimitScope, counted_network
from domain.user_errors import UserError, user_error
from infra.database import WriteSession
from resolvers.context import Context
from resolvers.lookups import Load, Record, pointed_at
from services import rate_limits
from services.rate_limits import Counted
from stores import idempotency
from stores.idempotency import StoredOutcome

UseCase: TypeAlias = Callable[[WriteSession], Awaitable[int]]
"""Does the work in the given transaction and returns the id of the tweet, user, list ... it was about."""

_KEY = re.compile(r"[\x21-\x7e]{1,100}")
_NOT_OF_THE_REQUEST = {"idempotency_key", "client_mutation_id"}
_SECRET = {"password", "new_password"}
"""A fast hash of what people can remember must not be stored: these are checked again on a replay instead."""


class MutationInput(Protocol):
    """What every input has, beside what the mutation is about."""

    idempotency_key: str | None
    client_mutation_id: str | None


class Outcome(msgspec.Struct, frozen=True):
    """What became of a mutation; `subject_id` is the tweet, user, list ... it was about, None when refused."""

    subject_id: int | None
    user_errors: tuple[UserError, ...] = ()
    client_mutation_id: str | None = None
    replayed: bool = False


async def outcome(
    context: Context,
    use_case: UseCase,
    input: MutationInput,
    *,
    mutation: str,
    caller: str | None = None,
    subject_if_refused: int | None = None,
    counted: Counted | None = None,
) -> Outcome:
    """Runs the use case in one transaction, committed before this returns, unless its key ran before.

    The same key with another mutation or another input is refused. A refusal is not kept: nothing was written, and
    a later call with its key tries again. A key belongs to the viewer, or to `caller` where nobody need be signed in.
    What is `counted` may be done only so often, by the viewer or from a network; replays do not count, nor refusals
    where not every try does, nor does a full limit keep a replay from its answer.
    """
    caller = caller or f"user:{context.required_viewer().user.id}"
    try:
        async with (
            rate_limits.attempt(context.runtime, counted, _whose(counted, context)) as attempt,
            context.runtime.database.write() as session,
        ):
            if input.idempotency_key is None:
                subject_id, replayed = await use_case(session), False
            else:
                digest = request_digest(mutation, input)
                subject_id, replayed = await once(session, use_case, caller, input.idempotency_key, digest)
            attempt.was_done = not replayed
    except RateLimited as error:
        return await _replay(context, input, mutation, caller) or refused(error, input, subject_id=subject_if_refused)
    except DomainError as error:
        return refused(error, input, subject_id=subject_if_refused)
    finally:
        context.renew()
    return Outcome(subject_id, (), input.client_mutation_id, replayed)


def _whose(counted: Counted | None, context: Context) -> object:
    if counted is not None and SCOPES[counted.action] is LimitScope.IP:
        return counted_network(context.client.ip_address)
    return context.viewer_id


async def _replay(context: Context, input: MutationInput, mutation: str, caller: str) -> Outcome | None:
    key = input.idempotency_key
    if key is None or not _KEY.fullmatch(key):
        return None
    async with context.runtime.database.read() as session:
        done = await idempotency.find(session, caller=caller, key=key)
    if done is None or done.request_sha256 != request_digest(mutation, input):
        return None
    return Outcome(done.outcome.subject_id, (), input.client_mutation_id, replayed=True)


async def subjects_of(parents: Sequence[Outcome], context: Context, load: Load[int, Record]) -> list[Record | None]:
    """What each mutation was about; None when it was refused, or it is not found by now."""
    return await pointed_at([parent.subject_id for parent in parents], context, load)


def refused(error: DomainError, input: MutationInput, *, subject_id: int | None = None) -> Outcome:
    return Outcome(subject_id, (user_error(error),), input.client_mutation_id)


def request_digest(mutation: str, input: MutationInput) -> bytes:
    """Of everything the client asked for, but secrets."""
    fields: dict[str, object] = msgspec.to_builtins(input, enc_hook=repr)
    asked = {name: value for name, value in fields.items() if name not in _NOT_OF_THE_REQUEST | _SECRET}
    return hashlib.sha256(msgspec.json.encode((mutation, asked))).digest()


def check_key(key: str) -> None:
    """Raises ValidationFailed."""
    if not _KEY.fullmatch(key):
        raise ValidationFailed(
            "An idempotency key is 1 to 100 printable ASCII characters without spaces.",
            field="idempotencyKey",
            constraint=Constraint.MALFORMED,
        )


async def once(
    session: WriteSession, use_case: UseCase, caller: str, key: str, request_sha256: bytes
) -> tuple[int, bool]:
    """The subject of this call, or of the first one with the key, and whether there was one."""
    check_key(key)
    done = await idempotency.claim(session, caller=caller, key=key, request_sha256=request_sha256)
    if done is not None:
        if done.request_sha256 != request_sha256:
            raise IdempotencyMismatch
        return done.outcome.subject_id, True
    subject_id = await use_case(session)
    await idempotency.record(session, caller=caller, key=key, outcome=StoredOutcome(subject_id=subject_id))
    return subject_id, False
