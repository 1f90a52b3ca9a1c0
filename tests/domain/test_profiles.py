"""What a profile may hold."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from domain.profiles import InvalidProfile, ProfileChanges, checked_changes


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (ProfileChanges(), ProfileChanges()),
        (ProfileChanges(display_name=" Ann "), ProfileChanges(display_name="Ann")),
        (ProfileChanges(bio=" cafe\u0301\r\nbar "), ProfileChanges(bio="caf\u00e9\nbar")),
        (ProfileChanges(bio="a\u2028b"), ProfileChanges(bio="a\u2028b")),
        (ProfileChanges(bio="e\u0301" * 160), ProfileChanges(bio="\u00e9" * 160)),
        (ProfileChanges(bio=None), ProfileChanges(bio="")),
        (ProfileChanges(location="  "), ProfileChanges(location=None)),
        (ProfileChanges(location="x" * 30), ProfileChanges(location="x" * 30)),
        (ProfileChanges(url="HTTP://a.example"), ProfileChanges(url="HTTP://a.example")),
        (ProfileChanges(url="https://a.example/@ann?q=@"), ProfileChanges(url="https://a.example/@ann?q=@")),
        (ProfileChanges(url="https://a.example/" + "x" * 482), ProfileChanges(url="https://a.example/" + "x" * 482)),
        (ProfileChanges(url="", avatar_url=None), ProfileChanges(url=None, avatar_url=None)),
        (ProfileChanges(avatar_url="https://a.example/a.png"), ProfileChanges(avatar_url="https://a.example/a.png")),
        (ProfileChanges(region="IE"), ProfileChanges(region="IE")),
        (ProfileChanges(region=None), ProfileChanges(region=None)),
    ],
)
def test_changes_are_kept_in_normal_form(written: ProfileChanges, kept: ProfileChanges) -> None:
    assert checked_changes(written) == kept
    assert checked_changes(kept) == kept


@pytest.mark.parametrize(
    ("field", "value", "constraint"),
    [
        ("display_name", None, "REQUIRED"),
        ("display_name", "x" * 51, "TOO_LONG"),
        ("display_name", "a\u202eb", "INVALID_CHARACTERS"),
        ("bio", "x" * 161, "TOO_LONG"),
        ("bio", "x" * 100_000, "TOO_LONG"),
        ("bio", "a\0b", "INVALID_CHARACTERS"),
        ("bio", "a\u2066b", "INVALID_CHARACTERS"),
        ("bio", "a\ud800", "INVALID_CHARACTERS"),
        ("location", "x" * 31, "TOO_LONG"),
        ("location", "a\nb", "INVALID_CHARACTERS"),
        ("location", "a\u2029b", "INVALID_CHARACTERS"),
        ("url", "a.example", "MALFORMED"),
        ("url", "https://", "MALFORMED"),
        ("url", "https://a.example/ x", "MALFORMED"),
        ("url", "javascript:alert(1)", "MALFORMED"),
        ("url", "ftp://a.example", "MALFORMED"),
        ("url", "https://ann@a.example", "MALFORMED"),
        ("url", "https://ann:secret@a.example/x", "MALFORMED"),
        ("url", "https://a\ud800.example", "MALFORMED"),
        ("url", "https://a\u202e.example", "MALFORMED"),
        ("url", "https://a.example/" + "x" * 483, "TOO_LONG"),
        ("avatar_url", "http://a.example/a.png", "MALFORMED"),
        ("region", "ie", "MALFORMED"),
    ],
)
def test_a_broken_rule_is_told(field: str, value: str | None, constraint: str) -> None:
    with pytest.raises(InvalidProfile) as raised:
        checked_changes(ProfileChanges(**{field: value}))
    [error] = raised.value.broken
    assert error.constraint == constraint


def test_all_broken_rules_are_told_at_once() -> None:
    with pytest.raises(InvalidProfile) as raised:
        checked_changes(ProfileChanges(display_name="", bio="fine", location="x" * 31, url="x", region=UNSET))
    assert [error.path for error in raised.value.broken] == [
        ("input", "displayName"),
        ("input", "location"),
        ("input", "url"),
    ]
