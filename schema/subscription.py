"""Everything that can be watched."""

from __future__ import annotations

from collections.abc import AsyncIterator

import strawberry

from domain.permissions import Permission
from resolvers import timelines
from schema.binding import subscription
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
