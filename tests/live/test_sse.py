"""GraphQL over server-sent events: what a stream is made of, how it goes on, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest

from services.live import LiveHub
from tests.client import Api, People
from tests.live.events import COMPLETE, EVENT_STREAM, Event, Events, streamed
from tests.live.socket import HEARTBEAT, HOME
from tests.queue import Queue

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
USERNAME = "{ viewer { user { username } } }"
IDS = """
subscription Ids($after: Cursor) { homeTimeline(after: $after) { cursor event {
  __typename ... on TimelineItemAdded { edge { node { ... on TimelineTweet { tweet { ... on Tweet { id } } } } } }
} } }
"""
DELIVERY = "subscription Delivery($id: ID!) { tweetDelivery(tweetId: $id) { targeted completedAt } }"
LOG_OUT = "mutation { logOut(input: {}) { userErrors { code } } }"


def code(event: Event) -> str:
    """The code of the one error that is all of the answer."""
    assert (event.name, list(event.data)) == ("next", ["errors"])
    [error] = event.data["errors"]
    found: str = error["extensions"]["code"]
    return found


async def test_a_query_is_a_stream_of_one_answer(api: Api, people: People) -> None:
    response = await api.post({"query": USERNAME}, token=people.ann.token, accept=EVENT_STREAM)
    assert response.text == (
        'event: next\ndata: {"data":{"viewer":{"user":{"username":"ann"}}}}\n\nevent: complete\ndata:\n\n'
    )
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"


async def test_a_mutation_is_a_stream_of_one_answer(api: Api, people: People) -> None:
    post = 'mutation { postTweet(input: {text: "by events"}) { tweet { text } userErrors { code } } }'
    async with streamed(api, people.ann, post) as events:
        answer = {"data": {"postTweet": {"tweet": {"text": "by events"}, "userErrors": []}}}
        assert await events.received() == Event("next", answer)
        assert await events.received() == COMPLETE
        await events.ended()


async def test_every_event_of_a_timeline_has_its_cursor_for_an_id(api: Api, people: People) -> None:
    await api.followed(people.ann, people.bob)
    async with streamed(api, people.ann, IDS) as events:
        tweet_id = await api.tweeted(people.bob, "hello\nthere")
        for change in (HEARTBEAT, added_id(tweet_id)):
            event = await events.received()
            assert (event.name, event.change) == ("next", change)
            assert event.id == event.data["data"]["homeTimeline"]["cursor"]


async def test_a_stream_is_neither_kept_nor_compressed(api: Api, people: People) -> None:
    headers = {"accept": EVENT_STREAM, "authorization": f"Bearer {people.ann.token}", "accept-encoding": "gzip, br"}
    async with api.http.stream("GET", api.url, params={"query": HOME}, headers=headers) as response:
        assert response.status_code == 200
        assert "content-encoding" not in response.headers
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-accel-buffering"] == "no"
        assert await Events(response).change() == HEARTBEAT


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_client_goes_on_from_the_last_event_it_has_seen(api: Api, people: People, method: str) -> None:
    """It need not have asked for cursors, and sends the request that it sent at first."""
    await api.followed(people.ann, people.bob)
    event_ids, tweet_ids = [], []
    async with streamed(api, people.ann, HOME) as events:
        event_ids.append((await events.received()).id)
        for text in ("one", "two"):
            tweet_ids.append(await api.tweeted(people.bob, text))
            event_ids.append((await events.received()).id)
    tweet_ids.append(await api.tweeted(people.bob, "three"))
    asked: dict[str, Any] = {"params": {"query": IDS}} if method == "GET" else {"json": {"query": IDS}}
    for number, event_id in enumerate(event_ids):
        assert event_id is not None
        headers = {"authorization": f"Bearer {people.ann.token}", "accept": EVENT_STREAM, "last-event-id": event_id}
        async with api.http.stream(method, api.url, headers=headers, **asked) as response:
            events = Events(response)
            assert [await events.change() for _ in tweet_ids[number:]] == [
                added_id(tweet_id) for tweet_id in tweet_ids[number:]
            ]
            assert await events.change() == HEARTBEAT


async def test_the_last_event_counts_for_more_than_where_the_stream_once_began(api: Api, people: People) -> None:
    async with streamed(api, people.ann, IDS) as events:
        began = (await events.received()).id
        tweet_ids = [await api.tweeted(people.ann, text) for text in ("one", "two")]
        last = (await events.received()).id
    async with streamed(api, people.ann, IDS, {"after": began}, last_event_id=last) as events:
        assert await events.change() == added_id(tweet_ids[1])


async def test_what_cannot_be_gone_on_with_has_no_ids_and_begins_again(api: Api, people: People, queue: Queue) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    await queue.drained()
    for last_event_id in (None, "whatever"):
        async with streamed(api, people.ann, DELIVERY, {"id": tweet_id}, last_event_id=last_event_id) as events:
            event = await events.received()
            assert (event.name, event.id) == ("next", None)
            assert event.data["data"]["tweetDelivery"]["completedAt"] is not None
            assert await events.received() == COMPLETE
            await events.ended()


@pytest.mark.parametrize(
    ("query", "last_event_id", "refusal"),
    [
        ("subscription {", None, "VALIDATION_FAILED"),
        ("subscription { nothing }", None, "VALIDATION_FAILED"),
        ("subscription($a: Cursor!) { homeTimeline(after: $a) { cursor } }", None, "VALIDATION_FAILED"),
        (IDS, "nonsense", "BAD_CURSOR"),
        (IDS, "MTpsaXZlOjE6OTk5OTk5OTk5OTo", "FUTURE_CURSOR"),
        ("{ nothing }", None, "VALIDATION_FAILED"),
    ],
)
async def test_what_cannot_be_executed_is_told_in_the_stream(
    api: Api, people: People, hub: LiveHub, query: str, last_event_id: str | None, refusal: str
) -> None:
    async with streamed(api, people.ann, query, last_event_id=last_event_id) as events:
        assert code(await events.received()) == refusal
        assert await events.received() == COMPLETE
        await events.ended()
    assert hub.stream_count == 0


async def test_a_subscription_needs_somebody_signed_in(api: Api, people: People) -> None:
    async with streamed(api, None, HOME) as events:
        assert code(await events.received()) == "UNAUTHENTICATED"
        assert await events.received() == COMPLETE


@pytest.mark.parametrize(
    ("method", "asked", "headers", "status"),
    [
        ("POST", {"content": b"{"}, {"content-type": JSON}, 400),
        ("POST", {"json": {"query": HOME, "variables": []}}, {}, 400),
        ("POST", {"content": HOME.encode()}, {"content-type": "application/graphql"}, 415),
        ("POST", {"json": {"query": HOME + " " * 300_000}}, {}, 413),
        ("POST", {"json": {"query": HOME}}, {"authorization": "Bearer garbage"}, 401),
        ("POST", {"json": {"query": HOME}}, {"authorization": "Basic YW5uOmFubg=="}, 401),
        ("GET", {"params": {"query": LOG_OUT}}, {}, 405),
    ],
)
async def test_what_is_no_graphql_request_is_answered_before_there_is_a_stream(
    api: Api, people: People, method: str, asked: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    sent = {"authorization": f"Bearer {people.ann.token}", "accept": EVENT_STREAM} | headers
    response = await api.http.request(method, api.url, headers=sent, **asked)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/json; charset=utf-8")
    assert list(response.json()) == ["errors"]


@pytest.mark.parametrize(
    ("accept", "of_a_query", "of_a_subscription"),
    [
        (f"{RESPONSE}, {JSON}, {EVENT_STREAM}, multipart/mixed", RESPONSE, EVENT_STREAM),
        (f"{EVENT_STREAM}, multipart/mixed", EVENT_STREAM, EVENT_STREAM),
        (f"{JSON}, {EVENT_STREAM};q=0.5", JSON, EVENT_STREAM),
        (f"multipart/mixed, {EVENT_STREAM}", EVENT_STREAM, EVENT_STREAM),
        ("multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json", JSON, JSON),
        ("*/*", JSON, JSON),
    ],
)
async def test_a_client_gets_events_where_it_wants_them(
    api: Api, people: People, accept: str, of_a_query: str, of_a_subscription: str
) -> None:
    for query, media_type in ((USERNAME, of_a_query), (HOME, of_a_subscription)):
        headers = {"authorization": f"Bearer {people.ann.token}", "accept": accept}
        async with api.http.stream("POST", api.url, json={"query": query}, headers=headers) as response:
            assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
            assert response.status_code == (400 if (query, media_type) == (HOME, JSON) else 200)


def added_id(tweet_id: str) -> dict[str, Any]:
    return {"__typename": "TimelineItemAdded", "edge": {"node": {"tweet": {"id": tweet_id}}}}
