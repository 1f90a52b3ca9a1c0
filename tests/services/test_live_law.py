"""The law of live timelines: the page that a client has read and the events since are the page as it would be read now.

Random histories of six people are watched while streams, processes, workers, connections and Redis die at chosen
points, commits come late and out of order, and streams fall behind. Nothing is missing and nothing comes twice, or a
gap says what may be missing.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain import retweets
from domain.changes import OF_ENTRIES, OF_VIEWERS, Change, Snapshot
from domain.records import RebuildCause
from domain.retweets import ONCE_WITHIN
from infra.redis import Redis
from resolvers.stream_events import REBUILDS
from services import fan_out, live, watches
from services.runtime import Runtime
from stores import changes
from tests.services.home_oracle import Post
from tests.services.home_world import peopled
from tests.services.live_clients import Client
from tests.services.live_faults import Fate, SlowDatabase
from tests.services.live_world import LiveWorld

SEEDS = range(3)
STEPS = 150
KILLS = 70
"""Of each history: more than 200 in all."""


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_page_and_the_events_since_are_the_page_of_now(
    shared_runtime: Runtime, without_redis: Redis, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    once_within = timedelta(seconds=1) if seed % 2 else ONCE_WITHIN
    for module, name, value in (
        (retweets, "ONCE_WITHIN", once_within),
        (fan_out, "CHUNK", 1),
        (live, "HEARTBEAT_S", 0),
        (watches, "HELD", 6),
        (live, "MAX_READ", 12),
    ):
        monkeypatch.setattr(module, name, value)
    world = await peopled(LiveWorld, shared_runtime, without_redis, random.Random(seed), once_within=once_within)
    await world.meet()
    database = SlowDatabase(shared_runtime.database.url)
    await world.watched(database, Fate(monkeypatch))
    done: list[str] = []
    try:
        for _ in range(STEPS):
            done += [await world.step(), await world.live_step(), await world.live_step()]
        for client in world.clients:
            await world.check(client)
    except Exception as error:
        error.add_note(f"seed {seed} after {len(done)} steps: {', '.join(done[-40:])}")
        raise
    finally:
        for client in world.clients:
            await client.disconnect()
        await database.close()
    async with shared_runtime.database.read() as session:
        log, _ = await changes.since(session, Snapshot(1, 1))
    for client in world.clients:
        nothing_came_twice(client, world.oracle.posts, log)
    assert world.kills.total() >= KILLS, world.kills
    assert world.checks[True] > world.checks[False], "most need no page"


def nothing_came_twice(client: Client, posts: list[Post], log: list[Change]) -> None:
    """Each entry as often at most as something happened to it, and so each cause to fetch the timeline again."""
    by_id = {post.id: post for post in posts}
    meant: dict[int, set[int]] = {}
    may_come: Counter[int | RebuildCause] = Counter()
    for change in log:
        if change.kind in OF_ENTRIES:
            assert change.tweet_id is not None
            meant[change.id] = set(_concerned(by_id[change.tweet_id], posts))
            may_come.update(meant[change.id])
        elif change.kind in REBUILDS and _may_rebuild(change, client):
            may_come[REBUILDS[change.kind]] += 1
    for what, place in client.may_come_again:
        if place.telling is not None and what not in meant.get(place.through, ()):
            may_come[what] += 1
    for told in client.told:
        assert not told - may_come, client.timeline.name


def _may_rebuild(change: Change, client: Client) -> bool:
    viewer = client.timeline.viewer
    return change.kind not in OF_VIEWERS or (viewer is not None and change.user_id == viewer.user.id)


def _concerned(changed: Post, posts: list[Post]) -> Iterator[int]:
    """The tweet, its retweets, and those of what it retweets."""
    for post in posts:
        if post is changed or (post.retweet_of is not None and post.retweet_of in (changed, changed.retweet_of)):
            yield post.id
