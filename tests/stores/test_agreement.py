"""Whoever is not told to differ is given by the lookups exactly what the one is given, whom they were compared with."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any

import msgspec
import pytest

from infra.database import Database, WriteSession
from loaders import listings, lists, polls, retweeters, tweets, users, viewer_states
from services.runtime import Runtime
from stores import agreement, home_timelines, keyset, list_timelines, thread_changes
from stores.agreement import Asking, Question
from stores.hashtag_timelines import TAGGED
from stores.tweets import BY_AUTHOR, WITHOUT_REPLIES
from tests.stores.agreement_world import LISTS, NOBODY_HAS, PEOPLE, Tweeted, peopled
from tests.stores.plans import PEOPLE as PEOPLE_ROWS
from tests.stores.plans import TWEETS as TWEET_ROWS
from tests.stores.plans import filled_with, plan_of
from tests.stores.test_home_plans import ROWS

EMPTY = {"bookmarks", "follow_requests", "likes", "tweet_mentions"}


def _tweets(tweets: Sequence[Tweeted]) -> list[int]:
    return [*(tweet.id for tweet in tweets), NOBODY_HAS]


def _people(_: object) -> list[int]:
    return [*PEOPLE, NOBODY_HAS]


def _lists(_: object) -> list[int]:
    return [*LISTS, NOBODY_HAS]


def _written(tweets: Sequence[Tweeted]) -> list[keyset.Candidate]:
    return [
        keyset.Candidate(listing, tweet.author_id, tweet.id)
        for tweet in tweets
        for listing in (BY_AUTHOR, WITHOUT_REPLIES)
    ]


def _tagged(tweets: Sequence[Tweeted]) -> list[keyset.Candidate]:
    return [keyset.Candidate(TAGGED, tag, tweet.id) for tweet in tweets for tag in {tweet.tag, "rain"}]


def _in_lists(tweets: Sequence[Tweeted]) -> list[list_timelines.Candidate]:
    return [list_timelines.Candidate(list_id, tweet.id) for tweet in tweets for list_id in LISTS]


def _below(tweets: Sequence[Tweeted]) -> list[thread_changes.Candidate]:
    return [
        thread_changes.Candidate(above, tweet.id)
        for tweet in tweets
        for above in {tweet.conversation_id, tweet.in_reply_to_id or tweet.id}
    ]


class Case(msgspec.Struct, frozen=True):
    asking: Asking
    lookups: Sequence[Callable[[Database, int, list[Any]], Awaitable[Sequence[object]]]]
    keys: Callable[[Sequence[Tweeted]], Sequence[Hashable]] = _tweets
    is_exact: bool = True
    """Whether nobody is told to differ who is given the same."""


async def _home(database: Database, viewer_id: int, tweet_ids: list[int]) -> list[bool]:
    async with database.read() as session:
        found = await home_timelines.belonging(session, viewer_id, tweet_ids)
    return [tweet_id in found for tweet_id in tweet_ids]


CASES = {
    "users": Case(agreement.users, [users.by_id], _people),
    # What is hidden may be muted, too, which then makes no difference.
    "tweets": Case(agreement.tweets, [tweets.by_id, tweets.embedded_by_id], is_exact=False),
    "tweet states": Case(agreement.tweet_states, [viewer_states.of_tweets], is_exact=False),
    "user states": Case(agreement.user_states, [viewer_states.of_users], _people, is_exact=False),
    "home": Case(agreement.homes, [_home]),
    "lists": Case(agreement.shown_lists, [lists.by_id], _lists),
    "retweeters": Case(agreement.retweeters, [retweeters.of_tweets]),
    "polls": Case(agreement.poll_votes, [polls.of_tweets]),
    "user timelines": Case(agreement.listed, [listings.belonging], _written),
    "hashtags": Case(agreement.listed, [listings.belonging], _tagged),
    "list timelines": Case(agreement.in_list_timelines, [lists.in_timelines], _in_lists),
    "below": Case(agreement.below, [listings.below], _below),
}
VIEWERS = [*PEOPLE, NOBODY_HAS]
KEYS = 30
PAIRS = 3
FOLLOWERS = """
INSERT INTO follows (id, follower_id, followee_id) SELECT n, n, 1 FROM generate_series(2, 60) AS n
"""
BY_THE_FOLLOWED = [Tweeted(tweet_id, 1, "tea7", tweet_id, None) for tweet_id in (500, 1_000)]
LISTS_TAGS_AND_POLLS = (
    "ANALYZE users, tweets",  # or keys that refer to them may be looked for in all of their rows
    "INSERT INTO lists (id, owner_id, name, created_at) SELECT n, n, 'some', now() FROM generate_series(1, 500) AS n",
    """INSERT INTO list_members (id, list_id, user_id)
    SELECT list * 100 + n, list, 1 + (list + n * 7) % 500 FROM generate_series(1, 500) AS list,
        generate_series(1, 60) AS n""",
    """INSERT INTO tweet_hashtags (tag, tweet_id)
    SELECT 'tea' || n % 100 + 7, n FROM generate_series(100, 20000, 100) AS n
    UNION SELECT 'tea' || n % 100, n FROM generate_series(1, 20000) AS n""",
    "INSERT INTO polls (tweet_id, ends_at) SELECT n, now() FROM generate_series(1, 5000) AS n",
    """INSERT INTO poll_options (tweet_id, position, text)
    SELECT n, position, 'yes' FROM generate_series(1, 5000) AS n, generate_series(0, 1) AS position""",
    """INSERT INTO poll_votes (tweet_id, user_id, positions)
    SELECT n, 1 + n % 500, '{1}' FROM generate_series(1001, 5000) AS n""",
    "ANALYZE lists, list_members, tweet_hashtags, polls, poll_options, poll_votes",
)


async def _given(database: Database, case: Case, keys: list[Hashable]) -> Mapping[int, Mapping[Hashable, list[object]]]:
    """What the lookups give each viewer for each key."""
    given = {}
    for viewer_id in VIEWERS:
        looked_up = [await lookup(database, viewer_id, keys) for lookup in case.lookups]
        given[viewer_id] = {each: [values[n] for values in looked_up] for n, each in enumerate(keys)}
    return given


@pytest.mark.parametrize("seed", range(3))
async def test_whoever_does_not_differ_is_given_the_same(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    tweeted = await peopled(runtime.database, chance)
    asked_of: dict[int, list[Question]] = defaultdict(list)
    differing: dict[int, set[int]] = defaultdict(set)
    async with runtime.database.read() as session:
        for name, case in CASES.items():
            keys = list(case.keys(tweeted))
            keys = chance.sample(keys, min(KEYS, len(keys)))
            given = await _given(runtime.database, case, keys)
            for than in VIEWERS:
                for asked in [*([each] for each in keys), *(chance.sample(keys, 2) for _ in range(PAIRS))]:
                    others = {one for one in VIEWERS if any(given[one][n] != given[than][n] for n in asked)}
                    found = await agreement.differing(session, list(case.asking(asked)), VIEWERS, than=than)
                    assert others <= found, (name, than, asked)
                    assert found == others or not case.is_exact, (name, than, asked)
                asked_of[than] += case.asking(asked)
                differing[than] |= found
        for together in (agreement.TOGETHER, 0):
            monkeypatch.setattr(agreement, "TOGETHER", together)
            monkeypatch.setattr(agreement, "_combinations", set())
            for than, questions in asked_of.items():
                assert await agreement.differing(session, questions, VIEWERS, than=than) == differing[than], than


@filled_with(PEOPLE_ROWS, TWEET_ROWS, FOLLOWERS, *LISTS_TAGS_AND_POLLS)
async def test_followers_who_did_nothing_else_agree_in_one_statement(
    filled: WriteSession, statements: list[str]
) -> None:
    questions = [each for case in CASES.values() for each in case.asking(case.keys(BY_THE_FOLLOWED))]
    for viewer_ids in ([3], list(range(2, 52))):
        statements.clear()
        assert not await agreement.differing(filled, questions, viewer_ids, than=2)
        assert len(statements) == 1


TWEET_IDS = [23_001, 301, 12]
ASKED: Mapping[str, Sequence[Any]] = {
    "list timelines": [list_timelines.Candidate(7, 23_001), list_timelines.Candidate(8, 12)],
    "below": [thread_changes.Candidate(11, 23_001), thread_changes.Candidate(300, 301)],
    "hashtags": [keyset.Candidate(TAGGED, "tea1", 301), keyset.Candidate(TAGGED, "tea12", 12)],
    "user timelines": [
        keyset.Candidate(listing, author_id, tweet_id)
        for listing in (BY_AUTHOR, WITHOUT_REPLIES)
        for author_id, tweet_id in ((302, 301), (13, 12))
    ],
}
QUESTIONS = {name: list(case.asking(ASKED.get(name, TWEET_IDS))) for name, case in CASES.items()}
QUESTIONS["all together"] = [each for questions in QUESTIONS.values() for each in questions]


@filled_with(*ROWS, *LISTS_TAGS_AND_POLLS)
@pytest.mark.parametrize("questions", [pytest.param(each, id=name) for name, each in QUESTIONS.items()])
async def test_rows_are_looked_up_by_their_keys_for_each_viewer(
    filled: WriteSession, questions: Sequence[Question]
) -> None:
    statement = agreement._statement(*(each.state for each in questions))
    found = await plan_of(filled, statement, agreement._values(questions, list(range(1, 400)), than=7))
    assert set(re.findall(r"Seq Scan on (\w+)", found)) <= EMPTY, found
