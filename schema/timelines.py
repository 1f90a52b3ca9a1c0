"""Timelines and their live events."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from domain import pages, records
from domain.ids import Cursor
from domain.records import FreshnessState, TimelineGapReason, TimelineReasonCode, TimelineSource
from domain.retweets import NAMED
from resolvers import timeline_pages, timelines
from schema.binding import Bound, bound, derived, plain
from schema.nodes import Count, PageInfo
from schema.tweets import Tweet, TweetResult
from schema.users import User


@strawberry.type(description="Why something is in a timeline.")
class TimelineReason(Bound):
    record = records.TimelineReason
    is_value = True
    code: TimelineReasonCode = plain("The reason, for programs.")
    via: list[User] = bound(timelines.via, "Who retweeted it, at most one; empty for every other reason.")


@strawberry.type(description="Why a tweet stands where it does: `score = engagement x recency x affinity`.")
class RankExplanation(Bound):
    record = records.RankExplanation
    score: float = plain("What the timeline is ordered by, the highest first; of equal ones the newest first.")
    engagement: float = plain("Likes, 2 for each retweet and 3 for each reply; of a retweet, those of the original.")
    recency: float = plain("1 / (1 + age in hours).")
    affinity: float = plain(
        "1 + ln(1 + n), where n is how many tweets of whoever brings the entry the viewer has liked, answered and "
        "retweeted in 30 days."
    )


@strawberry.type(description="A tweet in a timeline.")
class TimelineTweet(Bound):
    record = records.TimelineTweet
    is_value = True
    tweet: TweetResult = plain("The tweet.")
    reason: TimelineReason = plain("Why it is in this timeline.")
    retweeted_by: list[User] = bound(
        timelines.retweeted_by,
        f"Who of the people the viewer follows has retweeted it, or what it retweets: the first {NAMED}, the earliest "
        "first, whenever it was. Only those whose retweets the viewer would be shown; the same in every timeline, "
        "and empty when nobody is signed in.",
    )
    retweeter_count: int = bound(
        timelines.retweeter_counts, f"How many `retweetedBy` would name without its limit of {NAMED}."
    )
    rank: RankExplanation | None = plain("Why it stands where it does; null where the order is by time.")


@strawberry.type(
    description="Entries of the chronological home timeline between a page and the cursor that it was to reach: "
    "`since` of `catchUp`, `before` of a page of the `first` entries, `after` of one of the `last`. It stands at that "
    "end of the page, beyond the entries that were asked for. `homeTimeline(after: newest, before: oldest)` fills it, "
    "with `last` from its older end; so do `catchUp(since: oldest, before: newest)`, whose entries are the oldest "
    "first, and paging on by `pageInfo`. A page too small for it has a smaller gap."
)
class TimelineGap(Bound):
    record = records.TimelineGap
    is_value = True
    newest: Cursor = plain("What is missing is older than this.")
    oldest: Cursor = plain("What is missing is newer than this.")
    missing: Count = bound(
        timeline_pages.missing,
        "How many entries are missing, now; 0 when they have gone since. Only what the viewer would be shown is "
        f"counted, up to {timeline_pages.MAX_COUNTED}.",
    )
    gap_reason: TimelineGapReason = plain("Why they are.")


TimelineItem: TypeAlias = Annotated[
    TimelineTweet | TimelineGap,
    strawberry.union(
        "TimelineItem", description="An entry of a timeline. More kinds will come: have a default branch."
    ),
]


@strawberry.type(description="An entry of a timeline with its cursor.")
class TimelineEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain(
        "Points at this entry; of a gap, at where the page meets it, so that paging on from there fills the gap."
    )
    node: TimelineItem = plain("The entry.")


@strawberry.type(description="How fresh a page of a timeline is.")
class Freshness(Bound):
    record = records.Freshness
    state: FreshnessState = plain("How it stands to what could be read.")
    source: TimelineSource = plain("Where it was read.")
    as_of: datetime = plain("The moment it is of.")


@strawberry.type(description="A page of a timeline.")
class TimelineConnection(Bound):
    record = records.TimelinePage
    edges: list[TimelineEdge] = plain("The entries with their cursors.")
    nodes: list[Tweet] = derived(
        lambda page: page.tweets, "The tweets without cursors and reasons; gaps are only in `edges`."
    )
    page_info: PageInfo = plain("Where this page lies.")
    live_cursor: Cursor = plain(
        "What the `after` of the timeline's subscription takes: it tells everything that has happened since this page "
        "was read. What happened just before may be told once more."
    )
    freshness: Freshness = plain("How fresh it is.")
    new_count_since: Count = bound(
        timeline_pages.new_counts,
        "How many entries of the whole timeline are newer than one of its cursors, now. Only what the viewer would be "
        f"shown is counted, up to {timeline_pages.MAX_COUNTED}.",
        arguments={"cursor": "A cursor of this timeline, usually of the newest entry that the viewer has seen."},
    )
