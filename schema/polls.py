"""Polls."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import records
from resolvers import polls
from schema.binding import Bound, bound, derived, plain
from schema.nodes import Count, Node


@strawberry.type(description="What can be chosen in a poll.")
class PollOption(Bound):
    record = records.PollOption
    is_value = True
    position: int = plain("Its place, from 0; what `votePoll` is given.")
    text: str = plain("1 to 25 characters.")
    votes: Count = bound(polls.votes, "How many have chosen it; exact, a viewer's own vote included at once.")


@strawberry.type(
    description="A poll under a tweet. Whoever may see the tweet sees the results so far, also before voting."
)
class Poll(Bound, Node):
    record = records.Poll
    id: strawberry.ID = derived(lambda poll: poll.global_id, "Unique among all types, opaque, never changes.")
    options: list[PollOption] = plain("Two to four, by position.")
    voters: Count = bound(polls.voters, "How many people have voted; exact.")
    ends_at: datetime = plain("Until when votes are taken.")
    closed: bool = bound(polls.closed, "Whether that is over, and the results are final.")
    multiple: bool = derived(lambda poll: poll.is_multiple, "Whether a vote may choose several options.")
    viewer_votes: list[int] | None = plain(
        "The positions the viewer has chosen, empty before they voted; null when nobody is signed in."
    )
