"""What clients ask of nearly every tweet of a page, as columns of the statement that finds the page: a statement less
for each of it, and all of one moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from domain.records import PermissionState, TweetCounts, TweetViewerState
from domain.tweet_permissions import EDITING_ANOTHERS
from stores import counts, viewer_states

# One text of all that may be the same tomorrow, so that what it means is known when it comes again.
COLUMNS = "CAST(json_build_array(counts.counts, state.of_anothers) AS text) AS hydration, state.own"
JOINS = f"""
    CROSS JOIN LATERAL ({counts.of_tweet("coalesce(listed.retweet_of_id, listed.id)")} LIMIT 1) AS counts
    CROSS JOIN LATERAL ({viewer_states.of_tweet("listed.id")} LIMIT 1) AS state
"""
"""Over `listed`, with the tweets' `id` and `retweet_of_id`, for `:viewer_id`."""


class Hydration(msgspec.Struct, frozen=True):
    counts: TweetCounts
    """Of a retweet, those of what it retweets."""
    viewer_state: TweetViewerState


_DECODER = msgspec.json.Decoder(tuple[tuple[int, ...], msgspec.Raw])


def hydrations_from(columns: Iterable[str], own: Iterable[Sequence[Any] | None]) -> list[Hydration]:
    """Of the rows of a statement."""
    return [
        _hydration(text) if of_own is None else _hydration(text, viewer_states.can_edit(of_own))
        for text, of_own in zip(columns, own, strict=True)
    ]


@lru_cache(maxsize=10_000)
def _hydration(columns: str, can_edit: PermissionState = EDITING_ANOTHERS) -> Hydration:
    of_counts, of_anothers = _DECODER.decode(columns)
    state = viewer_states.state_of(bytes(of_anothers).decode(), can_edit)
    return Hydration(TweetCounts(*of_counts), state)
