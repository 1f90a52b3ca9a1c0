"""graphql-transport-ws: close codes, and what must not close the socket."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import graphql_ws
from infra.settings import Settings
from services import tokens
from services.live import LiveHub
from services.runtime import Runtime
from tests.client import Api, People
from tests.live.socket import HEARTBEAT, HOME, added, connected, watching
from tests.queue import Queue
from tests.waiting import until

LONG_ID = "\N{PILE OF POO}" * 60
"""Four bytes each: a close frame has room for 123."""
QUERY = "{ viewer { user { username } } }"


async def test_another_subprotocol_is_4406(http_url: str) -> None:
    async with connected(http_url, protocol="graphql-ws") as socket:
        assert await socket.closed() == (4406, "Subprotocol not acceptable")


async def test_a_client_that_does_not_initialise_in_time_is_4408(
    http_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphql_ws, "INIT_TIMEOUT_S", 0.01)
    async with connected(http_url) as socket:
        assert await socket.closed() == (4408, "Connection initialisation timeout")


async def test_initialising_twice_is_4429(http_url: str) -> None:
    async with connected(http_url) as socket:
        await socket.initialised()
        await socket.send({"type": "connection_init"})
        assert await socket.closed() == (4429, "Too many initialisation requests")


async def test_an_operation_before_the_ack_is_4401(http_url: str) -> None:
    async with connected(http_url) as socket:
        await socket.subscribe("1", QUERY)
        assert await socket.closed() == (4401, "Unauthorized")


async def test_an_id_in_use_is_4409(http_url: str, people: People) -> None:
    async with watching(http_url, people.ann) as socket:
        await socket.subscribe("home", QUERY)
        assert await socket.closed() == (4409, "Subscriber for home already exists")


async def test_a_long_id_in_use_is_4409(http_url: str, people: People) -> None:
    async with watching(http_url, people.ann, operation_id=LONG_ID) as socket:
        await socket.subscribe(LONG_ID, QUERY)
        assert await socket.closed() == (4409, f"Subscriber for {LONG_ID[:10]} already exists")


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="not JSON"),
        pytest.param("[]", id="array"),
        pytest.param("1", id="number"),
        pytest.param("null", id="null"),
        pytest.param("[" * 100_000, id="deep array, unfinished"),
        pytest.param('{"a":' * 20_000 + "1" + "}" * 20_000, id="deep object"),
        pytest.param("{}", id="no type"),
        pytest.param('{"type": {}}', id="object type"),
        pytest.param('{"type": "start"}', id="unknown type"),
        pytest.param('{"type": "\\ud800"}', id="lone surrogate"),
        pytest.param(b'{"type": "ping"}', id="binary"),
        pytest.param('{"type": "subscribe", "payload": {"query": "{ __typename }"}}', id="subscribe without id"),
        pytest.param('{"type": "subscribe", "id": {}, "payload": {"query": "{ __typename }"}}', id="object id"),
        pytest.param('{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}', id="empty id"),
        pytest.param('{"type": "subscribe", "id": "1"}', id="subscribe without payload"),
        pytest.param('{"type": "subscribe", "id": "1", "payload": []}', id="array payload"),
        pytest.param('{"type": "subscribe", "id": "1", "payload": {"query": 1}}', id="number for a query"),
        pytest.param(
            '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "variables": []}}',
            id="array of variables",
        ),
        pytest.param(
            '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "operationName": 1}}',
            id="number for a name",
        ),
        pytest.param('{"type": "complete"}', id="complete without id"),
        pytest.param('{"type": "complete", "id": []}', id="complete with array id"),
    ],
)
async def test_a_malformed_message_is_4400(http_url: str, frame: str | bytes) -> None:
    async with connected(http_url) as socket:
        await socket.initialised()
        await socket.send_frame(frame)
        assert (await socket.closed())[0] == 4400


@pytest.mark.parametrize("frame", ["[]", "1", "null", '{"type": "connection_init", "payload": []}'])
async def test_a_malformed_message_before_the_ack_is_4400(http_url: str, frame: str) -> None:
    async with connected(http_url) as socket:
        await socket.send_frame(frame)
        assert (await socket.closed())[0] == 4400


async def test_a_ping_is_answered_with_its_payload_before_and_after_the_ack(http_url: str) -> None:
    async with connected(http_url) as socket:
        await socket.send({"type": "ping", "payload": {"n": 1}})
        assert await socket.received() == {"type": "pong", "payload": {"n": 1}}
        await socket.initialised()
        await socket.send({"type": "ping"})
        assert await socket.received() == {"type": "pong"}
        await socket.send({"type": "pong"})
        await socket.send({"type": "ping", "payload": {"n": 2}})
        assert await socket.received() == {"type": "pong", "payload": {"n": 2}}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ viewer", "Syntax Error: Expected Name, found <EOF>."),
        ("{ nothing }", "Cannot query field 'nothing' on type 'Query'."),
        ("subscription { nothing }", "Cannot query field 'nothing' on type 'Subscription'."),
        ("query A { __typename } query B { __typename }", "several operations"),
        ("", "Syntax Error: Unexpected <EOF>."),
    ],
)
async def test_an_operation_that_cannot_run_fails_alone(
    http_url: str, api: Api, people: People, queue: Queue, query: str, message: str
) -> None:
    await api.followed(people.ann, people.bob)
    await queue.drained()
    async with watching(http_url, people.ann) as socket:
        await socket.subscribe("bad", query)
        answer = await socket.received()
        assert (answer["type"], answer["id"], len(answer["payload"])) == ("error", "bad", 1)
        assert message in answer["payload"][0]["message"]
        assert answer["payload"][0]["extensions"]["code"] == "VALIDATION_FAILED"
        tweet_id = await api.tweeted(people.bob, "still here")
        await queue.drained()
        assert await socket.change() == added(tweet_id, "still here")


async def test_a_subscription_needs_somebody_signed_in(http_url: str) -> None:
    async with connected(http_url) as socket:
        await socket.initialised()
        await socket.subscribe("home", HOME)
        answer = await socket.received()
        assert (answer["type"], answer["id"]) == ("error", "home")
        assert [error["extensions"]["code"] for error in answer["payload"]] == ["UNAUTHENTICATED"]


async def test_a_token_that_is_not_ours_is_4403(http_url: str) -> None:
    async with connected(http_url) as socket:
        await socket.send({"type": "connection_init", "payload": {"authorization": "Bearer garbage"}})
        assert await socket.closed() == (4403, "The access token is not one of ours.")


async def test_a_scheme_that_is_not_bearer_is_4403(http_url: str) -> None:
    async with connected(http_url) as socket:
        await socket.send({"type": "connection_init", "payload": {"Authorization": "Basic YW5uOmFubg=="}})
        assert await socket.closed() == (4403, "Send 'Authorization: Bearer <access token>'.")


async def test_an_expired_token_is_4403(http_url: str, people: People, runtime: Runtime, settings: Settings) -> None:
    now = runtime.now()
    claims = tokens.verified_claims(settings, people.ann.token, now=now)
    expired = tokens.access_token(settings, claims, now=now - tokens.ACCESS_TOKEN_LIFE - timedelta(seconds=1))
    async with connected(http_url) as socket:
        await socket.send({"type": "connection_init", "payload": {"authorization": f"Bearer {expired}"}})
        assert (await socket.closed())[0] == 4403


async def test_a_session_that_was_logged_out_is_4403(http_url: str, api: Api, people: People) -> None:
    await api.data("mutation { logOut(input: {}) { userErrors { code } } }", by=people.ann)
    async with connected(http_url) as socket:
        await socket.send({"type": "connection_init", "payload": {"authorization": f"Bearer {people.ann.token}"}})
        assert await socket.closed() == (4403, "This session has ended: log in again.")


async def test_queries_and_mutations_run_over_the_socket(http_url: str, api: Api, people: People) -> None:
    post = "mutation Post($text: String!) { postTweet(input: {text: $text}) { tweet { text } userErrors { code } } }"
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        assert await socket.result("1", QUERY) == {"data": {"viewer": {"user": {"username": "ann"}}}}
        posted = {"data": {"postTweet": {"tweet": {"text": "by socket"}, "userErrors": []}}}
        assert await socket.result("1", post, {"text": "by socket"}) == posted
    home = await api.data("{ viewer { homeTimeline { nodes { text } } } }", by=people.ann)
    assert home == {"viewer": {"homeTimeline": {"nodes": [{"text": "by socket"}]}}}


async def test_complete_ends_a_subscription(
    http_url: str, api: Api, people: People, queue: Queue, hub: LiveHub
) -> None:
    async with watching(http_url, people.ann) as socket:
        await socket.complete("home")
        await until(lambda: hub.stream_count == 0)
        await api.tweeted(people.ann, "unheard")
        await queue.drained()
        assert await socket.result("1", "{ __typename }") == {"data": {"__typename": "Query"}}


async def test_an_id_can_be_used_again_in_the_frame_after_its_complete(
    http_url: str, api: Api, people: People, hub: LiveHub
) -> None:
    async with watching(http_url, people.ann) as socket:
        await socket.complete("home")
        await socket.subscribe("home", HOME)
        assert await socket.change() == HEARTBEAT
        await until(lambda: hub.stream_count == 1)
        tweet_id = await api.tweeted(people.ann, "heard once")
        assert await socket.change() == added(tweet_id, "heard once", reason="SELF")
        await socket.complete("home")
        assert await socket.result("home", "{ __typename }") == {"data": {"__typename": "Query"}}


async def test_completing_an_unknown_operation_is_nothing(http_url: str) -> None:
    async with connected(http_url) as socket:
        await socket.initialised()
        await socket.complete("long gone")
        assert await socket.result("1", "{ __typename }") == {"data": {"__typename": "Query"}}


async def test_the_operation_beyond_the_limit_is_refused_and_the_others_go_on(
    http_url: str, api: Api, people: People, queue: Queue, hub: LiveHub
) -> None:
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        for n in range(graphql_ws.MAX_OPERATIONS + 1):
            await socket.subscribe(str(n), HOME)
        answers = [await socket.received() for _ in range(graphql_ws.MAX_OPERATIONS + 1)]
        refused = [(answer["id"], answer["payload"]) for answer in answers if answer["type"] == "error"]
        assert [operation_id for operation_id, _ in refused] == [str(graphql_ws.MAX_OPERATIONS)]
        assert [error["extensions"]["code"] for error in refused[0][1]] == ["COST_EXCEEDED"]
        assert hub.stream_count == graphql_ws.MAX_OPERATIONS

        await socket.complete("0")
        await socket.subscribe("fits again", HOME)
        assert await socket.change("fits again") == HEARTBEAT
