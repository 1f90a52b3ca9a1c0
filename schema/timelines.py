"""Timelines and their live events."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from domain import pages, records
from domain.ids import Cursor
from domain.records import GapReason, TimelineReasonCode
from resolvers import timelines
from schema.binding import Bound, bound, derived, plain
from schema.nodes import PageInfo
from schema.tweets import Tweet, TweetResult
from schema.users import User


@strawberry.type(description="Why something is in a timeline.")
class TimelineReason(Bound):
    record = records.TimelineReason
    code: TimelineReasonCode = plain("The reason, for programs.")
    via: list[User] = bound(timelines.via, "Who retweeted it, at most one; empty for every other reason.")


@strawberry.type(description="A tweet in a timeline.")
class TimelineTweet(Bound):
    record = records.TimelineTweet
    tweet: TweetResult = plain("The tweet.")
    reason: TimelineReason = plain("Why it is in this timeline.")


TimelineItem: TypeAlias = Annotated[
    TimelineTweet,
    strawberry.union(
        "TimelineItem", description="An entry of a timeline. More kinds will come: have a default branch."
    ),
]


@strawberry.type(description="An entry of a timeline with its cursor.")
class TimelineEdge(Bound):
    record = pages.Edge
    cursor: Cursor = plain("Points at this entry.")
    node: TimelineItem = plain("The entry.")


@strawberry.type(description="A page of a timeline.")
class TimelineConnection(Bound):
    record = pages.Connection
    edges: list[TimelineEdge] = plain("The entries with their cursors.")
    nodes: list[Tweet] = derived(
        lambda page: [item.tweet for item in page.nodes], "The tweets without cursors and reasons."
    )
    page_info: PageInfo = plain("Where this page lies.")


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
