"""An account that opens lets in who has asked: once, however often it runs, and never across a block."""

from __future__ import annotations

from typing import Any

import pytest

from services import follow_requests
from services.runtime import Runtime
from tests.api.races import queued
from tests.client import Api, People
from tests.queue import Queue
from tests.workers.outbox_rows import OutboxRows

FOLLOW = "mutation Follow($id: ID!) { followUser(input: {userId: $id}) { userErrors { code } } }"
UNFOLLOW = "mutation Unfollow($id: ID!) { unfollowUser(input: {userId: $id}) { userErrors { code } } }"
BLOCK = "mutation Block($id: ID!) { blockUser(input: {userId: $id}) { userErrors { code } } }"
OPEN = "mutation { updatePrivacy(input: {isProtected: false}) { userErrors { code } } }"
STATE = """
{ viewer {
  followRequests { nodes { username } }
  user { followerCount { value } followers { nodes { username } } }
} }
"""


def state(*followers: str) -> dict[str, Any]:
    nodes = [{"username": name} for name in followers]
    user = {"followerCount": {"value": len(nodes)}, "followers": {"nodes": nodes}}
    return {"viewer": {"followRequests": {"nodes": []}, "user": user}}


async def test_run_twice_it_does_what_one_run_does(api: Api, people: People, queue: Queue, rows: OutboxRows) -> None:
    await api.protected(people.ann)
    for person in (people.bob, people.cat):
        await api.data(FOLLOW, {"id": people.ann.id}, by=person)
    await api.data(OPEN, by=people.ann)
    stored = await rows.stored()
    await queue.drained()
    assert await api.data(STATE, by=people.ann) == state("cat", "bob")
    await rows.put_back(stored)
    assert await queue.drained() == 1
    assert await api.data(STATE, by=people.ann) == state("cat", "bob")


@pytest.mark.parametrize("other", ["block", "withdraw"])
@pytest.mark.parametrize("first", [True, False])
async def test_with_a_block_or_a_withdrawal_at_once_nobody_is_let_in(
    api: Api, people: People, runtime: Runtime, queue: Queue, other: str, *, first: bool
) -> None:
    await api.protected(people.ann)
    await api.data(FOLLOW, {"id": people.ann.id}, by=people.bob)
    await api.data(OPEN, by=people.ann)

    async def let_in() -> dict[str, Any]:
        await follow_requests.accept_all(runtime, people.ann.raw_id)
        return {}

    other_one = (
        api.data(BLOCK, {"id": people.bob.id}, by=people.ann)
        if other == "block"
        else api.data(UNFOLLOW, {"id": people.ann.id}, by=people.bob)
    )
    await queued(runtime, people.ann, people.bob, *((let_in(), other_one) if first else (other_one, let_in())))
    await queue.drained()
    assert await api.data(STATE, by=people.ann) == state()
