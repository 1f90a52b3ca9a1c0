"""Which answers are compressed. Streams are not: tests/live/test_sse.py."""

from __future__ import annotations

import gzip
import zlib

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from app.exchanges import COMPRESSED_ASIDE_FROM_BYTES, COMPRESSED_FROM_BYTES, Exchanges
from infra.settings import Settings
from tests.api.oauth_parties import registered_app
from tests.client import Api, People

SMALL = {"query": "{ __typename }"}
LARGE = {"query": "{ __schema { types { name description } } }"}


@pytest.mark.parametrize(
    ("body", "accepted", "encoding"),
    [(LARGE, "gzip, deflate, br", "gzip"), (LARGE, "identity", None), (SMALL, "gzip, deflate, br", None)],
)
async def test_what_is_larger_than_a_packet_is_compressed_for_those_who_take_it(
    api: Api, body: dict[str, str], accepted: str, encoding: str | None
) -> None:
    plain_headers, plain = await _sent(api, body, "identity")
    headers, sent = await _sent(api, body, accepted)
    assert headers.get("content-encoding") == encoding
    assert int(headers["content-length"]) == len(sent)
    assert (gzip.decompress(sent) if encoding else sent) == plain
    if body is LARGE:
        assert headers["vary"] == plain_headers["vary"] == "Accept-Encoding"
    if encoding:
        assert len(sent) < len(plain) / 2


async def _sent(api: Api, body: dict[str, str], accepted: str) -> tuple[httpx.Headers, bytes]:
    """With the bytes as they came over the wire."""
    async with api.http.stream("POST", api.url, json=body, headers={"accept-encoding": accepted}) as response:
        assert response.status_code == 200
        return response.headers, b"".join([part async for part in response.aiter_raw()])


async def test_a_page_that_is_asked_for_with_a_cookie_is_not_compressed(api: Api, people: People) -> None:
    app = await registered_app(api, people.ann)
    page = await api.http.get(api.url.replace("/graphql", "/oauth/authorize"), params=app.asks())
    assert page.request.headers["accept-encoding"].startswith("gzip")
    assert "set-cookie" in page.headers
    assert "content-encoding" not in page.headers
    assert len(page.content) > COMPRESSED_FROM_BYTES


LENGTH = (b"content-length", b"7")
SVG = (b"content-type", b"image/svg+xml")


async def answered(
    settings: Settings, parts: list[bytes], *headers: tuple[bytes, bytes], status: int = 200, encodings: bytes = b"gzip"
) -> tuple[dict[bytes, bytes], list[bytes]]:
    """What becomes of an answer in parts: its headers but the request's id, and the parts that are sent."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        for number, part in enumerate(parts, start=1):
            await send({"type": "http.response.body", "body": part, "more_body": number < len(parts)})

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    sent: list[Message] = []
    scope = {"method": "GET", "path": "/", "headers": [(b"accept-encoding", encodings)]}
    await Exchanges(app, settings)(scope, receive, send)
    start, *bodies = sent
    assert [body["more_body"] for body in bodies] == [True] * (len(parts) - 1) + [False]
    found = dict(start["headers"])
    del found[b"x-request-id"]
    return found, [body["body"] for body in bodies]


async def test_each_part_of_an_answer_is_compressed_when_it_is_sent(settings: Settings) -> None:
    parts = [b"small", b"large" * COMPRESSED_ASIDE_FROM_BYTES, b""]
    headers, sent = await answered(settings, parts, SVG, LENGTH, (b"vary", b"Cookie"))
    assert headers == {SVG[0]: SVG[1], b"vary": b"Cookie, Accept-Encoding", b"content-encoding": b"gzip"}
    client = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert [client.decompress(part) for part in sent] == parts
    assert client.eof


async def test_parts_are_sent_as_they_are_to_those_who_do_not_take_gzip(settings: Settings) -> None:
    headers, sent = await answered(settings, [b"small", b""], SVG, LENGTH, encodings=b"br")
    assert headers == {SVG[0]: SVG[1], LENGTH[0]: LENGTH[1], b"vary": b"Accept-Encoding"}
    assert sent == [b"small", b""]


@pytest.mark.parametrize(
    ("status", "header"),
    [(206, SVG), (200, (b"content-encoding", b"br")), (200, (b"content-type", b"text/event-stream; charset=utf-8"))],
)
async def test_what_is_partial_or_encoded_or_an_event_stream_is_sent_as_it_is(
    settings: Settings, status: int, header: tuple[bytes, bytes]
) -> None:
    large = b"large" * COMPRESSED_FROM_BYTES
    assert await answered(settings, [large, large], header, status=status) == (dict([header]), [large, large])
