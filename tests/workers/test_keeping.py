"""The jobs that purge deleted tweets and close polls: run twice, once is enough; interrupted, nothing is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from domain.events import PollEnded, encoded
from models import metadata
from services import deletions, polls
from services.reconciliation import reconcile_some
from services.runtime import Runtime
from tests.client import Api, People, Person
from tests.queue import Queue
from tests.workers.outbox_rows import OutboxRows
from tests.workers.test_edited_tags import counted

DAYS = timedelta(days=1)
POST = """
mutation($input: PostTweetInput!) { postTweet(input: $input) { tweet { id } userErrors { code } } }
"""
SHOWN = """
query Shown($gone: ID!, $reply: ID!, $quote: ID!) {
  tweet(id: $gone) { __typename }
  reply: tweet(id: $reply) { ... on Tweet { inReplyTo { __typename ... on TweetUnavailable { reason } } } }
  quote: tweet(id: $quote) { ... on Tweet { quoted { __typename ... on TweetUnavailable { reason } } } }
}
"""
POLL = {"options": ["yes", "no"], "durationMinutes": 5}


async def posted(api: Api, by: Person, **fields: Any) -> str:
    payload = (await api.data(POST, {"input": fields}, by=by))["postTweet"]
    assert payload["userErrors"] == []
    tweet_id: str = payload["tweet"]["id"]
    return tweet_id


async def act(api: Api, by: Person, mutation: str, tweet_id: str, extra: str = "") -> None:
    query = f"mutation($id: ID!) {{ {mutation}(input: {{tweetId: $id{extra}}}) {{ userErrors {{ code }} }} }}"
    assert await api.data(query, {"id": tweet_id}, by=by) == {mutation: {"userErrors": []}}


async def rows(runtime: Runtime) -> dict[str, int]:
    """How many rows each table has that belongs to tweets, but the log of changes, which is kept for a day."""
    found = {}
    async with runtime.database.read() as session:
        for table in metadata.sorted_tables:
            is_theirs = {"tweet_id", "retweet_of_id"} & set(table.columns.keys())
            if is_theirs and table.name != "changes" and not table.name.endswith("_deltas"):
                found[table.name] = (await session.execute(text(f"SELECT count(*) FROM {table.name}"))).scalar_one()
    return found


async def test_a_tweet_is_purged_with_all_that_is_its(api: Api, people: People, queue: Queue, runtime: Runtime) -> None:
    nothing = await rows(runtime)
    gone = await posted(api, people.ann, text="gone #tea @bob")
    await act(api, people.ann, "editTweet", gone, ', text: "really gone #milk @cat"')
    for person in (people.bob, people.cat):
        await act(api, person, "likeTweet", gone)
        await act(api, person, "bookmarkTweet", gone)
    await act(api, people.bob, "retweetTweet", gone)
    reply = await posted(api, people.bob, text="reply", inReplyTo=gone)
    quote = await posted(api, people.cat, text="quote", quote=gone)
    asked = await posted(api, people.ann, text="?", poll=POLL)
    await act(api, people.bob, "votePoll", asked, ", choices: [1]")
    for tweet_id in (gone, asked):
        await act(api, people.ann, "deleteTweet", tweet_id)
    now = runtime.now()

    assert await deletions.purge(runtime.database, now=now + 30 * DAYS - timedelta(minutes=1)) == 0
    shown = await api.data(SHOWN, {"gone": gone, "reply": reply, "quote": quote})
    assert shown["tweet"] == {"__typename": "TweetTombstone"}

    later = now + 30 * DAYS
    assert [await deletions.purge(runtime.database, now=later) for _ in range(2)] == [3, 0], "two tweets, a retweet"
    unavailable = {"__typename": "TweetUnavailable", "reason": "NOT_FOUND"}
    assert await api.data(SHOWN, {"gone": gone, "reply": reply, "quote": quote}) == {
        "tweet": None,
        "reply": {"inReplyTo": unavailable},
        "quote": {"quoted": unavailable},
    }
    assert await rows(runtime) == {**nothing, "tweets": 2, "tweet_counts": 2, "undelivered_tweets": 2}
    names = '{ ann: user(by: {username: "ann"}) { ...N } bob: user(by: {username: "bob"}) { ...N } }'
    count = "fragment N on User { tweetCount { value } }"
    for _ in range(2):
        data = await api.data(f"{names} {count}")
        assert data == {"ann": {"tweetCount": {"value": 0}}, "bob": {"tweetCount": {"value": 1}}}
        assert await reconcile_some(runtime.database) == []
        await queue.drained()


async def test_a_purge_goes_on_in_batches_and_after_an_interruption(
    api: Api, people: People, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletions, "PURGED_AT_ONCE", 2)
    original = await api.tweeted(people.ann, "original")
    for person in (people.bob, people.cat):
        await act(api, person, "retweetTweet", original)
    tweet_ids = [original, *[await api.tweeted(people.ann, f"{n}") for n in range(4)]]
    kept = await api.tweeted(people.ann, "kept")
    for tweet_id in tweet_ids:
        await act(api, people.ann, "deleteTweet", tweet_id)
    later = runtime.now() + 30 * DAYS
    purge_some, runs = deletions._purge_deleted, 0

    async def interrupted(*args: Any, **options: Any) -> int:
        nonlocal runs
        runs += 1
        purged = await purge_some(*args, **options)
        if runs == 2:
            raise ConnectionError
        return purged

    monkeypatch.setattr(deletions, "_purge_deleted", interrupted)
    with pytest.raises(ConnectionError):
        await deletions.purge(runtime.database, now=later)
    assert await deletions.purge(runtime.database, now=later) == 3, "the second batch of two was rolled back"
    query = '{ user(by: {username: "ann"}) { ... on User { tweetCount { value } tweets { nodes { id } } } } }'
    data = await api.data(query)
    assert data == {"user": {"tweetCount": {"value": 1}, "tweets": {"nodes": [{"id": kept}]}}}
    assert await reconcile_some(runtime.database) == []


async def test_what_somebody_else_works_on_is_left_for_the_next_run(api: Api, people: People, runtime: Runtime) -> None:
    tweet_ids = [await api.tweeted(people.ann, f"{n}") for n in range(2)]
    for tweet_id in tweet_ids:
        await act(api, people.ann, "deleteTweet", tweet_id)
    later = runtime.now() + 30 * DAYS
    async with runtime.database.write() as other:
        lock = text("SELECT FROM tweets WHERE id = :id FOR UPDATE")
        await other.execute(lock, {"id": ids.raw_id(tweet_ids[0], "Tweet")})
        assert await deletions.purge(runtime.database, now=later) == 1
    assert await deletions.purge(runtime.database, now=later) == 1


async def closed_at(runtime: Runtime) -> list[datetime | None]:
    async with runtime.database.read() as session:
        return list((await session.execute(text("SELECT closed_at FROM polls ORDER BY ends_at"))).scalars())


async def test_a_poll_is_closed_once(api: Api, people: People, queue: Queue, runtime: Runtime) -> None:
    tweet_ids = [await posted(api, people.ann, text="?", poll={**POLL, "durationMinutes": n}) for n in (5, 6, 7)]
    await queue.drained()
    ends_at = runtime.now() + timedelta(minutes=6)
    assert [await polls.close_ended(runtime.database, now=ends_at) for _ in range(2)] == [2, 0]
    assert await closed_at(runtime) == [ends_at, ends_at, None]
    told = [payload for _, payload in await OutboxRows(runtime.database).stored()]
    raw_ids = [ids.raw_id(tweet_id, "Tweet") for tweet_id in tweet_ids[:2]]
    assert [payload.replace(" ", "") for payload in told] == [
        encoded(PollEnded(raw_id)) for raw_id in raw_ids if raw_id is not None
    ]
    assert await queue.drained() == 2


async def test_polls_are_closed_in_batches(
    api: Api, people: People, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "CLOSED_AT_ONCE", 2)
    for _ in range(5):
        await posted(api, people.ann, text="?", poll=POLL)
    later = runtime.now() + timedelta(minutes=6)
    assert [await polls.close_ended(runtime.database, now=later) for _ in range(2)] == [5, 0]


@pytest.mark.parametrize(
    ("action", "home", "tags"),
    [
        ('editTweet(input: {tweetId: $id, text: "new #tea"})', ["new #tea"], {"news": 0, "tea": 1}),
        ("restoreTweet(input: {tweetId: $id})", ["old #news"], {"news": 1}),
    ],
)
async def test_edits_and_restorations_handled_twice_do_what_once_does(
    api: Api, people: People, queue: Queue, runtime: Runtime, action: str, home: list[str], tags: dict[str, int]
) -> None:
    outbox_rows = OutboxRows(runtime.database)
    await api.followed(people.bob, people.ann)
    tweet_id = await posted(api, people.ann, text="old #news")
    await queue.drained()
    if action.startswith("restore"):
        await act(api, people.ann, "deleteTweet", tweet_id)
        await queue.drained()
    query = "{ viewer { homeTimeline { nodes { text } } } }"
    await api.data(query, by=people.bob)  # from now on the timeline is cached
    await api.data(f"mutation($id: ID!) {{ {action} {{ replayed }} }}", {"id": tweet_id}, by=people.ann)
    events = await outbox_rows.stored()
    for _ in range(2):
        assert await queue.drained() == 1
        data = await api.data(query, by=people.bob)
        assert [node["text"] for node in data["viewer"]["homeTimeline"]["nodes"]] == home
        assert await counted(runtime) == tags
        await outbox_rows.put_back(events)
