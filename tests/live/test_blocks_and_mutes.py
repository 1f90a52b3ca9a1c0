"""Blocks, mutes and protection act on the next event of a running subscription."""

from __future__ import annotations

import pytest

from services.live import LiveHub
from tests.client import Api, People, Person
from tests.live.conftest import held_back
from tests.live.socket import Socket, added, rebuilt, watching
from tests.queue import Queue


async def done(api: Api, mutation: str, *, by: Person) -> None:
    (payload,) = (await api.data(f"mutation {{ {mutation} {{ userErrors {{ code }} }} }}", by=by)).values()
    assert payload == {"userErrors": []}


async def only_an_own_tweet_comes(api: Api, socket: Socket, viewer: Person) -> None:
    own = await api.tweeted(viewer, "mine")
    assert await socket.change() == added(own, "mine", reason="SELF")


@pytest.mark.parametrize(
    ("mutation", "whose", "cause"),
    [
        ("blockUser(input: {userId: $bob})", "ann", "FOLLOWS_CHANGED"),
        ("blockUser(input: {userId: $ann})", "bob", "FOLLOWS_CHANGED"),
        ("muteUser(input: {userId: $bob})", "ann", "MUTES_CHANGED"),
        ('addMutedWord(input: {phrase: "late"})', "ann", "MUTES_CHANGED"),
    ],
)
async def test_what_is_told_after_a_block_or_mute_is_not_shown(
    http_url: str, api: Api, people: People, hub: LiveHub, mutation: str, whose: str, cause: str
) -> None:
    await api.followed(people.ann, people.bob)
    async with watching(http_url, people.ann) as socket:
        filled = mutation.replace("$ann", f'"{people.ann.id}"').replace("$bob", f'"{people.bob.id}"')
        async with held_back(hub):
            await api.tweeted(people.bob, "too late")
            await done(api, filled, by=people.ann if whose == "ann" else people.bob)
        while (change := await socket.change()) == rebuilt(cause):
            await api.tweeted(people.ann, "mine")
        assert change["edge"]["node"]["tweet"]["text"] == "mine"


async def test_what_a_stranger_protects_is_not_shown(
    http_url: str, api: Api, people: People, queue: Queue, hub: LiveHub
) -> None:
    """cat, whom ann follows, retweeted bob, whom she does not."""
    await api.followed(people.ann, people.cat)
    theirs = await api.tweeted(people.bob, "for a few")
    async with watching(http_url, people.ann) as socket:
        async with held_back(hub):
            await done(api, f'retweetTweet(input: {{tweetId: "{theirs}"}})', by=people.cat)
            await done(api, "updatePrivacy(input: {isProtected: true})", by=people.bob)
        assert await socket.change() == rebuilt("ACCOUNT_CHANGED")
        await only_an_own_tweet_comes(api, socket, people.ann)


async def test_replies_in_a_muted_thread_are_not_shown(
    http_url: str, api: Api, people: People, queue: Queue, hub: LiveHub
) -> None:
    await api.followed(people.ann, people.bob)
    root = await api.tweeted(people.bob, "root")
    async with watching(http_url, people.ann) as socket:
        async with held_back(hub):
            await api.tweeted(people.bob, "more", in_reply_to=root)
            await done(api, f'muteThread(input: {{tweetId: "{root}"}})', by=people.ann)
        assert await socket.change() == rebuilt("MUTES_CHANGED")
        await only_an_own_tweet_comes(api, socket, people.ann)


async def test_a_block_rebuilds_both_timelines_and_nobody_elses(
    http_url: str, api: Api, people: People, queue: Queue
) -> None:
    await api.followed(people.ann, people.bob)
    await api.followed(people.bob, people.ann)
    await queue.drained()
    async with (
        watching(http_url, people.ann) as anns,
        watching(http_url, people.bob) as bobs,
        watching(http_url, people.cat) as cats,
    ):
        for mutation in ("blockUser", "unblockUser"):
            await done(api, f'{mutation}(input: {{userId: "{people.bob.id}"}})', by=people.ann)
            await queue.drained()
            assert await anns.change() == rebuilt("FOLLOWS_CHANGED")
            assert await bobs.change() == rebuilt("FOLLOWS_CHANGED")
        await only_an_own_tweet_comes(api, cats, people.cat)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("muteUser(input: {userId: $bob})", "unmuteUser(input: {userId: $bob})"),
        ("muteThread(input: {tweetId: $tweet})", "unmuteThread(input: {tweetId: $tweet})"),
    ],
)
async def test_a_mute_rebuilds_the_viewers_timeline_and_the_muted_are_not_told(
    http_url: str, api: Api, people: People, queue: Queue, begin: str, end: str
) -> None:
    tweet = await api.tweeted(people.bob, "hello")
    await queue.drained()
    async with watching(http_url, people.ann) as anns, watching(http_url, people.bob) as bobs:
        for mutation in (begin, end):
            filled = mutation.replace("$bob", f'"{people.bob.id}"').replace("$tweet", f'"{tweet}"')
            await done(api, filled, by=people.ann)
            await queue.drained()
            assert await anns.change() == rebuilt("MUTES_CHANGED")
        await only_an_own_tweet_comes(api, bobs, people.bob)
