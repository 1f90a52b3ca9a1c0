"""Every refusal has its translation; every event its handler and its way through the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from domain import errors, events
from domain.errors import Constraint, DomainError, NotAllowedReason, RequestRefused
from domain.events import (
    EVENT_TYPES,
    EmailChangeRequested,
    EmailVerificationRequested,
    Event,
    PasswordReset,
    PasswordResetRequested,
    PollEnded,
    TweetDeleted,
    TweetEdited,
    TweetLiked,
    TweetPosted,
    TweetRestored,
    UserBlocked,
    UserFollowed,
    UserUnblocked,
    UserUnfollowed,
    UserUnprotected,
)
from domain.rate_limits import LimitScope, RateLimitedAction
from domain.user_errors import (
    ConflictError,
    ContentRejectedError,
    DuplicateError,
    NotAllowedError,
    NotFoundError,
    RateLimitedError,
    ValidationError,
    user_error,
)
from workers.handlers import HANDLERS

EXAMPLES: list[tuple[DomainError, type]] = [
    (errors.ValidationFailed("m", field="f", constraint=Constraint.MALFORMED), ValidationError),
    (errors.TweetEmpty(), ValidationError),
    (errors.TweetTooLong(limit=280, length=281), ValidationError),
    (errors.TweetHasInvalidCharacters("\0"), ValidationError),
    (errors.TooManyBookmarkFolders(limit=100), ValidationError),
    (errors.TooManyMutedWords(limit=200), ValidationError),
    (errors.TooManyLists(limit=1_000), ValidationError),
    (errors.TooManyMembers(limit=5_000), ValidationError),
    (errors.TooManyOAuthApps(limit=25), ValidationError),
    (errors.ExpiryInThePast(), ValidationError),
    (errors.NotFound("tweet", field="tweetId"), NotFoundError),
    (errors.NotTheAuthor(), NotAllowedError),
    (errors.NotTheOwner(), NotAllowedError),
    (errors.CannotListBlocked(), NotAllowedError),
    (errors.CannotFollowOwnList(), NotAllowedError),
    (errors.RepliesRestricted(reason=NotAllowedReason.NOT_FOLLOWED, resolution="r"), NotAllowedError),
    (errors.NotTheConversationsAuthor(), NotAllowedError),
    (errors.CannotHideOwnReply(), NotAllowedError),
    (errors.NotTheRoot(field="replyPolicy"), NotAllowedError),
    (errors.EditWindowClosed(minutes=30), NotAllowedError),
    (errors.EditLimitReached(limit=5), NotAllowedError),
    (errors.RetweetHasNoText(), NotAllowedError),
    (errors.PollCannotBeEdited(), NotAllowedError),
    (errors.PollClosed(), NotAllowedError),
    (errors.AuthorIsProtected(), NotAllowedError),
    (errors.CannotFollowSelf(), NotAllowedError),
    (errors.CannotFollowBlocked(), NotAllowedError),
    (errors.NotFollowing(), NotAllowedError),
    (errors.UsernameChangedRecently(allowed_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC)), NotAllowedError),
    (errors.CannotSuspendSelf(), NotAllowedError),
    (errors.CannotSuspendAdmin(), NotAllowedError),
    (errors.CannotBlockSelf(), NotAllowedError),
    (errors.CannotMuteSelf(), NotAllowedError),
    (errors.WrongCredentials(), NotAllowedError),
    (errors.WrongPassword(), NotAllowedError),
    (errors.LinkCannotBeUsed(), NotAllowedError),
    (errors.AccountNotActive(), NotAllowedError),
    (errors.UsernameTaken("ann"), DuplicateError),
    (errors.AlreadyBookmarked(existing="id"), DuplicateError),
    (errors.BookmarkFolderNameTaken("tea"), DuplicateError),
    (errors.AlreadyVoted(existing="id"), DuplicateError),
    (errors.AlreadyFollowing(existing="id"), DuplicateError),
    (errors.AlreadyRequested(existing="id"), DuplicateError),
    (errors.AlreadyRetweeted(existing="id"), DuplicateError),
    (errors.AlreadyHidden(existing="id"), DuplicateError),
    (errors.ContentRejected(policy="p", appealable=True, field="text"), ContentRejectedError),
    (errors.AlreadyBlocking(existing="id"), DuplicateError),
    (errors.AlreadyInList(existing="id"), DuplicateError),
    (errors.AlreadyFollowingList(existing="id"), DuplicateError),
    (errors.AlreadyLiked(existing="id"), DuplicateError),
    (errors.VersionConflict(current_version=2), ConflictError),
    (
        errors.RateLimited(
            action=RateLimitedAction.TWEET,
            scope=LimitScope.USER,
            limit=100,
            window=timedelta(hours=1),
            retry_at=datetime(2026, 1, 1, tzinfo=UTC),
        ),
        RateLimitedError,
    ),
    (errors.IdempotencyMismatch(), ConflictError),
]
EVENTS: list[Event] = [
    TweetPosted(1),
    TweetEdited(1, 2),
    TweetDeleted(1, 2),
    TweetRestored(1, 2),
    PollEnded(1),
    TweetLiked(1, 2),
    UserFollowed(1, (2, 3)),
    UserUnfollowed(1, 2),
    UserUnprotected(1),
    UserBlocked(1, 2),
    UserUnblocked(1, 2),
    EmailVerificationRequested(1),
    EmailChangeRequested(1),
    PasswordResetRequested(1),
    PasswordReset(1),
]

UNHEARD = {PollEnded: "for the notification of a poll's end, which has no service yet"}


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
    assert {error.__name__ for error in classes if error.__module__.startswith(f"{errors.__name__}.")} == drawn - {
        "Everything"
    }


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_each_event_has_a_handler_and_survives_the_outbox(event: Event) -> None:
    assert any(isinstance(event, handler.events) for handler in HANDLERS) or type(event) in UNHEARD
    assert events.decoded(events.encoded(event)) == event


def test_the_events_are_all_there_are() -> None:
    assert {type(event) for event in EVENTS} == set(EVENT_TYPES)
