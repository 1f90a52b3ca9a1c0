"""Rules for names and passwords."""

from __future__ import annotations

import re
import unicodedata

import idna

from domain.errors import Constraint, ValidationFailed
from domain.text.characters import in_form

MAX_USERNAME = 20
MAX_DISPLAY_NAME = 50
MAX_EMAIL = 255
MAX_ISSUER = 50
MAX_SUSPENSION_REASON = 500
MIN_PASSWORD = 8
MAX_PASSWORD = 256
"""Argon2 hashes any length; the bound keeps a login from hashing megabytes."""

RESERVED_USERNAMES = frozenset(
    "about admin api chirp graphql help home login logout me moderator notifications privacy register root "
    "search security settings support system terms trends viewer".split()
)
_USERNAME = re.compile(r"[A-Za-z0-9_]+")
_EMAIL = re.compile(r"(?!.*=\?)[^@\s\x00-\x1f\x7f()<>\[\]:;,\\\"]{1,64}@([^@\s]+\.[^@\s]+)")
"""Without the characters that need quotes in a mail's headers, where they make two addresses of one, and without the
encoded words (RFC 2047) that would bring them back there."""
_NOT_ON_A_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Bidirectional embeddings, overrides and isolates: they turn around what stands beside the name."""
_REGION = re.compile(r"[A-Z]{2}")


def checked_username(username: str) -> str:
    check_length(username, "username", at_least=1, at_most=MAX_USERNAME)
    if not _USERNAME.fullmatch(username):
        raise ValidationFailed(
            "A username has letters a-z, digits and underscores only.",
            field="username",
            constraint=Constraint.INVALID_CHARACTERS,
        )
    if username.lower() in RESERVED_USERNAMES:
        raise ValidationFailed(
            f"The username {username} is reserved.", field="username", constraint=Constraint.RESERVED
        )
    return username


def checked_display_name(display_name: str) -> str:
    name = in_form("NFC", display_name).strip()
    check_length(name, "displayName", at_least=1, at_most=MAX_DISPLAY_NAME)
    if has_control_characters(name):
        raise ValidationFailed(
            "A display name cannot contain control characters.",
            field="displayName",
            constraint=Constraint.INVALID_CHARACTERS,
        )
    if not has_visible_character(name):
        raise ValidationFailed(
            "A display name needs a visible character.", field="displayName", constraint=Constraint.REQUIRED
        )
    return name


def checked_email(email: str, *, field: str = "email") -> str:
    check_length(email, field, at_least=1, at_most=MAX_EMAIL)
    found = _EMAIL.fullmatch(email)
    if found is None or has_control_characters(email) or not _is_domain(found[1]):
        raise ValidationFailed("This is not an email address.", field=field, constraint=Constraint.MALFORMED)
    return email


def _is_domain(text: str) -> bool:
    try:
        idna.encode(text, uts46=True)
    except idna.IDNAError:
        return False
    return True


def checked_password(password: str, *, field: str = "password") -> str:
    check_length(password, field, at_least=MIN_PASSWORD, at_most=MAX_PASSWORD)
    return password


def is_region(text: str) -> bool:
    """Whether the text has the form of an ISO 3166-1 alpha-2 code."""
    return _REGION.fullmatch(text) is not None


def checked_region(region: str | None) -> str | None:
    if region is not None and not is_region(region):
        raise ValidationFailed(
            "A region is a two-letter ISO 3166-1 country code in capitals, such as IE.",
            field="region",
            constraint=Constraint.MALFORMED,
        )
    return region


def has_control_characters(text: str) -> bool:
    return any(unicodedata.category(c) in _NOT_ON_A_LINE for c in text) or _REORDERING.search(text) is not None


def has_visible_character(text: str) -> bool:
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def check_length(text: str, field: str, *, at_least: int, at_most: int) -> None:
    length = len(text)
    if length < at_least:
        constraint = Constraint.REQUIRED if length == 0 else Constraint.TOO_SHORT
        raise ValidationFailed(
            f"'{field}' has {length} characters; it needs at least {at_least}.",
            field=field,
            constraint=constraint,
            limit=at_least,
            actual=length,
        )
    if length > at_most:
        raise ValidationFailed(
            f"'{field}' has {length} characters; the limit is {at_most}.",
            field=field,
            constraint=Constraint.TOO_LONG,
            limit=at_most,
            actual=length,
        )
