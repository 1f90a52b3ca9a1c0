"""What can go wrong."""

from __future__ import annotations

from domain.errors import Constraint, ErrorCode, NotAllowedReason
from domain.rate_limits import LimitScope, RateLimitedAction
from schema.enums.meanings import Meanings

MEANINGS: Meanings = {
    RateLimitedAction: (
        "What can be done only so often.",
        {
            RateLimitedAction.TWEET: "Posting a tweet, a reply, a quote or a retweet.",
            RateLimitedAction.FOLLOW: "Following, or asking to.",
            RateLimitedAction.REGISTRATION: "Making an account.",
            RateLimitedAction.LOGIN: "Trying to log in, or to confirm something with the password.",
            RateLimitedAction.PASSWORD_RESET: "Asking for a link to set a new password, whoever has the address.",
            RateLimitedAction.EMAIL_VERIFICATION: "Trying to verify an address.",
        },
    ),
    LimitScope: (
        "Whose actions are counted together.",
        {
            LimitScope.USER: "Those of one account.",
            LimitScope.IP: "Those from one address; of IPv6, from one /64 network.",
        },
    ),
    Constraint: (
        "Which rule a value broke.",
        {
            Constraint.REQUIRED: "It is empty.",
            Constraint.TOO_LONG: "It is longer than `limit`.",
            Constraint.TOO_SHORT: "It is shorter than `limit`.",
            Constraint.TOO_FEW: "There are fewer than `limit`.",
            Constraint.TOO_MANY: "There are more than `limit`.",
            Constraint.NOT_DISTINCT: "Two of them are the same.",
            Constraint.INVALID_CHARACTERS: "It has characters that are not allowed.",
            Constraint.MALFORMED: "It does not have the right form.",
            Constraint.RESERVED: "It is kept for the service itself.",
            Constraint.IN_THE_PAST: "The moment is over.",
            Constraint.OUT_OF_RANGE: "It is too small or too large.",
        },
    ),
    NotAllowedReason: (
        "Why the viewer may not do something.",
        {
            NotAllowedReason.NOT_THE_AUTHOR: "Only the author may.",
            NotAllowedReason.NOT_THE_OWNER: "Only the owner may.",
            NotAllowedReason.NOT_THE_CONVERSATIONS_AUTHOR: "Only the author of the conversation's first tweet may.",
            NotAllowedReason.NOT_THE_ROOT: "Only the first tweet of a conversation has this.",
            NotAllowedReason.NOT_FOLLOWED: "The author of the conversation's first tweet does not follow the viewer.",
            NotAllowedReason.NOT_MENTIONED: "The conversation's first tweet does not mention the viewer.",
            NotAllowedReason.EDIT_WINDOW_CLOSED: "A tweet can be edited for 30 minutes.",
            NotAllowedReason.EDIT_LIMIT_REACHED: "A tweet can be edited 5 times.",
            NotAllowedReason.RETWEET: "A retweet has no text of its own.",
            NotAllowedReason.HAS_POLL: "The tweet has a poll.",
            NotAllowedReason.POLL_CLOSED: "The poll has closed.",
            NotAllowedReason.PROTECTED: "The account is protected.",
            NotAllowedReason.SELF: "Nobody can do this to themselves.",
            NotAllowedReason.BLOCKING: "The viewer blocks this user.",
            NotAllowedReason.NOT_FOLLOWING: "The viewer does not follow this user.",
            NotAllowedReason.ADMIN: "Nobody can do this to an admin.",
            NotAllowedReason.CHANGED_RECENTLY: "It was changed within 24 hours; the message says when it can be again.",
            NotAllowedReason.WRONG_CREDENTIALS: "Login, password or token are wrong.",
            NotAllowedReason.ACCOUNT_NOT_ACTIVE: "The account is deactivated or suspended.",
        },
    ),
    ErrorCode: (
        "What went wrong, for programs. Also in `extensions.code` of top-level errors.",
        {
            ErrorCode.UNAUTHENTICATED: "Nobody is signed in, or the credentials are wrong.",
            ErrorCode.SESSION_EXPIRED: "The access token's hour is over: call `refreshSession`.",
            ErrorCode.FORBIDDEN: "The viewer may not do this.",
            ErrorCode.NOT_FOUND: "It does not exist, or the viewer may not see it.",
            ErrorCode.VALIDATION_FAILED: "A value or the document breaks a rule.",
            ErrorCode.BAD_CURSOR: "The cursor is malformed or belongs to another list.",
            ErrorCode.FUTURE_CURSOR: "The cursor is of a moment that this server has not seen yet.",
            ErrorCode.RATE_LIMITED: "It was done too often; `retryAt` says when it can be done again.",
            ErrorCode.DUPLICATE: "It is so already.",
            ErrorCode.CONFLICT: "Something else happened meanwhile.",
            ErrorCode.IDEMPOTENCY_MISMATCH: "The idempotency key was used for another request.",
            ErrorCode.ACCOUNT_SUSPENDED: "The account is not active.",
            ErrorCode.REPLIES_RESTRICTED: "The author of the conversation does not let the viewer reply.",
            ErrorCode.CONTENT_REJECTED: "The text is against a rule of this service.",
            ErrorCode.EDIT_WINDOW_CLOSED: "The 30 minutes in which the tweet could be edited are over.",
            ErrorCode.DEPTH_EXCEEDED: "The document is nested too deeply.",
            ErrorCode.COST_EXCEEDED: "The document asks for too much.",
            ErrorCode.TIMEOUT: "The query took too long.",
            ErrorCode.SERVICE_DEGRADED: "A part of the service is down; try again.",
            ErrorCode.INTERNAL: "A fault of ours, logged under `extensions.requestId`.",
        },
    ),
}
