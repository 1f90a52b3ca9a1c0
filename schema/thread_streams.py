"""Live events of what is below a tweet."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from domain import records
from domain.ids import Cursor
from domain.records import RebuildCause
from schema.binding import Bound, plain
from schema.streams import Heartbeat, StreamGap
from schema.tweets import Tweet


@strawberry.type(
    description="A reply has come, or come back; one that comes back brings what is below it: fetch its `replies`."
)
class ReplyAdded(Bound):
    record = records.ReplyAdded
    reply: Tweet = plain("The reply; the oldest has the smallest `rawId`.")
    parent_id: strawberry.ID = plain(
        "The tweet that it answers. Where a client has not got it, it comes with one of the next events, and brings "
        "this reply with it: leave this out until then."
    )


@strawberry.type(description="A reply was edited.")
class ReplyEdited(Bound):
    record = records.ReplyEdited
    reply: Tweet = plain(
        "The reply as it is now. Where a client does not have it, as when a muted word has gone from it, it is new, "
        "with what is below it."
    )


@strawberry.type(description="A reply has gone, and everything below it with it.")
class ReplyRemoved(Bound):
    record = records.ReplyRemoved
    reply_id: strawberry.ID = plain("Its id; it may be one this client never saw.")


@strawberry.type(
    description="The author of the conversation's first tweet has hidden a reply: it has left `replies` for "
    "`hiddenReplies`, and everything below it with it."
)
class ReplyHidden(Bound):
    record = records.ReplyHidden
    reply_id: strawberry.ID = plain("Its id; it may be one this client never saw.")


@strawberry.type(
    description="Replies of before have come or gone: fetch them again. The stream goes on without a loss."
)
class ThreadRebuilt(Bound):
    record = records.ThreadRebuilt
    cause: RebuildCause = plain("What has changed.")


ThreadChange: TypeAlias = Annotated[
    ReplyAdded | ReplyEdited | ReplyRemoved | ReplyHidden | ThreadRebuilt | StreamGap | Heartbeat,
    strawberry.union(
        "ThreadChange", description="What happened below a tweet. More kinds will come: have a default branch."
    ),
]


@strawberry.type(
    description="An event below a tweet. Whoever reconnects with the cursor of the last one that was seen misses none, "
    "on whatever server; one that was sent may come again."
)
class ThreadEvent(Bound):
    record = records.ThreadEvent
    cursor: Cursor = plain("Where the stream stands with this event: what `after` takes.")
    at: datetime = plain("When the server sent it.")
    event: ThreadChange = plain("What happened.")
