"""Everything that can be watched."""

from __future__ import annotations

from collections.abc import AsyncIterator

import strawberry

from domain.permissions import Permission
from resolvers import polls, timelines
from schema.binding import subscription
from schema.polls import Poll
from schema.timelines import HomeEvent


@strawberry.type(description="Live events, over graphql-transport-ws.")
class Subscription:
    home_timeline: HomeEvent = subscription(
        timelines.home_events,
        "What happens in the viewer's home timeline. Starts with a heartbeat: whatever happens after it is in "
        "the stream, or a `StreamGap` says that something is missing. Another heartbeat after every 20 s of "
        "silence. Needs an access token in the payload of `connection_init`.",
        permission=Permission.SIGNED_IN,
        yields=AsyncIterator[HomeEvent],
    )
    poll_results: Poll = subscription(
        polls.results,
        "The poll's results: now, and as absolute values within a second of every change, at most once a second. Ends "
        "when the poll is closed, after its final results, or when the viewer may not see its tweet any more.",
        permission=Permission.SIGNED_IN,
        yields=AsyncIterator[Poll],
    )
