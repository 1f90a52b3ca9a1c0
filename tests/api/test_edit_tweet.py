"""editTweet, Tweet.edits and Tweet.editControls."""

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
from tests.api.races import behind
from tests.client import Api, People, Person

_ENTITIES = """
entities {
  __typename ... on HashtagEntity { tag } ... on MentionEntity { user { ... on User { username } } }
}
"""
EDIT = f"""
mutation Edit($id: ID!, $text: String!, $ifVersion: Int) {{
  editTweet(input: {{tweetId: $id, text: $text, ifVersion: $ifVersion}}) {{
    tweet {{ id text version weightedLength {_ENTITIES} }}
    {USER_ERRORS.replace("... on NotAllowedError", "... on ConflictError { currentVersion } ... on NotAllowedError")}
  }}
}}
"""
HISTORY = f"""
query History($id: ID!, $first: Int, $after: Cursor, $last: Int, $before: Cursor) {{
  tweet(id: $id) {{ ... on Tweet {{
    createdAt editedAt version
    edits(first: $first, after: $after, last: $last, before: $before) {{
      nodes {{ version text createdAt {_ENTITIES} }} edges {{ cursor }}
      pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
    }}
  }} }}
}}
"""
CONTROLS = "query($id: ID!) { tweet(id: $id) { ... on Tweet { createdAt editControls { eligible until remaining } } } }"
MENTIONED = text("SELECT user_id FROM tweet_mentions ORDER BY user_id")
TAGGED = text("SELECT tag FROM tweet_hashtags ORDER BY tag")


async def edited(api: Api, by: Person, tweet_id: str, text: str, if_version: int | None = None) -> dict[str, Any]:
    variables = {"id": tweet_id, "text": text, "ifVersion": if_version}
    payload: dict[str, Any] = (await api.data(EDIT, variables, by=by))["editTweet"]
    return payload


async def history(api: Api, tweet_id: str, **page: Any) -> dict[str, Any]:
    tweet: dict[str, Any] = (await api.data(HISTORY, {"id": tweet_id, **page}))["tweet"]
    return tweet


def refusal(code: str, reason: str, message: str) -> dict[str, Any]:
    return {
        "__typename": "NotAllowedError",
        "code": code,
        "message": message,
        "path": ["input", "tweetId"],
        "reason": reason,
    }


WINDOW_CLOSED = refusal("EDIT_WINDOW_CLOSED", "EDIT_WINDOW_CLOSED", "A tweet can be edited for 30 minutes.")
LIMIT_REACHED = refusal("FORBIDDEN", "EDIT_LIMIT_REACHED", "A tweet can be edited 5 times.")


def conflict(version: int) -> dict[str, Any]:
    return {
        "__typename": "ConflictError",
        "code": "CONFLICT",
        "message": f"It was changed meanwhile and is at version {version}: look at it again.",
        "path": ["input", "ifVersion"],
        "currentVersion": version,
    }


async def test_an_edit_keeps_the_id_and_what_the_tweet_said(api: Api, people: People, runtime: Runtime) -> None:
    tweet_id = await api.tweeted(people.ann, "tea with @bob #tea #kept")
    await api.data(
        "mutation($id: ID!) { likeTweet(input: {tweetId: $id}) { replayed } }", {"id": tweet_id}, by=people.cat
    )
    assert await edited(api, people.ann, tweet_id, "  coffee with @cat #coffee #kept ", 1) == {
        "tweet": {
            "id": tweet_id,
            "text": "coffee with @cat #coffee #kept",
            "version": 2,
            "weightedLength": 30,
            "entities": [
                {"__typename": "MentionEntity", "user": {"username": "cat"}},
                {"__typename": "HashtagEntity", "tag": "coffee"},
                {"__typename": "HashtagEntity", "tag": "kept"},
            ],
        },
        "userErrors": [],
    }
    found = await history(api, tweet_id)
    assert found["edits"]["nodes"] == [
        {
            "version": 2,
            "text": "coffee with @cat #coffee #kept",
            "createdAt": found["editedAt"],
            "entities": [
                {"__typename": "MentionEntity", "user": {"username": "cat"}},
                {"__typename": "HashtagEntity", "tag": "coffee"},
                {"__typename": "HashtagEntity", "tag": "kept"},
            ],
        },
        {
            "version": 1,
            "text": "tea with @bob #tea #kept",
            "createdAt": found["createdAt"],
            "entities": [
                {"__typename": "MentionEntity", "user": {"username": "bob"}},
                {"__typename": "HashtagEntity", "tag": "tea"},
                {"__typename": "HashtagEntity", "tag": "kept"},
            ],
        },
    ]
    assert found["createdAt"] < found["editedAt"]
    likes = await api.data(
        "query($id: ID!) { tweet(id: $id) { ... on Tweet { likeCount { value } } } }", {"id": tweet_id}
    )
    assert likes == {"tweet": {"likeCount": {"value": 1}}}
    async with runtime.database.read() as session:
        assert list((await session.execute(MENTIONED)).scalars()) == [people.cat.raw_id]
        assert list((await session.execute(TAGGED)).scalars()) == ["coffee", "kept"]


async def test_a_muted_word_hides_what_the_tweet_says_now(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.bob, "about tea")
    await api.followed(people.ann, people.bob)
    await api.data('mutation { addMutedWord(input: {phrase: "coffee"}) { replayed } }', by=people.ann)
    home = "{ viewer { homeTimeline { nodes { text } } } }"
    assert (await api.data(home, by=people.ann))["viewer"]["homeTimeline"]["nodes"] == [{"text": "about tea"}]
    await edited(api, people.bob, tweet_id, "about coffee")
    assert (await api.data(home, by=people.ann))["viewer"]["homeTimeline"]["nodes"] == []


async def test_the_same_text_is_no_edit(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    before = await stored()
    payload = await edited(api, people.ann, tweet_id, " hello ", 1)
    assert (payload["tweet"]["version"], payload["userErrors"]) == (1, [])
    assert await stored() == before


async def test_an_edit_of_an_older_version_is_refused(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "one")
    assert (await edited(api, people.ann, tweet_id, "two", 1))["userErrors"] == []
    before = await stored()
    for version in (0, 1, 3):
        payload = await edited(api, people.ann, tweet_id, "three", version)
        assert (payload["tweet"]["text"], payload["userErrors"]) == ("two", [conflict(2)])
    assert await stored() == before


@pytest.mark.parametrize(("if_version", "lost"), [(1, [conflict(2)]), (None, [])])
async def test_of_two_edits_at_once_the_second_sees_the_first(
    api: Api, people: People, runtime: Runtime, if_version: int | None, lost: list[dict[str, Any]]
) -> None:
    tweet_id = await api.tweeted(people.ann, "one")
    raw_id = ids.raw_id(tweet_id, "Tweet")
    first, second = await behind(
        runtime,
        text("SELECT FROM tweets WHERE id = :id FOR UPDATE"),
        {"id": raw_id},
        api.data(EDIT, {"id": tweet_id, "text": "two", "ifVersion": if_version}, by=people.ann),
        api.data(EDIT, {"id": tweet_id, "text": "three", "ifVersion": if_version}, by=people.ann),
    )
    assert first["editTweet"]["userErrors"] == []
    assert second["editTweet"]["userErrors"] == lost
    texts = [node["text"] for node in (await history(api, tweet_id))["edits"]["nodes"]]
    assert texts == (["two", "one"] if lost else ["three", "two", "one"])


async def test_thirty_minutes_are_the_window(
    api: Api, people: People, runtime: Runtime, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    tweet_id = await api.tweeted(people.ann, "one")
    created_at = datetime.fromisoformat((await history(api, tweet_id))["createdAt"])
    until = created_at + timedelta(minutes=30)
    with monkeypatch.context() as patched:
        patched.setattr(type(runtime), "now", lambda _: until - timedelta(milliseconds=1))
        assert (await edited(api, people.ann, tweet_id, "two"))["userErrors"] == []
        assert (await api.data(CONTROLS, {"id": tweet_id}, by=people.ann))["tweet"]["editControls"]["eligible"] is True
    before = await stored()
    with monkeypatch.context() as patched:
        patched.setattr(type(runtime), "now", lambda _: until)
        payload = await edited(api, people.ann, tweet_id, "three")
        assert (payload["tweet"]["text"], payload["userErrors"]) == ("two", [WINDOW_CLOSED])
        controls = (await api.data(CONTROLS, {"id": tweet_id}, by=people.ann))["tweet"]["editControls"]
        assert (controls["eligible"], controls["remaining"]) == (False, 4)
        assert datetime.fromisoformat(controls["until"]) == until
    assert await stored() == before


async def test_five_edits_are_the_limit(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "version 1")
    for version in range(2, 7):
        assert (await edited(api, people.ann, tweet_id, f"version {version}"))["userErrors"] == []
    before = await stored()
    payload = await edited(api, people.ann, tweet_id, "version 7")
    assert (payload["tweet"]["version"], payload["userErrors"]) == (6, [LIMIT_REACHED])
    assert await stored() == before
    controls = (await api.data(CONTROLS, {"id": tweet_id}, by=people.ann))["tweet"]["editControls"]
    assert (controls["eligible"], controls["remaining"]) == (False, 0)


async def test_only_the_author_edits_and_sees_whether_they_can(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    before = await stored()
    error = refusal("FORBIDDEN", "NOT_THE_AUTHOR", "Only its author can do this to a tweet.")
    payload = await edited(api, people.bob, tweet_id, "bye")
    assert (payload["tweet"]["text"], payload["userErrors"]) == ("hello", [error])
    assert await stored() == before
    assert (await api.data(CONTROLS, {"id": tweet_id}, by=people.bob))["tweet"]["editControls"] is None
    assert (await api.data(CONTROLS, {"id": tweet_id}))["tweet"]["editControls"] is None
    own = (await api.data(CONTROLS, {"id": tweet_id}, by=people.ann))["tweet"]
    until = datetime.fromisoformat(own["createdAt"]) + timedelta(minutes=30)
    assert (own["editControls"]["eligible"], own["editControls"]["remaining"]) == (True, 5)
    assert datetime.fromisoformat(own["editControls"]["until"]) == until


@pytest.mark.parametrize("tweet_id", ["garbage", ids.global_id("Tweet", 1), ids.global_id("User", 1)])
async def test_an_unknown_tweet_is_not_edited(api: Api, people: People, stored: Stored, tweet_id: str) -> None:
    before = await stored()
    assert await edited(api, people.ann, tweet_id, "hello") == {"tweet": None, "userErrors": [NO_SUCH_TWEET]}
    assert await stored() == before


async def test_a_deleted_tweet_is_not_edited(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    await api.data(
        "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { replayed } }", {"id": tweet_id}, by=people.ann
    )
    before = await stored()
    assert await edited(api, people.ann, tweet_id, "bye") == {"tweet": None, "userErrors": [NO_SUCH_TWEET]}
    assert await stored() == before


async def test_a_retweet_has_no_text_to_edit(api: Api, people: People, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.bob, "hello")
    retweet = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } } }"
    retweet_id = (await api.data(retweet, {"id": tweet_id}, by=people.ann))["retweetTweet"]["retweet"]["id"]
    before = await stored()
    error = refusal("FORBIDDEN", "RETWEET", "A retweet has no text of its own.")
    assert (await edited(api, people.ann, retweet_id, "bye"))["userErrors"] == [error]
    assert await stored() == before


async def test_a_tweet_with_a_poll_is_not_edited(api: Api, people: People, stored: Stored) -> None:
    post = """
    mutation { postTweet(input: {text: "?", poll: {options: ["yes", "no"], durationMinutes: 5}}) { tweet { id } } }
    """
    tweet_id = (await api.data(post, by=people.ann))["postTweet"]["tweet"]["id"]
    before = await stored()
    message = "A tweet with a poll cannot be edited: people have voted on what it says."
    assert (await edited(api, people.ann, tweet_id, "!"))["userErrors"] == [refusal("FORBIDDEN", "HAS_POLL", message)]
    assert await stored() == before
    controls = (await api.data(CONTROLS, {"id": tweet_id}, by=people.ann))["tweet"]["editControls"]
    assert controls["eligible"] is False


@pytest.mark.parametrize(
    ("written", "error"),
    [
        (" \n", invalid("text", "REQUIRED", "A tweet needs some text.")),
        (
            "a" * 281,
            invalid("text", "TOO_LONG", "The tweet's weighted length is 281; the limit is 280.", limit=280, actual=281),
        ),
        ("a\0b", invalid("text", "INVALID_CHARACTERS", "A tweet cannot contain U+0000.")),
    ],
)
async def test_a_text_that_is_no_tweet_is_refused(
    api: Api, people: People, stored: Stored, written: str, error: dict[str, Any]
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    before = await stored()
    assert (await edited(api, people.ann, tweet_id, written))["userErrors"] == [error]
    assert await stored() == before


async def test_many_edits_at_once_leave_every_version(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "0")
    payloads = await asyncio.gather(*(edited(api, people.ann, tweet_id, f"{n}") for n in range(1, 9)))
    refused = [payload["userErrors"] for payload in payloads if payload["userErrors"]]
    assert refused == [[LIMIT_REACHED]] * 3
    found = await history(api, tweet_id)
    assert [node["version"] for node in found["edits"]["nodes"]] == [6, 5, 4, 3, 2, 1]
    assert len({node["text"] for node in found["edits"]["nodes"]}) == 6
