"""Requests that are refused before anything is done: status, code, and nothing stored."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.api.conftest import Stored
from tests.client import Api, People

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
POST = 'mutation { postTweet(input: {text: "hello"}) { tweet { id } } }'
TWO = f"query A {{ viewer {{ email }} }} {POST.replace('mutation', 'mutation B')}"
SUBSCRIPTION = "subscription { homeTimeline { cursor } }"
MEGABYTE = 1024 * 1024


def body(query: object = POST, **others: object) -> bytes:
    return json.dumps({"query": query, **others}).encode()


def deep(opening: str, closing: str) -> bytes:
    return b'{"query": "{ viewer { email } }", "variables": {"a": %b}}' % (opening * 40_000 + closing * 40_000).encode()


# What is not a GraphQL request at all has one status, whatever the client accepts.
NOT_GRAPHQL = {
    "empty body": (b"", 400),
    "not JSON": (b"query { viewer }", 400),
    "cut off": (body()[:-1], 400),
    "array": (b"[" + body() + b"]", 400),
    "string": (b'"hello"', 400),
    "number": (b"1", 400),
    "null": (b"null", 400),
    "invalid UTF-8": (b'{"query": "\xff"}', 400),
    "invalid escape": (b'{"query": "\\ud800"}', 400),
    "deep arrays": (deep("[", "]"), 400),
    "deep objects": (deep('{"a":', "}").replace(b":}", b":0}"), 400),
    "no query": (b'{"variables": {}}', 400),
    "query is null": (body(None), 400),
    "query is a number": (body(1), 400),
    "query is an object": (body({}), 400),
    "variables are an array": (body(variables=[]), 400),
    "variables are a string": (body(variables="{}"), 400),
    "operation name is a number": (body(operationName=1), 400),
    "extensions are a string": (body(extensions="x"), 400),
    "subscription": (body(SUBSCRIPTION), 400),
}
# What is a GraphQL request but cannot be executed answers 200 to clients of the older media type.
NOT_EXECUTABLE = {
    "empty document": body(""),
    "only a comment": body("# nothing"),
    "only a fragment": body("fragment f on Query { viewer { email } }"),
    "syntax error": body("mutation { postTweet("),
    "unknown field": body(POST.replace("id", "nonsense")),
    "unknown argument": body(POST.replace("input:", "nonsense: 1, input:")),
    "field of an object without a selection": body(POST.replace("{ id }", "")),
    "unknown type of a variable": body("query($a: Nonsense) { viewer { email } }"),
    "wrong type in the document": body(POST.replace('"hello"', "1")),
    "null in the document": body(POST.replace('"hello"', "null")),
    "missing variable": body("mutation($i: PostTweetInput!) { postTweet(input: $i) { tweet { id } } }"),
    "wrong type of a variable": body(
        "mutation($i: PostTweetInput!) { postTweet(input: $i) { tweet { id } } }", variables={"i": {"text": 1}}
    ),
    "unknown field in a variable": body(
        "mutation($i: PostTweetInput!) { postTweet(input: $i) { tweet { id } } }",
        variables={"i": {"text": "hello", "nonsense": 1}},
    ),
    "unknown operation": body(TWO, operationName="C"),
    "empty operation name": body(operationName=""),
    "several operations without a name": body(TWO),
    "two operations of one name": body(POST.replace("mutation", "mutation A") * 2, operationName="A"),
    "raw id as a number": body("{ user(by: {rawId: 1}) { __typename } }"),
    "raw id out of range": body('{ user(by: {rawId: "9223372036854775808"}) { __typename } }'),
    "size out of range": body("{ viewer { homeTimeline(first: 2147483648) { nodes { id } } } }"),
    "subscription of two fields": body("subscription { a: homeTimeline { cursor } b: homeTimeline { cursor } }"),
}


async def test_what_is_no_graphql_request_is_refused(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    for accept in (RESPONSE, JSON, "*/*"):
        for name, (content, status) in NOT_GRAPHQL.items():
            assert await sent(api, content, people.ann.token, accept) == (status, "VALIDATION_FAILED"), name
    assert await stored() == before


@pytest.mark.parametrize(("accept", "status"), [(RESPONSE, 400), (f"{JSON}, {RESPONSE}", 400), (JSON, 200), ("", 200)])
async def test_what_cannot_be_executed_is_refused(
    api: Api, people: People, stored: Stored, accept: str, status: int
) -> None:
    before = await stored()
    for name, content in NOT_EXECUTABLE.items():
        assert await sent(api, content, people.ann.token, accept) == (status, "VALIDATION_FAILED"), name
    assert await stored() == before


async def sent(api: Api, content: bytes, token: str, accept: str) -> tuple[int, str]:
    headers = {"content-type": JSON, "accept": accept, "authorization": f"Bearer {token}"}
    response = await api.http.post(api.url, content=content, headers=headers)
    expected = RESPONSE if RESPONSE in accept else JSON
    assert response.headers["content-type"] == f"{expected}; charset=utf-8"
    answer = response.json()
    assert list(answer) == ["errors"], answer
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    assert all("path" not in error for error in answer["errors"]), answer
    [code] = codes
    return response.status_code, code


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("POST", {"content-type": "text/plain"}, 415),
        ("POST", {"content-type": "application/graphql"}, 415),
        ("POST", {"content-type": "multipart/form-data; boundary=b"}, 415),
        ("POST", {"content-type": "application/x-www-form-urlencoded"}, 415),
        ("POST", {}, 415),
        ("POST", {"content-type": JSON, "accept": "text/plain"}, 406),
        ("POST", {"content-type": JSON, "accept": "multipart/mixed"}, 406),
    ],
)
async def test_other_media_types_are_refused(
    api: Api, people: People, stored: Stored, method: str, headers: dict[str, str], status: int
) -> None:
    before = await stored()
    request = api.http.build_request(method, api.url, content=body(), headers=headers)
    request.headers["authorization"] = f"Bearer {people.ann.token}"
    response = await api.http.send(request)
    [error] = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (status, "VALIDATION_FAILED")
    assert await stored() == before


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_is_taken_however_it_is_written(api: Api, content_type: str) -> None:
    response = await api.http.post(
        api.url, content=body("{ viewer { email } }"), headers={"content-type": content_type}
    )
    assert (response.status_code, response.json()) == (200, {"data": {"viewer": None}})


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_methods_are_told_which_are_taken(api: Api, method: str) -> None:
    response = await api.http.request(method, api.url, json={"query": "{ viewer { email } }"})
    assert (response.status_code, set(response.headers["allow"].split(", "))) == (405, {"GET", "POST"})


async def test_get_runs_queries_and_nothing_else(api: Api, people: People, stored: Stored) -> None:
    headers = {"authorization": f"Bearer {people.ann.token}", "accept": RESPONSE}

    async def got(**parameters: str) -> tuple[int, dict[str, Any], str | None]:
        response = await api.http.get(api.url, params=parameters, headers=headers)
        return response.status_code, response.json(), response.headers.get("allow")

    before = await stored()
    by_name = "query($n: String!) { user(by: {username: $n}) { ... on User { username } } }"
    assert await got(query=by_name, variables='{"n": "BOB"}') == (200, {"data": {"user": {"username": "bob"}}}, None)
    for parameters, status, allow in (
        ({"query": POST}, 405, "POST"),
        ({"query": TWO, "operationName": "B"}, 405, "POST"),
        ({"query": SUBSCRIPTION}, 400, None),
        ({"query": by_name, "variables": "{"}, 400, None),
        ({"query": by_name, "variables": "[]"}, 400, None),
        ({"variables": "{}"}, 400, None),
    ):
        found_status, answer, found_allow = await got(**parameters)
        [error] = answer["errors"]
        assert (found_status, error["extensions"]["code"], found_allow) == (status, "VALIDATION_FAILED", allow)
    assert await stored() == before


async def test_who_looks_without_a_query_is_shown_the_playground(api: Api) -> None:
    async def got(**parameters: str) -> tuple[int, str]:
        answer = await api.http.get(api.url, params=parameters, headers={"accept": "text/html, */*;q=0.8"})
        return answer.status_code, answer.headers["content-type"]

    assert await got() == await got(variables="{}") == (200, "text/html; charset=utf-8")
    assert await got(query="{ __typename }") == (200, f"{JSON}; charset=utf-8")
    assert await got(query="") == (200, f"{JSON}; charset=utf-8")


@pytest.mark.parametrize("is_chunked", [False, True], ids=["declared", "chunked"])
@pytest.mark.parametrize("size", [256 * 1024 + 1, 10 * MEGABYTE])
async def test_a_body_over_the_limit_is_refused(
    api: Api, people: People, stored: Stored, size: int, is_chunked: bool
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield content[: MEGABYTE // 8]
        for start in range(MEGABYTE // 8, size, MEGABYTE // 8):
            yield content[start : start + MEGABYTE // 8]

    before = await stored()
    content = body() + b" " * (size - len(body()))
    headers = {"content-type": JSON, "authorization": f"Bearer {people.ann.token}"}
    response = await api.http.post(api.url, content=chunks() if is_chunked else content, headers=headers)
    [error] = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (413, "COST_EXCEEDED")
    assert await stored() == before


async def test_a_body_of_the_limit_is_taken(api: Api) -> None:
    query = body("{ viewer { email } }")
    response = await api.http.post(
        api.url, content=query + b" " * (256 * 1024 - len(query)), headers={"content-type": JSON}
    )
    assert response.json() == {"data": {"viewer": None}}


async def test_a_client_that_promises_less_than_it_sends_harms_nobody(api: Api) -> None:
    """Its body ends where it said; the rest is a request of its own, and a bad one."""
    address = urlsplit(api.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}junk\r\n"
    )
    lines = (await reader.read()).split(b"\r\n")
    writer.close()
    await writer.wait_closed()
    assert lines[0] == b"HTTP/1.1 400 Bad Request"
    assert await api.data("{ viewer { email } }") == {"viewer": None}


@pytest.mark.parametrize(
    ("given", "answered"),
    [
        ("trace-1.A_b", r"trace-1\.A_b"),
        ("a" * 64, "a{64}"),
        (None, "[0-9a-f]{16}"),
        ("a" * 65, "[0-9a-f]{16}"),
        ("", "[0-9a-f]{16}"),
        ("with space", "[0-9a-f]{16}"),
        ("{}", "[0-9a-f]{16}"),
    ],
)
@pytest.mark.parametrize("query", ["{ viewer { email } }", "{ nonsense }"])
async def test_every_answer_has_a_request_id_the_callers_own_where_well_formed(
    api: Api, query: str, given: str | None, answered: str
) -> None:
    headers = {} if given is None else {"x-request-id": given}
    response = await api.post({"query": query}, **headers)
    [request_id] = response.headers.get_list("x-request-id")
    assert re.fullmatch(answered, request_id)
    named = [error["extensions"]["requestId"] for error in response.json().get("errors", [])]
    assert named == ([request_id] if query == "{ nonsense }" else [])
