"""The frame around every mutation: one transaction, an idempotency key inside it, refusals as data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import msgspec

from domain.errors import Constraint, DomainError, IdempotencyMismatch, ValidationFailed
from domain.user_errors import UserError, user_error
from infra.database import WriteSession
from resolvers.context import Context
from stores import idempotency

UseCase: TypeAlias = Callable[[WriteSession], Awaitable[int]]
"""Does the work in the given transaction and returns the id of the tweet or user it was about."""

_KEY = re.compile(r"[\x21-\x7e]{1,100}")


class Outcome(msgspec.Struct, frozen=True):
    """What became of a mutation; `subject_id` is the tweet or user it was about, None when refused."""

    subject_id: int | None
    user_errors: tuple[UserError, ...] = ()
    client_mutation_id: str | None = None


async def outcome(
    context: Context,
    use_case: UseCase,
    *,
    request: tuple[str | None, ...],
    idempotency_key: str | None,
    client_mutation_id: str | None,
    subject_if_refused: int | None = None,
) -> Outcome:
    """Runs the use case in one transaction, committed before this returns, unless its key ran before.

    `request` is the mutation's name and arguments: the same key with another request is refused.
    """
    viewer_id = context.required_viewer().user.id
    try:
        async with context.runtime.database.write() as session:
            if idempotency_key is None:
                subject_id = await use_case(session)
            else:
                subject_id = await _once(session, use_case, viewer_id, idempotency_key, request)
    except DomainError as error:
        return Outcome(subject_if_refused, (user_error(error),), client_mutation_id)
    finally:
        context.renew()
    return Outcome(subject_id, (), client_mutation_id)


async def _once(
    session: WriteSession,
    use_case: UseCase,
    viewer_id: int,
    key: str,
    request: tuple[str | None, ...],
) -> int:
    if not _KEY.fullmatch(key):
        raise ValidationFailed(
            "An idempotency key is 1 to 100 printable ASCII characters without spaces.",
            field="idempotencyKey",
            constraint=Constraint.MALFORMED,
        )
    digest = hashlib.sha256(msgspec.json.encode(request)).digest()
    done = await idempotency.claim(session, user_id=viewer_id, key=key, request_sha256=digest)
    if done is not None:
        if done.request_sha256 != digest:
            raise IdempotencyMismatch
        return done.subject_id
    subject_id = await use_case(session)
    await idempotency.record(session, user_id=viewer_id, key=key, subject_id=subject_id)
    return subject_id
