"""Counters of tweets on screens: absolute, at most once a second, one look for all who watch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from domain import ids
from services import looks, views
from services.engagement import EngagementLooks
from services.runtime import Runtime
from stores import engagement
from tests.client import Api, People, Person
from tests.live.socket import Socket, connected
from tests.waiting import until

WATCH = """
subscription Watch($ids: [ID!]!) { tweetEngagement(ids: $ids) { tweets {
  tweetId likeCount { value } retweetCount { value } quoteCount { value } replyCount { value }
  bookmarkCount { value } viewCount { value precision }
} } }
"""
FIGURES = ("like", "retweet", "quote", "reply", "bookmark")


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "LOOK_EVERY_S", 0.01)


@pytest.fixture
def told(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> EngagementLooks:
    """Looks when a test says so."""
    monkeypatch.setattr(looks, "LOOK_EVERY_S", 3600)
    return runtime.engagement


async def look(told: EngagementLooks) -> None:
    await told.look(list(told._watches))


@asynccontextmanager
async def watching(http_url: str, by: Person | None, *tweet_ids: str) -> AsyncIterator[Socket]:
    async with connected(http_url) as socket:
        await socket.initialised(by)
        await socket.subscribe("home", WATCH, {"ids": tweet_ids})
        yield socket


async def tweets(socket: Socket) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await socket.next_event())["tweets"]
    return found


def figures(tweet_id: str, *, views: int | None = None, **counted: int) -> dict[str, Any]:
    exact = {f"{name}Count": {"value": counted.get(name, 0)} for name in FIGURES}
    precision = "EXACT" if views is None else "ESTIMATE"
    return {"tweetId": tweet_id, **exact, "viewCount": {"value": views or 0, "precision": precision}}


async def done(api: Api, name: str, tweet_id: str, *, by: Person) -> None:
    document = f"mutation($id: ID!) {{ {name}(input: {{tweetId: $id}}) {{ userErrors {{ code }} }} }}"
    assert await api.data(document, {"id": tweet_id}, by=by) == {name: {"userErrors": []}}


async def test_the_figures_come_at_once_and_then_those_that_change(
    http_url: str, api: Api, people: People, soon: None
) -> None:
    first, second = [await api.tweeted(people.ann, written) for written in ("one", "two")]
    await done(api, "likeTweet", second, by=people.cat)
    async with watching(http_url, people.bob, second, first) as socket:
        assert await tweets(socket) == [figures(second, like=1), figures(first)]
        await done(api, "likeTweet", first, by=people.cat)
        assert await tweets(socket) == [figures(first, like=1)]
        await done(api, "unlikeTweet", first, by=people.cat)
        assert await tweets(socket) == [figures(first)]
        await done(api, "bookmarkTweet", second, by=people.bob)
        assert await tweets(socket) == [figures(second, like=1, bookmark=1)]


async def test_what_changes_between_two_looks_is_one_event(
    http_url: str, api: Api, people: People, told: EngagementLooks
) -> None:
    first, second = [await api.tweeted(people.ann, written) for written in ("one", "two")]
    async with watching(http_url, people.bob, first, second) as socket:
        assert await tweets(socket) == [figures(first), figures(second)]
        await look(told)
        for name in ("likeTweet", "retweetTweet", "bookmarkTweet"):
            await done(api, name, first, by=people.cat)
        await api.tweeted(people.cat, "answer", in_reply_to=first)
        await done(api, "likeTweet", second, by=people.cat)
        await done(api, "unlikeTweet", second, by=people.cat)
        await look(told)
        assert await tweets(socket) == [figures(first, like=1, retweet=1, bookmark=1, reply=1)]


async def test_views_count_when_they_are_counted_and_no_sooner(
    http_url: str, api: Api, people: People, runtime: Runtime, told: EngagementLooks
) -> None:
    record = "mutation($id: ID!) { recordImpressions(input: {tweetIds: [$id]}) { recorded } }"
    tweet_id = await api.tweeted(people.ann, "hello")
    async with watching(http_url, people.bob, tweet_id) as socket:
        assert await tweets(socket) == [figures(tweet_id)]
        for person, seen_by in ((people.bob, 1), (people.bob, None), (people.cat, 2)):
            await api.data(record, {"id": tweet_id}, by=person)
            await look(told)
            await views.count(runtime.database, runtime.redis, now=runtime.now())
            await look(told)
            if seen_by is not None:
                assert await tweets(socket) == [figures(tweet_id, views=seen_by)]


async def test_a_slow_client_finds_the_newest_figures_only(api: Api, people: People, runtime: Runtime) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    raw_id = raw(tweet_id)
    slow = EngagementLooks(runtime.database, runtime.clock)
    stream = slow.stream([raw_id], viewer_id=people.bob.raw_id)
    assert (await anext(stream)).by_tweet_id[raw_id].counts.likes == 0
    for person in (people.ann, people.bob, people.cat):
        await done(api, "likeTweet", tweet_id, by=person)
        await slow.look(list(slow._watches))
    assert (await anext(stream)).by_tweet_id[raw_id].counts.likes == 3
    await stream.aclose()
    assert slow._looking is None


def raw(tweet_id: str) -> int:
    found = ids.raw_id(tweet_id, "Tweet")
    assert found is not None
    return found


async def test_a_tweet_out_of_sight_yields_nothing_until_it_is_in_sight_again(
    http_url: str, api: Api, people: People, told: EngagementLooks
) -> None:
    block, unblock = (
        f"mutation($id: ID!) {{ {name}(input: {{userId: $id}}) {{ userErrors {{ code }} }} }}"
        for name in ("blockUser", "unblockUser")
    )
    anns, cats = await api.tweeted(people.ann, "one"), await api.tweeted(people.cat, "two")
    async with watching(http_url, people.bob, anns, cats) as bobs, watching(http_url, None, anns) as strangers:
        assert await tweets(bobs) == [figures(anns), figures(cats)]
        assert await tweets(strangers) == [figures(anns)]
        await api.data(block, {"id": people.bob.id}, by=people.ann)
        for likes, name in enumerate(("likeTweet", "unlikeTweet", "likeTweet")):
            for tweet_id in (anns, cats):
                await done(api, name, tweet_id, by=people.cat)
            await look(told)
            likes = (likes + 1) % 2
            assert await tweets(bobs) == [figures(cats, like=likes)]
            assert await tweets(strangers) == [figures(anns, like=likes)]
        await api.data(unblock, {"id": people.bob.id}, by=people.ann)
        await look(told)
        assert await tweets(bobs) == [figures(anns, like=1)]


async def test_what_has_waited_for_a_slow_client_is_withdrawn_when_it_goes_out_of_sight(
    api: Api, people: People, runtime: Runtime
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    slow = EngagementLooks(runtime.database, runtime.clock)
    stream = slow.stream([raw(tweet_id)], viewer_id=people.bob.raw_id)
    await anext(stream)
    await done(api, "likeTweet", tweet_id, by=people.cat)
    await slow.look(list(slow._watches))
    [watch] = slow._watches
    assert watch._arrived.is_set()
    await done(api, "deleteTweet", tweet_id, by=people.ann)
    await slow.look([watch])
    assert not watch._arrived.is_set()
    await stream.aclose()


async def test_protected_and_deleted_tweets_and_retweets_of_them(
    http_url: str, api: Api, people: People, told: EngagementLooks
) -> None:
    retweet = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } } }"
    await api.followed(people.bob, people.ann)
    hers, gone = [await api.tweeted(people.ann, written) for written in ("one", "two")]
    cats = await api.tweeted(people.cat, "three")
    retweeted, of_cat = [
        (await api.data(retweet, {"id": tweet_id}, by=people.bob))["retweetTweet"]["retweet"]["id"]
        for tweet_id in (hers, cats)
    ]
    await api.protected(people.ann)
    await done(api, "deleteTweet", gone, by=people.ann)
    everything = (hers, gone, retweeted, of_cat)
    async with watching(http_url, people.bob, *everything) as bobs, watching(http_url, None, *everything) as strangers:
        assert await tweets(bobs) == [figures(each, retweet=1) for each in (hers, retweeted, of_cat)]
        assert await tweets(strangers) == [figures(of_cat, retweet=1)]


async def test_an_id_named_twice_counts_once_and_one_of_nothing_not_at_all(
    http_url: str, api: Api, people: People, told: EngagementLooks
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    unknown = ids.global_id("Tweet", ids.MAX_ID)
    async with watching(http_url, None, unknown, tweet_id, tweet_id) as socket:
        assert await tweets(socket) == [figures(tweet_id)]
    await until(lambda: not told._watches)


@pytest.mark.parametrize("tweet_ids", [[], ["Tweet:1"] * 101, ["garbage"], [""], [ids.global_id("User", 1)]])
async def test_what_names_no_tweets_is_refused(http_url: str, people: People, tweet_ids: list[str]) -> None:
    async with watching(http_url, people.ann, *tweet_ids) as socket:
        message = await socket.received()
        assert message["type"] == "error"
        assert [error["extensions"]["code"] for error in message["payload"]] == ["VALIDATION_FAILED"]


async def test_a_look_costs_the_same_for_one_who_watches_and_for_fifty(
    http_url: str, api: Api, people: People, told: EngagementLooks, statements: list[str]
) -> None:
    tweet_ids = [await api.tweeted(people.ann, f"tweet {number}") for number in range(10)]
    sent = []
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(connected(http_url)) for _ in range(3)]
        for socket, by in zip(sockets, (people.bob, people.cat, None), strict=True):
            await socket.initialised(by)
        for number in range(50):
            socket = sockets[number % 3]
            await socket.subscribe(f"{number}", WATCH, {"ids": tweet_ids})
            assert len((await socket.next_event(f"{number}"))["tweets"]) == 10
            if number in {0, 49}:
                await done(api, "likeTweet", tweet_ids[number % 10], by=people.cat)
                statements.clear()
                await look(told)
                told_to = [await sockets[each % 3].received() for each in range(number + 1)]
                assert sorted(int(message["id"]) for message in told_to) == list(range(number + 1))
                await look(told)
                sent.append(len(statements))
    assert sent == [3, 3]


async def test_streams_outlive_a_look_that_fails(
    http_url: str, api: Api, people: People, soon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    of_tweets, failures = engagement.of_tweets, 0

    async def failing(*_: object) -> object:
        nonlocal failures
        failures += 1
        raise OSError("gone")

    async with watching(http_url, people.bob, tweet_id) as socket:
        assert await tweets(socket) == [figures(tweet_id)]
        monkeypatch.setattr(engagement, "of_tweets", failing)
        await done(api, "likeTweet", tweet_id, by=people.cat)
        await until(lambda: failures >= 2)
        monkeypatch.setattr(engagement, "of_tweets", of_tweets)
        assert await tweets(socket) == [figures(tweet_id, like=1)]


async def test_nobody_who_watches_leaves_no_look_behind(
    http_url: str, api: Api, people: People, runtime: Runtime, soon: None
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    async with watching(http_url, people.ann, tweet_id) as one, watching(http_url, None, tweet_id) as other:
        await tweets(one)
        await tweets(other)
        assert runtime.engagement._looking is not None
    await until(lambda: runtime.engagement._looking is None)
    assert not runtime.engagement._watches
