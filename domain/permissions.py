"""What a mutation or subscription asks of whoever calls it: who they are, and what their token may be used for."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Role(StrEnum):
    USER = "USER"
    MODERATOR = "MODERATOR"
    ADMIN = "ADMIN"


class Permission(StrEnum):
    ANYONE = "ANYONE"
    """Also without signing in."""
    SIGNED_IN = "SIGNED_IN"
    MODERATOR = "MODERATOR"
    """Moderators and admins."""
    ADMIN = "ADMIN"


class Scope(StrEnum):
    """What a token may be used for. The value is the scope's name in tokens and in OAuth."""

    READ = "read"
    ACCOUNT = "account:write"
    """Password, email, sessions, closing the account."""
    PROFILE = "profile:write"
    TWEETS = "tweets:write"
    LIKES = "likes:write"
    BOOKMARKS = "bookmarks:write"
    FOLLOWS = "follows:write"
    BLOCKS = "blocks:write"
    """Blocks, mutes, muted words and threads."""
    LISTS = "lists:write"
    ADMIN = "admin"


def narrower(one: frozenset[Scope] | None, other: frozenset[Scope] | None) -> frozenset[Scope] | None:
    """What both allow; None is everything."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def known_scopes(names: Collection[str]) -> frozenset[Scope]:
    """Without those that only a newer version knows: they are good for nothing here."""
    return frozenset(scope for scope in Scope if scope in names)


ROLES_FOR: dict[Permission, frozenset[Role]] = {
    Permission.SIGNED_IN: frozenset(Role),
    Permission.MODERATOR: frozenset({Role.MODERATOR, Role.ADMIN}),
    Permission.ADMIN: frozenset({Role.ADMIN}),
}
