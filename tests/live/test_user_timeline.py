"""The userTimeline subscription."""

from __future__ import annotations

from services.live import LiveHub
from tests.client import PASSWORD, Api, People, Person
from tests.live.conftest import held_back
from tests.live.socket import HEARTBEAT, rebuilt, removed
from tests.live.timelines import did, ended, item, refused, retweeted, streaming


def of(person: Person, *, filter: str = "TWEETS_AND_REPLIES") -> str:
    return f'userTimeline(userId: "{person.id}", filter: {filter})'


async def test_nobody_signed_in_is_told_what_the_user_writes_and_nothing_else(
    http_url: str, api: Api, people: People
) -> None:
    cats = await api.tweeted(people.cat, "cat's")
    async with streaming(http_url, None, of(people.bob)) as socket:
        tweet_id = await api.tweeted(people.bob, "one")
        assert await socket.change() == item(tweet_id, "one", "AUTHOR")
        await api.tweeted(people.cat, "another's")
        reply_id = await api.tweeted(people.bob, "to cat", in_reply_to=cats)
        assert await socket.change() == item(reply_id, "to cat", "AUTHOR")
        await did(api, 'editTweet(tweetId: $id, text: "two", ifVersion: 1)', by=people.bob, id=tweet_id)
        assert await socket.change() == item(tweet_id, "two", "AUTHOR", kind="Edited")
        await did(api, "deleteTweet(tweetId: $id)", by=people.bob, id=tweet_id)
        assert await socket.change() == removed(tweet_id)
        await did(api, "restoreTweet(tweetId: $id)", by=people.bob, id=tweet_id)
        assert await socket.change() == item(tweet_id, "two", "AUTHOR")


async def test_without_replies_those_to_others_are_not_told(http_url: str, api: Api, people: People) -> None:
    cats = await api.tweeted(people.cat, "cat's")
    async with streaming(http_url, people.ann, of(people.bob, filter="TWEETS")) as socket:
        await api.tweeted(people.bob, "to cat", in_reply_to=cats)
        own = await api.tweeted(people.bob, "own")
        assert await socket.change() == item(own, "own", "AUTHOR")
        reply_id = await api.tweeted(people.bob, "to bob", in_reply_to=own)
        assert await socket.change() == item(reply_id, "to bob", "AUTHOR")


async def test_a_retweet_goes_and_comes_with_what_it_retweets(http_url: str, api: Api, people: People) -> None:
    """Also beside another retweet of the same: an author's timeline leaves out no repeats."""
    cats = await api.tweeted(people.cat, "cat's")
    async with streaming(http_url, None, of(people.bob)) as socket:
        retweet_id = await retweeted(api, cats, by=people.bob)
        assert await socket.change() == item(retweet_id, "", "AUTHOR")
        await retweeted(api, cats, by=people.ann)
        await did(api, "unretweetTweet(tweetId: $id)", by=people.ann, id=cats)
        await did(api, 'editTweet(tweetId: $id, text: "new", ifVersion: 1)', by=people.cat, id=cats)
        assert await socket.change() == item(retweet_id, "", "AUTHOR", kind="Edited")
        await did(api, "deleteTweet(tweetId: $id)", by=people.cat, id=cats)
        assert await socket.change() == removed(retweet_id)
        await did(api, "restoreTweet(tweetId: $id)", by=people.cat, id=cats)
        assert await socket.change() == item(retweet_id, "", "AUTHOR")


async def test_what_the_user_protects_before_it_is_told_is_not_shown_to_strangers(
    http_url: str, api: Api, people: People, hub: LiveHub
) -> None:
    await api.followed(people.ann, people.bob)
    async with (
        streaming(http_url, people.ann, of(people.bob)) as followers,
        streaming(http_url, people.cat, of(people.bob)) as strangers,
    ):
        async with held_back(hub):
            tweet_id = await api.tweeted(people.bob, "for a few")
            await did(api, "updatePrivacy(isProtected: true)", by=people.bob)
            await did(api, "deleteTweet(tweetId: $id)", by=people.bob, id=await api.tweeted(people.bob, "a slip"))
        assert await followers.change() == item(tweet_id, "for a few", "AUTHOR")
        assert await followers.change() == rebuilt("ACCOUNT_CHANGED")
        assert await strangers.change() == rebuilt("ACCOUNT_CHANGED")
        await did(api, "updatePrivacy(isProtected: false)", by=people.bob)
        assert await strangers.change() == rebuilt("ACCOUNT_CHANGED")


async def test_the_account_of_whom_the_user_retweeted_takes_its_tweets_along(
    http_url: str, api: Api, people: People
) -> None:
    await retweeted(api, await api.tweeted(people.cat, "cat's"), by=people.bob)
    async with streaming(http_url, None, of(people.bob)) as socket:
        await did(api, "updatePrivacy(isProtected: true)", by=people.ann)
        await did(api, "updatePrivacy(isProtected: true)", by=people.cat)
        assert await socket.change() == rebuilt("ACCOUNT_CHANGED")
        own = await api.tweeted(people.bob, "own")
        assert await socket.change() == item(own, "own", "AUTHOR")


async def test_a_block_by_the_viewer_rebuilds_and_one_by_the_user_ends(http_url: str, api: Api, people: People) -> None:
    async with streaming(http_url, people.ann, of(people.bob)) as socket:
        await did(api, "blockUser(userId: $id)", by=people.ann, id=people.bob.id)
        assert await socket.change() == rebuilt("FOLLOWS_CHANGED")
        await api.tweeted(people.bob, "unseen")
        await api.followed(people.ann, people.cat)  # told when "unseen" has been judged
        assert await socket.change() == rebuilt("FOLLOWS_CHANGED")
        await did(api, "unblockUser(userId: $id)", by=people.ann, id=people.bob.id)
        assert await socket.change() == rebuilt("FOLLOWS_CHANGED")
        await did(api, "blockUser(userId: $id)", by=people.bob, id=people.ann.id)
        assert await ended(socket)


async def test_a_mute_changes_nothing(http_url: str, api: Api, people: People) -> None:
    async with streaming(http_url, people.ann, of(people.bob)) as socket:
        await did(api, "muteUser(userId: $id)", by=people.ann, id=people.bob.id)
        tweet_id = await api.tweeted(people.bob, "heard")
        assert await socket.change() == item(tweet_id, "heard", "AUTHOR")


async def test_it_ends_when_the_user_closes_the_account(http_url: str, api: Api, people: People) -> None:
    async with streaming(http_url, None, of(people.bob)) as socket:
        await did(api, "deactivateAccount(password: $password)", by=people.bob, password=PASSWORD)
        assert await ended(socket)


async def test_what_cannot_be_seen_is_as_what_does_not_exist(http_url: str, api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.bob, "hello")
    await did(api, "blockUser(userId: $id)", by=people.bob, id=people.ann.id)
    for user_id in (people.bob.id, tweet_id, "nonsense", "VXNlcjox"):
        message = await refused(http_url, people.ann, f'userTimeline(userId: "{user_id}")')
        assert message == f"'{user_id}' is no user that you may see."


async def test_any_streams_cursor_is_gone_on_from(http_url: str, api: Api, people: People) -> None:
    async with streaming(http_url, people.ann, 'hashtag(name: "tea")') as socket:
        tagged = await api.tweeted(people.cat, "#tea")
        event = await socket.next_event()
        assert event["event"] == item(tagged, "#tea", "HASHTAG")
    tweet_id = await api.tweeted(people.bob, "one")
    async with streaming(http_url, None, of(people.bob), after=event["cursor"]) as socket:
        assert await socket.change() == item(tweet_id, "one", "AUTHOR")
        assert await socket.change() == HEARTBEAT
