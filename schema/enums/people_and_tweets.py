"""People and tweets."""

from __future__ import annotations

from domain.permissions import Role
from domain.records import (
    AccountStatus,
    CountPrecision,
    FollowState,
    ReplyPolicy,
    ReplySort,
    SensitiveContent,
    TweetKind,
    UnavailableReason,
    VerificationKind,
)
from schema.enums.meanings import Meanings

MEANINGS: Meanings = {
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
}
