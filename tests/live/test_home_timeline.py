"""The homeTimeline subscription: what a follower sees, and when."""

from __future__ import annotations

import pytest

from domain import ids
from services import fan_out
from services.runtime import Runtime
from stores import live
from stores.live import LiveHub
from tests.client import Api, People, Person
from tests.live.socket import added, connected, gap, removed, watching
from tests.queue import Queue
from tests.waiting import until

LIKE = "mutation Like($id: ID!) { likeTweet(input: {tweetId: $id}) { userErrors { code } } }"
RETWEET = "mutation Retweet($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } } }"
UNRETWEET = "mutation Undo($id: ID!) { unretweetTweet(input: {tweetId: $id}) { userErrors { code } } }"
DELETE = "mutation Delete($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
UNFOLLOW = "mutation Unfollow($id: ID!) { unfollowUser(input: {userId: $id}) { userErrors { code } } }"


async def done(api: Api, mutation: str, subject_id: str, *, by: Person) -> None:
    (payload,) = (await api.data(mutation, {"id": subject_id}, by=by)).values()
    assert payload == {"userErrors": []}


def raw(tweet_id: str) -> int:
    raw_id = ids.raw_id(tweet_id, "Tweet")
    assert raw_id is not None
    return raw_id


async def test_a_followees_tweet_comes_as_it_is_when_it_comes(
    http_url: str, api: Api, people: People, queue: Queue
) -> None:
    await api.followed(people.ann, people.bob)
    await queue.drained()
    async with watching(http_url, people.ann) as socket:
        first = await api.tweeted(people.bob, "first")
        await done(api, LIKE, first, by=people.cat)
        await queue.drained()
        assert await socket.change() == added(first, "first", likes=1)
        second = await api.tweeted(people.bob, "second")
        await queue.drained()
        assert await socket.change() == added(second, "second")


async def test_a_retweet_comes_with_who_retweeted_it_and_goes_when_it_is_taken_back(
    http_url: str, api: Api, people: People, queue: Queue
) -> None:
    watch = """
    subscription { homeTimeline { event {
      ... on TimelineItemAdded { edge { node { ... on TimelineTweet {
        tweet { ... on Tweet { id retweetOf { ... on Tweet { text } } } } reason { code via { username } } } } } }
      ... on TimelineItemRemoved { tweetId }
    } } }
    """
    await api.followed(people.ann, people.bob)
    tweet_id = await api.tweeted(people.cat, "hello")
    await queue.drained()
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        await socket.subscribe("home", watch)
        assert await socket.change() == {}
        payload = (await api.data(RETWEET, {"id": tweet_id}, by=people.bob))["retweetTweet"]
        retweet_id = payload["retweet"]["id"]
        await queue.drained()
        reason = {"code": "RETWEET", "via": [{"username": "bob"}]}
        tweet = {"id": retweet_id, "retweetOf": {"text": "hello"}}
        assert await socket.change() == {"edge": {"node": {"tweet": tweet, "reason": reason}}}
        await done(api, UNRETWEET, tweet_id, by=people.bob)
        await queue.drained()
        assert await socket.change() == {"tweetId": retweet_id}


async def test_every_event_is_hydrated_anew(http_url: str, api: Api, people: People, queue: Queue) -> None:
    """The parent's count is loaded for both events of one subscription, and changes between them."""
    watch = """
    subscription { homeTimeline { event { ... on TimelineItemAdded { edge { node { ... on TimelineTweet {
      tweet { ... on Tweet { text inReplyTo { ... on Tweet { text likeCount { value } } } } } } } } } } } }
    """
    await api.followed(people.ann, people.bob)
    question = await api.tweeted(people.ann, "question")
    await queue.drained()
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        await socket.subscribe("home", watch)
        assert await socket.change() == {}
        for likes, by in enumerate((people.bob, people.cat), start=1):
            await done(api, LIKE, question, by=by)
            await api.tweeted(people.bob, f"answer {likes}", in_reply_to=question)
            await queue.drained()
            tweet = (await socket.change())["edge"]["node"]["tweet"]
            assert tweet == {
                "text": f"answer {likes}",
                "inReplyTo": {"text": "question", "likeCount": {"value": likes}},
            }


async def test_an_own_tweet_comes_at_once_on_every_socket_of_its_author_and_only_there(
    http_url: str, api: Api, people: People, queue: Queue
) -> None:
    async with (
        watching(http_url, people.ann) as laptop,
        watching(http_url, people.ann) as phone,
        watching(http_url, people.bob) as strangers,
    ):
        tweet_id = await api.tweeted(people.ann, "mine")
        assert await laptop.change() == added(tweet_id, "mine", reason="SELF")
        assert await phone.change() == added(tweet_id, "mine", reason="SELF")
        await queue.drained()
        own = await api.tweeted(people.bob, "something else")
        assert await strangers.change() == added(own, "something else", reason="SELF")


async def test_a_reply_comes_only_to_those_who_follow_both(
    http_url: str, api: Api, people: People, queue: Queue
) -> None:
    dan = await api.registered("dan")
    for follower, followee in ((people.ann, people.bob), (dan, people.bob), (dan, people.cat)):
        await api.followed(follower, followee)
    question = await api.tweeted(people.cat, "question")
    await queue.drained()
    async with watching(http_url, people.ann) as anns, watching(http_url, dan) as dans:
        answer = await api.tweeted(people.bob, "answer", in_reply_to=question)
        remark = await api.tweeted(people.bob, "remark")
        await queue.drained()
        assert await anns.change() == added(remark, "remark")
        assert await dans.change() == added(answer, "answer")
        assert await dans.change() == added(remark, "remark")


async def test_what_is_delivered_after_an_unfollow_is_not_shown(
    http_url: str, api: Api, people: People, queue: Queue, hub: LiveHub
) -> None:
    await api.followed(people.ann, people.bob)
    await queue.drained()
    async with watching(http_url, people.ann) as socket:
        tweet_id = await api.tweeted(people.bob, "too late")
        await done(api, UNFOLLOW, people.bob.id, by=people.ann)
        # As a worker does that read the followers before the unfollow.
        hub.dispatch(live.Posted({people.ann.raw_id: [raw(tweet_id)]}))
        own = await api.tweeted(people.ann, "mine")
        assert await socket.change() == added(own, "mine", reason="SELF")


async def test_a_deleted_tweet_is_removed_for_author_and_followers(
    http_url: str, api: Api, people: People, queue: Queue
) -> None:
    await api.followed(people.ann, people.bob)
    tweet_id = await api.tweeted(people.bob, "a slip")
    await queue.drained()
    async with watching(http_url, people.ann) as anns, watching(http_url, people.bob) as bobs:
        await done(api, DELETE, tweet_id, by=people.bob)
        await queue.drained()
        assert await anns.change() == removed(tweet_id)
        assert await bobs.change() == removed(tweet_id)


async def test_a_tweet_deleted_before_it_was_delivered_is_never_added(
    http_url: str, api: Api, people: People, queue: Queue
) -> None:
    await api.followed(people.ann, people.bob)
    await queue.drained()
    async with watching(http_url, people.ann) as socket:
        tweet_id = await api.tweeted(people.bob, "a slip")
        await done(api, DELETE, tweet_id, by=people.bob)
        await queue.drained()
        assert await socket.change() == removed(tweet_id)


async def test_a_tweet_fanned_out_twice_is_shown_once(
    http_url: str, api: Api, people: People, queue: Queue, runtime: Runtime
) -> None:
    await api.followed(people.ann, people.bob)
    await queue.drained()
    async with watching(http_url, people.ann) as socket:
        tweet_id = await api.tweeted(people.bob, "once")
        for _ in range(2):
            await fan_out.fan_out(runtime, [raw(tweet_id)])
        assert await socket.change() == added(tweet_id, "once")
        last = await api.tweeted(people.ann, "last")
        assert await socket.change() == added(last, "last", reason="SELF")


async def test_a_subscriber_who_falls_behind_is_told_and_goes_on(
    http_url: str, api: Api, people: People, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "QUEUE_LIMIT", 2)
    await api.followed(people.ann, people.bob)
    await queue.drained()
    async with watching(http_url, people.ann) as socket:
        for n in range(3):
            await api.tweeted(people.bob, f"tweet {n}")
        await queue.drained()  # one announcement of all three, put into the queue without a pause
        assert await socket.change() == gap("SLOW_CONSUMER")
        tweet_id = await api.tweeted(people.bob, "afterwards")
        await queue.drained()
        assert await socket.change() == added(tweet_id, "afterwards")


async def test_a_lost_redis_connection_is_a_gap_and_the_stream_goes_on(
    http_url: str, api: Api, people: People, queue: Queue, runtime: Runtime
) -> None:
    await api.followed(people.ann, people.bob)
    await queue.drained()
    async with watching(http_url, people.ann) as anns, watching(http_url, people.cat) as cats:
        await runtime.redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        assert await anns.change() == gap("CONNECTION_LOST")
        assert await cats.change() == gap("CONNECTION_LOST")
        tweet_id = await api.tweeted(people.bob, "afterwards")
        await queue.drained()
        assert await anns.change() == added(tweet_id, "afterwards")


async def test_a_follow_or_unfollow_is_a_gap(http_url: str, api: Api, people: People, queue: Queue) -> None:
    async with watching(http_url, people.ann) as socket:
        await api.followed(people.ann, people.bob)
        await queue.drained()
        assert await socket.change() == gap("FOLLOWS_CHANGED")
        await done(api, UNFOLLOW, people.bob.id, by=people.ann)
        await queue.drained()
        assert await socket.change() == gap("FOLLOWS_CHANGED")


async def test_silence_is_filled_with_heartbeats(
    http_url: str, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resolvers.timelines.HEARTBEAT_S", 0.01)
    async with watching(http_url, people.ann) as socket:
        assert [(await socket.change())["__typename"] for _ in range(2)] == ["Heartbeat", "Heartbeat"]


async def test_a_client_that_goes_away_leaves_nothing_in_the_hub(http_url: str, people: People, hub: LiveHub) -> None:
    async with watching(http_url, people.ann) as first, watching(http_url, people.ann):
        assert hub.subscription_count == 2
        await first.close()
        await until(lambda: hub.subscription_count == 1)
    await until(lambda: hub.subscription_count == 0)
    assert hub._subscriptions == {}
