"""Live events of timelines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from domain import records
from domain.ids import Cursor
from domain.records import GapReason, RebuildCause, Refetch
from schema.binding import Bound, plain
from schema.timelines import TimelineEdge


@strawberry.type(description="A tweet has come into the timeline.")
class TimelineItemAdded(Bound):
    record = records.TimelineItemAdded
    edge: TimelineEdge = plain(
        "The new entry; its place is by its cursor, usually on top. A tweet that comes late, or comes back, belongs "
        "further down."
    )


@strawberry.type(description="An entry of the timeline has become another: its tweet was edited.")
class TimelineItemEdited(Bound):
    record = records.TimelineItemEdited
    edge: TimelineEdge = plain(
        "The entry as it is now. Where a client does not have it, as when a muted word has gone from it, it is new."
    )


@strawberry.type(description="An entry has left the timeline.")
class TimelineItemRemoved(Bound):
    record = records.TimelineItemRemoved
    tweet_id: strawberry.ID = plain("The id of the entry's tweet; it may be one this client never saw.")


@strawberry.type(
    description="Entries of before have come or gone: fetch the timeline again. The stream goes on without a loss."
)
class TimelineRebuilt(Bound):
    record = records.TimelineRebuilt
    cause: RebuildCause = plain("What has changed.")


@strawberry.type(description="Events that cannot be told: fetch what `refetch` names. The stream goes on from `to`.")
class StreamGap(Bound):
    record = records.StreamGap
    since: Cursor = plain("Everything up to here was told.", name="from")
    to: Cursor = plain("Everything from here on will be.")
    reason: GapReason = plain("Why not.")
    refetch: list[Refetch] = plain("What may have changed.")


@strawberry.type(description="The stream is alive and complete: everything that had happened up to `head` was told.")
class Heartbeat(Bound):
    record = records.Heartbeat
    head: Cursor = plain("How far the stream has come; as good as an event's cursor for going on from.")
    at: datetime = plain("The server's time.")


TimelineChange: TypeAlias = Annotated[
    TimelineItemAdded | TimelineItemEdited | TimelineItemRemoved | TimelineRebuilt | StreamGap | Heartbeat,
    strawberry.union(
        "TimelineChange", description="What happened in a timeline. More kinds will come: have a default branch."
    ),
]


@strawberry.type(
    description="An event of a timeline. Whoever reconnects with the cursor of the last one that was seen misses none, "
    "on whatever server; one that was sent may come again."
)
class TimelineEvent(Bound):
    record = records.TimelineEvent
    cursor: Cursor = plain("Where the stream stands with this event: what `after` takes.")
    at: datetime = plain("When the server sent it.")
    event: TimelineChange = plain("What happened.")
