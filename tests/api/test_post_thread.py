"""postThread, Tweet.thread and Tweet.threadPosition."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from domain import ids, threads
from services import deletions
from services.runtime import Runtime
from stores.threads import locked_end
from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, invalid
from tests.api.races import are_blocked
from tests.client import Api, People, Person
from tests.queue import Queue
from tests.waiting import until

THREAD = """
thread {
  root { __typename ... on Tweet { text } }
  tweets(first: 100) { nodes { text threadPosition { index total } inReplyTo { ... on Tweet { text } } } }
}
"""
POST = f"""
mutation Post($input: PostThreadInput!) {{
  postThread(input: $input) {{ tweet {{ id text }} {THREAD} clientMutationId replayed {USER_ERRORS} }}
}}
"""
TWEET = f"query($id: ID!) {{ tweet(id: $id) {{ ... on Tweet {{ threadPosition {{ index total }} {THREAD} }} }} }}"
DELETE = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
NO_SUCH_THREAD = {
    "__typename": "NotFoundError",
    "code": "NOT_FOUND",
    "message": "There is no such thread of yours.",
    "path": ["input", "continues"],
}


async def posted(api: Api, by: Person, *texts: str, **others: str) -> dict[str, Any]:
    variables = {"input": {"tweets": [{"text": text} for text in texts], **others}}
    payload: dict[str, Any] = (await api.data(POST, variables, by=by))["postThread"]
    return payload


def refused(*errors: dict[str, Any]) -> dict[str, Any]:
    return {"tweet": None, "thread": None, "clientMutationId": None, "replayed": False, "userErrors": list(errors)}


def thread_of(*texts: str) -> dict[str, Any]:
    """A thread from which nothing was deleted."""
    nodes = [
        {
            "text": text,
            "threadPosition": {"index": index + 1, "total": len(texts)},
            "inReplyTo": {"text": texts[index - 1]} if index else None,
        }
        for index, text in enumerate(texts)
    ]
    return {"root": {"__typename": "Tweet", "text": texts[0]}, "tweets": {"nodes": nodes}}


async def ids_of(api: Api, tweet_id: str) -> list[str]:
    query = "query($id: ID!) { tweet(id: $id) { ... on Tweet { thread { tweets(first: 100) { nodes { id } } } } } }"
    return [node["id"] for node in (await api.data(query, {"id": tweet_id}))["tweet"]["thread"]["tweets"]["nodes"]]


async def test_a_thread_is_posted_as_a_whole(api: Api, people: People, queue: Queue) -> None:
    payload = await posted(api, people.ann, "one", " two ", "three", clientMutationId="c1")
    assert payload["tweet"].pop("id")
    thread = thread_of("one", "two", "three")
    assert payload == {
        "tweet": {"text": "one"},
        "thread": thread,
        "clientMutationId": "c1",
        "replayed": False,
        "userErrors": [],
    }
    await api.followed(people.bob, people.ann)
    await queue.drained()
    home = "{ viewer { homeTimeline { nodes { text thread { root { ... on Tweet { text } } } } } } }"
    entry = {"thread": {"root": {"text": "one"}}}
    for viewer in (people.ann, people.bob):
        assert (await api.data(home, by=viewer))["viewer"]["homeTimeline"]["nodes"] == [
            {"text": "three", **entry},
            {"text": "two", **entry},
            {"text": "one", **entry},
        ]


async def test_ids_ascend_and_counts_are_exact(api: Api, people: People) -> None:
    payload = await posted(api, people.ann, *(str(number) for number in range(threads.MAX_POSTED)))
    query = """
    query($id: ID!) { tweet(id: $id) { ... on Tweet {
      author { ... on User { tweetCount { value } } }
      thread { tweets(first: 100) { nodes { rawId replyCount { value } } } }
    } } }
    """
    tweet = (await api.data(query, {"id": payload["tweet"]["id"]}))["tweet"]
    nodes = tweet["thread"]["tweets"]["nodes"]
    raw_ids = [int(node["rawId"]) for node in nodes]
    assert raw_ids == sorted(raw_ids)
    assert [node["replyCount"]["value"] for node in nodes] == [1] * 24 + [0]
    assert tweet["author"] == {"tweetCount": {"value": 25}}


async def test_every_text_at_fault_is_named_and_nothing_is_posted(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    empty = invalid("tweets", "REQUIRED", "A tweet needs some text.")
    long = invalid("tweets", "TOO_LONG", "The tweet's weighted length is 281; the limit is 280.", limit=280, actual=281)
    assert await posted(api, people.ann, "fine", "  ", "fine", "x" * 281) == refused(
        {**empty, "path": ["input", "tweets", "1", "text"]}, {**long, "path": ["input", "tweets", "3", "text"]}
    )
    assert await stored() == before


@pytest.mark.parametrize(("count", "constraint", "limit"), [(0, "TOO_FEW", 2), (1, "TOO_FEW", 2), (26, "TOO_MANY", 25)])
async def test_a_thread_has_two_to_25_tweets(
    api: Api, people: People, stored: Stored, count: int, constraint: str, limit: int
) -> None:
    before = await stored()
    message = f"{count} tweets cannot be posted as a thread: it takes 2 to 25."
    error = invalid("tweets", constraint, message, limit=limit, actual=count)
    assert await posted(api, people.ann, *["hello"] * count) == refused(error)
    assert await stored() == before


async def test_a_retry_posts_nothing_more(api: Api, people: People, stored: Stored) -> None:
    first = await posted(api, people.ann, "one", "two", idempotencyKey="k1")
    before = await stored()
    assert await posted(api, people.ann, "one", "two", idempotencyKey="k1") == {**first, "replayed": True}
    mismatch = await posted(api, people.ann, "one", "three", idempotencyKey="k1")
    assert [error["code"] for error in mismatch["userErrors"]] == ["IDEMPOTENCY_MISMATCH"]
    assert await stored() == before


async def test_a_thread_is_continued_from_any_of_its_tweets(api: Api, people: People) -> None:
    first = (await posted(api, people.ann, "one", "two"))["tweet"]["id"]
    for text in ("three", "four"):
        payload = await posted(api, people.ann, text, continues=first)
        assert (payload["tweet"]["text"], payload["userErrors"]) == (text, [])
    assert payload["thread"] == thread_of("one", "two", "three", "four")


async def test_continuing_goes_on_behind_the_last_tweet_that_is_left(api: Api, people: People) -> None:
    first = (await posted(api, people.ann, "one", "two", "three"))["tweet"]["id"]
    _, _, last = await ids_of(api, first)
    await api.data(DELETE, {"id": last}, by=people.ann)
    payload = await posted(api, people.ann, "four", continues=first)
    assert payload["thread"]["tweets"]["nodes"] == [
        {"text": "one", "threadPosition": {"index": 1, "total": 4}, "inReplyTo": None},
        {"text": "two", "threadPosition": {"index": 2, "total": 4}, "inReplyTo": {"text": "one"}},
        {"text": "four", "threadPosition": {"index": 4, "total": 4}, "inReplyTo": {"text": "two"}},
    ]
    assert await posted(api, people.ann, "five", continues=last) == refused(NO_SUCH_THREAD)


async def test_a_last_tweet_that_is_being_deleted_gives_way_to_the_one_before(
    api: Api, people: People, runtime: Runtime
) -> None:
    first = (await posted(api, people.ann, "one", "two", "three"))["tweet"]["id"]
    last_id = ids.raw_id((await ids_of(api, first))[-1], "Tweet")
    async with runtime.database.write() as session:
        await deletions.delete(session, last_id, author_id=people.ann.raw_id, now=runtime.now())
        continuing = asyncio.create_task(posted(api, people.ann, "four", continues=first))
        await until(partial(are_blocked, runtime, 1))
    nodes = (await continuing)["thread"]["tweets"]["nodes"]
    position = {"index": 4, "total": 4}
    assert nodes[-1] == {"text": "four", "threadPosition": position, "inReplyTo": {"text": "two"}}


async def test_continuations_at_once_wait_for_each_other(api: Api, people: People, runtime: Runtime) -> None:
    first = (await posted(api, people.ann, "one", "two"))["tweet"]["id"]
    thread_id = ids.raw_id(first, "Tweet")
    assert thread_id is not None
    tasks = []
    async with runtime.database.write() as session:
        await locked_end(session, thread_id)
        for waiting, text in enumerate(("three", "four", "five"), start=1):
            tasks.append(asyncio.create_task(posted(api, people.ann, text, continues=first)))
            await until(partial(are_blocked, runtime, waiting))
    assert [payload["userErrors"] for payload in await asyncio.gather(*tasks)] == [[]] * 3
    thread = (await api.data(TWEET, {"id": first}))["tweet"]["thread"]
    assert thread == thread_of("one", "two", "three", "four", "five")


async def test_a_thread_that_is_not_the_viewers_cannot_be_continued(api: Api, people: People, stored: Stored) -> None:
    anns = (await posted(api, people.ann, "one", "two"))["tweet"]["id"]
    alone = await api.tweeted(people.bob, "alone")
    before = await stored()
    for named in (anns, alone, "garbage", ids.global_id("Tweet", 1), people.bob.id):
        assert await posted(api, people.bob, "three", continues=named) == refused(NO_SUCH_THREAD)
    assert await stored() == before


async def test_a_thread_has_an_end(api: Api, people: People, stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.threads.MAX_TWEETS", 3)
    first = (await posted(api, people.ann, "one", "two"))["tweet"]["id"]
    before = await stored()
    message = "The thread has 2 tweets already; the limit is 3."
    error = invalid("tweets", "TOO_MANY", message, limit=3, actual=4)
    assert await posted(api, people.ann, "three", "four", continues=first) == refused(error)
    assert await stored() == before
    assert (await posted(api, people.ann, "three", continues=first))["userErrors"] == []


async def test_a_deleted_root_leaves_the_rest_of_the_thread(api: Api, people: People) -> None:
    first = (await posted(api, people.ann, "one", "two"))["tweet"]["id"]
    _, second = await ids_of(api, first)
    await api.data(DELETE, {"id": first}, by=people.ann)
    assert (await api.data(TWEET, {"id": second}))["tweet"] == {
        "threadPosition": {"index": 2, "total": 2},
        "thread": {
            "root": {"__typename": "TweetTombstone"},
            "tweets": {"nodes": [{"text": "two", "threadPosition": {"index": 2, "total": 2}, "inReplyTo": {}}]},
        },
    }


async def test_other_tweets_are_in_no_thread(api: Api, people: People) -> None:
    first = (await posted(api, people.ann, "one", "two"))["tweet"]["id"]
    reply = await api.tweeted(people.ann, "a reply", in_reply_to=first)
    assert await api.data(TWEET, {"id": reply}) == {"tweet": {"threadPosition": None, "thread": None}}
