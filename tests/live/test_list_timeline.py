"""The listTimeline subscription."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from domain.permissions import Role
from services.live import LiveHub
from services.runtime import Runtime
from tests.api.test_administration import appoint
from tests.api.user_lists import made
from tests.client import PASSWORD, Api, People, Person
from tests.live.conftest import held_back
from tests.live.socket import Socket, rebuilt, removed
from tests.live.timelines import did, ended, item, refused, retweeted, streaming


@asynccontextmanager
async def watched(http_url: str, by: Person | None, list_id: str) -> AsyncIterator[Socket]:
    async with streaming(http_url, by, f'listTimeline(listId: "{list_id}")') as socket:
        yield socket


async def test_what_members_write_is_told_and_replies_only_to_members(http_url: str, api: Api, people: People) -> None:
    list_id = await made(api, people.ann, people.bob, people.cat)
    anns = await api.tweeted(people.ann, "ann's")
    async with watched(http_url, None, list_id) as socket:
        tweet_id = await api.tweeted(people.bob, "one")
        assert await socket.change() == item(tweet_id, "one", "LIST")
        await api.tweeted(people.bob, "to ann", in_reply_to=anns)
        reply_id = await api.tweeted(people.cat, "to bob", in_reply_to=tweet_id)
        assert await socket.change() == item(reply_id, "to bob", "LIST")
        await did(api, 'editTweet(tweetId: $id, text: "two", ifVersion: 1)', by=people.bob, id=tweet_id)
        assert await socket.change() == item(tweet_id, "two", "LIST", kind="Edited")
        await did(api, "deleteTweet(tweetId: $id)", by=people.bob, id=tweet_id)
        assert await socket.change() == removed(tweet_id)
        await did(api, "restoreTweet(tweetId: $id)", by=people.bob, id=tweet_id)
        assert await socket.change() == item(tweet_id, "two", "LIST")


async def test_a_retweet_that_repeats_comes_when_what_it_repeats_goes(http_url: str, api: Api, people: People) -> None:
    list_id = await made(api, people.ann, people.bob, people.cat)
    tweet_id = await api.tweeted(people.ann, "ann's")
    async with watched(http_url, None, list_id) as socket:
        first = await retweeted(api, tweet_id, by=people.bob)
        assert await socket.change() == item(first, "", "LIST")
        second = await retweeted(api, tweet_id, by=people.cat)
        mark = await api.tweeted(people.bob, "mark")
        assert await socket.change() == item(mark, "mark", "LIST")
        await did(api, "unretweetTweet(tweetId: $id)", by=people.bob, id=tweet_id)
        assert await socket.change() == removed(first)
        assert await socket.change() == item(second, "", "LIST")
        await did(api, "deleteTweet(tweetId: $id)", by=people.ann, id=tweet_id)
        assert await socket.change() == removed(second)


async def test_a_member_who_is_added_or_removed_rebuilds_it_for_whoever_watches(
    http_url: str, api: Api, people: People
) -> None:
    list_id, other_id = await made(api, people.ann, people.cat), await made(api, people.ann)
    async with watched(http_url, people.ann, list_id) as owners, watched(http_url, None, list_id) as others:
        for mutation in ("addListMember", "removeListMember", "removeListMember"):
            await did(api, f"{mutation}(listId: $list, userId: $bob)", by=people.ann, list=list_id, bob=people.bob.id)
            await did(api, f"{mutation}(listId: $list, userId: $bob)", by=people.ann, list=other_id, bob=people.bob.id)
        mark = await api.tweeted(people.cat, "mark")
        for socket in (owners, others):
            assert await socket.change() == rebuilt("LIST_CHANGED")
            assert await socket.change() == rebuilt("LIST_CHANGED")
            assert await socket.change() == item(mark, "mark", "LIST")


async def test_whoever_is_taken_from_it_before_it_is_told_is_not_shown(
    http_url: str, api: Api, people: People, hub: LiveHub
) -> None:
    list_id = await made(api, people.ann, people.bob)
    async with watched(http_url, None, list_id) as socket:
        async with held_back(hub):
            await api.tweeted(people.bob, "too late")
            await did(api, "removeListMember(listId: $l, userId: $u)", by=people.ann, l=list_id, u=people.bob.id)
        assert await socket.change() == rebuilt("LIST_CHANGED")


async def test_a_block_between_owner_and_member_rebuilds_it(http_url: str, api: Api, people: People) -> None:
    list_id = await made(api, people.ann, people.bob)
    async with watched(http_url, None, list_id) as socket:
        await did(api, "blockUser(userId: $id)", by=people.bob, id=people.ann.id)
        assert await socket.change() == rebuilt("LIST_CHANGED")


async def test_what_the_viewer_mutes_rebuilds_it_for_them_only(http_url: str, api: Api, people: People) -> None:
    list_id = await made(api, people.ann, people.bob, people.cat)
    async with watched(http_url, people.ann, list_id) as anns, watched(http_url, None, list_id) as others:
        await did(api, "muteUser(userId: $id)", by=people.ann, id=people.bob.id)
        await did(api, "updatePrivacy(sensitiveContent: HIDE)", by=people.ann)
        await api.tweeted(people.bob, "muted")
        mark = await api.tweeted(people.cat, "mark")
        assert await anns.change() == rebuilt("MUTES_CHANGED")
        assert await anns.change() == rebuilt("MUTES_CHANGED")
        assert await anns.change() == item(mark, "mark", "LIST")
        assert (await others.change())["edge"]["node"]["tweet"]["text"] == "muted"


async def test_a_suspended_member_takes_their_tweets_along_and_brings_them_back(
    http_url: str, api: Api, people: People, runtime: Runtime
) -> None:
    await appoint(runtime, people.cat, Role.MODERATOR)
    list_id = await made(api, people.ann, people.bob)
    async with watched(http_url, None, list_id) as socket:
        await did(api, 'suspendUser(userId: $id, reason: "spam")', by=people.cat, id=people.bob.id)
        assert await socket.change() == rebuilt("ACCOUNT_CHANGED")
        await did(api, "unsuspendUser(userId: $id)", by=people.cat, id=people.bob.id)
        assert await socket.change() == rebuilt("ACCOUNT_CHANGED")


@pytest.mark.parametrize("mutation", ["deleteList(listId: $list)", "updateList(listId: $list, isPrivate: true)"])
async def test_it_ends_for_those_who_may_not_see_the_list_any_more(
    http_url: str, api: Api, people: People, hub: LiveHub, mutation: str
) -> None:
    """What was on its way is not told."""
    list_id = await made(api, people.ann, people.bob)
    async with watched(http_url, people.ann, list_id) as owners, watched(http_url, people.cat, list_id) as others:
        async with held_back(hub):
            tweet_id = await api.tweeted(people.bob, "late")
            await did(api, mutation, by=people.ann, list=list_id)
        assert await ended(others)
        if mutation.startswith("delete"):
            assert await ended(owners)
        else:
            assert await owners.change() == item(tweet_id, "late", "LIST")
            assert await owners.change() == rebuilt("LIST_CHANGED")


async def test_it_ends_with_its_owners_account_and_at_a_block(http_url: str, api: Api, people: People) -> None:
    list_id = await made(api, people.ann, people.bob)
    async with watched(http_url, people.cat, list_id) as cats, watched(http_url, None, list_id) as others:
        await did(api, "blockUser(userId: $id)", by=people.ann, id=people.cat.id)
        assert await ended(cats)
        await did(api, "deactivateAccount(password: $password)", by=people.ann, password=PASSWORD)
        assert await ended(others)


async def test_what_cannot_be_seen_is_as_what_does_not_exist(http_url: str, api: Api, people: People) -> None:
    private = await made(api, people.ann, is_private=True)
    for list_id in (private, people.ann.id, "nonsense"):
        message = await refused(http_url, people.bob, f'listTimeline(listId: "{list_id}")')
        assert message == f"'{list_id[:40]}' is no list that you may see."
