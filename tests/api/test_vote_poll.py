"""votePoll, Tweet.poll, and polls as nodes."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_TWEET, USER_ERRORS, invalid
from tests.api.test_like_tweet import crowd
from tests.client import Api, People, Person
from tests.queue import Queue

_POLL = "poll { options { position text votes { value precision } } voters { value } closed multiple viewerVotes }"
POST = """
mutation($poll: PollInput!) {
  postTweet(input: {text: "which?", poll: $poll}) { tweet { id createdAt poll { id endsAt } } userErrors { code } }
}
"""
VOTE = f"""
mutation($id: ID!, $choices: [Int!]!) {{
  votePoll(input: {{tweetId: $id, choices: $choices}}) {{
    tweet {{ {_POLL} }}
    {USER_ERRORS.replace("... on NotAllowedError", "... on DuplicateError { existing { id } } ... on NotAllowedError")}
  }}
}}
"""
POLL = f"query($id: ID!) {{ tweet(id: $id) {{ ... on Tweet {{ {_POLL} }} }} }}"
NODE = "query($id: ID!) { node(id: $id) { __typename id ... on Poll { voters { value } viewerVotes } } }"
DELETE = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
VOTERS = 200
CLOSED = {
    "__typename": "NotAllowedError",
    "code": "FORBIDDEN",
    "message": "This poll has closed.",
    "path": ["input", "tweetId"],
    "reason": "POLL_CLOSED",
}
NO_SUCH_POLL = {
    "__typename": "NotFoundError",
    "code": "NOT_FOUND",
    "message": "There is no such poll.",
    "path": ["input", "tweetId"],
}


def already(poll_id: str) -> dict[str, Any]:
    return {
        "__typename": "DuplicateError",
        "code": "DUPLICATE",
        "message": "You have voted in this poll already.",
        "path": ["input", "tweetId"],
        "existing": {"id": poll_id},
    }


def results(
    tea: int, milk: int, voters: int, mine: list[int] | None, *, multiple: bool = False, closed: bool = False
) -> dict[str, Any]:
    return {
        "poll": {
            "options": [
                {"position": 0, "text": "tea", "votes": {"value": tea, "precision": "EXACT"}},
                {"position": 1, "text": "milk", "votes": {"value": milk, "precision": "EXACT"}},
            ],
            "voters": {"value": voters},
            "closed": closed,
            "multiple": multiple,
            "viewerVotes": mine,
        }
    }


async def asked(api: Api, by: Person, *, multiple: bool = False) -> dict[str, Any]:
    """The tweet with the poll: its id, the moment it was posted, its poll's id and end."""
    poll = {"options": ["tea", "milk"], "durationMinutes": 10, "multiple": multiple}
    payload = (await api.data(POST, {"poll": poll}, by=by))["postTweet"]
    assert payload["userErrors"] == []
    tweet: dict[str, Any] = payload["tweet"]
    return tweet


async def voted(api: Api, by: Person, tweet_id: str, *choices: int) -> dict[str, Any]:
    variables = {"id": tweet_id, "choices": choices}
    payload: dict[str, Any] = (await api.data(VOTE, variables, by=by))["votePoll"]
    return payload


async def shown(api: Api, tweet_id: str, by: Person | None = None) -> dict[str, Any]:
    tweet: dict[str, Any] = (await api.data(POLL, {"id": tweet_id}, by=by))["tweet"]
    return tweet


async def test_a_vote_counts_at_once_and_for_good(api: Api, people: People, queue: Queue, stored: Stored) -> None:
    tweet = await asked(api, people.ann)
    assert await shown(api, tweet["id"], people.bob) == results(0, 0, 0, [])
    assert await voted(api, people.bob, tweet["id"], 1) == {"tweet": results(0, 1, 1, [1]), "userErrors": []}
    assert await voted(api, people.ann, tweet["id"], 0) == {"tweet": results(1, 1, 2, [0]), "userErrors": []}
    for choice in (0, 1):
        before = await stored()
        assert await voted(api, people.bob, tweet["id"], choice) == {
            "tweet": results(1, 1, 2, [1]),
            "userErrors": [already(tweet["poll"]["id"])],
        }
        assert await stored() == before
        await queue.drained()
    assert await shown(api, tweet["id"]) == results(1, 1, 2, None)


async def test_several_options_are_chosen_where_the_poll_says_so(api: Api, people: People) -> None:
    tweet = await asked(api, people.ann, multiple=True)
    assert await voted(api, people.bob, tweet["id"], 1, 0) == {
        "tweet": results(1, 1, 1, [0, 1], multiple=True),
        "userErrors": [],
    }
    assert await voted(api, people.cat, tweet["id"], 1) == {
        "tweet": results(1, 2, 2, [1], multiple=True),
        "userErrors": [],
    }


@pytest.mark.parametrize(
    ("multiple", "choices", "constraint", "message", "limit", "actual"),
    [
        (False, [], "TOO_FEW", "There are 0 choices; at least 1.", 1, 0),
        (False, [0, 1], "TOO_MANY", "There are 2 choices; at most 1.", 1, 2),
        (True, [0, 1, 1], "TOO_MANY", "There are 3 choices; at most 2.", 2, 3),
        (True, [1, 1], "NOT_DISTINCT", "An option is chosen once.", None, None),
        (False, [2], "OUT_OF_RANGE", "The options of this poll are 0 to 1.", 1, 2),
        (False, [-1], "OUT_OF_RANGE", "The options of this poll are 0 to 1.", 1, -1),
        (False, [2**31 - 1], "OUT_OF_RANGE", "The options of this poll are 0 to 1.", 1, 2**31 - 1),
    ],
)
async def test_a_vote_for_what_cannot_be_chosen_is_refused(
    api: Api,
    people: People,
    stored: Stored,
    multiple: bool,
    choices: list[int],
    constraint: str,
    message: str,
    limit: int | None,
    actual: int | None,
) -> None:
    tweet = await asked(api, people.ann, multiple=multiple)
    before = await stored()
    assert await voted(api, people.bob, tweet["id"], *choices) == {
        "tweet": results(0, 0, 0, [], multiple=multiple),
        "userErrors": [invalid("choices", constraint, message, limit=limit, actual=actual)],
    }
    assert await stored() == before


async def test_the_end_decides(
    api: Api, people: People, runtime: Runtime, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    tweet = await asked(api, people.ann)
    ends_at = datetime.fromisoformat(tweet["poll"]["endsAt"])
    assert ends_at - datetime.fromisoformat(tweet["createdAt"]) == timedelta(minutes=10)
    with monkeypatch.context() as patched:
        patched.setattr(type(runtime), "now", lambda _: ends_at - timedelta(milliseconds=1))
        assert (await voted(api, people.bob, tweet["id"], 1))["userErrors"] == []
    before = await stored()
    with monkeypatch.context() as patched:
        patched.setattr(type(runtime), "now", lambda _: ends_at)
        for person, mine in ((people.bob, [1]), (people.cat, [])):
            assert await voted(api, person, tweet["id"], 0) == {
                "tweet": results(0, 1, 1, mine, closed=True),
                "userErrors": [CLOSED],
            }
    assert await stored() == before


@pytest.mark.parametrize("tweet_id", ["garbage", ids.global_id("Tweet", 1), ids.global_id("Poll", 1)])
async def test_nobody_votes_on_an_unknown_tweet(api: Api, people: People, stored: Stored, tweet_id: str) -> None:
    before = await stored()
    assert await voted(api, people.ann, tweet_id, 0) == {"tweet": None, "userErrors": [NO_SUCH_TWEET]}
    assert await stored() == before


async def test_a_tweet_without_a_poll_takes_no_votes(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    before = await stored()
    assert await voted(api, people.bob, tweet_id, 0) == {"tweet": {"poll": None}, "userErrors": [NO_SUCH_POLL]}
    assert await stored() == before


async def test_a_vote_on_a_retweet_is_one_on_what_it_shows(api: Api, people: People) -> None:
    tweet = await asked(api, people.ann)
    retweet = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } } }"
    retweet_id = (await api.data(retweet, {"id": tweet["id"]}, by=people.bob))["retweetTweet"]["retweet"]["id"]
    assert await voted(api, people.cat, retweet_id, 0) == {"tweet": results(1, 0, 1, [0]), "userErrors": []}


async def test_a_poll_is_seen_by_those_who_see_its_tweet(api: Api, people: People, stored: Stored) -> None:
    tweet = await asked(api, people.ann)
    poll_id = tweet["poll"]["id"]
    seen = {"__typename": "Poll", "id": poll_id, "voters": {"value": 0}}
    assert await api.data(NODE, {"id": poll_id}) == {"node": {**seen, "viewerVotes": None}}
    assert await api.data(NODE, {"id": poll_id}, by=people.bob) == {"node": {**seen, "viewerVotes": []}}
    block = "mutation($id: ID!) { blockUser(input: {userId: $id}) { replayed } }"
    await api.data(block, {"id": people.bob.id}, by=people.ann)
    before = await stored()
    assert await api.data(NODE, {"id": poll_id}, by=people.bob) == {"node": None}
    assert await voted(api, people.bob, tweet["id"], 0) == {"tweet": None, "userErrors": [NO_SUCH_TWEET]}
    assert await stored() == before
    await api.data(DELETE, {"id": tweet["id"]}, by=people.ann)
    assert await api.data(NODE, {"id": poll_id}, by=people.cat) == {"node": None}
    without = await api.tweeted(people.ann, "hello")
    raw_id = ids.raw_id(without, "Tweet")
    assert raw_id is not None
    for unknown in (ids.global_id("Poll", raw_id), ids.global_id("Poll", 1)):
        assert await api.data(NODE, {"id": unknown}) == {"node": None}


async def test_two_hundred_voters_at_once_are_counted_exactly(
    api: Api, people: People, queue: Queue, runtime: Runtime
) -> None:
    tweet = await asked(api, people.ann)
    voters = await crowd(runtime, VOTERS)
    votes = (voted(api, voter, tweet["id"], int(n % 4 == 0)) for n, voter in enumerate(voters))
    twice = (voted(api, voter, tweet["id"], 0) for voter in voters[::10])
    payloads, _ = await asyncio.gather(asyncio.gather(*votes, *twice), queue.drained())
    refused = [payload["userErrors"] for payload in payloads if payload["userErrors"]]
    assert refused == [[already(tweet["poll"]["id"])]] * 20
    async with runtime.database.read() as session:
        rows = (await session.execute(text("SELECT positions, count(*) FROM poll_votes GROUP BY 1"))).all()
    by_choice = {positions[0]: number for positions, number in rows}
    assert sum(by_choice.values()) == VOTERS
    for _ in range(2):
        assert await shown(api, tweet["id"]) == results(by_choice[0], by_choice[1], VOTERS, None)
        await queue.drained()
    async with runtime.database.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM poll_vote_deltas"))).scalar_one() == 0


async def test_many_votes_of_one_person_at_once_are_one(api: Api, people: People) -> None:
    tweet = await asked(api, people.ann)
    payloads = await asyncio.gather(*(voted(api, people.bob, tweet["id"], n % 2) for n in range(8)))
    assert sorted((payload["userErrors"] for payload in payloads), key=len) == (
        [[]] + [[already(tweet["poll"]["id"])]] * 7
    )
    found = (await shown(api, tweet["id"]))["poll"]
    assert (sum(option["votes"]["value"] for option in found["options"]), found["voters"]["value"]) == (1, 1)


async def test_fifty_polls_are_read_with_as_many_statements_as_one(
    api: Api, people: People, statements: list[str]
) -> None:
    tweet_ids = [(await asked(api, people.ann))["id"] for _ in range(50)]
    query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Tweet {{ {_POLL} }} }} }}"
    sent = []
    for wanted in (tweet_ids[:1], tweet_ids):
        statements.clear()
        assert await api.data(query, {"ids": wanted}, by=people.ann) == {"nodes": [results(0, 0, 0, [])] * len(wanted)}
        sent.append(len(statements))
    assert sent[0] == sent[1]
