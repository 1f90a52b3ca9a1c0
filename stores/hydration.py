"""What clients ask of nearly every tweet of a page, as columns of the statement that finds the page: a statement less
for each of it, and all of one moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from domain.records import TweetCounts, TweetViewerState
from stores import counts, viewer_states

_COUNTS = 5
COLUMNS = "counts.*, state.*"
JOINS = f"""
    CROSS JOIN LATERAL ({counts.of_tweet("coalesce(listed.retweet_of_id, listed.id)")} LIMIT 1) AS counts
    CROSS JOIN LATERAL ({viewer_states.of_tweet("listed.id")} LIMIT 1) AS state
"""
"""Over `listed`, with the tweets' `id` and `retweet_of_id`, for `:viewer_id`."""


class Hydration(msgspec.Struct, frozen=True):
    counts: TweetCounts
    """Of a retweet, those of what it retweets."""
    viewer_state: TweetViewerState


def hydration_from(columns: Sequence[Any]) -> Hydration:
    return Hydration(TweetCounts(*columns[:_COUNTS]), viewer_states.tweet_state_from(columns[_COUNTS:]))
