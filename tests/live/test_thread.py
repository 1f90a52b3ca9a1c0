"""The thread subscription."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.changes import ChangeKind
from domain.ids import GlobalId, raw_id
from services import live
from services.live import LiveHub
from services.runtime import Runtime
from stores import changes
from stores.changes import NewChange
from tests.client import PASSWORD, Api, People
from tests.live.conftest import held_back
from tests.live.socket import HEARTBEAT
from tests.live.timelines import did, ended, refused, retweeted, streaming


def below(tweet_id: str) -> str:
    return f'thread(tweetId: "{tweet_id}")'


def added(reply_id: str, text: str, *, to: str) -> dict[str, Any]:
    return {"__typename": "ReplyAdded", "reply": {"id": reply_id, "text": text}, "parentId": to}


def removed(reply_id: str, *, how: str = "Removed") -> dict[str, str]:
    return {"__typename": f"Reply{how}", "replyId": reply_id}


def rebuilt(cause: str) -> dict[str, str]:
    return {"__typename": "ThreadRebuilt", "cause": cause}


async def test_replies_at_every_depth_are_told_to_nobody_in_particular(http_url: str, api: Api, people: People) -> None:
    root = await api.tweeted(people.ann, "root")
    async with streaming(http_url, None, below(root)) as socket:
        reply = await api.tweeted(people.bob, "reply", in_reply_to=root)
        assert await socket.change() == added(reply, "reply", to=root)
        deeper = await api.tweeted(people.cat, "deeper", in_reply_to=reply)
        assert await socket.change() == added(deeper, "deeper", to=reply)
        await api.tweeted(people.cat, "another conversation")
        await did(api, 'editTweet(tweetId: $id, text: "edited", ifVersion: 1)', by=people.cat, id=deeper)
        assert await socket.change() == {"__typename": "ReplyEdited", "reply": {"id": deeper, "text": "edited"}}
        await did(api, "deleteTweet(tweetId: $id)", by=people.bob, id=reply)
        assert await socket.change() == removed(reply)
        await did(api, "restoreTweet(tweetId: $id)", by=people.bob, id=reply)
        assert await socket.change() == added(reply, "reply", to=root)


async def test_below_a_reply_only_what_answers_it_is_told(http_url: str, api: Api, people: People) -> None:
    root = await api.tweeted(people.ann, "root")
    reply = await api.tweeted(people.bob, "reply", in_reply_to=root)
    async with streaming(http_url, people.cat, below(reply)) as socket:
        beside = await api.tweeted(people.ann, "beside", in_reply_to=root)
        await did(api, "deleteTweet(tweetId: $id)", by=people.ann, id=beside)
        deeper = await api.tweeted(people.ann, "below", in_reply_to=reply)
        assert await socket.change() == added(deeper, "below", to=reply)


async def test_of_a_retweet_what_it_retweets_is_watched(http_url: str, api: Api, people: People) -> None:
    root = await api.tweeted(people.ann, "root")
    async with streaming(http_url, None, below(await retweeted(api, root, by=people.bob))) as socket:
        reply = await api.tweeted(people.bob, "reply", in_reply_to=root)
        assert await socket.change() == added(reply, "reply", to=root)


async def test_a_hidden_reply_goes_with_what_is_below_it(http_url: str, api: Api, people: People) -> None:
    root = await api.tweeted(people.ann, "root")
    reply = await api.tweeted(people.bob, "reply", in_reply_to=root)
    async with streaming(http_url, None, below(root)) as socket, streaming(http_url, None, below(reply)) as inner:
        await did(api, "hideReply(tweetId: $id)", by=people.ann, id=reply)
        assert await socket.change() == removed(reply, how="Hidden")
        deeper = await api.tweeted(people.cat, "below", in_reply_to=reply)
        assert await inner.change() == added(deeper, "below", to=reply)
        mark = await api.tweeted(people.cat, "mark", in_reply_to=root)
        assert await socket.change() == added(mark, "mark", to=root)
        for _ in range(2):
            await did(api, "unhideReply(tweetId: $id)", by=people.ann, id=reply)
        assert await socket.change() == added(reply, "reply", to=root)
        another = await api.tweeted(people.cat, "again", in_reply_to=reply)
        assert await socket.change() == added(another, "again", to=reply)


async def test_what_is_hidden_before_it_is_told_never_comes(
    http_url: str, api: Api, people: People, hub: LiveHub
) -> None:
    root = await api.tweeted(people.ann, "root")
    async with streaming(http_url, None, below(root)) as socket:
        async with held_back(hub):
            reply = await api.tweeted(people.bob, "reply", in_reply_to=root)
            await api.tweeted(people.cat, "below", in_reply_to=reply)
            await did(api, "hideReply(tweetId: $id)", by=people.ann, id=reply)
        assert await socket.change() == removed(reply, how="Hidden")
        mark = await api.tweeted(people.cat, "mark", in_reply_to=root)
        assert await socket.change() == added(mark, "mark", to=root)


async def test_a_reply_is_not_told_where_its_parent_is_not_shown(http_url: str, api: Api, people: People) -> None:
    root = await api.tweeted(people.ann, "root")
    reply = await api.tweeted(people.bob, "reply", in_reply_to=root)
    await did(api, "blockUser(userId: $id)", by=people.cat, id=people.bob.id)
    async with streaming(http_url, people.cat, below(root)) as cats, streaming(http_url, None, below(root)) as others:
        deeper = await api.tweeted(people.ann, "below", in_reply_to=reply)
        mark = await api.tweeted(people.ann, "mark", in_reply_to=root)
        assert await cats.change() == added(mark, "mark", to=root)
        assert await others.change() == added(deeper, "below", to=reply)
        await did(api, "deleteTweet(tweetId: $id)", by=people.bob, id=reply)
        mark = await api.tweeted(people.ann, "another", in_reply_to=root)
        assert await cats.change() == added(mark, "another", to=root)
        await did(api, "unblockUser(userId: $id)", by=people.cat, id=people.bob.id)
        assert await cats.change() == rebuilt("FOLLOWS_CHANGED")


async def test_a_muted_thread_is_told_and_a_muted_word_is_not(http_url: str, api: Api, people: People) -> None:
    root = await api.tweeted(people.ann, "root")
    async with streaming(http_url, people.cat, below(root)) as socket:
        await did(api, "muteThread(tweetId: $id)", by=people.cat, id=root)
        assert await socket.change() == rebuilt("MUTES_CHANGED")
        await did(api, 'addMutedWord(phrase: "noise")', by=people.cat)
        assert await socket.change() == rebuilt("MUTES_CHANGED")
        noise = await api.tweeted(people.bob, "noise", in_reply_to=root)
        reply = await api.tweeted(people.bob, "reply", in_reply_to=root)
        assert await socket.change() == added(reply, "reply", to=root)
        await did(api, 'editTweet(tweetId: $id, text: "music", ifVersion: 1)', by=people.bob, id=noise)
        assert await socket.change() == {"__typename": "ReplyEdited", "reply": {"id": noise, "text": "music"}}


async def test_an_account_takes_its_replies_along(http_url: str, api: Api, people: People) -> None:
    root = await api.tweeted(people.ann, "root")
    await api.tweeted(people.bob, "reply", in_reply_to=root)
    async with streaming(http_url, people.ann, below(root)) as socket:
        await did(api, "updatePrivacy(isProtected: true)", by=people.cat)
        await did(api, "updatePrivacy(isProtected: true)", by=people.bob)
        assert await socket.change() == rebuilt("ACCOUNT_CHANGED")
        mark = await api.tweeted(people.ann, "mark", in_reply_to=root)
        assert await socket.change() == added(mark, "mark", to=root)


async def test_it_ends_when_the_tweet_goes(http_url: str, api: Api, people: People) -> None:
    root = await api.tweeted(people.ann, "root")
    reply = await api.tweeted(people.bob, "reply", in_reply_to=root)
    async with streaming(http_url, None, below(root)) as outer, streaming(http_url, None, below(reply)) as inner:
        await did(api, "deleteTweet(tweetId: $id)", by=people.ann, id=root)
        assert await ended(outer)
        deeper = await api.tweeted(people.cat, "below", in_reply_to=reply)
        assert await inner.change() == added(deeper, "below", to=reply)
        await did(api, "deactivateAccount(password: $password)", by=people.bob, password=PASSWORD)
        assert await ended(inner)


async def test_a_client_goes_on_from_where_it_was(http_url: str, api: Api, people: People) -> None:
    root = await api.tweeted(people.ann, "root")
    async with streaming(http_url, None, below(root)) as socket:
        reply = await api.tweeted(people.bob, "reply", in_reply_to=root)
        event = await socket.next_event()
        assert event["event"] == added(reply, "reply", to=root)
    deeper = await api.tweeted(people.cat, "below", in_reply_to=reply)
    await did(api, "hideReply(tweetId: $id)", by=people.ann, id=deeper)
    async with streaming(http_url, None, below(root), after=event["cursor"]) as socket:
        assert await socket.change() == removed(deeper, how="Hidden")
        assert await socket.change() == HEARTBEAT


async def test_what_cannot_be_seen_is_as_what_does_not_exist(http_url: str, api: Api, people: People) -> None:
    protected = await api.tweeted(people.bob, "for a few")
    await did(api, "updatePrivacy(isProtected: true)", by=people.bob)
    deleted = await api.tweeted(people.cat, "a slip")
    await did(api, "deleteTweet(tweetId: $id)", by=people.cat, id=deleted)
    for tweet_id in (protected, deleted, people.bob.id, "nonsense"):
        message = await refused(http_url, people.ann, below(tweet_id))
        assert message == f"'{tweet_id[:40]}' is no tweet that you may see."


async def test_a_viewer_to_whom_all_that_comes_is_nothing_stays_in_the_log(
    http_url: str, api: Api, people: People, runtime: Runtime, hub: LiveHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below a quiet reply of a busy conversation."""
    root = await api.tweeted(people.ann, "root")
    reply = await api.tweeted(people.bob, "reply", in_reply_to=root)
    beside = raw_id(GlobalId(await api.tweeted(people.bob, "beside", in_reply_to=root)), "Tweet")
    async with streaming(http_url, None, below(reply)) as socket, asyncio.TaskGroup() as group:
        monkeypatch.setattr(live, "HEARTBEAT_S", 1.0)

        async def stay_busy() -> None:
            while True:
                async with runtime.database.write() as session:
                    await changes.record(session, [NewChange(ChangeKind.TWEET_EDITED, tweet_id=beside)])
                await hub.tell()

        busy = group.create_task(stay_busy())
        assert await socket.change() == HEARTBEAT
        busy.cancel()
