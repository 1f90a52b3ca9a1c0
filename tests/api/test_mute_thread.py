"""muteThread, unmuteThread and Viewer.mutedThreads. What it hides is in test_visibility_matrix.py."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from domain import ids
from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_TWEET, USER_ERRORS
from tests.client import Api, People, Person

_FIELDS = f"{{ tweet {{ id viewerState {{ threadMuted }} }} {USER_ERRORS} }}"
MUTE = f"mutation Mute($id: ID!) {{ muteThread(input: {{tweetId: $id}}) {_FIELDS} }}"
UNMUTE = f"mutation Unmute($id: ID!) {{ unmuteThread(input: {{tweetId: $id}}) {_FIELDS} }}"
THREADS = "{ viewer { mutedThreads { nodes { id } } } }"
RETWEET = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } } }"
BLOCK = "mutation($id: ID!) { blockUser(input: {userId: $id}) { userErrors { code } } }"


async def threads(api: Api, by: Person) -> list[str]:
    return [node["id"] for node in (await api.data(THREADS, by=by))["viewer"]["mutedThreads"]["nodes"]]


async def test_a_thread_is_muted_by_any_of_its_tweets(api: Api, people: People, stored: Stored) -> None:
    root = await api.tweeted(people.bob, "root")
    reply = await api.tweeted(people.cat, "reply", in_reply_to=root)
    for tweet in (reply, root):
        data = await api.data(MUTE, {"id": tweet}, by=people.ann)
        assert data == {"muteThread": {"tweet": {"id": tweet, "viewerState": {"threadMuted": True}}, "userErrors": []}}
        assert await threads(api, people.ann) == [root]
    for _ in range(2):
        data = await api.data(UNMUTE, {"id": root}, by=people.ann)
        assert data == {
            "unmuteThread": {"tweet": {"id": root, "viewerState": {"threadMuted": False}}, "userErrors": []}
        }
        assert await threads(api, people.ann) == []


async def test_muting_by_a_retweet_mutes_the_thread_of_its_original(api: Api, people: People) -> None:
    root = await api.tweeted(people.bob, "root")
    retweet = (await api.data(RETWEET, {"id": root}, by=people.cat))["retweetTweet"]["retweet"]["id"]
    await api.data(MUTE, {"id": retweet}, by=people.ann)
    assert await threads(api, people.ann) == [root]


async def test_a_root_that_cannot_be_shown_is_left_out_and_its_thread_stays_muted(
    api: Api, people: People, runtime: Runtime
) -> None:
    """Also when the root was purged: its replies outlive it."""
    root = await api.tweeted(people.bob, "root")
    reply = await api.tweeted(people.cat, "reply", in_reply_to=root)
    async with runtime.database.write() as session:
        await session.execute(text("DELETE FROM tweets WHERE id = :id"), {"id": ids.raw_id(root, "Tweet")})
    data = await api.data(MUTE, {"id": reply}, by=people.ann)
    assert data["muteThread"]["tweet"] == {"id": reply, "viewerState": {"threadMuted": True}}
    assert await threads(api, people.ann) == []
    await api.data(UNMUTE, {"id": reply}, by=people.ann)
    data = await api.data(
        "query($id: ID!) { tweet(id: $id) { ... on Tweet { viewerState { threadMuted } } } }",
        {"id": reply},
        by=people.ann,
    )
    assert data == {"tweet": {"viewerState": {"threadMuted": False}}}


@pytest.mark.parametrize("mutation", ["muteThread", "unmuteThread"])
@pytest.mark.parametrize("what", ["missing", "a user", "of someone who blocks the viewer"])
async def test_a_tweet_that_cannot_be_seen_names_no_thread(
    api: Api, people: People, stored: Stored, mutation: str, what: str
) -> None:
    tweet = {"missing": ids.global_id("Tweet", 1), "a user": people.bob.id}.get(what)
    if tweet is None:
        tweet = await api.tweeted(people.bob, "hello")
        await api.data(BLOCK, {"id": people.ann.id}, by=people.bob)
    before = await stored()
    query = f"mutation($id: ID!) {{ {mutation}(input: {{tweetId: $id}}) {{ tweet {{ id }} {USER_ERRORS} }} }}"
    data = await api.data(query, {"id": tweet}, by=people.ann)
    assert data == {mutation: {"tweet": None, "userErrors": [NO_SUCH_TWEET]}}
    assert await stored() == before
