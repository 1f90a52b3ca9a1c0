"""Every refusal has its translation; every event its handler and its way through the outbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain import errors, events
from domain.errors import Constraint, DomainError, RequestRefused
from domain.events import EVENT_TYPES, Event, TweetDeleted, TweetLiked, TweetPosted, UserFollowed, UserUnfollowed
from domain.user_errors import (
    ConflictError,
    DuplicateError,
    NotAllowedError,
    NotFoundError,
    ValidationError,
    user_error,
)
from workers.handlers import HANDLERS

EXAMPLES: list[tuple[DomainError, type]] = [
    (errors.ValidationFailed("m", field="f", constraint=Constraint.MALFORMED), ValidationError),
    (errors.TweetEmpty(), ValidationError),
    (errors.TweetTooLong(limit=280, length=281), ValidationError),
    (errors.TweetHasInvalidCharacters("\0"), ValidationError),
    (errors.NotFound("tweet", field="tweetId"), NotFoundError),
    (errors.NotTheAuthor(), NotAllowedError),
    (errors.CannotFollowSelf(), NotAllowedError),
    (errors.WrongCredentials(), NotAllowedError),
    (errors.AccountNotActive(), NotAllowedError),
    (errors.UsernameTaken("ann"), DuplicateError),
    (errors.AlreadyFollowing(existing="id"), DuplicateError),
    (errors.AlreadyLiked(existing="id"), DuplicateError),
    (errors.VersionConflict(current_version=2), ConflictError),
    (errors.IdempotencyMismatch(), ConflictError),
]
EVENTS: list[Event] = [
    TweetPosted(1),
    TweetDeleted(1),
    TweetLiked(1, 2),
    UserFollowed(1, (2, 3)),
    UserUnfollowed(1, 2),
]


def descendants(error: type[Exception]) -> Iterator[type[Exception]]:
    for child in error.__subclasses__():
        yield child
        yield from descendants(child)


def leaves(error: type[Exception]) -> set[type[Exception]]:
    return {child for child in descendants(error) if not child.__subclasses__()}


@pytest.mark.parametrize(("error", "record"), EXAMPLES, ids=lambda example: type(example).__name__)
def test_each_refusal_is_translated_with_its_data(error: DomainError, record: type) -> None:
    told = user_error(error)
    assert type(told) is record
    assert (told.code, told.message, told.path) == (error.code, error.message, error.path)


def test_the_examples_are_all_refusals_there_are() -> None:
    assert leaves(DomainError) <= {type(error) for error, _ in EXAMPLES}


def test_the_tree_in_the_docstring_is_the_tree_of_the_code() -> None:
    assert errors.__doc__ is not None
    drawn = {word for line in errors.__doc__.splitlines() for word in line.lstrip("│├└─ ").split()[:1]}
    classes = {DomainError, RequestRefused, *descendants(DomainError), *descendants(RequestRefused)}
    assert {error.__name__ for error in classes if error.__module__ == errors.__name__} == drawn - {"Everything"}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_each_event_has_a_handler_and_survives_the_outbox(event: Event) -> None:
    assert any(isinstance(event, handler.events) for handler in HANDLERS)
    assert events.decoded(events.encoded(event)) == event


def test_the_events_are_all_there_are() -> None:
    assert {type(event) for event in EVENTS} == set(EVENT_TYPES)
