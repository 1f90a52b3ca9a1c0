"""Everything that can be refused, with its data as attributes.

DomainError                      code, path (the input field)
├── ValidationFailed             constraint, limit, actual        -> ValidationError
│   ├── TweetEmpty
│   ├── TweetTooLong
│   ├── TweetHasInvalidCharacters
│   ├── TooManyBookmarkFolders
│   ├── TooManyMutedWords
│   ├── TooManyLists
│   ├── TooManyMembers
│   ├── TooManyOAuthApps
│   └── ExpiryInThePast
├── NotFound                                                      -> NotFoundError
├── NotAllowed                   reason, resolution               -> NotAllowedError
│   ├── NotTheAuthor
│   ├── NotTheOwner
│   ├── CannotListBlocked
│   ├── CannotFollowOwnList
│   ├── RepliesRestricted
│   ├── NotTheConversationsAuthor
│   ├── CannotHideOwnReply
│   ├── NotTheRoot
│   ├── EditWindowClosed
│   ├── EditLimitReached
│   ├── RetweetHasNoText
│   ├── PollCannotBeEdited
│   ├── PollClosed
│   ├── AuthorIsProtected
│   ├── CannotFollowSelf
│   ├── CannotFollowBlocked
│   ├── NotFollowing
│   ├── CannotBlockSelf
│   ├── CannotMuteSelf
│   ├── UsernameChangedRecently
│   ├── CannotSuspendSelf
│   ├── CannotSuspendAdmin
│   ├── WrongCredentials
│   ├── WrongPassword
│   ├── LinkCannotBeUsed
│   └── AccountNotActive
├── Duplicate                    existing                         -> DuplicateError
│   ├── UsernameTaken
│   ├── AlreadyBookmarked
│   ├── BookmarkFolderNameTaken
│   ├── AlreadyVoted
│   ├── AlreadyFollowing
│   ├── AlreadyRequested
│   ├── AlreadyBlocking
│   ├── AlreadyInList
│   ├── AlreadyFollowingList
│   ├── AlreadyRetweeted
│   ├── AlreadyHidden
│   └── AlreadyLiked
├── RateLimited                  action, scope, limit, window, retry_at -> RateLimitedError
├── ContentRejected              policy, appealable               -> ContentRejectedError
├── VersionConflict              current_version                  -> ConflictError
└── IdempotencyMismatch                                           -> ConflictError

RequestRefused                   code: the whole field or request is refused, a top-level GraphQL error
├── Unauthenticated
│   └── SessionExpired
├── Forbidden
│   └── ScopeMissing
├── BadCursor
├── FutureCursor
├── MalformedId
└── BadArgument
"""

from __future__ import annotations

from domain.errors.accounts import (
    AccountNotActive,
    CannotSuspendAdmin,
    CannotSuspendSelf,
    LinkCannotBeUsed,
    TooManyOAuthApps,
    UsernameChangedRecently,
    UsernameTaken,
    WrongCredentials,
    WrongPassword,
)
from domain.errors.kinds import (
    Constraint,
    ContentRejected,
    DomainError,
    Duplicate,
    ErrorCode,
    IdempotencyMismatch,
    NotAllowed,
    NotAllowedReason,
    NotFound,
    RateLimited,
    ValidationFailed,
    VersionConflict,
)
from domain.errors.lists import (
    AlreadyFollowingList,
    AlreadyInList,
    CannotFollowOwnList,
    CannotListBlocked,
    NotTheOwner,
    TooManyLists,
    TooManyMembers,
)
from domain.errors.people import (
    AlreadyBlocking,
    AlreadyFollowing,
    AlreadyRequested,
    CannotBlockSelf,
    CannotFollowBlocked,
    CannotFollowSelf,
    CannotMuteSelf,
    ExpiryInThePast,
    NotFollowing,
    TooManyMutedWords,
)
from domain.errors.requests import (
    BadArgument,
    BadCursor,
    Forbidden,
    FutureCursor,
    MalformedId,
    RequestRefused,
    ScopeMissing,
    SessionExpired,
    Unauthenticated,
)
from domain.errors.tweets import (
    AlreadyBookmarked,
    AlreadyHidden,
    AlreadyLiked,
    AlreadyRetweeted,
    AlreadyVoted,
    AuthorIsProtected,
    BookmarkFolderNameTaken,
    CannotHideOwnReply,
    EditLimitReached,
    EditWindowClosed,
    NotTheAuthor,
    NotTheConversationsAuthor,
    NotTheRoot,
    PollCannotBeEdited,
    PollClosed,
    RepliesRestricted,
    RetweetHasNoText,
    TooManyBookmarkFolders,
    TweetEmpty,
    TweetHasInvalidCharacters,
    TweetTooLong,
)

__all__ = [
    "AccountNotActive",
    "AlreadyBlocking",
    "AlreadyBookmarked",
    "AlreadyFollowing",
    "AlreadyFollowingList",
    "AlreadyHidden",
    "AlreadyInList",
    "AlreadyLiked",
    "AlreadyRequested",
    "AlreadyRetweeted",
    "AlreadyVoted",
    "AuthorIsProtected",
    "BadArgument",
    "BadCursor",
    "BookmarkFolderNameTaken",
    "CannotBlockSelf",
    "CannotFollowBlocked",
    "CannotFollowOwnList",
    "CannotFollowSelf",
    "CannotHideOwnReply",
    "CannotListBlocked",
    "CannotMuteSelf",
    "CannotSuspendAdmin",
    "CannotSuspendSelf",
    "Constraint",
    "ContentRejected",
    "DomainError",
    "Duplicate",
    "EditLimitReached",
    "EditWindowClosed",
    "ErrorCode",
    "ExpiryInThePast",
    "Forbidden",
    "FutureCursor",
    "IdempotencyMismatch",
    "LinkCannotBeUsed",
    "MalformedId",
    "NotAllowed",
    "NotAllowedReason",
    "NotFollowing",
    "NotFound",
    "NotTheAuthor",
    "NotTheConversationsAuthor",
    "NotTheOwner",
    "NotTheRoot",
    "PollCannotBeEdited",
    "PollClosed",
    "RateLimited",
    "RepliesRestricted",
    "RequestRefused",
    "RetweetHasNoText",
    "ScopeMissing",
    "SessionExpired",
    "TooManyBookmarkFolders",
    "TooManyLists",
    "TooManyMembers",
    "TooManyMutedWords",
    "TooManyOAuthApps",
    "TweetEmpty",
    "TweetHasInvalidCharacters",
    "TweetTooLong",
    "Unauthenticated",
    "UsernameChangedRecently",
    "UsernameTaken",
    "ValidationFailed",
    "VersionConflict",
    "WrongCredentials",
    "WrongPassword",
]
