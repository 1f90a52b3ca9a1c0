"""Asking a protected account to be let in. `services/follows.py` makes and withdraws the requests."""

from __future__ import annotations

from domain.errors import NotFound
from domain.records import User
from infra.database import WriteSession
from services import follows
from services.runtime import Runtime
from stores import follow_requests, pairs, profiles, timelines
from stores.id_leases import Snowflakes

CHUNK = 100
"""Requests answered in one transaction, which keeps as many pairs of people locked."""


async def accept(session: WriteSession, *, follow_id: int, follower_id: int | None, followee_id: int) -> User:
    """Raises NotFound."""
    follower = await follows.counterpart(session, follower_id, viewer_id=followee_id)
    if not await follow_requests.delete(session, follower_id=follower.id, followee_id=followee_id):
        raise NotFound("follow request", field="userId")
    await follows.follow(session, [(follow_id, follower.id, followee_id)])
    return follower


async def reject(session: WriteSession, *, follower_id: int | None, followee_id: int) -> User:
    """Afterwards there is no request, whether or not there was one. Raises NotFound."""
    follower = await follows.counterpart(session, follower_id, viewer_id=followee_id)
    if await follow_requests.delete(session, follower_id=follower.id, followee_id=followee_id):
        await follows.record_request(session, follower_id=follower.id, followee_id=followee_id)
    return follower


async def accept_all(runtime: Runtime, followee_id: int) -> None:
    """An account that is open to all lets in everybody who has asked; stops where it is protected again."""
    while True:
        async with runtime.database.write() as session:
            let_in = await _accept_chunk(session, runtime.snowflakes, followee_id)
        if let_in is None:
            return
        await timelines.drop(runtime.redis, let_in)


async def _accept_chunk(session: WriteSession, snowflakes: Snowflakes, followee_id: int) -> list[int] | None:
    """Who is let in; None where nobody asks any more."""
    asking = await follow_requests.oldest(session, followee_id, limit=CHUNK)
    if not asking:
        return None
    await pairs.lock_all(session, [(follower_id, followee_id) for follower_id in asking])
    if await profiles.stays_protected(session, followee_id):
        return None
    still_asking = await follow_requests.delete_all(session, asking, followee_id=followee_id)
    await follows.follow(session, [(snowflakes.next(), follower_id, followee_id) for follower_id in still_asking])
    return still_asking
