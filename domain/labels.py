"""Short names that people give to things of their own: folders of bookmarks, options of polls, lists."""

from __future__ import annotations

from domain.accounts import check_length, has_control_characters, has_visible_character
from domain.errors import Constraint, ValidationFailed
from domain.text.characters import in_form

MAX_LABEL = 25


def checked_label(written: str, field: str) -> str:
    """The label in NFC on one line, without white space around it; raises ValidationFailed."""
    label = checked_line(written, field, at_least=1, at_most=MAX_LABEL)
    if not has_visible_character(label):
        raise ValidationFailed(f"'{field}' needs a visible character.", field=field, constraint=Constraint.REQUIRED)
    return label


def checked_line(written: str, field: str, *, at_least: int, at_most: int) -> str:
    """As a label is, of another length; it may be made of invisible characters only."""
    line = in_form("NFC", written).strip()
    check_length(line, field, at_least=at_least, at_most=at_most)
    if has_control_characters(line):
        raise ValidationFailed(
            f"'{field}' cannot contain control characters.", field=field, constraint=Constraint.INVALID_CHARACTERS
        )
    return line
