"""What makes a poll, and a vote in one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from domain.errors import Constraint, ValidationFailed
from domain.labels import checked_label

MIN_OPTIONS = 2
MAX_OPTIONS = 4
MIN_MINUTES = 5
MAX_MINUTES = 10_080

_OPTIONS = "poll.options"


class PollDraft(msgspec.Struct, frozen=True):
    """A poll that has passed every rule."""

    options: tuple[str, ...]
    duration: timedelta
    is_multiple: bool


class PollRules(msgspec.Struct, frozen=True):
    """What decides whether a vote is taken."""

    ends_at: datetime
    is_multiple: bool
    options: int


def checked_poll(options: Sequence[str], *, duration_minutes: int, is_multiple: bool) -> PollDraft:
    """Raises ValidationFailed."""
    _check_number(len(options), "options", _OPTIONS, at_least=MIN_OPTIONS, at_most=MAX_OPTIONS)
    labels = tuple(checked_label(option, _OPTIONS) for option in options)
    if len({label.casefold() for label in labels}) < len(labels):
        raise ValidationFailed("Two options are the same.", field=_OPTIONS, constraint=Constraint.NOT_DISTINCT)
    if not MIN_MINUTES <= duration_minutes <= MAX_MINUTES:
        raise ValidationFailed(
            f"A poll is open for {MIN_MINUTES} to {MAX_MINUTES} minutes.",
            field="poll.durationMinutes",
            constraint=Constraint.OUT_OF_RANGE,
            limit=MIN_MINUTES if duration_minutes < MIN_MINUTES else MAX_MINUTES,
            actual=duration_minutes,
        )
    return PollDraft(options=labels, duration=timedelta(minutes=duration_minutes), is_multiple=is_multiple)


def checked_choices(choices: Sequence[int], rules: PollRules) -> tuple[int, ...]:
    """The positions in their order; raises ValidationFailed."""
    at_most = rules.options if rules.is_multiple else 1
    _check_number(len(choices), "choices", "choices", at_least=1, at_most=at_most)
    if len(set(choices)) < len(choices):
        raise ValidationFailed("An option is chosen once.", field="choices", constraint=Constraint.NOT_DISTINCT)
    for choice in choices:
        if not 0 <= choice < rules.options:
            raise ValidationFailed(
                f"The options of this poll are 0 to {rules.options - 1}.",
                field="choices",
                constraint=Constraint.OUT_OF_RANGE,
                limit=rules.options - 1,
                actual=choice,
            )
    return tuple(sorted(choices))


def _check_number(number: int, what: str, field: str, *, at_least: int, at_most: int) -> None:
    if not at_least <= number <= at_most:
        is_short = number < at_least
        raise ValidationFailed(
            f"There are {number} {what}; {'at least' if is_short else 'at most'} {at_least if is_short else at_most}.",
            field=field,
            constraint=Constraint.TOO_FEW if is_short else Constraint.TOO_MANY,
            limit=at_least if is_short else at_most,
            actual=number,
        )
