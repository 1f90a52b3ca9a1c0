"""Refusals about tweets and what people do with them."""

from __future__ import annotations

from domain.errors.kinds import Constraint, Duplicate, ErrorCode, NotAllowed, NotAllowedReason, ValidationFailed


class TweetEmpty(ValidationFailed):
    def __init__(self) -> None:
        super().__init__("A tweet needs some text.", field="text", constraint=Constraint.REQUIRED)


class TweetTooLong(ValidationFailed):
    def __init__(self, *, limit: int, length: int) -> None:
        super().__init__(
            f"The tweet's weighted length is {length}; the limit is {limit}.",
            field="text",
            constraint=Constraint.TOO_LONG,
            limit=limit,
            actual=length,
        )


class TweetHasInvalidCharacters(ValidationFailed):
    def __init__(self, characters: str) -> None:
        named = ", ".join(f"U+{ord(character):04X}" for character in characters)
        super().__init__(f"A tweet cannot contain {named}.", field="text", constraint=Constraint.INVALID_CHARACTERS)


class TooManyBookmarkFolders(ValidationFailed):
    def __init__(self, *, limit: int) -> None:
        super().__init__(
            f"There can be {limit} bookmark folders.",
            field="name",
            constraint=Constraint.TOO_MANY,
            limit=limit,
            actual=limit + 1,
        )


class NotTheAuthor(NotAllowed):
    reason = NotAllowedReason.NOT_THE_AUTHOR

    def __init__(self) -> None:
        super().__init__("Only its author can do this to a tweet.", field="tweetId")


class RepliesRestricted(NotAllowed):
    code = ErrorCode.REPLIES_RESTRICTED

    def __init__(self, *, reason: NotAllowedReason, resolution: str | None) -> None:
        super().__init__("The author of this conversation does not let everybody reply.", field="inReplyTo")
        self.reason = reason
        self.resolution = resolution


class NotTheConversationsAuthor(NotAllowed):
    reason = NotAllowedReason.NOT_THE_CONVERSATIONS_AUTHOR

    def __init__(self) -> None:
        super().__init__("Only the author of a conversation's first tweet can hide replies in it.", field="tweetId")


class CannotHideOwnReply(NotAllowed):
    reason = NotAllowedReason.SELF

    def __init__(self) -> None:
        super().__init__("You can hide replies of others, not your own tweets: delete them.", field="tweetId")


class NotTheRoot(NotAllowed):
    reason = NotAllowedReason.NOT_THE_ROOT

    def __init__(self, *, field: str) -> None:
        super().__init__("The first tweet of a conversation decides who may reply in all of it.", field=field)


class EditWindowClosed(NotAllowed):
    code = ErrorCode.EDIT_WINDOW_CLOSED
    reason = NotAllowedReason.EDIT_WINDOW_CLOSED

    def __init__(self, *, minutes: int) -> None:
        super().__init__(f"A tweet can be edited for {minutes} minutes.", field="tweetId")


class EditLimitReached(NotAllowed):
    reason = NotAllowedReason.EDIT_LIMIT_REACHED

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"A tweet can be edited {limit} times.", field="tweetId")


class RetweetHasNoText(NotAllowed):
    reason = NotAllowedReason.RETWEET

    def __init__(self) -> None:
        super().__init__("A retweet has no text of its own.", field="tweetId")


class PollCannotBeEdited(NotAllowed):
    reason = NotAllowedReason.HAS_POLL

    def __init__(self) -> None:
        super().__init__("A tweet with a poll cannot be edited: people have voted on what it says.", field="tweetId")


class PollClosed(NotAllowed):
    reason = NotAllowedReason.POLL_CLOSED

    def __init__(self) -> None:
        super().__init__("This poll has closed.", field="tweetId")


class AuthorIsProtected(NotAllowed):
    reason = NotAllowedReason.PROTECTED

    def __init__(
        self,
        message: str = "Only the author can retweet a tweet of a protected account.",
        *,
        field: str = "tweetId",
    ) -> None:
        super().__init__(message, field=field)


class AlreadyRetweeted(Duplicate):
    def __init__(self, *, existing: str | None) -> None:
        super().__init__("You have retweeted this tweet already.", field="tweetId", existing=existing)


class AlreadyHidden(Duplicate):
    def __init__(self, *, existing: str) -> None:
        super().__init__("This reply is hidden already.", field="tweetId", existing=existing)


class AlreadyLiked(Duplicate):
    def __init__(self, *, existing: str) -> None:
        super().__init__("You already like this tweet.", field="tweetId", existing=existing)


class AlreadyBookmarked(Duplicate):
    def __init__(self, *, existing: str) -> None:
        super().__init__("You have bookmarked this tweet already.", field="tweetId", existing=existing)


class BookmarkFolderNameTaken(Duplicate):
    def __init__(self, name: str) -> None:
        super().__init__(f"You have a bookmark folder called {name} already.", field="name")


class AlreadyVoted(Duplicate):
    def __init__(self, *, existing: str) -> None:
        super().__init__("You have voted in this poll already.", field="tweetId", existing=existing)
