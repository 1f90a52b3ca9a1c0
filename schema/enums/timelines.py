"""Timelines and their streams."""

from __future__ import annotations

from domain.delivery import FanoutStrategy
from domain.records import (
    CatchUpOrder,
    FreshnessState,
    GapReason,
    RebuildCause,
    Refetch,
    TimelineGapReason,
    TimelineMode,
    TimelineReasonCode,
    TimelineSource,
    UserTimelineFilter,
)
from domain.trends import TrendWindow
from schema.enums.meanings import Meanings

MEANINGS: Meanings = {
    TimelineReasonCode: (
        "Why a tweet is in a timeline.",
        {
            TimelineReasonCode.FOLLOWED: "The viewer follows its author.",
            TimelineReasonCode.PULLED_LARGE_ACCOUNT: "The viewer follows its author, whose followers are so many that "
            "timelines ask for the tweets.",
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
    TimelineGapReason: (
        "Why entries of a timeline are not on a page that was to reach them.",
        {TimelineGapReason.PAGE_LIMIT: "There are more than the page holds."},
    ),
    UserTimelineFilter: (
        "Which of a user's tweets are listed.",
        {
            UserTimelineFilter.TWEETS: "Tweets, quotes and retweets, and replies to the user's own tweets: threads.",
            UserTimelineFilter.TWEETS_AND_REPLIES: "Those, and replies to others.",
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
        "Why a stream does not tell all.",
        {
            GapReason.RETENTION: "More has happened since the cursor of `after` than a stream tells, or it is too old.",
            GapReason.SLOW_CONSUMER: "The client took events so much more slowly than they came.",
        },
    ),
    RebuildCause: (
        "Why entries of before have come into a timeline or gone.",
        {
            RebuildCause.FOLLOWS_CHANGED: "The viewer followed or unfollowed somebody, or there was a block.",
            RebuildCause.MUTES_CHANGED: "The viewer muted or unmuted somebody, their retweets, a word or a thread, or "
            "changed what they want to see of what is sensitive.",
            RebuildCause.ACCOUNT_CHANGED: "Somebody whose tweets may be there was suspended, closed or protected their "
            "account, or it is open again.",
            RebuildCause.LIST_CHANGED: "Somebody was added to the list or taken from it.",
        },
    ),
    Refetch: (
        "What a client fetches again after a gap.",
        {
            Refetch.HOME_TIMELINE: "`viewer.homeTimeline`, from its first page.",
            Refetch.USER_TIMELINE: "`tweets` of the user, from its first page.",
            Refetch.LIST_TIMELINE: "`timeline` of the list, from its first page.",
            Refetch.HASHTAG: "`tweets` of the hashtag, from its first page.",
            Refetch.THREAD: "`replies` of the tweet, and of those below it that are shown.",
            Refetch.VIEWER_STATE: "`viewer`, and the `viewerState` of everything that is shown.",
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
}
