"""Which answers are compressed. Streams are not: tests/live/test_sse.py."""

from __future__ import annotations

import gzip

import httpx
import pytest

from app.main import COMPRESSED_FROM_BYTES
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
