"""Where a tweet was written."""

from __future__ import annotations

import unicodedata

from domain.errors import Constraint, ValidationFailed
from domain.records import Place
from domain.text.characters import in_form

MAX_PLACE_NAME = 100


def checked_place(*, latitude: float, longitude: float, name: str | None) -> Place:
    """Raises ValidationFailed."""
    _check_degrees(latitude, "latitude", at_most=90)
    _check_degrees(longitude, "longitude", at_most=180)
    return Place(latitude=latitude, longitude=longitude, name=None if name is None else _checked_name(name))


def _check_degrees(degrees: float, name: str, *, at_most: int) -> None:
    # Not a number lies in no range.
    if not -at_most <= degrees <= at_most:
        raise ValidationFailed(
            f"A {name} is between -{at_most} and {at_most} degrees.",
            field=f"place.{name}",
            constraint=Constraint.OUT_OF_RANGE,
            limit=at_most,
        )


def _checked_name(written: str) -> str:
    name = in_form("NFC", written).strip()
    if not name:
        raise ValidationFailed("A place's name needs a character.", field="place.name", constraint=Constraint.REQUIRED)
    if len(name) > MAX_PLACE_NAME:
        raise ValidationFailed(
            f"The place's name has {len(name)} characters; the limit is {MAX_PLACE_NAME}.",
            field="place.name",
            constraint=Constraint.TOO_LONG,
            limit=MAX_PLACE_NAME,
            actual=len(name),
        )
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        raise ValidationFailed(
            "A place's name cannot contain control characters.",
            field="place.name",
            constraint=Constraint.INVALID_CHARACTERS,
        )
    return name
