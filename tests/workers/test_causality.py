"""A reply is in no timeline before what it answers, in whatever order the events are handled."""

from __future__ import annotations

import random

import pytest

from domain import ids
from domain.ids import MAX_WORKER, created_ms, snowflake
from domain.snowflakes import MAX_AHEAD_MS
from domain.tweets import checked_text
from services import tweets
from services.runtime import Runtime
from services.tweets import Draft
from tests.client import Api, People, Person
from tests.queue import Queue
from workers.handlers import handle

HOME = "{ viewer { homeTimeline { nodes { text inReplyTo { ... on Tweet { text } } } } } }"


async def shown(api: Api, by: Person) -> list[int]:
    nodes = (await api.data("{ viewer { homeTimeline { nodes { rawId } } } }", by=by))["viewer"]["homeTimeline"][
        "nodes"
    ]
    return [int(node["rawId"]) for node in nodes]


def raw(tweet_id: str) -> int:
    found = ids.raw_id(tweet_id, "Tweet")
    assert found is not None
    return found


async def test_a_reply_whose_event_comes_first_stands_above_what_it_answers(
    api: Api, people: People, queue: Queue, runtime: Runtime
) -> None:
    """ann follows bob, who answers himself twice; the last reply is delivered first."""
    await api.followed(people.ann, people.bob)
    await queue.drained()
    await api.data(HOME, by=people.ann)  # from now on the timeline is cached
    root = await api.tweeted(people.bob, "root")
    reply = await api.tweeted(people.bob, "reply", in_reply_to=root)
    await api.tweeted(people.bob, "last", in_reply_to=reply)
    *earlier, latest = await queue.taken()
    nodes = [
        {"text": "last", "inReplyTo": {"text": "reply"}},
        {"text": "reply", "inReplyTo": {"text": "root"}},
        {"text": "root", "inReplyTo": None},
    ]
    for event_ids in ([], [latest], [latest], earlier):
        await handle(runtime, event_ids)
        assert await api.data(HOME, by=people.ann) == {"viewer": {"homeTimeline": {"nodes": nodes}}}


@pytest.mark.parametrize("seed", range(3))
async def test_in_any_order_of_events_a_page_has_what_was_posted(
    api: Api, people: People, queue: Queue, runtime: Runtime, seed: int
) -> None:
    chance = random.Random(seed)
    for author in (people.bob, people.cat):
        await api.followed(people.ann, author)
    await queue.drained()
    await api.data(HOME, by=people.ann)
    posted: list[int] = []
    for _ in range(10):
        parent = chance.choice([None, *posted])
        answered = None if parent is None else ids.global_id("Tweet", parent)
        author = chance.choice([people.bob, people.cat])
        posted.append(raw(await api.tweeted(author, "hello", in_reply_to=answered)))
    events = await queue.taken()
    chance.shuffle(events)
    for event_id in events:
        assert await shown(api, people.ann) == sorted(posted, reverse=True)
        await handle(runtime, [event_id])
    assert await shown(api, people.ann) == sorted(posted, reverse=True)


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
