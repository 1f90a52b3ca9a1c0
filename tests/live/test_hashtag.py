"""The hashtag subscription."""

from __future__ import annotations

from services.live import LiveHub
from tests.client import PASSWORD, Api, People
from tests.live.conftest import held_back
from tests.live.socket import HEARTBEAT, rebuilt, removed
from tests.live.timelines import did, item, refused, retweeted, streaming

TEA = 'hashtag(name: "#TEA")'
EDIT = "editTweet(tweetId: $id, text: $text, ifVersion: {})"


async def test_tweets_with_the_hashtag_come_and_go(http_url: str, api: Api, people: People) -> None:
    async with streaming(http_url, None, TEA) as socket:
        await api.tweeted(people.bob, "#coffee")
        tweet_id = await api.tweeted(people.bob, "#Tea")
        assert await socket.change() == item(tweet_id, "#Tea", "HASHTAG")
        await retweeted(api, tweet_id, by=people.cat)
        await did(api, "deleteTweet(tweetId: $id)", by=people.bob, id=tweet_id)
        assert await socket.change() == removed(tweet_id)
        await did(api, "restoreTweet(tweetId: $id)", by=people.bob, id=tweet_id)
        assert await socket.change() == item(tweet_id, "#Tea", "HASHTAG")


async def test_an_edit_that_adds_or_takes_the_hashtag_is_told(
    http_url: str, api: Api, people: People, hub: LiveHub
) -> None:
    tweet_id = await api.tweeted(people.bob, "something")
    async with streaming(http_url, None, TEA) as socket:
        await did(api, EDIT.format(1), by=people.bob, id=tweet_id, text="#tea")
        assert await socket.change() == item(tweet_id, "#tea", "HASHTAG", kind="Edited")
        await did(api, EDIT.format(2), by=people.bob, id=tweet_id, text="#coffee")
        assert await socket.change() == removed(tweet_id)
        await did(api, EDIT.format(3), by=people.bob, id=tweet_id, text="#milk")
        async with held_back(hub):
            await did(api, EDIT.format(4), by=people.bob, id=tweet_id, text="#tea again")
            await did(api, EDIT.format(5), by=people.bob, id=tweet_id, text="#tea no more")
        assert await socket.change() == item(tweet_id, "#tea no more", "HASHTAG", kind="Edited")


async def test_a_lost_hashtag_is_told_to_whoever_comes_back(http_url: str, api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.bob, "#tea")
    async with streaming(http_url, None, TEA) as socket:
        other = await api.tweeted(people.bob, "more #tea")
        event = await socket.next_event()
        assert event["event"] == item(other, "more #tea", "HASHTAG")
    await did(api, EDIT.format(1), by=people.bob, id=tweet_id, text="#coffee")
    async with streaming(http_url, None, TEA, after=event["cursor"]) as socket:
        assert await socket.change() == removed(tweet_id)
        assert await socket.change() == HEARTBEAT


async def test_what_the_viewer_may_not_see_or_has_muted_is_not_told(
    http_url: str, api: Api, people: People, hub: LiveHub
) -> None:
    """Nor is that it goes."""
    async with streaming(http_url, people.ann, TEA) as anns, streaming(http_url, None, TEA) as others:
        async with held_back(hub):
            slip = await api.tweeted(people.bob, "a #tea slip")
            await api.tweeted(people.bob, "blocked #tea")
            await did(api, "blockUser(userId: $id)", by=people.bob, id=people.ann.id)
            await did(api, "deleteTweet(tweetId: $id)", by=people.bob, id=slip)
            await did(api, 'addMutedWord(phrase: "herbal")', by=people.ann)
            await api.tweeted(people.cat, "herbal #tea")
            mark = await api.tweeted(people.cat, "#tea mark")
        assert await anns.change() == rebuilt("FOLLOWS_CHANGED")
        assert await anns.change() == rebuilt("MUTES_CHANGED")
        assert await anns.change() == item(mark, "#tea mark", "HASHTAG")
        assert [(await others.change())["__typename"] for _ in range(4)] == [
            "TimelineItemAdded",
            "TimelineItemRemoved",
            "TimelineItemAdded",
            "TimelineItemAdded",
        ]


async def test_an_account_takes_its_tweets_along(http_url: str, api: Api, people: People) -> None:
    await api.tweeted(people.bob, "#tea")
    async with streaming(http_url, None, TEA) as socket:
        await did(api, "updatePrivacy(isProtected: true)", by=people.cat)
        await did(api, "deactivateAccount(password: $password)", by=people.bob, password=PASSWORD)
        assert await socket.change() == rebuilt("ACCOUNT_CHANGED")
        mark = await api.tweeted(people.ann, "#tea mark")
        assert await socket.change() == item(mark, "#tea mark", "HASHTAG")


async def test_what_is_no_hashtag_is_refused(http_url: str) -> None:
    message = await refused(http_url, None, 'hashtag(name: "two words")')
    assert message == "'name' is not a hashtag, with or without its #, or it is too long to be listed."
