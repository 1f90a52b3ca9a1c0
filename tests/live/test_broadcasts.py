"""Streams that are told together: who asks the same is sent the same answers, worked out once; who would be answered
otherwise is told by their own stream."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest

from services.live import LiveHub
from tests.client import Api, People
from tests.live.audiences import WATCH, Telling, Tellings, audience, entry, followers
from tests.live.conftest import held_back
from tests.live.socket import HEARTBEAT, connected
from tests.live.timelines import item, streaming


async def test_five_followers_are_sent_what_was_worked_out_once(
    http_url: str, api: Api, people: People, tellings: Tellings
) -> None:
    five = await followers(api, people.bob, "dan", "eve", "fay", "gus", "hal")
    async with audience(http_url, *five) as sockets:
        for text in ("first", "second"):
            tweet_id = await api.tweeted(people.bob, text)
            for socket in sockets:
                assert await socket.change() == entry(tweet_id, text)
    ids = {person.raw_id for person in five}
    assert tellings.alike == [ids, ids]


async def test_each_operation_is_sent_its_own_id(http_url: str, api: Api, people: People, tellings: Tellings) -> None:
    await api.followed(people.ann, people.bob)
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        operation_ids = ["home", 'say "home"', "дом"]
        for operation_id in operation_ids:
            await socket.subscribe(operation_id, WATCH)
            assert await socket.change(operation_id) == HEARTBEAT
        tweet_id = await api.tweeted(people.bob, "hello")
        told = [await socket.received() for _ in operation_ids]
    assert {message["id"] for message in told} == set(operation_ids)
    for message in told:
        assert message["type"] == "next"
        assert message["payload"]["data"]["homeTimeline"]["event"] == entry(tweet_id, "hello")
    assert tellings.alike == [{people.ann.raw_id}]


async def test_twenty_cost_no_more_statements_than_two(
    http_url: str, api: Api, people: People, statements: list[str]
) -> None:
    twenty = await followers(api, people.bob, *(f"p{n}" for n in range(20)))
    sent = []
    for some in (twenty[:2], twenty):
        async with audience(http_url, *some) as sockets:
            statements.clear()
            await api.tweeted(people.bob, "hello")
            for socket in sockets:
                await socket.next_event()
            sent.append(sorted(statements))
    assert sent[0] == sent[1]


@pytest.mark.parametrize("of", ["hashtag", "thread", "userTimeline"])
async def test_who_is_not_signed_in_is_told_with_others_who_are_not(
    http_url: str, api: Api, people: People, tellings: Tellings, of: str
) -> None:
    root = await api.tweeted(people.bob, "root")
    field = {
        "hashtag": 'hashtag(name: "tea")',
        "thread": f'thread(tweetId: "{root}")',
        "userTimeline": f'userTimeline(userId: "{people.bob.id}")',
    }[of]
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(streaming(http_url, by, field))
            for by in (None, people.ann, None, people.cat, None)
        ]
        tweet_id = await api.tweeted(people.bob, "#tea", in_reply_to=root)
        changes = [await socket.change() for socket in sockets]
    if of == "thread":
        reply = {"id": tweet_id, "text": "#tea"}
        assert changes == [{"__typename": "ReplyAdded", "reply": reply, "parentId": root}] * 5
    else:
        assert changes == [item(tweet_id, "#tea", "HASHTAG" if of == "hashtag" else "AUTHOR")] * 5
    assert all(len({None in {viewer_id} for viewer_id in telling.audience}) == 1 for telling in tellings.done)
    assert Telling([None] * 3, [None] * 3) in tellings.done


async def test_what_is_selected_by_a_variable_is_shared_by_those_who_selected_it(
    http_url: str, api: Api, people: People, tellings: Tellings
) -> None:
    dan, eve, fay, gus = await followers(api, people.bob, "dan", "eve", "fay", "gus")
    async with (
        audience(http_url, dan, eve) as with_it,
        audience(http_url, fay, gus, variables={"liked": False}) as without,
    ):
        tweet_id = await api.tweeted(people.bob, "hello")
        for socket in with_it:
            assert await socket.change() == entry(tweet_id, "hello")
        for socket in without:
            assert await socket.change() == entry(tweet_id, "hello", viewerState={})
    assert {dan.raw_id, eve.raw_id} in tellings.alike
    assert {fay.raw_id, gus.raw_id} in tellings.alike
    assert len(tellings.done) == 2


async def test_who_came_back_from_elsewhere_is_told_with_the_others(
    http_url: str, api: Api, people: People, tellings: Tellings
) -> None:
    dan, eve, fay = await followers(api, people.bob, "dan", "eve", "fay")
    cursors = []
    async with audience(http_url, dan, eve) as sockets:
        for text in ("one", "two"):
            tweet_id = await api.tweeted(people.bob, text)
            cursors.append([(await socket.next_event())["cursor"] for socket in sockets])
    tellings.done.clear()
    async with audience(http_url, fay) as [fays], connected(http_url) as dans, connected(http_url) as eves:
        for socket, person, after in ((dans, dan, cursors[0][0]), (eves, eve, cursors[1][1])):
            await socket.initialised(person)
            await socket.subscribe("home", WATCH, {"after": after})
        assert await dans.change() == entry(tweet_id, "two")
        assert await dans.change() == await eves.change() == HEARTBEAT
        tweet_id = await api.tweeted(people.bob, "three")
        for socket in (dans, eves, fays):
            assert await socket.change() == entry(tweet_id, "three")
    assert tellings.alike == [{dan.raw_id, eve.raw_id, fay.raw_id}]


async def test_a_client_goes_on_from_between_two_events_that_came_together(
    http_url: str, api: Api, people: People, hub: LiveHub, tellings: Tellings
) -> None:
    dan, eve = await followers(api, people.bob, "dan", "eve")
    async with audience(http_url, dan, eve) as sockets:
        async with held_back(hub):
            tweets = [(await api.tweeted(people.bob, text), text) for text in ("one", "two", "three")]
        told = [[await socket.next_event() for _ in tweets] for socket in sockets]
    assert told[0] == told[1]
    assert [event["event"] for event in told[0]] == [entry(*tweet) for tweet in tweets]
    assert tellings.alike == [{dan.raw_id, eve.raw_id}]
    async with connected(http_url) as socket:
        await socket.initialised(eve)
        for number, event in enumerate(told[1], start=1):
            await socket.subscribe(f"{number}", WATCH, {"after": event["cursor"]})
            for tweet in tweets[number:]:
                assert await socket.change(f"{number}") == entry(*tweet)
            assert await socket.change(f"{number}") == HEARTBEAT
