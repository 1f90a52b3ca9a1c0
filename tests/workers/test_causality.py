"""A reply is in no timeline before what it answers, in whatever order the events are handled."""

from __future__ import annotations

import random

import pytest

from domain import ids
from domain.ids import MAX_WORKER, created_ms, snowflake
from domain.snowflakes import MAX_AHEAD_MS
from domain.tweets import checked_text
from services import tweets
from services.fan_out import MAX_ANCESTORS
from services.runtime import Runtime
from services.tweets import Draft
from stores import timelines
from tests.client import Api, People
from tests.queue import Queue
from workers.handlers import handle

HOME = "{ viewer { homeTimeline { nodes { text inReplyTo { ... on Tweet { text } } } } } }"


async def cached(runtime: Runtime, user_id: int) -> list[int]:
    found = await timelines.read(runtime.redis, user_id)
    assert found is not None
    return list(found.tweet_ids)


def raw(tweet_id: str) -> int:
    found = ids.raw_id(tweet_id, "Tweet")
    assert found is not None
    return found


async def test_a_reply_whose_event_comes_first_brings_what_is_above_it(
    api: Api, people: People, queue: Queue, runtime: Runtime
) -> None:
    """ann follows bob, who answers himself twice; the last reply is handled first."""
    await api.followed(people.ann, people.bob)
    await queue.drained()
    await api.data(HOME, by=people.ann)  # from now on the timeline is cached
    root = await api.tweeted(people.bob, "root")
    reply = await api.tweeted(people.bob, "reply", in_reply_to=root)
    last = await api.tweeted(people.bob, "last", in_reply_to=reply)
    *earlier, latest = await queue.taken()
    for _ in range(2):
        await handle(runtime, [latest])
        assert await cached(runtime, people.ann.raw_id) == [raw(last), raw(reply), raw(root)]
    shown = [
        {"text": "last", "inReplyTo": {"text": "reply"}},
        {"text": "reply", "inReplyTo": {"text": "root"}},
        {"text": "root", "inReplyTo": None},
    ]
    assert await api.data(HOME, by=people.ann) == {"viewer": {"homeTimeline": {"nodes": shown}}}
    await handle(runtime, earlier)
    assert await api.data(HOME, by=people.ann) == {"viewer": {"homeTimeline": {"nodes": shown}}}


@pytest.mark.parametrize("seed", range(3))
async def test_in_any_order_of_events_no_reply_is_there_without_what_it_answers(
    api: Api, people: People, queue: Queue, runtime: Runtime, seed: int
) -> None:
    chance = random.Random(seed)
    for author in (people.bob, people.cat):
        await api.followed(people.ann, author)
    await queue.drained()
    await api.data(HOME, by=people.ann)
    parents: dict[int, int | None] = {}
    for _ in range(MAX_ANCESTORS):
        parent = chance.choice([None, *parents])
        answered = None if parent is None else ids.global_id("Tweet", parent)
        author = chance.choice([people.bob, people.cat])
        parents[raw(await api.tweeted(author, "hello", in_reply_to=answered))] = parent
    events = await queue.taken()
    chance.shuffle(events)
    for event_id in events:
        await handle(runtime, [event_id])
        shown = await cached(runtime, people.ann.raw_id)
        assert {parents[tweet_id] for tweet_id in shown} - {None} <= set(shown)
    assert shown == sorted(parents, reverse=True)


async def test_its_author_too_sees_a_reply_with_what_is_above_it(
    api: Api, people: People, queue: Queue, runtime: Runtime
) -> None:
    await api.followed(people.ann, people.bob)
    await queue.drained()
    await api.data(HOME, by=people.ann)
    root = await api.tweeted(people.bob, "root")
    own = await api.tweeted(people.ann, "own", in_reply_to=root)
    assert await cached(runtime, people.ann.raw_id) == [raw(own), raw(root)]


async def test_a_parent_that_does_not_belong_in_a_timeline_is_not_in_it(api: Api, people: People, queue: Queue) -> None:
    """ann follows bob and not cat: of bob's answer to cat she sees nothing, of his answer to it all that is his."""
    await api.followed(people.ann, people.bob)
    await queue.drained()
    await api.data(HOME, by=people.ann)
    cats = await api.tweeted(people.cat, "cat's")
    answer = await api.tweeted(people.bob, "answer", in_reply_to=cats)
    await api.tweeted(people.bob, "more", in_reply_to=answer)
    await queue.drained()
    shown = [{"text": "more", "inReplyTo": {"text": "answer"}}]
    assert await api.data(HOME, by=people.ann) == {"viewer": {"homeTimeline": {"nodes": shown}}}


async def test_a_reply_stands_behind_a_parent_of_a_process_whose_clock_is_ahead(
    api: Api, people: People, runtime: Runtime
) -> None:
    ahead_ms = runtime.clock.now_ms() + MAX_AHEAD_MS // 2
    parent = await posted_with(runtime, people.ann.raw_id, snowflake(ms=ahead_ms, worker=MAX_WORKER, sequence=7))
    reply = raw(await api.tweeted(people.bob, "hi", in_reply_to=ids.global_id("Tweet", parent)))
    assert reply > parent
    assert created_ms(reply) == ahead_ms + 1
    assert raw(await api.tweeted(people.bob, "later")) > reply


async def test_a_parent_too_far_ahead_is_answered_later(api: Api, people: People, runtime: Runtime) -> None:
    far_ms = runtime.clock.now_ms() + 60_000
    parent = await posted_with(runtime, people.ann.raw_id, snowflake(ms=far_ms, worker=MAX_WORKER, sequence=0))
    post = "mutation($i: PostTweetInput!) { postTweet(input: $i) { tweet { id } } }"
    answer = await api.answer(post, {"i": {"text": "hi", "inReplyTo": ids.global_id("Tweet", parent)}}, by=people.bob)
    [error] = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["postTweet"], "SERVICE_DEGRADED")
    assert error["extensions"]["retryable"] is True
    assert (await api.tweeted(people.bob, "alone")) is not None


async def posted_with(runtime: Runtime, author_id: int, tweet_id: int) -> int:
    async with runtime.database.write() as session:
        await tweets.post(session, [Draft(tweet_id, author_id, checked_text("hello"), runtime.now())])
    return tweet_id
