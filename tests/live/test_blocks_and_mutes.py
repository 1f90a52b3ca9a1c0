"""Blocks, mutes and protection act on the next event of a running subscription."""

from __future__ import annotations

import pytest

from domain import ids
from stores import live
from stores.live import LiveHub
from tests.client import Api, People, Person
from tests.live.socket import Socket, added, gap, watching
from tests.queue import Queue


async def done(api: Api, mutation: str, *, by: Person) -> None:
    (payload,) = (await api.data(f"mutation {{ {mutation} {{ userErrors {{ code }} }} }}", by=by)).values()
    assert payload == {"userErrors": []}


async def arriving(api: Api, hub: LiveHub, author: Person, viewer: Person, *, text: str = "too late") -> str:
    """A tweet that is on its way to the viewer, as from a worker that read the followers a moment ago."""
    tweet_id = await api.tweeted(author, text)
    raw_id = ids.raw_id(tweet_id, "Tweet")
    assert raw_id is not None
    hub.dispatch(live.Posted({viewer.raw_id: [raw_id]}))
    return tweet_id


async def only_an_own_tweet_comes(api: Api, socket: Socket, viewer: Person) -> None:
    own = await api.tweeted(viewer, "mine")
    assert await socket.change() == added(own, "mine", reason="SELF")


@pytest.mark.parametrize(
    ("mutation", "whose"),
    [
        ("blockUser(input: {userId: $bob})", "ann"),
        ("blockUser(input: {userId: $ann})", "bob"),
        ("muteUser(input: {userId: $bob})", "ann"),
        ('addMutedWord(input: {phrase: "late"})', "ann"),
    ],
)
async def test_what_arrives_after_a_block_or_mute_is_not_shown(
    http_url: str, api: Api, people: People, queue: Queue, hub: LiveHub, mutation: str, whose: str
) -> None:
    await api.followed(people.ann, people.bob)
    await queue.drained()
    async with watching(http_url, people.ann) as socket:
        filled = mutation.replace("$ann", f'"{people.ann.id}"').replace("$bob", f'"{people.bob.id}"')
        await done(api, filled, by=people.ann if whose == "ann" else people.bob)
        await arriving(api, hub, people.bob, people.ann)
        await only_an_own_tweet_comes(api, socket, people.ann)


async def test_what_a_stranger_protects_does_not_arrive(
    http_url: str, api: Api, people: People, queue: Queue, hub: LiveHub
) -> None:
    """cat, whom ann follows, retweeted bob, whom she does not."""
    await api.followed(people.ann, people.cat)
    await queue.drained()
    theirs = await api.tweeted(people.bob, "for a few")
    async with watching(http_url, people.ann) as socket:
        query = f'mutation {{ retweetTweet(input: {{tweetId: "{theirs}"}}) {{ retweet {{ rawId }} }} }}'
        retweet = (await api.data(query, by=people.cat))["retweetTweet"]["retweet"]["rawId"]
        await done(api, "updatePrivacy(input: {isProtected: true})", by=people.bob)
        hub.dispatch(live.Posted({people.ann.raw_id: [int(retweet)]}))
        await only_an_own_tweet_comes(api, socket, people.ann)


async def test_replies_in_a_muted_thread_do_not_arrive(
    http_url: str, api: Api, people: People, queue: Queue, hub: LiveHub
) -> None:
    await api.followed(people.ann, people.bob)
    root = await api.tweeted(people.bob, "root")
    await queue.drained()
    async with watching(http_url, people.ann) as socket:
        await done(api, f'muteThread(input: {{tweetId: "{root}"}})', by=people.ann)
        reply = ids.raw_id(await api.tweeted(people.bob, "more", in_reply_to=root), "Tweet")
        assert reply is not None
        hub.dispatch(live.Posted({people.ann.raw_id: [reply]}))
        await only_an_own_tweet_comes(api, socket, people.ann)


async def test_a_block_is_a_gap_for_both_and_for_nobody_else(
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
            assert await anns.change() == gap("FOLLOWS_CHANGED")
            assert await bobs.change() == gap("FOLLOWS_CHANGED")
        await only_an_own_tweet_comes(api, cats, people.cat)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("muteUser(input: {userId: $bob})", "unmuteUser(input: {userId: $bob})"),
        ("muteThread(input: {tweetId: $tweet})", "unmuteThread(input: {tweetId: $tweet})"),
    ],
)
async def test_a_mute_is_a_gap_for_the_viewer_and_the_muted_are_not_told(
    http_url: str, api: Api, people: People, queue: Queue, begin: str, end: str
) -> None:
    tweet = await api.tweeted(people.bob, "hello")
    await queue.drained()
    async with watching(http_url, people.ann) as anns, watching(http_url, people.bob) as bobs:
        for mutation in (begin, end):
            filled = mutation.replace("$bob", f'"{people.bob.id}"').replace("$tweet", f'"{tweet}"')
            await done(api, filled, by=people.ann)
            await queue.drained()
            assert await anns.change() == gap("MUTES_CHANGED")
        await only_an_own_tweet_comes(api, bobs, people.bob)
