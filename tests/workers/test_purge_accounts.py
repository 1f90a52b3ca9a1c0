"""Deleted accounts are forgotten in bounded steps, and the counts of others stay exact at each."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from infra.database import WriteSession
from services import closing
from services.reconciliation import reconcile_some
from services.runtime import Runtime
from stores import closing as closing_rows
from stores import counts as stored_counts
from tests.api.conftest import Stored
from tests.api.conftest import stored as stored
from tests.api.races import are_blocked
from tests.client import PASSWORD, Api, People, Person
from tests.queue import Queue
from tests.waiting import until

DO = "mutation Do($input: %s!) { %s(input: $input) { userErrors { code message } } }"
COUNTS = """
query Counts($ann: ID!, $own: ID!, $poll: ID!) {
  user(by: {id: $ann}) { ... on User { followerCount { value } followingCount { value } tweetCount { value } } }
  own: tweet(id: $own) { ... on Tweet {
    likeCount { value } retweetCount { value } quoteCount { value } replyCount { value }
  } }
  poll: tweet(id: $poll) { ... on Tweet { poll { voters { value } options { votes { value } } } } }
}
"""


async def done(api: Api, by: Person, name: str, **given: Any) -> None:
    capital = name[0].upper() + name[1:]
    data = await api.data(DO % (f"{capital}Input", name), {"input": given}, by=by)
    assert data[name]["userErrors"] == [], data


async def posted(api: Api, by: Person, words: str, **given: Any) -> str:
    query = "mutation($i: PostTweetInput!) { postTweet(input: $i) { tweet { id } userErrors { message } } }"
    payload = (await api.data(query, {"i": {"text": words, **given}}, by=by))["postTweet"]
    assert payload["userErrors"] == []
    tweet_id: str = payload["tweet"]["id"]
    return tweet_id


@pytest.fixture
async def variables(api: Api, people: People, queue: Queue) -> dict[str, str]:
    """bob has done everything that is counted, to ann and to himself, and then deleted his account."""
    ann, bob = people.ann, people.bob
    own = await posted(api, ann, "hello")
    poll = await posted(api, ann, "which?", poll={"options": ["a", "b"], "durationMinutes": 60, "multiple": True})
    await done(api, ann, "votePoll", tweetId=poll, choices=[0])
    await done(api, bob, "votePoll", tweetId=poll, choices=[0, 1])
    for person in (bob, people.cat):
        await done(api, person, "followUser", userId=ann.id)
        await done(api, person, "likeTweet", tweetId=own)
        await done(api, person, "bookmarkTweet", tweetId=own)
        await done(api, person, "retweetTweet", tweetId=own)
    await done(api, ann, "followUser", userId=bob.id)
    of_bob = [await posted(api, bob, f"tweet {n}") for n in range(3)]
    for tweet_id in of_bob:
        await done(api, ann, "likeTweet", tweetId=tweet_id)
        await posted(api, ann, "a reply", inReplyTo=tweet_id)
    await done(api, ann, "retweetTweet", tweetId=of_bob[0])
    await posted(api, bob, "a reply", inReplyTo=own)
    await posted(api, bob, "a quote", quote=own)
    gone = await posted(api, bob, "a deleted reply", inReplyTo=own)
    await done(api, bob, "deleteTweet", tweetId=gone)
    await done(api, bob, "deleteAccount", password=PASSWORD)
    await queue.drained()
    return {"ann": ann.id, "own": own, "poll": poll}


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "CHUNK", 2)


def counts(
    *, followers: int, following: int, tweets: int, of_own: int, replies_and_quotes: int, votes: list[int]
) -> dict[str, Any]:
    return {
        "user": {
            "followerCount": {"value": followers},
            "followingCount": {"value": following},
            "tweetCount": {"value": tweets},
        },
        "own": {
            "likeCount": {"value": of_own},
            "retweetCount": {"value": of_own},
            "quoteCount": {"value": replies_and_quotes},
            "replyCount": {"value": replies_and_quotes},
        },
        "poll": {
            "poll": {
                "voters": {"value": votes[0]},
                "options": [{"votes": {"value": votes[0]}}, {"votes": {"value": votes[1]}}],
            }
        },
    }


async def purged(runtime: Runtime, *, days: int = 30) -> int:
    return await closing.purge_due(runtime.database, now=runtime.now() + timedelta(days=days))


async def rows_of(runtime: Runtime, person: Person) -> dict[str, int]:
    """How many rows of each table name this person."""
    references = text(
        """
        SELECT conrelid::regclass::text AS table_name, attname AS column_name FROM pg_constraint
        JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey)
        WHERE contype = 'f' AND confrelid = 'users'::regclass
        """
    )
    found = {}
    async with runtime.database.read() as session:
        for table, column in (await session.execute(references)).all():
            count = text(f"SELECT count(*) FROM {table} WHERE {column} = :id")
            found[f"{table}.{column}"] = (await session.execute(count, {"id": person.raw_id})).scalar_one()
    return {name: number for name, number in found.items() if number}


async def test_nothing_is_left_and_the_counts_of_others_are_exact(
    api: Api, people: People, runtime: Runtime, queue: Queue, variables: dict[str, str]
) -> None:
    before = counts(followers=2, following=1, tweets=6, of_own=2, replies_and_quotes=1, votes=[2, 1])
    assert await api.data(COUNTS, variables, by=people.ann) == before
    assert await purged(runtime) == 1
    after = counts(followers=1, following=0, tweets=5, of_own=1, replies_and_quotes=0, votes=[1, 0])
    assert await api.data(COUNTS, variables, by=people.ann) == after
    assert await rows_of(runtime, people.bob) == {}
    assert await reconcile_some(runtime.database) == []
    await queue.drained()
    assert await api.data(COUNTS, variables, by=people.ann) == after
    assert await reconcile_some(runtime.database) == []
    assert await purged(runtime) == 0
    again = await api.registered("bob")
    assert again.id != people.bob.id


@pytest.mark.parametrize("finished", range(4))  # bob has 7 tweets, and the last step takes the account, too
async def test_cut_off_anywhere_it_leaves_exact_counts_and_the_next_run_goes_on(
    people: People,
    runtime: Runtime,
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    finished: int,
) -> None:
    purge_some = closing_rows.purge_some
    steps: list[int] = []

    async def cut_off(session: WriteSession, user_id: int, *, limit: int) -> bool:
        more = await purge_some(session, user_id, limit=limit)
        if len(steps) == finished:
            raise ConnectionError
        steps.append(user_id)
        return more

    with monkeypatch.context() as patched:
        patched.setattr(closing_rows, "purge_some", cut_off)
        with pytest.raises(ConnectionError):
            await purged(runtime)
    assert await reconcile_some(runtime.database) == []
    assert await purged(runtime) == 1
    assert await rows_of(runtime, people.bob) == {}
    assert await reconcile_some(runtime.database) == []


async def test_before_its_time_and_after_its_owner_came_back_it_stays(
    api: Api, people: People, runtime: Runtime, stored: Stored, variables: dict[str, str]
) -> None:
    before = await stored()
    assert await purged(runtime, days=29) == 0
    assert await stored() == before
    log_in = "mutation($i: LogInInput!) { logIn(input: $i) { reactivated } }"
    assert (await api.data(log_in, {"i": {"login": "bob", "password": PASSWORD}}))["logIn"]["reactivated"]
    assert await purged(runtime) == 0
    assert len(await rows_of(runtime, people.bob)) > 5


async def test_a_deactivated_account_is_kept(api: Api, people: People, runtime: Runtime) -> None:
    await done(api, people.ann, "deactivateAccount", password=PASSWORD)
    assert await purged(runtime, days=10_000) == 0


async def test_two_workers_at_once_do_it_once(people: People, runtime: Runtime, variables: dict[str, str]) -> None:
    async with runtime.database.write() as session:
        assert await closing_rows.lock_due(session, people.bob.raw_id, now=runtime.now() + timedelta(days=30))
        assert await purged(runtime) == 0
    assert await purged(runtime) == 1


async def test_a_fold_under_way_is_waited_for_and_not_deadlocked_with(
    people: People, runtime: Runtime, variables: dict[str, str]
) -> None:
    totals = text(
        "SELECT tweet_id FROM tweet_counts JOIN tweets ON tweets.id = tweet_id "
        "WHERE author_id = :id ORDER BY tweet_id LIMIT 2"
    )
    fold_one = text("UPDATE tweet_counts SET likes = likes WHERE tweet_id = :id")
    async with runtime.database.write() as session:
        first, second = (await session.execute(totals, {"id": people.bob.raw_id})).scalars()
        await stored_counts.fold(session)
        await session.execute(fold_one, {"id": second})
        purging = asyncio.create_task(purged(runtime))
        await until(partial(are_blocked, runtime, 1))
        await session.execute(fold_one, {"id": first})
    assert await purging == 1


async def test_a_step_may_take_longer_than_a_request(
    people: People, runtime: Runtime, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    delete = closing_rows.delete
    limits: list[str] = []

    async def with_its_limit(session: WriteSession, user_id: int) -> list[tuple[int, int]]:
        limits.append((await session.execute(text("SHOW statement_timeout"))).scalar_one())
        return await delete(session, user_id)

    monkeypatch.setattr(closing_rows, "delete", with_its_limit)
    assert await purged(runtime) == 1
    assert limits == ["0"]
