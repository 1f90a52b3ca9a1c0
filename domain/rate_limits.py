"""How often each thing may be done, and by whom it is counted."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

import msgspec

HOUR = timedelta(hours=1)


class RateLimitedAction(StrEnum):
    TWEET = "TWEET"
    FOLLOW = "FOLLOW"
    REGISTRATION = "REGISTRATION"
    LOGIN = "LOGIN"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - not one
    EMAIL_VERIFICATION = "EMAIL_VERIFICATION"


class LimitScope(StrEnum):
    """Whose actions are counted together."""

    USER = "USER"
    IP = "IP"


class Window(msgspec.Struct, frozen=True):
    """At most `limit` in any stretch of time of length `span`."""

    limit: int
    span: timedelta


SCOPES: Mapping[RateLimitedAction, LimitScope] = {
    RateLimitedAction.TWEET: LimitScope.USER,
    RateLimitedAction.FOLLOW: LimitScope.USER,
    RateLimitedAction.REGISTRATION: LimitScope.IP,
    RateLimitedAction.LOGIN: LimitScope.IP,
    RateLimitedAction.PASSWORD_RESET: LimitScope.IP,
    RateLimitedAction.EMAIL_VERIFICATION: LimitScope.IP,
}
RateLimits: TypeAlias = Mapping[RateLimitedAction, tuple[Window, ...]]
LIMITS: RateLimits = {
    RateLimitedAction.TWEET: (Window(100, HOUR), Window(300, 3 * HOUR)),
    RateLimitedAction.FOLLOW: (Window(400, 24 * HOUR),),
    RateLimitedAction.REGISTRATION: (Window(10, HOUR),),
    RateLimitedAction.LOGIN: (Window(20, HOUR),),
    RateLimitedAction.PASSWORD_RESET: (Window(10, HOUR),),
    RateLimitedAction.EMAIL_VERIFICATION: (Window(20, HOUR),),
}
"""001:259 and 001:1340 (tweets), 001 (follows a day, registrations and logins an hour); mails as these."""


def parsed_limits(text: str) -> RateLimits:
    """`on` for LIMITS, `off`, or others with seconds, such as `TWEET=100/3600,300/10800;LOGIN=20/3600`: what is not
    named is not limited. Raises ValueError."""
    if text in {"on", "off"}:
        return LIMITS if text == "on" else {}
    return dict(_limits_of_action(item) for item in text.split(";"))


def _limits_of_action(text: str) -> tuple[RateLimitedAction, tuple[Window, ...]]:
    action, _, written = text.partition("=")
    windows = []
    for window in written.split(","):
        limit, _, seconds = window.partition("/")
        if min(int(limit), int(seconds)) < 1:
            raise ValueError(f"'{window}' is not positive")
        windows.append(Window(int(limit), timedelta(seconds=int(seconds))))
    return RateLimitedAction(action), tuple(windows)


def counted_network(ip_address: str | None) -> str:
    """An address stands for itself, an IPv6 one for its /64: that is what one customer is given. Whoever comes
    without an address that can be read, as through a socket of this machine, is counted together."""
    try:
        address = ipaddress.ip_address(ip_address or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
