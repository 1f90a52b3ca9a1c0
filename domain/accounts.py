"""Rules for names and passwords."""

from __future__ import annotations

import re
import unicodedata

from domain.errors import Constraint, ValidationFailed
from domain.text.characters import in_form

MAX_USERNAME = 20
MAX_DISPLAY_NAME = 50
MAX_EMAIL = 255
MIN_PASSWORD = 8
MAX_PASSWORD = 256
"""Argon2 hashes any length; the bound keeps a login from hashing megabytes."""

RESERVED_USERNAMES = frozenset(
    "about admin api chirp graphql help home login logout me moderator notifications privacy register root "
    "search security settings support system terms trends viewer".split()
)
_USERNAME = re.compile(r"[A-Za-z0-9_]+")
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+")
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Bidirectional embeddings, overrides and isolates: they turn around what stands beside the name."""
_REGION = re.compile(r"[A-Z]{2}")


def checked_username(username: str) -> str:
    _check_length(username, "username", at_least=1, at_most=MAX_USERNAME)
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
    _check_length(name, "displayName", at_least=1, at_most=MAX_DISPLAY_NAME)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name) or _REORDERING.search(name):
        raise ValidationFailed(
            "A display name cannot contain control characters.",
            field="displayName",
            constraint=Constraint.INVALID_CHARACTERS,
        )
    if not any(unicodedata.category(character)[0] in "LNPS" for character in name):
        raise ValidationFailed(
            "A display name needs a visible character.", field="displayName", constraint=Constraint.REQUIRED
        )
    return name


def checked_email(email: str) -> str:
    _check_length(email, "email", at_least=1, at_most=MAX_EMAIL)
    if not _EMAIL.fullmatch(email) or any("\ud800" <= character <= "\udfff" for character in email):
        raise ValidationFailed("This is not an email address.", field="email", constraint=Constraint.MALFORMED)
    return email


def checked_password(password: str) -> str:
    _check_length(password, "password", at_least=MIN_PASSWORD, at_most=MAX_PASSWORD)
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


def _check_length(text: str, field: str, *, at_least: int, at_most: int) -> None:
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
