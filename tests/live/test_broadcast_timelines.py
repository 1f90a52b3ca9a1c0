"""Streams of what is not the viewer's own, told together to those who are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.api.user_lists import made
from tests.client import Api, People, Person
from tests.live.audiences import Tellings, audience
from tests.live.socket import rebuilt
from tests.live.timelines import EVENT, THREAD_EVENT, did, ended, item, retweeted

BLOCKED_BY = "blockUser(userId: $odd)"
CODES = {"hashtag": "HASHTAG", "listTimeline": "LIST", "userTimeline": "AUTHOR"}
DETAILED = """
subscription { userTimeline(userId: "$id") { event { __typename ... on TimelineItemAdded { edge { node {
  ... on TimelineTweet { retweetedBy { username } tweet { ... on Tweet { poll { viewerVotes } } } }
} } } } } }
"""
ASK = 'mutation { postTweet(input: {text: "?", poll: {options: ["a", "b"], durationMinutes: 10}}) { tweet { id } } }'


def detailed(retweeted_by: list[dict[str, str]], votes: list[int]) -> dict[str, Any]:
    node = {"retweetedBy": retweeted_by, "tweet": {"poll": {"viewerVotes": votes}}}
    return {"__typename": "TimelineItemAdded", "edge": {"node": node}}


@dataclass(frozen=True)
class Watched:
    """Where cat's answers to what ann has said in bob's thread are."""

    answered_id: str
    root_id: str
    list_id: str
    cat_id: str

    def query(self, of: str) -> str:
        field, event = {
            "hashtag": ('hashtag(name: "tea")', EVENT),
            "listTimeline": (f'listTimeline(listId: "{self.list_id}")', EVENT),
            "userTimeline": (f'userTimeline(userId: "{self.cat_id}")', EVENT),
            "thread": (f'thread(tweetId: "{self.root_id}")', THREAD_EVENT),
        }[of]
        return f"subscription {{ {field} {{ {event} }} }}"

    def told(self, of: str, tweet_id: str) -> dict[str, Any]:
        if of != "thread":
            return item(tweet_id, "#tea", CODES[of])
        return {"__typename": "ReplyAdded", "reply": {"id": tweet_id, "text": "#tea"}, "parentId": self.answered_id}


@pytest.fixture
async def watched(api: Api, people: People) -> Watched:
    root_id = await api.tweeted(people.bob, "root")
    answered_id = await api.tweeted(people.ann, "so?", in_reply_to=root_id)
    return Watched(answered_id, root_id, await made(api, people.bob, people.ann, people.cat), people.cat.id)


async def registered(api: Api, *names: str) -> list[Person]:
    return [await api.registered(name) for name in names]


@pytest.mark.parametrize("of", [*CODES, "thread"])
async def test_twenty_who_are_signed_in_cost_no_more_statements_than_two(
    http_url: str,
    api: Api,
    people: People,
    watched: Watched,
    statements: list[str],
    tellings: Tellings,
    of: str,
) -> None:
    twenty = await registered(api, *(f"p{n}" for n in range(20)))
    sent = []
    for some in (twenty[:2], twenty):
        async with audience(http_url, *some, query=watched.query(of)) as sockets:
            statements.clear()
            tweet_id = await api.tweeted(people.cat, "#tea", in_reply_to=watched.answered_id)
            for socket in sockets:
                assert await socket.change() == watched.told(of, tweet_id)
            sent.append(sorted(statements))
    assert sent[0] == sent[1]
    assert tellings.alike == [{person.raw_id for person in some} for some in (twenty[:2], twenty)]


@pytest.mark.parametrize("first", [0, 2])
@pytest.mark.parametrize(
    ("before", "of"),
    [
        *(("blockUser(userId: $cat)", of) for of in (*CODES, "thread")),
        # Where the author is asked for, who mutes them is shown what they write, and who is blocked nothing at all.
        *(("muteUser(userId: $cat)", of) for of in ("hashtag", "listTimeline", "thread")),
        *((BLOCKED_BY, of) for of in ("hashtag", "listTimeline", "thread")),
        # It is there for whoever asks for it.
        ("muteThread(tweetId: $root)", "hashtag"),
        ("muteThread(tweetId: $root)", "listTimeline"),
        ("muteUser(userId: $ann)", "thread"),
    ],
)
async def test_what_is_not_for_one_is_told_the_others(
    http_url: str,
    api: Api,
    people: People,
    watched: Watched,
    tellings: Tellings,
    first: int,
    before: str,
    of: str,
) -> None:
    three = dan, eve, odd = await registered(api, "dan", "eve", "odd")
    by = people.cat if before == BLOCKED_BY else odd
    ids = {"ann": people.ann.id, "cat": people.cat.id, "odd": odd.id, "root": watched.root_id}
    await did(api, before, by=by, **{name: value for name, value in ids.items() if f"${name}" in before})
    tellings.first = three[first]
    async with audience(http_url, *three, query=watched.query(of)) as [dans, eves, odds]:
        tweet_id = await api.tweeted(people.cat, "#tea", in_reply_to=watched.answered_id)
        assert await dans.change() == await eves.change() == watched.told(of, tweet_id)
        await api.followed(odd, dan)
        assert (await odds.change())["cause"] == "FOLLOWS_CHANGED"
    assert {dan.raw_id, eve.raw_id} <= tellings.alike[0]


@pytest.mark.parametrize("first", ["ann", "dan"])
async def test_a_list_that_is_made_private_is_still_told_its_owner(
    http_url: str, api: Api, people: People, tellings: Tellings, first: str
) -> None:
    dan, eve = await registered(api, "dan", "eve")
    list_id = await made(api, people.ann, people.bob)
    query = f'subscription {{ listTimeline(listId: "{list_id}") {{ {EVENT} }} }}'
    tellings.first = {"ann": people.ann, "dan": dan}[first]
    async with audience(http_url, people.ann, dan, eve, query=query) as [anns, dans, eves]:
        await did(api, "updateList(listId: $id, isPrivate: true)", by=people.ann, id=list_id)
        assert await ended(dans)
        assert await ended(eves)
        tweet_id = await api.tweeted(people.bob, "one")
        assert await anns.change() == rebuilt("LIST_CHANGED")
        assert await anns.change() == item(tweet_id, "one", "LIST")


@pytest.mark.parametrize("first", [0, 2])
@pytest.mark.parametrize("differs", ["voted", "follows who retweeted"])
async def test_votes_and_retweets_are_told_whom_they_concern(
    http_url: str, api: Api, people: People, tellings: Tellings, first: int, differs: str
) -> None:
    three = dan, eve, odd = await registered(api, "dan", "eve", "odd")
    tweet_id = (await api.data(ASK, by=people.bob))["postTweet"]["tweet"]["id"]
    await retweeted(api, tweet_id, by=people.cat)
    names, votes = [], []
    if differs == "voted":
        await did(api, "votePoll(tweetId: $id, choices: [1])", by=odd, id=tweet_id)
        votes = [1]
    else:
        await api.followed(odd, people.cat)
        names = [{"username": people.cat.name}]
    await did(api, "deleteTweet(tweetId: $id)", by=people.bob, id=tweet_id)
    tellings.first = three[first]
    async with audience(http_url, *three, query=DETAILED.replace("$id", people.bob.id)) as [dans, eves, odds]:
        await did(api, "restoreTweet(tweetId: $id)", by=people.bob, id=tweet_id)
        assert await dans.change() == await eves.change() == detailed([], [])
        assert await odds.change() == detailed(names, votes)
    assert {dan.raw_id, eve.raw_id} <= tellings.alike[0]
