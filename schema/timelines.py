"""Timelines and their live events."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from domain import pages, records
from domain.ids import Cursor
from domain.records import FreshnessState, GapReason, TimelineReasonCode, TimelineSource
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
    rank: RankExplanation | None = plain("Why it stands where it does; null where the order is by time.")


TimelineItem: TypeAlias = Annotated[
    TimelineTweet,
    strawberry.union(
        "TimelineItem", description="An entry of a timeline. More kinds will come: have a default branch."
    ),
]


@strawberry.type(description="An entry of a timeline with its cursor.")
class TimelineEdge(Bound):
    record = pages.Edge
    is_value = True
    cursor: Cursor = plain("Points at this entry.")
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
        lambda page: [item.tweet for item in page.nodes], "The tweets without cursors and reasons."
    )
    page_info: PageInfo = plain("Where this page lies.")
    freshness: Freshness = plain("How fresh it is.")
    new_count_since: Count = bound(
        timeline_pages.new_counts,
        "How many entries of the whole timeline are newer than one of its cursors, now. Only what the viewer would be "
        f"shown is counted, up to {timeline_pages.MAX_NEW}.",
        arguments={"cursor": "A cursor of this timeline, usually of the newest entry that the viewer has seen."},
    )


@strawberry.type(description="A tweet has come into the timeline.")
class TimelineItemAdded(Bound):
    record = records.TimelineItemAdded
    edge: TimelineEdge = plain("The new entry; its place is by its cursor, usually on top.")


@strawberry.type(description="A tweet has left the timeline.")
class TimelineItemRemoved(Bound):
    record = records.TimelineItemRemoved
    tweet_id: strawberry.ID = plain("The tweet's id; it may be one this client never saw.")


@strawberry.type(description="Events were lost: fetch the timeline again. The stream goes on after this.")
class StreamGap(Bound):
    record = records.StreamGap
    reason: GapReason = plain("Why they were lost.")


@strawberry.type(description="The stream is alive and complete up to here.")
class Heartbeat(Bound):
    record = records.Heartbeat
    at: datetime = plain("The server's time.")


HomeTimelineChange: TypeAlias = Annotated[
    TimelineItemAdded | TimelineItemRemoved | StreamGap | Heartbeat,
    strawberry.union(
        "HomeTimelineChange", description="What happened in a timeline. More kinds will come: have a default branch."
    ),
]


@strawberry.type(description="An event of the viewer's home timeline.")
class HomeEvent(Bound):
    record = records.HomeEvent
    cursor: Cursor = plain("Where the event belongs in the timeline.")
    at: datetime = plain("When the server sent it.")
    event: HomeTimelineChange = plain("What happened.")
