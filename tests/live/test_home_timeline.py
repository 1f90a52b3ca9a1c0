"""The homeTimeline subscription: what a follower sees, and when."""

from __future__ import annotations

import pytest

from domain import ids
from services import live
from services.live import LiveHub
from tests.client import Api, People, Person
from tests.live.conftest import held_back
from tests.live.socket import HEARTBEAT, added, connected, rebuilt, removed, watching
from tests.queue import Queue
from tests.waiting import until

LIKE = "mutation Like($id: ID!) { likeTweet(input: {tweetId: $id}) { userErrors { code } } }"
RETWEET = "mutation Retweet($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } } }"
UNRETWEET = "mutation Undo($id: ID!) { unretweetTweet(input: {tweetId: $id}) { userErrors { code } } }"
EDIT = 'mutation Edit($id: ID!) { editTweet(input: {tweetId: $id, text: "another", ifVersion: 1}) { tweet { id } } }'
RESTORE = "mutation Restore($id: ID!) { restoreTweet(input: {tweetId: $id}) { tweet { id } } }"
FROM = """
subscription From($after: Cursor) { homeTimeline(after: $after) { cursor event {
  __typename ... on TimelineItemAdded { edge { node { ... on TimelineTweet { tweet { ... on Tweet { id } } } } } }
} } }
"""
DELETE = "mutation Delete($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
UNFOLLOW = "mutation Unfollow($id: ID!) { unfollowUser(input: {userId: $id}) { userErrors { code } } }"


async def done(api: Api, mutation: str, subject_id: str, *, by: Person) -> None:
    (payload,) = (await api.data(mutation, {"id": subject_id}, by=by)).values()
    assert payload == {"userErrors": []}


async def test_a_followees_tweet_comes_when_it_is_posted_whoever_has_it_in_a_cache(
    http_url: str, api: Api, people: People
) -> None:
    """No worker runs."""
    await api.followed(people.ann, people.bob)
    async with watching(http_url, people.ann) as socket:
        for text in ("first", "second"):
            tweet_id = await api.tweeted(people.bob, text)
            assert await socket.change() == added(tweet_id, text)


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


async def test_a_tweet_deleted_before_it_was_told_is_never_added(
    http_url: str, api: Api, people: People, hub: LiveHub
) -> None:
    await api.followed(people.ann, people.bob)
    async with watching(http_url, people.ann) as socket:
        async with held_back(hub):
            tweet_id = await api.tweeted(people.bob, "a slip")
            await done(api, DELETE, tweet_id, by=people.bob)
        assert await socket.change() == removed(tweet_id)


async def test_a_tweet_that_comes_back_and_one_that_becomes_another_are_told(
    http_url: str, api: Api, people: People
) -> None:
    await api.followed(people.ann, people.bob)
    tweet_id = await api.tweeted(people.bob, "one")
    async with watching(http_url, people.ann) as socket:
        await api.data(EDIT, {"id": tweet_id}, by=people.bob)
        assert await socket.change() == {**added(tweet_id, "another"), "__typename": "TimelineItemEdited"}
        await done(api, DELETE, tweet_id, by=people.bob)
        assert await socket.change() == removed(tweet_id)
        await api.data(RESTORE, {"id": tweet_id}, by=people.bob)
        assert await socket.change() == added(tweet_id, "another")


async def test_a_retweet_takes_the_place_of_the_one_that_is_taken_back(http_url: str, api: Api, people: People) -> None:
    dan = await api.registered("dan")
    for followee in (people.bob, dan):
        await api.followed(people.ann, followee)
    tweet_id = await api.tweeted(people.cat, "hello")
    async with watching(http_url, people.ann) as socket:
        [first, second] = [
            (await api.data(RETWEET, {"id": tweet_id}, by=by))["retweetTweet"]["retweet"]["id"]
            for by in (people.bob, dan)
        ]
        assert await socket.change() == added(first, "", reason="RETWEET")
        after = await api.tweeted(people.bob, "after both")
        assert await socket.change() == added(after, "after both")
        await done(api, UNRETWEET, tweet_id, by=people.bob)
        assert await socket.change() == removed(first)
        assert await socket.change() == added(second, "", reason="RETWEET")
        await done(api, DELETE, tweet_id, by=people.cat)
        assert await socket.change() == removed(second)


async def test_a_client_goes_on_from_any_cursor_it_has_seen(http_url: str, api: Api, people: People) -> None:
    await api.followed(people.ann, people.bob)
    cursors, tweet_ids = [], []
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        await socket.subscribe("home", FROM)
        cursors.append((await socket.next_event())["cursor"])
        for text in ("one", "two", "three"):
            tweet_ids.append(await api.tweeted(people.bob, text))
            cursors.append((await socket.next_event())["cursor"])
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        for number, cursor in enumerate(cursors):
            await socket.subscribe(f"from {number}", FROM, {"after": cursor})
            for tweet_id in tweet_ids[number:]:
                event = (await socket.next_event(f"from {number}"))["event"]
                assert event == {"__typename": "TimelineItemAdded", "edge": {"node": {"tweet": {"id": tweet_id}}}}
            assert (await socket.next_event(f"from {number}"))["event"] == HEARTBEAT


@pytest.mark.parametrize(("after", "code"), [("nonsense", "BAD_CURSOR"), ("1:live:1:9999999999:", "FUTURE_CURSOR")])
async def test_a_cursor_that_is_none_or_another_servers_ends_the_operation_and_not_the_socket(
    http_url: str, people: People, after: str, code: str
) -> None:
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        await socket.subscribe("home", FROM, {"after": ids.opaque(after)})
        message = await socket.received()
        assert (message["type"], message["id"]) == ("error", "home")
        assert [error["extensions"]["code"] for error in message["payload"]] == [code]
        assert await socket.result("1", "{ __typename }") == {"data": {"__typename": "Query"}}


async def test_a_follow_or_unfollow_rebuilds_the_timeline(http_url: str, api: Api, people: People) -> None:
    async with watching(http_url, people.ann) as socket:
        await api.followed(people.ann, people.bob)
        assert await socket.change() == rebuilt("FOLLOWS_CHANGED")
        await done(api, UNFOLLOW, people.bob.id, by=people.ann)
        assert await socket.change() == rebuilt("FOLLOWS_CHANGED")


async def test_silence_is_filled_with_heartbeats(
    http_url: str, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.01)
    async with watching(http_url, people.ann) as socket:
        assert [(await socket.change())["__typename"] for _ in range(2)] == ["Heartbeat", "Heartbeat"]


async def test_a_client_that_goes_away_leaves_nothing_in_the_hub(http_url: str, people: People, hub: LiveHub) -> None:
    async with watching(http_url, people.ann) as first, watching(http_url, people.ann):
        assert hub.stream_count == 2
        await first.close()
        await until(lambda: hub.stream_count == 1)
    await until(lambda: hub.stream_count == 0)
    assert not hub._watches
