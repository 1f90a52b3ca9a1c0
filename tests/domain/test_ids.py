"""Global ids and cursors: what was issued comes back, everything else is refused."""

from __future__ import annotations

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.errors import BadCursor, MalformedId
from domain.ids import MAX_ID, cursor, cursor_key, global_id, parsed_global_id, raw_id

IDS = st.integers(0, MAX_ID)


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


GARBAGE = [
    "",
    "garbage",
    "=",
    "====",
    "A",
    "\0",
    "é",
    "\ud800",
    "!" * 10_000,
    "/+/+",
    encoded("nothing here"),
    encoded("User"),
    encoded("User:"),
    encoded("User:-1"),
    encoded("User:+1"),
    encoded("User: 1"),
    encoded("User:1 "),
    encoded("User:1.0"),
    encoded("User:١"),
    encoded("User:²"),
    encoded(f"User:{MAX_ID + 1}"),
    encoded("User:" + "9" * 5_000),
    encoded("user:1"),
    encoded("Message:1"),
    encoded("1:home"),
    encoded("1:home:"),
    encoded("1:home:-1"),
    encoded("1:home:x"),
    encoded("2:home:1"),
    encoded("1:Home:1"),
    encoded("home:1"),
    encoded(f"1:home:{MAX_ID + 1}"),
    encoded("1:home:1:1"),
    base64.urlsafe_b64encode(b"User:\xff").decode(),
]


@given(st.sampled_from(["User", "Tweet"]), IDS)
@example("User", MAX_ID)
def test_a_global_id_comes_back(node_type: str, number: int) -> None:
    text = global_id(node_type, number)  # type: ignore[arg-type]
    assert parsed_global_id(text) == (node_type, number)
    assert raw_id(text, "User") == (number if node_type == "User" else None)


@given(IDS, IDS)
def test_different_things_have_different_ids(one: int, other: int) -> None:
    assert (global_id("User", one) == global_id("User", other)) == (one == other)
    assert global_id("User", one) != global_id("Tweet", other)


@given(st.sampled_from(["home", "tweets", "followers", "following", "replies"]), IDS)
def test_a_cursor_comes_back_to_its_own_list_only(listing: str, key: int) -> None:
    text = cursor(listing, key)
    assert cursor_key(listing, text) == key
    with pytest.raises(BadCursor):
        cursor_key(listing + "s", text)


@pytest.mark.parametrize("text", GARBAGE)
def test_garbage_is_neither_an_id_nor_a_cursor(text: str) -> None:
    with pytest.raises(MalformedId):
        parsed_global_id(text)
    assert raw_id(text, "User") is None
    with pytest.raises(BadCursor) as refused:
        cursor_key("home", text)
    assert str(refused.value) == f"'{text[:40]}' is not a cursor of this list."


@given(st.text())
def test_any_text_is_refused_or_was_issued(text: str) -> None:
    try:
        node_type, number = parsed_global_id(text)
    except MalformedId:
        return
    assert parsed_global_id(global_id(node_type, number)) == (node_type, number)


@given(st.text(alphabet="0123456789abcdefABCDEF:-_=", max_size=40), st.binary(max_size=40))
def test_any_bytes_behind_a_cursor_are_refused_or_a_key(text: str, raw: bytes) -> None:
    for candidate in (
        text,
        base64.urlsafe_b64encode(raw).decode(),
        base64.urlsafe_b64encode(b"1:home:" + raw).decode(),
    ):
        try:
            key = cursor_key("home", candidate)
        except BadCursor:
            continue
        assert 0 <= key <= MAX_ID
