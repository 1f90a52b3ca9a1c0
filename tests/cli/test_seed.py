"""./chirp seed: what the made-up world is like, and that all of it reaches the database through the services."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import mean, median

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from cli import filling, seed
from cli.filling import PASSWORD, AlreadySeeded, Filled, fill
from cli.world import graph
from cli.world.likes import likes
from cli.world.moments import DAY_MS, Moments, Stretch
from cli.world.people import FOUNDER, people
from cli.world.tweets import RECENT, tweets
from domain import ids
from domain.accounts import checked_display_name, checked_region, checked_username
from domain.snowflakes import ClockOutOfLease
from domain.text import Mention
from domain.tweets import checked_text
from infra.embedded import ServerUrls
from services.runtime import Runtime
from tests.client import Api, Person
from tests.conftest import emptied

NOW_MS = 1_790_000_000_000
LOG_IN = """
mutation LogIn($input: LogInInput!) {
  logIn(input: $input) { accessToken refreshToken viewer { user { id rawId } } userErrors { code message path } }
}
"""


def test_people_have_valid_names_that_differ_and_the_same_founder_in_every_world() -> None:
    inhabitants = people(Random(1), 5_000)
    for person in inhabitants:
        assert checked_username(person.username) == person.username
        assert checked_display_name(person.display_name) == person.display_name
        assert checked_region(person.region) == person.region
    assert len({person.username.lower() for person in inhabitants}) == 5_000
    assert [people(Random(seed), 2)[0].username for seed in (1, 2)] == [FOUNDER, FOUNDER]


def test_one_random_seed_makes_one_world() -> None:
    assert people(Random(7), 50) == people(Random(7), 50)
    assert people(Random(7), 50) != people(Random(8), 50)
    inhabitants = people(Random(7), 50)
    assert list(tweets(Random(7), inhabitants, 50)) == list(tweets(Random(7), inhabitants, 50))
    assert list(graph.followees(Random(7), 50)) == list(graph.followees(Random(7), 50))


def test_few_people_have_very_many_followers() -> None:
    followees = dict(graph.followees(Random(1), 2_000))
    assert len(followees) == 2_000
    for follower, followed in followees.items():
        assert follower not in followed
        assert len(set(followed)) == len(followed)
    assert mean(len(followed) for followed in followees.values()) == pytest.approx(200, rel=0.02)
    followers = Counter(followee for followed in followees.values() for followee in followed)
    assert max(followers.values()) > 1_500
    assert median(followers[person] for person in range(2_000)) < 200


@pytest.mark.parametrize(("count", "expected"), [(2, 0), (40, 10), (800, 200), (10_000, 200)])
def test_people_of_a_small_world_follow_a_quarter_of_it(count: int, expected: int) -> None:
    assert graph.follows_per_person(count) == expected


def test_tweets_pass_the_rules_and_answer_recent_ones_in_many_languages() -> None:
    said = list(tweets(Random(1), people(Random(1), 300), 4_000))
    texts = [checked_text(tweet.text) for tweet in said]
    replies = [(place, tweet.in_reply_to) for place, tweet in enumerate(said) if tweet.in_reply_to is not None]
    assert len(replies) / len(said) == pytest.approx(0.25, abs=0.03)
    assert all(1 <= place - parent <= RECENT for place, parent in replies)
    tags = Counter(tag for tweet in texts for tag in tweet.tags)
    assert tags.most_common(1)[0][1] > 10 * median(tags.values())
    originals = [tweet for tweet, planned in zip(texts, said, strict=True) if planned.in_reply_to is None]
    assert any(isinstance(entity, Mention) for tweet in originals for entity in tweet.entities)
    everything = "".join(tweet.text for tweet in texts)
    assert all(character in everything for character in "¿ãçüのح은न😂")


def test_nobody_likes_a_tweet_twice_and_a_few_tweets_are_liked_by_many() -> None:
    fans = dict(likes(Random(1), people=1_000, tweets=2_000))
    assert all(len(set(people)) == len(people) for people in fans.values())
    assert sum(map(len, fans.values())) == pytest.approx(3 * 2_000, rel=0.2)
    assert max(map(len, fans.values())) > 300


def test_backdated_ids_never_repeat_and_carry_the_worker_number_that_nobody_leases() -> None:
    moments = Moments(NOW_MS)
    made = [
        *moments.people.evenly(1_000),
        *moments.follows.evenly(100_000),
        *moments.tweets.ever_more_densely(Random(1), 20_000),
    ]
    assert all(earlier < later for earlier, later in pairwise(made))
    assert {made_id >> ids.SEQUENCE_BITS & ids.MAX_WORKER for made_id in made} == {ids.MAX_WORKER}
    assert all(ids.created_ms(made_id) < NOW_MS for made_id in made)
    last_hour = sum(ids.created_ms(made_id) > NOW_MS - DAY_MS / 24 for made_id in made)
    assert last_hour / 20_000 == pytest.approx(0.1, abs=0.02)


def test_more_ids_than_a_moment_holds_spill_into_the_next_and_never_repeat() -> None:
    assert len(set(Stretch(NOW_MS, NOW_MS + 10).evenly(20_000))) == 20_000
    with pytest.raises(ClockOutOfLease):
        list(Stretch(NOW_MS, NOW_MS + 1).evenly(20_000))


async def filled(runtime: Runtime, *, users: int = 60, tweets: int = 600, random_seed: int = 1) -> Filled:
    progress: Counter[str] = Counter()

    def advance(kind: str, count: int) -> None:
        progress[kind] += count

    done = await fill(runtime, users=users, tweets=tweets, random_seed=random_seed, advance=advance)
    assert (progress["people"], progress["tweets"]) == (users, tweets)
    assert (progress["likes"], progress["follows"]) == (done.likes, done.follows)
    return done


async def numbers(runtime: Runtime, statement: str) -> list[int]:
    async with runtime.database.read() as session:
        return [int(number) for number in (await session.execute(text(statement))).one()]


async def test_a_filled_database_agrees_with_itself(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "FOLLOWS_PER_BATCH", 50)
    monkeypatch.setattr(filling, "TWEETS_PER_BATCH", 70)
    done = await filled(runtime)
    rows = await numbers(
        runtime,
        "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM tweets), (SELECT count(*) FROM likes), "
        "(SELECT count(*) FROM follows), (SELECT count(*) FROM outbox), (SELECT count(*) FROM dead_letters)",
    )
    assert rows == [60, 600, done.likes, done.follows, 0, 0]
    assert done.unfinished_events == 0
    counted = await numbers(
        runtime,
        "SELECT (SELECT sum(likes) FROM tweet_counts), (SELECT sum(replies) FROM tweet_counts), "
        "(SELECT sum(followers) FROM user_counts), (SELECT sum(following) FROM user_counts), "
        "(SELECT sum(tweets) FROM user_counts), "
        "(SELECT count(*) FROM tweet_count_deltas) + (SELECT count(*) FROM user_count_deltas)",
    )
    [replies] = await numbers(runtime, "SELECT count(*) FROM tweets WHERE in_reply_to_id IS NOT NULL")
    assert counted == [done.likes, replies, done.follows, done.follows, 600, 0]
    impossible = await numbers(
        runtime,
        "SELECT (SELECT count(*) FROM tweets JOIN users ON users.id = author_id WHERE users.id > tweets.id), "
        "(SELECT count(*) FROM tweets LEFT JOIN tweets AS parent ON parent.id = tweets.in_reply_to_id "
        "  WHERE tweets.in_reply_to_id > tweets.id OR tweets.in_reply_to_id IS NOT NULL AND parent.id IS NULL), "
        "(SELECT count(*) FROM likes JOIN tweets ON tweets.id = tweet_id WHERE likes.id < tweets.id)",
    )
    assert impossible == [0, 0, 0]


async def test_seeded_people_log_in_and_find_full_timelines_and_trends(api: Api, runtime: Runtime) -> None:
    done = await filled(runtime, tweets=3_000)
    username = done.people[-1].username
    payload = (await api.data(LOG_IN, {"input": {"login": username, "password": PASSWORD}}))["logIn"]
    assert payload["userErrors"] == []
    user = payload["viewer"]["user"]
    person = Person(username, user["id"], int(user["rawId"]), payload["accessToken"], payload["refreshToken"])
    found = await api.data(
        "{ viewer { user { followingCount { value } } homeTimeline(first: 100) { nodes { rawId createdAt } } }"
        "  trends(first: 5) { trends { rank authors { value } } } }",
        by=person,
    )
    nodes = found["viewer"]["homeTimeline"]["nodes"]
    assert len(nodes) == 100
    assert [node["rawId"] for node in nodes] == sorted((node["rawId"] for node in nodes), reverse=True)
    [following] = await numbers(runtime, f"SELECT count(*) FROM follows WHERE follower_id = {person.raw_id}")
    assert found["viewer"]["user"]["followingCount"]["value"] == following > 0
    assert [trend["rank"] for trend in found["trends"]["trends"]] == [1, 2, 3, 4, 5]
    assert all(trend["authors"]["value"] >= 5 for trend in found["trends"]["trends"])


async def test_a_second_world_is_refused_whatever_its_random_seed(runtime: Runtime) -> None:
    await filled(runtime, users=20, tweets=20)
    before = await numbers(runtime, "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM tweets)")
    with pytest.raises(AlreadySeeded):
        await fill(runtime, users=30, tweets=10, random_seed=99, advance=lambda *_: None)
    assert await numbers(runtime, "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM tweets)") == before


async def test_two_seeds_at_once_leave_one_world(runtime: Runtime) -> None:
    outcomes = await asyncio.gather(
        *(fill(runtime, users=20, tweets=50, random_seed=seed, advance=lambda *_: None) for seed in (1, 2)),
        return_exceptions=True,
    )
    assert sorted(isinstance(outcome, Filled) for outcome in outcomes) == [False, True]
    assert await numbers(runtime, "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM tweets)") == [20, 50]


async def seeded(*arguments: str | Path, **env: str | None) -> Result:
    """The command, as ./chirp runs it, in a thread: it has an event loop of its own."""
    runner = CliRunner()
    return await asyncio.to_thread(runner.invoke, seed.command, [str(argument) for argument in arguments], env=env)


async def test_the_command_fills_the_named_servers_once(runtime: Runtime, servers: ServerUrls, tmp_path: Path) -> None:
    named = {
        "CHIRP_DATABASE_URL": servers.database_url,
        "CHIRP_REDIS_URL": servers.redis_url,
        "CHIRP_ENV": "test",
        "CHIRP_DATA_DIR": str(tmp_path),
    }
    arguments = ("--users", "12", "--tweets", "30")
    first = await seeded(*arguments, **named)
    assert first.exit_code == 0, first.output
    assert "12 people, " in first.stdout
    assert "30 tweets" in first.stdout
    assert "the outbox is empty and trends are listed" in first.stdout
    assert await numbers(runtime, "SELECT count(*) FROM tweets") == [30]
    second = await seeded(*arguments, **named)
    assert (second.exit_code, second.stdout) == (1, "")
    assert second.stderr == (
        "Error: this database holds a seeded world already, perhaps an unfinished one; "
        "give an empty one (another --data-dir, or another CHIRP_DATABASE_URL)\n"
    )
    await emptied(runtime)


@pytest.mark.parametrize(
    "environment",
    [
        {"CHIRP_ENV": "production"},
        {"CHIRP_ENV": None, "CHIRP_DATABASE_URL": "postgresql://db/chirp", "CHIRP_REDIS_URL": "redis://cache"},
    ],
)
async def test_production_is_refused_before_anything_starts(environment: dict[str, str | None], tmp_path: Path) -> None:
    refused = await seeded("--data-dir", tmp_path / "data", **environment)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        "Error: seed makes accounts with a known password, so it does not run in production; "
        "set CHIRP_ENV=dev to use it\n"
    )
    assert not (tmp_path / "data").exists()
