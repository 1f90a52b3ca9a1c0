"""Rules for apps of third parties: what they may ask for, and where people are sent back to (RFC 6749, 8252)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import msgspec

from domain.errors import Constraint, ValidationFailed
from domain.labels import checked_label, checked_line
from domain.permissions import Scope

MAX_APPS = 25
"""Of one owner."""
MAX_DESCRIPTION = 200
MAX_REDIRECT_URIS = 5
MAX_REDIRECT_URI = 500
CODE_LIFE = timedelta(seconds=60)
FORM_LIFE = timedelta(minutes=10)

OFFERED: Mapping[Scope, str] = {
    Scope.READ: "Read all that you can see, and your email address and settings",
    Scope.TWEETS: "Write, edit and delete tweets in your name, and retweet",
    Scope.LIKES: "Like tweets in your name",
    Scope.BOOKMARKS: "Change your bookmarks",
    Scope.FOLLOWS: "Follow and unfollow people in your name, and answer those who ask to follow you",
    Scope.PROFILE: "Change your profile and settings",
    Scope.BLOCKS: "Block and mute people, words and conversations for you",
    Scope.LISTS: "Change your lists",
}
"""What an app may ask for, in the words of the consent page. Never the account itself, nor what moderators may do."""

_URI = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]+")
"""RFC 3986 without a fragment."""
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
"""RFC 8252, 7.1: a domain of the app's maker turned around, which keeps out `javascript:` and all that mean something
to a browser."""
_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?(?=[/?]|\Z)")


class AppChanges(msgspec.Struct, frozen=True):
    """None leaves what is there."""

    name: str | None = None
    description: str | None = None
    redirect_uris: tuple[str, ...] | None = None


def checked_changes(written: AppChanges) -> AppChanges:
    """The changes as they are stored; raises ValidationFailed."""
    return AppChanges(
        name=None if written.name is None else checked_label(written.name, "name"),
        description=None
        if written.description is None
        else checked_line(written.description, "description", at_least=0, at_most=MAX_DESCRIPTION),
        redirect_uris=None if written.redirect_uris is None else _checked_redirect_uris(written.redirect_uris),
    )


def _checked_redirect_uris(written: tuple[str, ...]) -> tuple[str, ...]:
    count = len(written)
    if not 1 <= count <= MAX_REDIRECT_URIS:
        raise ValidationFailed(
            f"An app has 1 to {MAX_REDIRECT_URIS} redirect URIs.",
            field="redirectUris",
            constraint=Constraint.TOO_MANY if count else Constraint.TOO_FEW,
            limit=MAX_REDIRECT_URIS if count else 1,
            actual=count,
        )
    if len(set(written)) < count:
        raise ValidationFailed(
            "A redirect URI is there twice.", field="redirectUris", constraint=Constraint.NOT_DISTINCT
        )
    for uri in written:
        if len(uri) > MAX_REDIRECT_URI:
            raise ValidationFailed(
                f"A redirect URI has at most {MAX_REDIRECT_URI} characters.",
                field="redirectUris",
                constraint=Constraint.TOO_LONG,
                limit=MAX_REDIRECT_URI,
                actual=len(uri),
            )
        if not _may_be_sent_to(uri):
            raise ValidationFailed(
                "A redirect URI is https://host/..., http://127.0.0.1/..., http://[::1]/..., or has a scheme of the "
                "app's own such as com.example.app:/...; it has no fragment and names no user.",
                field="redirectUris",
                constraint=Constraint.MALFORMED,
            )
    return written


def _may_be_sent_to(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        return False
    # `parts.scheme` is in lower case whatever stands there; what is registered must be what it is compared with.
    if not _URI.fullmatch(uri) or not uri.startswith(f"{parts.scheme}:") or "@" in parts.netloc:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname) and not parts.netloc.endswith(":")
    if parts.scheme == "http":
        return _LOOPBACK.match(uri) is not None
    return _PRIVATE_SCHEME.fullmatch(parts.scheme) is not None and bool(parts.netloc or parts.path)


def is_registered(requested: str, redirect_uris: Sequence[str]) -> bool:
    """To the letter, but for the port of an app on the viewer's own device, which gets another each time it starts
    (RFC 8252, 7.3)."""
    return _LOOPBACK.sub(r"\1", requested, count=1) in {_LOOPBACK.sub(r"\1", uri, count=1) for uri in redirect_uris}


def shown_destination(redirect_uri: str) -> str:
    """Where somebody is sent, as the consent page says it."""
    parts = urlsplit(redirect_uri)
    return parts.netloc if parts.scheme == "https" else "an app on this device"


def parsed_scopes(text: str) -> frozenset[Scope] | None:
    """The scopes of a space-separated list; None where it has none, or one that apps cannot have."""
    by_name = {str(scope): scope for scope in OFFERED}
    names = text.split(" ")
    return frozenset(by_name[name] for name in names) if set(names) <= set(by_name) else None
