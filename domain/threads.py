"""How many tweets make a thread."""

from __future__ import annotations

from domain.errors import Constraint, ValidationFailed

MAX_POSTED = 25
"""Tweets that are posted at once."""
MAX_TWEETS = 1_000
"""However often a thread is continued."""


def check_number_posted(count: int, *, is_new: bool) -> None:
    """One tweet is no thread, and may continue one."""
    at_least = 2 if is_new else 1
    if not at_least <= count <= MAX_POSTED:
        is_short = count < at_least
        raise ValidationFailed(
            f"{count} tweets cannot be posted as a thread: it takes {at_least} to {MAX_POSTED}.",
            field="tweets",
            constraint=Constraint.TOO_FEW if is_short else Constraint.TOO_MANY,
            limit=at_least if is_short else MAX_POSTED,
            actual=count,
        )
