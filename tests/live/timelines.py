"""Watching timelines other than one's own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.client import Api, Person
from tests.live.socket import HEARTBEAT, Socket, connected

_ITEM = "edge { node { ... on TimelineTweet { reason { code } tweet { ... on Tweet { id text } } } } }"
EVENT = f"""
cursor event {{
  __typename
  ... on TimelineItemAdded {{ {_ITEM} }}
  ... on TimelineItemEdited {{ {_ITEM} }}
  ... on TimelineItemRemoved {{ tweetId }}
  ... on TimelineRebuilt {{ cause }}
  ... on StreamGap {{ reason refetch }}
}}
"""
THREAD_EVENT = """
cursor event {
  __typename
  ... on ReplyAdded { reply { id text } parentId }
  ... on ReplyEdited { reply { id text } }
  ... on ReplyRemoved { replyId }
  ... on ReplyHidden { replyId }
  ... on ThreadRebuilt { cause }
  ... on StreamGap { reason refetch }
}
"""


def item(tweet_id: str, text: str, code: str, *, kind: str = "Added") -> dict[str, Any]:
    tweet = {"id": tweet_id, "text": text}
    return {"__typename": f"TimelineItem{kind}", "edge": {"node": {"reason": {"code": code}, "tweet": tweet}}}


@asynccontextmanager
async def streaming(http_url: str, by: Person | None, field: str, *, after: str | None = None) -> AsyncIterator[Socket]:
    """A socket on which `by`, or nobody, watches the field, with its arguments: what happens from now on comes, or what
    has happened since `after`."""
    name, _, arguments = field.removesuffix(")").partition("(")
    if after is not None:
        arguments += f", after: {json.dumps(after)}"
    event = THREAD_EVENT if name == "thread" else EVENT
    async with connected(http_url) as socket:
        await socket.initialised(by)
        await socket.subscribe("home", f"subscription {{ {name}({arguments}) {{ {event} }} }}")
        if after is None:
            assert await socket.change() == HEARTBEAT
        yield socket


async def refused(http_url: str, by: Person | None, field: str) -> str:
    """The message of the only error, after which the socket serves on."""
    async with connected(http_url) as socket:
        await socket.initialised(by)
        await socket.subscribe("home", f"subscription {{ {field} {{ cursor }} }}")
        message = await socket.received()
        assert (message["type"], message["id"]) == ("error", "home")
        [error] = message["payload"]
        assert error["extensions"]["code"] == "VALIDATION_FAILED"
        assert await socket.result("1", "{ __typename }") == {"data": {"__typename": "Query"}}
        return str(error["message"])


async def ended(socket: Socket) -> bool:
    """Whether the next that comes is the end of the subscription."""
    return await socket.received() == {"type": "complete", "id": "home"}


async def did(api: Api, mutation: str, *, by: Person, **ids: str) -> None:
    """Does what is written without `mutation`, `input` and payload: `likeTweet(tweetId: $tweet)`."""
    for name, value in ids.items():
        mutation = mutation.replace(f"${name}", json.dumps(value))
    called, _, arguments = mutation.removesuffix(")").partition("(")
    query = f"mutation {{ {called}(input: {{{arguments}}}) {{ userErrors {{ message }} }} }}"
    assert await api.data(query, by=by) == {called: {"userErrors": []}}


async def retweeted(api: Api, tweet_id: str, *, by: Person) -> str:
    query = "mutation Retweet($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } } }"
    retweet_id: str = (await api.data(query, {"id": tweet_id}, by=by))["retweetTweet"]["retweet"]["id"]
    return retweet_id
