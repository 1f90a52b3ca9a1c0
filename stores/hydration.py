"""What clients ask of nearly every tweet of a page, as columns of the statement that finds the page: a statement less
for each of it, and all of one moment."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.records import PermissionState, TweetCounts, TweetViewerState
from stores import counts, viewer_states

COLUMN = "json_build_array(counts.counts, state.of_anothers)"
"""JSON for `hydration_from`."""
OWN = "state.own"
"""What `viewer_states.can_edit` takes; null but of the viewer's own tweets."""
JOINS = f"""
    CROSS JOIN LATERAL ({counts.of_tweet("coalesce(listed.retweet_of_id, listed.id)")} LIMIT 1) AS counts
    CROSS JOIN LATERAL ({viewer_states.of_tweet("listed.id")} LIMIT 1) AS state
"""
"""Over `listed`, with the tweets' `id` and `retweet_of_id`, for `:viewer_id`."""


class Hydration(msgspec.Struct, frozen=True, gc=False):
    counts: TweetCounts
    """Of a retweet, those of what it retweets."""
    viewer_state: TweetViewerState


def hydration_from(of_counts: Sequence[int], of_anothers: msgspec.Raw, can_edit: PermissionState) -> Hydration:
    """Of the parts of COLUMN."""
    return Hydration(TweetCounts(*of_counts), viewer_states.state_of(bytes(of_anothers).decode(), can_edit))
