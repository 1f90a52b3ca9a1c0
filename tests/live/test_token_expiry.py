"""A socket whose token expires: announced, closed when it does, and gone on with a later token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from domain.permissions import Scope
from schema.scalars import rfc3339
from services import tokens
from services.runtime import Runtime
from services.tokens import TimedClaims
from tests.client import Api, People, Person
from tests.live.socket import HEARTBEAT, HOME, Socket, added, connected
from tests.waiting import until


def claims_of(person: Person, runtime: Runtime) -> TimedClaims:
    return tokens.verified_claims(runtime.settings, person.token, now=runtime.now())


def with_token(person: Person, runtime: Runtime, *, left: timedelta, **changed: Any) -> Person:
    """Of the same session, with a token that expires so soon, or up to a second sooner."""
    claims = msgspec.structs.replace(claims_of(person, runtime), **changed)
    issued_at = runtime.now() + left - tokens.ACCESS_TOKEN_LIFE
    return replace(person, token=tokens.access_token(runtime.settings, claims, now=issued_at))


async def renewed(socket: Socket, by: Person) -> None:
    await socket.send({"type": "ping", "payload": {"authorization": f"Bearer {by.token}"}})


async def test_the_end_of_a_token_is_announced_and_closes_the_socket_when_it_comes(
    http_url: str, people: People, runtime: Runtime
) -> None:
    ann = with_token(people.ann, runtime, left=timedelta(seconds=3))
    expires_at = claims_of(ann, runtime).expires_at
    async with connected(http_url) as socket:
        await socket.initialised(ann)
        expiring = {"code": "SESSION_EXPIRING", "expiresAt": rfc3339(expires_at)}
        assert await socket.received() == {"type": "ping", "payload": expiring}
        assert await socket.closed() == (4403, "The access token has expired: call refreshSession.")
        assert timedelta() <= runtime.now() - expires_at < timedelta(seconds=5)


async def test_a_socket_goes_on_with_a_later_token_and_all_that_runs_on_it(
    http_url: str, api: Api, people: People, runtime: Runtime
) -> None:
    ann = with_token(people.ann, runtime, left=timedelta(seconds=3))
    expired_at = claims_of(ann, runtime).expires_at
    async with connected(http_url) as socket:
        await socket.initialised(ann)
        assert (await socket.received())["type"] == "ping"
        await socket.subscribe("home", HOME)
        assert await socket.change() == HEARTBEAT
        await renewed(socket, people.ann)
        expires_at = claims_of(people.ann, runtime).expires_at
        assert await socket.received() == {"type": "pong", "payload": {"expiresAt": rfc3339(expires_at)}}
        await until(lambda: runtime.now() > expired_at)
        tweet_id = await api.tweeted(people.ann, "heard")
        assert await socket.change() == added(tweet_id, "heard", reason="SELF")


NOT_THE_SAME = "A connection goes on with a token of its own session, good for the same."


@pytest.mark.parametrize(
    ("offered", "reason"),
    [
        (lambda people, _: replace(people.ann, token="garbage"), "The access token is not one of ours."),
        (lambda people, _: replace(people.ann, token=""), "Send 'Authorization: Bearer <access token>'."),
        (lambda people, _: people.bob, NOT_THE_SAME),
        (
            lambda people, runtime: with_token(
                people.ann, runtime, left=timedelta(hours=1), scopes=frozenset({Scope.READ})
            ),
            NOT_THE_SAME,
        ),
        (
            lambda people, runtime: with_token(people.ann, runtime, left=timedelta()),
            "The access token has expired: call refreshSession.",
        ),
    ],
    ids=["garbage", "no token", "another person's", "good for less", "expired"],
)
async def test_a_socket_does_not_go_on_with(
    http_url: str, people: People, runtime: Runtime, offered: Callable[[People, Runtime], Person], reason: str
) -> None:
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        await renewed(socket, offered(people, runtime))
        assert await socket.closed() == (4403, reason)


async def test_a_socket_does_not_go_on_with_another_session_of_its_user(
    http_url: str, api: Api, people: People
) -> None:
    async with connected(http_url) as socket:
        await socket.initialised(people.ann)
        await renewed(socket, await api.logged_in(people.ann))
        assert await socket.closed() == (4403, NOT_THE_SAME)


async def test_nobody_signs_in_on_an_open_socket(http_url: str, people: People) -> None:
    async with connected(http_url) as socket:
        await socket.initialised()
        await renewed(socket, people.ann)
        assert await socket.closed() == (4403, "This socket was opened without a token")
