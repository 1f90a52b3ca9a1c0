"""Rules for lists of people."""

from __future__ import annotations

import msgspec

from domain.labels import checked_label, checked_line

MAX_LISTS = 1_000
"""Of one owner."""
MAX_MEMBERS = 5_000
"""Of one list: a page of its timeline looks at the latest tweet of each."""
MAX_DESCRIPTION = 100


class ListChanges(msgspec.Struct, frozen=True):
    """None leaves what is there."""

    name: str | None = None
    description: str | None = None
    is_private: bool | None = None


def checked_changes(written: ListChanges) -> ListChanges:
    """The changes as they are stored; raises ValidationFailed."""
    return ListChanges(
        name=None if written.name is None else checked_label(written.name, "name"),
        description=None if written.description is None else checked_description(written.description),
        is_private=written.is_private,
    )


def checked_description(written: str) -> str:
    """Raises ValidationFailed."""
    return checked_line(written, "description", at_least=0, at_most=MAX_DESCRIPTION)
