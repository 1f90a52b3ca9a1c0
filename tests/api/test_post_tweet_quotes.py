"""postTweet: quotes, and the other fields of a tweet."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, invalid
from tests.client import Api, People, Person

POST = f"""
mutation Post($input: PostTweetInput!) {{
  postTweet(input: $input) {{
    tweet {{
      kind sensitive language place {{ latitude longitude name }} replyPolicy version editedAt isHidden
      quoted {{
        __typename
        ... on Tweet {{ text quoteCount {{ value }} author {{ ... on User {{ username }} }} }}
      }}
      inReplyTo {{ ... on Tweet {{ text }} }} conversation {{ ... on Tweet {{ text }} }} retweetOf {{ __typename }}
      retweetCount {{ value }} quoteCount {{ value }} bookmarkCount {{ value }}
    }}
    {USER_ERRORS}
  }}
}}
"""
QUOTED = """
query($id: ID!) {
  tweet(id: $id) {
    ... on Tweet {
      quoted { __typename ... on Tweet { text } ... on TweetTombstone { id } ... on TweetUnavailable { reason } }
    }
  }
}
"""
RETWEET = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } userErrors { code } } }"
NO_SUCH_QUOTED = {
    "__typename": "NotFoundError",
    "code": "NOT_FOUND",
    "message": "There is no such tweet to quote.",
    "path": ["input", "quote"],
}


async def posted(api: Api, by: Person, **input: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(POST, {"input": {"text": "hello", **input}}, by=by))["postTweet"]
    return payload


async def protect(runtime: Runtime, person: Person) -> None:
    async with runtime.database.write() as session:
        await session.execute(text("UPDATE users SET is_protected = true WHERE id = :id"), {"id": person.raw_id})


async def test_a_tweet_says_all_that_its_author_said(api: Api, people: People) -> None:
    parent = await api.tweeted(people.bob, "parent")
    quoted = await api.tweeted(people.cat, "quoted")
    payload = await posted(
        api,
        people.ann,
        inReplyTo=parent,
        quote=quoted,
        sensitive=True,
        language="PT-br",
        place={"latitude": -90, "longitude": 180, "name": "  The e\u0301nd "},
    )
    assert payload == {
        "tweet": {
            "kind": "REPLY",
            "sensitive": True,
            "language": "pt-BR",
            "place": {"latitude": -90.0, "longitude": 180.0, "name": "The énd"},
            "replyPolicy": "EVERYONE",
            "version": 1,
            "editedAt": None,
            "isHidden": False,
            "quoted": {
                "__typename": "Tweet",
                "text": "quoted",
                "quoteCount": {"value": 1},
                "author": {"username": "cat"},
            },
            "inReplyTo": {"text": "parent"},
            "conversation": {"text": "parent"},
            "retweetOf": None,
            "retweetCount": {"value": 0},
            "quoteCount": {"value": 0},
            "bookmarkCount": {"value": 0},
        },
        "userErrors": [],
    }


async def test_a_tweet_says_nothing_that_its_author_did_not_say(api: Api, people: People) -> None:
    tweet = (await posted(api, people.ann, replyPolicy="MENTIONED", place={"latitude": 0.5, "longitude": 0}))["tweet"]
    assert tweet["kind"] == "ORIGINAL"
    assert tweet["place"] == {"latitude": 0.5, "longitude": 0.0, "name": None}
    assert tweet["conversation"] == {"text": "hello"}
    said = ("sensitive", "language", "replyPolicy", "quoted", "inReplyTo")
    assert [tweet[name] for name in said] == [False, None, "MENTIONED", None, None]


async def test_people_quote_themselves(api: Api, people: People) -> None:
    own = await api.tweeted(people.ann, "own")
    tweet = (await posted(api, people.ann, quote=own))["tweet"]
    assert (tweet["kind"], tweet["quoted"]["text"]) == ("QUOTE", "own")


@pytest.mark.parametrize("field", ["quote", "inReplyTo"])
async def test_of_a_retweet_its_original_is_quoted_and_answered(api: Api, people: People, field: str) -> None:
    original = await api.tweeted(people.ann, "original")
    retweet = (await api.data(RETWEET, {"id": original}, by=people.bob))["retweetTweet"]["retweet"]["id"]
    tweet = (await posted(api, people.cat, **{field: retweet}))["tweet"]
    assert tweet["quoted" if field == "quote" else "inReplyTo"]["text"] == "original"


@pytest.mark.parametrize("quote", ["", "garbage", ids.global_id("Tweet", 1), ids.global_id("User", 1)])
async def test_a_quote_of_nothing_is_not_stored(api: Api, people: People, stored: Stored, quote: str) -> None:
    before = await stored()
    assert await posted(api, people.ann, quote=quote) == {"tweet": None, "userErrors": [NO_SUCH_QUOTED]}
    assert await stored() == before


async def test_what_cannot_be_seen_cannot_be_quoted(api: Api, people: People, runtime: Runtime, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.bob, "for followers")
    await protect(runtime, people.bob)
    before = await stored()
    assert await posted(api, people.ann, quote=tweet_id) == {"tweet": None, "userErrors": [NO_SUCH_QUOTED]}
    assert await stored() == before


async def test_a_protected_tweet_is_quoted_by_its_author_only(
    api: Api, people: People, runtime: Runtime, stored: Stored
) -> None:
    await api.followed(people.ann, people.bob)
    tweet_id = await api.tweeted(people.bob, "for followers")
    await protect(runtime, people.bob)
    before = await stored()
    refused = {
        "__typename": "NotAllowedError",
        "code": "FORBIDDEN",
        "message": "Only the author can quote a tweet of a protected account.",
        "path": ["input", "quote"],
        "reason": "PROTECTED",
    }
    assert await posted(api, people.ann, quote=tweet_id) == {"tweet": None, "userErrors": [refused]}
    assert await stored() == before
    assert (await posted(api, people.bob, quote=tweet_id))["userErrors"] == []


async def test_a_quote_outlives_what_it_quotes(api: Api, people: People, runtime: Runtime) -> None:
    quoted = await api.tweeted(people.bob, "quoted")
    post = "mutation($i: PostTweetInput!) { postTweet(input: $i) { tweet { id } } }"
    data = await api.data(post, {"i": {"text": "look", "quote": quoted}}, by=people.ann)
    tweet_id = data["postTweet"]["tweet"]["id"]
    await protect(runtime, people.bob)
    hidden = {"__typename": "TweetUnavailable", "reason": "PROTECTED"}
    assert await api.data(QUOTED, {"id": tweet_id}, by=people.ann) == {"tweet": {"quoted": hidden}}
    delete = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
    await api.data(delete, {"id": quoted}, by=people.bob)
    tombstone = {"__typename": "TweetTombstone", "id": quoted}
    assert await api.data(QUOTED, {"id": tweet_id}, by=people.bob) == {"tweet": {"quoted": tombstone}}


LANGUAGE = "A language is a BCP 47 tag of at most 35 characters, such as en or pt-BR."


@pytest.mark.parametrize(
    ("input", "error"),
    [
        ({"language": ""}, invalid("language", "MALFORMED", LANGUAGE)),
        ({"language": "en_US"}, invalid("language", "MALFORMED", LANGUAGE)),
        ({"language": "en-" + "-".join(["variant1"] * 4)}, invalid("language", "MALFORMED", LANGUAGE)),
        (
            {"place": {"latitude": 90.1, "longitude": 0}},
            invalid("place.latitude", "OUT_OF_RANGE", "A latitude is between -90 and 90 degrees.", limit=90),
        ),
        (
            {"place": {"latitude": 0, "longitude": -181}},
            invalid("place.longitude", "OUT_OF_RANGE", "A longitude is between -180 and 180 degrees.", limit=180),
        ),
        (
            {"place": {"latitude": 0, "longitude": 0, "name": " "}},
            invalid("place.name", "REQUIRED", "A place's name needs a character."),
        ),
        (
            {"place": {"latitude": 0, "longitude": 0, "name": "x" * 101}},
            invalid(
                "place.name",
                "TOO_LONG",
                "The place's name has 101 characters; the limit is 100.",
                limit=100,
                actual=101,
            ),
        ),
        (
            {"place": {"latitude": 0, "longitude": 0, "name": "a\0b"}},
            invalid("place.name", "INVALID_CHARACTERS", "A place's name cannot contain control characters."),
        ),
    ],
)
async def test_a_value_that_breaks_a_rule_is_not_stored(
    api: Api, people: People, stored: Stored, input: dict[str, Any], error: dict[str, Any]
) -> None:
    before = await stored()
    error = {**error, "path": ["input", *error["path"][1].split(".")]}
    assert await posted(api, people.ann, **input) == {"tweet": None, "userErrors": [error]}
    assert await stored() == before


@pytest.mark.parametrize("latitude", ["NaN", "Infinity", "1e999"])
async def test_a_place_is_somewhere(api: Api, people: People, stored: Stored, latitude: str) -> None:
    before = await stored()
    body = b'{"query": "mutation($p: PlaceInput) { postTweet(input: {text: \\"a\\", place: $p}) { tweet { id } } }", '
    body += b'"variables": {"p": {"latitude": %b, "longitude": 0}}}' % latitude.encode()
    headers = {"content-type": "application/json", "authorization": f"Bearer {people.ann.token}"}
    answer = (await api.http.post(api.url, content=body, headers=headers)).json()
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["VALIDATION_FAILED"]
    assert await stored() == before
