"""Names and meanings of the domain's enums. Clients need a default branch: every one of them may grow."""

from __future__ import annotations

from enum import Enum

import strawberry

from domain.delivery import FanoutStrategy
from domain.errors import Constraint, ErrorCode, NotAllowedReason
from domain.permissions import Role
from domain.rate_limits import LimitScope, RateLimitedAction
from domain.records import (
    AccountStatus,
    CatchUpOrder,
    CountPrecision,
    FollowState,
    FreshnessState,
    GapReason,
    ReplyPolicy,
    ReplySort,
    SensitiveContent,
    TimelineMode,
    TimelineReasonCode,
    TimelineSource,
    TweetKind,
    UnavailableReason,
    VerificationKind,
)
from domain.trends import TrendWindow

_MEANINGS: dict[type[Enum], tuple[str, dict[Enum, str]]] = {
    AccountStatus: (
        "Whether an account can be used.",
        {
            AccountStatus.ACTIVE: "In use.",
            AccountStatus.DEACTIVATED: "Closed by its owner.",
            AccountStatus.SUSPENDED: "Closed by moderators.",
        },
    ),
    Role: (
        "What an account may do beside what everybody may.",
        {
            Role.USER: "Nothing more.",
            Role.MODERATOR: "Suspend accounts.",
            Role.ADMIN: "All that moderators may, and verify accounts. Cannot be suspended.",
        },
    ),
    VerificationKind: (
        "What an account is verified to be.",
        {
            VerificationKind.PERSON: "The person it says it is.",
            VerificationKind.ORGANISATION: "A company or another organisation.",
            VerificationKind.GOVERNMENT: "A government, or one of its offices or officials.",
        },
    ),
    TweetKind: (
        "What a tweet is.",
        {
            TweetKind.ORIGINAL: "It stands alone.",
            TweetKind.REPLY: "It answers another tweet; it may quote one, too.",
            TweetKind.RETWEET: "It shows another tweet to its author's followers and has no text of its own.",
            TweetKind.QUOTE: "It shows another tweet below a text of its own.",
        },
    ),
    UnavailableReason: (
        "Why something cannot be shown.",
        {
            UnavailableReason.NOT_FOUND: "It does not exist, or no longer.",
            UnavailableReason.DEACTIVATED: "Its account was closed by its owner.",
            UnavailableReason.SUSPENDED: "Its account was closed by moderators.",
            UnavailableReason.BLOCKED_BY: "Its author blocks the viewer.",
            UnavailableReason.BLOCKED: "The viewer blocks its author.",
            UnavailableReason.PROTECTED: "Its author shows tweets to approved followers only.",
            UnavailableReason.WITHHELD: "It may not be shown in the viewer's country.",
            UnavailableReason.MUTED: "The viewer has muted its author; asked for by id, it is shown.",
            UnavailableReason.FILTERED: "It has a word that the viewer has muted; asked for by id, it is shown.",
            UnavailableReason.SENSITIVE: "It is marked as sensitive and the viewer hides such tweets; asked for by id, "
            "it is shown.",
        },
    ),
    ReplyPolicy: (
        "Who may reply in a conversation; its author always may.",
        {
            ReplyPolicy.EVERYONE: "Everyone who can see the tweet that is replied to.",
            ReplyPolicy.FOLLOWED: "Whom the author follows, and those mentioned in the first tweet.",
            ReplyPolicy.MENTIONED: "Those mentioned in the first tweet.",
        },
    ),
    CountPrecision: (
        "How sure a count is.",
        {
            CountPrecision.EXACT: "Exact at `asOf`.",
            CountPrecision.ESTIMATE: "Within about two per cent.",
            CountPrecision.AT_LEAST: "So many were counted, and there are more.",
        },
    ),
    FollowState: (
        "Whether the viewer follows a user.",
        {
            FollowState.NONE: "The viewer does not.",
            FollowState.REQUESTED: "The viewer has asked to, and a protected account has not answered yet.",
            FollowState.FOLLOWING: "The viewer does.",
        },
    ),
    ReplySort: (
        "The order of replies.",
        {ReplySort.OLDEST: "As they were posted.", ReplySort.NEWEST: "The latest first."},
    ),
    SensitiveContent: (
        "What a viewer wants done with tweets that are marked as sensitive.",
        {
            SensitiveContent.SHOW: "Shown like any other.",
            SensitiveContent.WARN: "Shown; clients cover them until the viewer asks.",
            SensitiveContent.HIDE: "Left out of lists; where asked for by id, shown.",
        },
    ),
    TimelineReasonCode: (
        "Why a tweet is in a timeline.",
        {
            TimelineReasonCode.FOLLOWED: "The viewer follows its author.",
            TimelineReasonCode.SELF: "The viewer wrote it.",
            TimelineReasonCode.RETWEET: "Those in `via` retweeted it: someone the viewer follows, or the viewer.",
            TimelineReasonCode.AUTHOR: "The timeline is its author's.",
            TimelineReasonCode.LIST: "Its author is in the list.",
            TimelineReasonCode.MENTION: "It mentions the viewer.",
            TimelineReasonCode.HASHTAG: "It has the hashtag.",
        },
    ),
    TimelineMode: (
        "The order of the home timeline.",
        {
            TimelineMode.CHRONOLOGICAL: "The newest first.",
            TimelineMode.RANKED: "Of the newest 500, those first that have the highest score; see `RankExplanation`.",
        },
    ),
    CatchUpOrder: (
        "The order in which to catch up.",
        {
            CatchUpOrder.OLDEST_FIRST: "As it was posted, from the cursor on.",
            CatchUpOrder.NEWEST_FIRST: "The newest first, down to the cursor.",
        },
    ),
    FreshnessState: (
        "How a page stands to what could be read at `asOf`.",
        {
            FreshnessState.LIVE: "It is what the timeline was.",
            FreshnessState.STALE: "Each entry was still in the timeline when this was read; their order is older, of "
            "`asOf`.",
            FreshnessState.REBUILDING: "It is what the timeline was; reading it took longer, as its cache is being "
            "made anew.",
            FreshnessState.PARTIAL: "Something that was asked for is missing: the ranking.",
        },
    ),
    TimelineSource: (
        "Where a page of a timeline was read.",
        {
            TimelineSource.CACHE: "In what is kept ready for the viewer.",
            TimelineSource.MERGED: "There and, for the rest, in the database.",
            TimelineSource.DATABASE: "In the database.",
        },
    ),
    FanoutStrategy: (
        "How a tweet comes into its author's followers' home timelines; decided when it is posted, by their number.",
        {
            FanoutStrategy.PUSH_ALL: "It is written to the timeline of every follower.",
            FanoutStrategy.PUSH_ACTIVE: "Of many followers, to the timelines that were read in the last 24 hours, at a "
            "bounded pace; the others get it when they are read.",
            FanoutStrategy.PULL: "Of very many followers, to none: whoever reads is given it then.",
        },
    ),
    GapReason: (
        "Why a stream does not tell all, so that the timeline has to be fetched again.",
        {
            GapReason.SLOW_CONSUMER: "The client took events more slowly than they came.",
            GapReason.CONNECTION_LOST: "The server lost its own source of events for a moment.",
            GapReason.FOLLOWS_CHANGED: "The viewer followed or unfollowed somebody, or there is a block more or less: "
            "past tweets came or went.",
            GapReason.MUTES_CHANGED: "The viewer muted or unmuted somebody, their retweets, a word or a thread: past "
            "tweets came or went.",
        },
    ),
    TrendWindow: (
        "The time a trend is measured over.",
        {
            TrendWindow.HOUR: "The last 60 minutes.",
            TrendWindow.FOUR_HOURS: "The running hour and the three before it.",
            TrendWindow.DAY: "The running hour and the 23 before it.",
        },
    ),
    RateLimitedAction: (
        "What can be done only so often.",
        {
            RateLimitedAction.TWEET: "Posting a tweet, a reply, a quote or a retweet.",
            RateLimitedAction.FOLLOW: "Following, or asking to.",
            RateLimitedAction.REGISTRATION: "Making an account.",
            RateLimitedAction.LOGIN: "Trying to log in, or to confirm something with the password.",
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


def describe_all() -> None:
    for enum, (meaning, values) in _MEANINGS.items():
        definition = strawberry.enum(enum, description=meaning).__strawberry_definition__  # type: ignore[attr-defined]
        for value in definition.values:
            value.description = values[enum[value.name]]


describe_all()
