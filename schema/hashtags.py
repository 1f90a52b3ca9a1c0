"""Hashtags."""

from __future__ import annotations

import strawberry

from domain import records
from resolvers import tweet_timelines
from resolvers.timeline_pages import DEFAULT_PAGE
from schema.binding import Bound, bound, plain
from schema.timelines import TimelineConnection


@strawberry.type(description="A hashtag in all its spellings, whether or not any tweet has it.")
class Hashtag(Bound):
    record = records.Hashtag
    name: str = plain("What its spellings have in common: without the sign, case-folded; a `Trend.topic` without #.")
    tweets: TimelineConnection = bound(
        tweet_timelines.tagged,
        "The tweets that have it, newest first; 50 by default. What the viewer may not see or has muted is left out. "
        "Empty where no tweet has it.",
        page=DEFAULT_PAGE,
    )
