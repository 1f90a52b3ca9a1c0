"""Whoever is not told to differ is given by the lookups exactly what the one is given, whom they were compared with."""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
import pytest
from sqlalchemy import TextClause

from infra.database import Database
from loaders import tweets, users, viewer_states
from services.runtime import Runtime
from stores import agreement, home_timelines
from tests.stores.agreement_world import NOBODY_HAS, PEOPLE, peopled
from tests.stores.plans import PEOPLE as PEOPLE_ROWS
from tests.stores.plans import TWEETS as TWEET_ROWS
from tests.stores.plans import filled, plan_of
from tests.stores.test_home_plans import ROWS

EMPTY = {"bookmarks", "follow_requests", "likes", "polls", "tweet_mentions"}


class Case(msgspec.Struct, frozen=True):
    differ: Callable[..., Awaitable[set[int]]]
    lookups: Sequence[Callable[[Database, int, list[int]], Awaitable[Sequence[object]]]]
    of_users: bool = False
    is_exact: bool = True
    """Whether nobody is told to differ who is given the same."""


async def _home(database: Database, viewer_id: int, tweet_ids: list[int]) -> list[bool]:
    async with database.read() as session:
        found = await home_timelines.belonging(session, viewer_id, tweet_ids)
    return [tweet_id in found for tweet_id in tweet_ids]


CASES = {
    "users": Case(agreement.users_differ, [users.by_id], of_users=True),
    # What is hidden may be muted, too, which then makes no difference.
    "tweets": Case(agreement.tweets_differ, [tweets.by_id, tweets.embedded_by_id], is_exact=False),
    "tweet states": Case(agreement.tweet_states_differ, [viewer_states.of_tweets], is_exact=False),
    "user states": Case(agreement.user_states_differ, [viewer_states.of_users], of_users=True, is_exact=False),
    "home": Case(agreement.homes_differ, [_home]),
}
VIEWERS = [*PEOPLE, NOBODY_HAS]
PAIRS = 3
FOLLOWERS = """
INSERT INTO follows (id, follower_id, followee_id) SELECT n, n, 1 FROM generate_series(2, 60) AS n
"""
BY_THE_FOLLOWED = [500, 1_000]


async def _given(database: Database, case: Case, ids: list[int]) -> Mapping[int, Mapping[int, list[object]]]:
    """What the lookups give each viewer for each id."""
    given = {}
    for viewer_id in VIEWERS:
        looked_up = [await lookup(database, viewer_id, ids) for lookup in case.lookups]
        given[viewer_id] = {each: [values[n] for values in looked_up] for n, each in enumerate(ids)}
    return given


@pytest.mark.parametrize("seed", range(4))
async def test_whoever_does_not_differ_is_given_the_same(runtime: Runtime, seed: int) -> None:
    chance = random.Random(seed)
    tweet_ids = await peopled(runtime.database, chance)
    async with runtime.database.read() as session:
        for name, case in CASES.items():
            ids = [*(PEOPLE if case.of_users else tweet_ids), NOBODY_HAS]
            given = await _given(runtime.database, case, ids)
            for than in VIEWERS:
                for asked in [*([each] for each in ids), *(chance.sample(ids, 2) for _ in range(PAIRS))]:
                    others = {one for one in VIEWERS if any(given[one][n] != given[than][n] for n in asked)}
                    found = await case.differ(session, asked, VIEWERS, than=than)
                    assert others <= found, (name, than, asked)
                    assert found == others or not case.is_exact, (name, than, asked)


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
async def test_followers_who_did_nothing_else_agree_in_one_statement(
    runtime: Runtime, statements: list[str], case: Case
) -> None:
    async with filled(runtime, PEOPLE_ROWS, TWEET_ROWS, FOLLOWERS) as session:
        for viewer_ids in ([3], range(2, 52)):
            statements.clear()
            assert not await case.differ(session, [1] if case.of_users else BY_THE_FOLLOWED, viewer_ids, than=2)
            assert len(statements) == 1


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(agreement._USERS, id="users"),
        pytest.param(agreement._TWEETS, id="tweets"),
        pytest.param(agreement._TWEET_STATES, id="tweet states"),
        pytest.param(agreement._USER_STATES, id="user states"),
        pytest.param(agreement._HOMES, id="homes"),
    ],
)
async def test_rows_are_looked_up_by_their_keys_for_each_viewer(runtime: Runtime, statement: TextClause) -> None:
    asked = {"viewer_ids": list(range(1, 400)), "than": 7, "ids": [23_001, 301, 12], "once_within_ms": 0}
    async with filled(runtime, *ROWS) as session:
        found = await plan_of(session, statement, asked)
    assert set(re.findall(r"Seq Scan on (\w+)", found)) <= EMPTY, found
