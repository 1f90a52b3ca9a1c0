"""postTweet: texts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, invalid
from tests.client import Api, People
from tests.queue import Queue

POST = f"""
mutation Post($input: PostTweetInput!) {{
  postTweet(input: $input) {{
    tweet {{
      text kind weightedLength inReplyTo {{ __typename }} author {{ ... on User {{ username }} }}
      likeCount {{ value }} replyCount {{ value }} viewerState {{ liked }}
    }}
    clientMutationId
    {USER_ERRORS}
  }}
}}
"""
ENTITIES = """
mutation Post($input: PostTweetInput!) {
  postTweet(input: $input) {
    tweet {
      entities {
        __typename
        ... on HashtagEntity { start end startUtf16 endUtf16 tag }
        ... on MentionEntity { start end startUtf16 endUtf16 username listSlug user { ... on User { username } } }
        ... on UrlEntity { start end startUtf16 endUtf16 url }
        ... on CashtagEntity { start end startUtf16 endUtf16 symbol }
      }
    }
  }
}
"""
HOME = "{ viewer { homeTimeline { nodes { text } } } }"


async def test_a_tweet_is_answered_and_in_its_authors_timeline_at_once(api: Api, people: People, queue: Queue) -> None:
    data = await api.data(POST, {"input": {"text": "  hello ", "clientMutationId": "c1"}}, by=people.ann)
    assert data["postTweet"] == {
        "tweet": {
            "text": "hello",
            "kind": "ORIGINAL",
            "weightedLength": 5,
            "inReplyTo": None,
            "author": {"username": "ann"},
            "likeCount": {"value": 0},
            "replyCount": {"value": 0},
            "viewerState": {"liked": False},
        },
        "clientMutationId": "c1",
        "userErrors": [],
    }
    assert await api.data(HOME, by=people.ann) == {"viewer": {"homeTimeline": {"nodes": [{"text": "hello"}]}}}
    assert await queue.drained() == 1
    assert await api.data(HOME, by=people.ann) == {"viewer": {"homeTimeline": {"nodes": [{"text": "hello"}]}}}


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("a" * 280, 280),
        ("界" * 140, 280),
        ("👨‍👩‍👧‍👦" * 140, 280),
        ("e\u0301", 1),
        ("https://example.com/" + "a" * 300, 23),
        ("line\r\nline", 9),
    ],
)
async def test_lengths_are_weighted(api: Api, people: People, text: str, length: int) -> None:
    query = "mutation($i: PostTweetInput!) { postTweet(input: $i) { tweet { weightedLength } userErrors { code } } }"
    data = await api.data(query, {"i": {"text": text}}, by=people.ann)
    assert data == {"postTweet": {"tweet": {"weightedLength": length}, "userErrors": []}}


def too_long(length: int) -> dict[str, Any]:
    message = f"The tweet's weighted length is {length}; the limit is 280."
    return invalid("text", "TOO_LONG", message, limit=280, actual=length)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", invalid("text", "REQUIRED", "A tweet needs some text.")),
        (" \n\u3000\t", invalid("text", "REQUIRED", "A tweet needs some text.")),
        ("a" * 281, too_long(281)),
        ("界" * 140 + "a", too_long(281)),
        ("👨‍👩‍👧‍👦" * 141, too_long(282)),
        ("a\0b", invalid("text", "INVALID_CHARACTERS", "A tweet cannot contain U+0000.")),
        ("\ufeffa\uffff", invalid("text", "INVALID_CHARACTERS", "A tweet cannot contain U+FEFF, U+FFFF.")),
    ],
)
async def test_a_text_that_breaks_a_rule_is_not_stored(
    api: Api, people: People, stored: Stored, text: str, error: dict[str, Any]
) -> None:
    before = await stored()
    data = await api.data(POST, {"input": {"text": text, "clientMutationId": "c1"}}, by=people.ann)
    assert data["postTweet"] == {"tweet": None, "clientMutationId": "c1", "userErrors": [error]}
    assert await stored() == before


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (b"mutation($t: String!) { postTweet(input: {text: $t}) { tweet { id } } }", b'{"t": "\\ud800"}'),
        (b'mutation { postTweet(input: {text: \\"\\\\uD800\\"}) { tweet { id } } }', b"{}"),
    ],
    ids=["in JSON", "in the document"],
)
async def test_a_lone_surrogate_is_no_text(
    api: Api, people: People, stored: Stored, document: bytes, variables: bytes
) -> None:
    before = await stored()
    headers = {
        "content-type": "application/json",
        "accept": "application/graphql-response+json",
        "authorization": f"Bearer {people.ann.token}",
    }
    body = b'{"query": "%b", "variables": %b}' % (document, variables)
    response = await api.http.post(api.url, content=body, headers=headers)
    [error] = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (400, "VALIDATION_FAILED")
    assert await stored() == before


async def test_entities_are_found_with_indices_in_code_points_and_in_utf16(api: Api, people: People) -> None:
    text = "👋 @Bob/friends and @nobody: #Köln $TSLA https://example.com/a"
    data = await api.data(ENTITIES, {"input": {"text": text}}, by=people.ann)

    def at(typename: str, start: int, end: int) -> dict[str, Any]:
        return {"__typename": typename, "start": start, "end": end, "startUtf16": start + 1, "endUtf16": end + 1}

    assert data["postTweet"]["tweet"]["entities"] == [
        {**at("MentionEntity", 2, 14), "username": "Bob", "listSlug": "friends", "user": {"username": "bob"}},
        {**at("MentionEntity", 19, 26), "username": "nobody", "listSlug": None, "user": None},
        {**at("HashtagEntity", 28, 33), "tag": "Köln"},
        {**at("CashtagEntity", 34, 39), "symbol": "TSLA"},
        {**at("UrlEntity", 40, 61), "url": "https://example.com/a"},
    ]


async def test_a_hashtag_written_in_many_ways_is_stored_once(api: Api, people: People, stored: Stored) -> None:
    await api.tweeted(people.ann, "#Tag #TAG #ｔａｇ #other")
    assert [row.partition(",")[0] for row in (await stored())["tweet_hashtags"]] == ["(other", "(tag"]
