"""likeTweet and unlikeTweet."""

from __future__ import annotations

import asyncio

import pytest

from domain import ids
from domain.records import ClientAddress
from services import accounts, sessions
from services.accounts import Registration
from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_TWEET, USER_ERRORS
from tests.client import Api, People, Person
from tests.queue import Queue

_FIELDS = f"{{ tweet {{ likeCount {{ value precision }} viewerState {{ liked }} }} {USER_ERRORS} }}"
LIKE = f"mutation Like($id: ID!) {{ likeTweet(input: {{tweetId: $id}}) {_FIELDS} }}"
UNLIKE = f"mutation Unlike($id: ID!) {{ unlikeTweet(input: {{tweetId: $id}}) {_FIELDS} }}"
LIKES = "query($id: ID!) { tweet(id: $id) { ... on Tweet { likeCount { value } viewerState { liked } } } }"
LIKERS = 50


def tweet(*, likes: int, liked: bool) -> dict[str, object]:
    return {"likeCount": {"value": likes, "precision": "EXACT"}, "viewerState": {"liked": liked}}


async def test_a_like_counts_at_once_and_is_taken_back_at_once(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    for viewer, likes in ((people.bob, 1), (people.ann, 2)):
        data = await api.data(LIKE, {"id": tweet_id}, by=viewer)
        assert data == {"likeTweet": {"tweet": tweet(likes=likes, liked=True), "userErrors": []}}
    data = await api.data(UNLIKE, {"id": tweet_id}, by=people.bob)
    assert data == {"unlikeTweet": {"tweet": tweet(likes=1, liked=False), "userErrors": []}}


async def test_a_second_like_is_refused_and_changes_nothing(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    await api.data(LIKE, {"id": tweet_id}, by=people.bob)
    before = await stored()
    error = {
        "__typename": "DuplicateError",
        "code": "DUPLICATE",
        "message": "You already like this tweet.",
        "path": ["input", "tweetId"],
    }
    data = await api.data(LIKE, {"id": tweet_id}, by=people.bob)
    assert data == {"likeTweet": {"tweet": tweet(likes=1, liked=True), "userErrors": [error]}}
    assert await stored() == before


async def test_taking_back_no_like_changes_nothing(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    before = await stored()
    data = await api.data(UNLIKE, {"id": tweet_id}, by=people.bob)
    assert data == {"unlikeTweet": {"tweet": tweet(likes=0, liked=False), "userErrors": []}}
    assert await stored() == before


@pytest.mark.parametrize(("mutation", "query"), [("likeTweet", LIKE), ("unlikeTweet", UNLIKE)])
@pytest.mark.parametrize("tweet_id", ["garbage", ids.global_id("Tweet", 1), ids.global_id("User", 1)])
async def test_an_unknown_tweet_has_no_likes(
    api: Api, people: People, stored: Stored, mutation: str, query: str, tweet_id: str
) -> None:
    before = await stored()
    data = await api.data(query, {"id": tweet_id}, by=people.bob)
    assert data == {mutation: {"tweet": None, "userErrors": [NO_SUCH_TWEET]}}
    assert await stored() == before


@pytest.mark.parametrize(("mutation", "query"), [("likeTweet", LIKE), ("unlikeTweet", UNLIKE)])
async def test_a_deleted_tweet_keeps_its_likes(
    api: Api, people: People, stored: Stored, mutation: str, query: str
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    if mutation == "unlikeTweet":
        await api.data(LIKE, {"id": tweet_id}, by=people.bob)
    await api.data(
        "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { deletedTweetId } }", {"id": tweet_id}, by=people.ann
    )
    before = await stored()
    data = await api.data(query, {"id": tweet_id}, by=people.bob)
    assert data == {mutation: {"tweet": None, "userErrors": [NO_SUCH_TWEET]}}
    assert await stored() == before


async def test_fifty_likers_at_once_are_counted_exactly(
    api: Api, people: People, queue: Queue, runtime: Runtime
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    likers = await crowd(runtime, LIKERS)
    answers = await asyncio.gather(*(api.data(LIKE, {"id": tweet_id}, by=liker) for liker in likers))
    assert [answer["likeTweet"]["userErrors"] for answer in answers] == [[]] * LIKERS
    liked = {"tweet": {"likeCount": {"value": LIKERS}, "viewerState": {"liked": True}}}
    assert await api.data(LIKES, {"id": tweet_id}, by=likers[0]) == liked
    await queue.drained()
    assert await api.data(LIKES, {"id": tweet_id}, by=likers[0]) == liked

    await asyncio.gather(*(api.data(UNLIKE, {"id": tweet_id}, by=liker) for liker in likers), queue.drained())
    nothing = {"tweet": {"likeCount": {"value": 0}, "viewerState": {"liked": False}}}
    assert await api.data(LIKES, {"id": tweet_id}, by=likers[0]) == nothing
    await queue.drained()
    assert await api.data(LIKES, {"id": tweet_id}, by=likers[0]) == nothing


async def test_many_likes_of_one_person_at_once_are_one(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    answers = await asyncio.gather(*(api.data(LIKE, {"id": tweet_id}, by=people.bob) for _ in range(8)))
    codes = sorted([error["code"] for error in answer["likeTweet"]["userErrors"]] for answer in answers)
    assert codes == [[]] + [["DUPLICATE"]] * 7
    data = await api.data(LIKES, {"id": tweet_id}, by=people.bob)
    assert data == {"tweet": {"likeCount": {"value": 1}, "viewerState": {"liked": True}}}


async def crowd(runtime: Runtime, size: int) -> list[Person]:
    """People straight from the services: fifty registrations over HTTP would only take longer."""
    new = await accounts.prepared(
        runtime, [Registration(f"fan{n}", f"Fan {n}", f"fan{n}@example.com", "password") for n in range(size)]
    )
    async with runtime.database.write() as session:
        people = await accounts.add(session, new)
        signed_in = [
            await sessions.start_session(session, runtime, user.id, client=ClientAddress(), now=runtime.now())
            for user in people
        ]
    return [
        Person(each.viewer.user.username, each.viewer.user.global_id, each.viewer.user.id, each.tokens.access_token, "")
        for each in signed_in
    ]
