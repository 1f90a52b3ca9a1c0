"""Whose actions are counted together, and how limits are written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.rate_limits import LIMITS, RateLimitedAction, Window, counted_network, parsed_limits


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_is_counted_by_its_network(address: str | None, network: str) -> None:
    assert counted_network(address) == network


def test_limits_can_be_written() -> None:
    assert parsed_limits("on") is LIMITS
    assert parsed_limits("off") == {}
    assert parsed_limits("TWEET=100/3600,300/10800;LOGIN=20/60") == {
        RateLimitedAction.TWEET: (Window(100, timedelta(hours=1)), Window(300, timedelta(hours=3))),
        RateLimitedAction.LOGIN: (Window(20, timedelta(minutes=1)),),
    }


@pytest.mark.parametrize("text", ["", "yes", "TWEET", "TWEET=", "TWEET=10", "TWEET=0/60", "TWEET=1/-1", "TWEETS=1/60"])
def test_limits_that_say_nothing_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parsed_limits(text)
