"""What people may say about themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from domain import accounts, text
from domain.errors import Constraint, ValidationFailed

MAX_BIO = 160
MAX_LOCATION = 30
MAX_URL = 500
_LINE_BREAK = re.compile("[\n\u2028\u2029]")
_AUTHORITY_END = re.compile("[/?#]")

Change: TypeAlias = str | UnsetType | None
"""UNSET leaves what is there, None clears it."""


class ProfileChanges(msgspec.Struct, frozen=True):
    display_name: Change = UNSET
    bio: Change = UNSET
    location: Change = UNSET
    url: Change = UNSET
    avatar_url: Change = UNSET
    region: Change = UNSET


class InvalidProfile(Exception):
    def __init__(self, broken: Sequence[ValidationFailed]) -> None:
        super().__init__(*broken)
        self.broken = tuple(broken)
        """One for each field that breaks a rule."""


def checked_changes(written: ProfileChanges) -> ProfileChanges:
    """The changes as they are stored; raises InvalidProfile."""
    checked: dict[str, str | None] = {}
    broken: list[ValidationFailed] = []
    for field, check in _CHECKS.items():
        value = getattr(written, field)
        if value is not UNSET:
            try:
                checked[field] = check(value)
            except ValidationFailed as error:
                broken.append(error)
    if broken:
        raise InvalidProfile(broken)
    return ProfileChanges(**checked)


def _checked_bio(bio: str | None) -> str:
    normalised = text.normalised(bio or "")
    accounts.check_length(normalised, "bio", at_least=0, at_most=MAX_BIO)
    if accounts.has_control_characters(_LINE_BREAK.sub("", normalised)):
        raise _invalid_characters("bio")
    return normalised


def _checked_location(location: str | None) -> str | None:
    normalised = text.normalised(location or "")
    accounts.check_length(normalised, "location", at_least=0, at_most=MAX_LOCATION)
    if accounts.has_control_characters(normalised):
        raise _invalid_characters("location")
    return normalised or None


def _checked_url(url: str | None) -> str | None:
    return _link(url, "url", schemes=("http", "https"))


def _checked_avatar_url(url: str | None) -> str | None:
    return _link(url, "avatarUrl", schemes=("https",))


def _link(url: str | None, field: str, *, schemes: tuple[str, ...]) -> str | None:
    normalised = text.normalised(url or "")
    if not normalised:
        return None
    accounts.check_length(normalised, field, at_least=1, at_most=MAX_URL)
    scheme, _, rest = normalised.partition("://")
    has_credentials = "@" in _AUTHORITY_END.split(rest, maxsplit=1)[0]
    is_link = text.is_url(normalised) and not accounts.has_control_characters(normalised)
    if not is_link or scheme.lower() not in schemes or has_credentials:
        raise ValidationFailed(
            f"'{field}' is not a link with {' or '.join(f'{allowed}://' for allowed in schemes)} and a host.",
            field=field,
            constraint=Constraint.MALFORMED,
        )
    return normalised


def _invalid_characters(field: str) -> ValidationFailed:
    return ValidationFailed(
        f"'{field}' cannot contain control characters.", field=field, constraint=Constraint.INVALID_CHARACTERS
    )


_CHECKS: dict[str, Callable[[str | None], str | None]] = {
    "display_name": lambda name: accounts.checked_display_name(name or ""),
    "bio": _checked_bio,
    "location": _checked_location,
    "url": _checked_url,
    "avatar_url": _checked_avatar_url,
    "region": accounts.checked_region,
}
