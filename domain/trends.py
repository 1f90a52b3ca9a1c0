"""Which hashtags trend, and why: a pure score over what one tag did in one region and window.

    score = ratio x decay x diversity x log2(2 + velocity_per_min) x novelty x (1 + engagement)

Every factor is in the `TrendExplanation`, so that anybody can recompute the score:

    volume        tweets in the window, at most TWEETS_PER_AUTHOR for each distinct author
    ratio         volume per hour against the tag's own history (PRIOR_PER_HOUR stands for "never seen")
    decay         halves with each half-life since the tag's busiest hour
    diversity     authors / author_scale, at most MAX_DIVERSITY
    velocity      tweets per minute in the last quarter of an hour; as a factor it is 1 in silence, and its logarithm
                  is taken, because it grows with the size of a tag, where the ratio does not
    novelty       halves with each NOVELTY_HALF_LIFE_HOURS the tag has stood in the list of late
    engagement    log10(1 + likes per tweet of the volume)
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum

import msgspec

MAX_TRENDS = 50
"""Trends kept per region and window."""
MIN_AUTHORS = 5
"""Fewer distinct authors never trend, whatever they do (Mastodon's threshold: `app/models/trends/tags.rb`)."""
TWEETS_PER_AUTHOR = 2
"""Real tags have 1.0 to 1.4 tweets per author and hour (14,000 tagged tweets of one fight night). The limit is shared
by a tag's authors, so it stays near that: what others leave of it is all that a repeating account can add."""
MAX_DIVERSITY = 2.0
PRIOR_PER_HOUR = 1.0
"""Added to every baseline: a new tag has no history to divide by, and one tweet a week is as good as none."""
DECAY_HALF_LIFE_HOURS = 4.0
"""Mastodon's half-life of trends; a window longer than this decays by its own length."""
NOVELTY_HALF_LIFE_HOURS = 12.0
MIN_NOVELTY = 0.25
"""A lasting event may stay in the list for days, below whatever is new."""
QUARTER_HOUR_MINUTES = 15
_MS_PER_HOUR = 3_600_000


class TrendWindow(Enum):
    """The value is the length in hours."""

    HOUR = 1
    FOUR_HOURS = 4
    DAY = 24

    @property
    def hours(self) -> int:
        return self.value

    @property
    def decay_half_life_hours(self) -> float:
        return max(DECAY_HALF_LIFE_HOURS, float(self.hours))


class TagActivity(msgspec.Struct, frozen=True):
    """One tag in one region and one window that ends now; a plain sum over buckets or one statement fills each field.

    Redis minute buckets give `tweets`, `authors` (HyperLogLog, so an estimate), `tweets_last_quarter_hour` and
    `likes`; the hourly history in Postgres gives the rest.
    """

    tag: str
    """A `hashtag_key`."""
    tweets: int
    authors: int
    tweets_last_quarter_hour: int
    likes: int
    """Likes given within the window to the tag's tweets."""
    history_tweets: int
    """The sum of `effective_volume` over the whole hours of the last 7 days that end before the window begins."""
    history_hours: int
    """How many hours that span covers, silent ones included: 168 less the window, fewer on a young instance."""
    peaked_at_ms: int
    """Unix ms at which the tag's busiest hour of the last 24 ended; that may be the hour that still runs."""
    listed_hours: float
    """For how long of the last 48 hours the tag stood in this region's list."""


class TrendExplanation(msgspec.Struct, frozen=True):
    volume: int
    baseline_per_hour: float
    ratio: float
    velocity_per_min: float
    diversity: float
    decay: float
    novelty: float
    engagement: float
    score: float
    excluded: int
    """Tweets in the window that the limit per author left out of `volume`."""


class RankedTrend(msgspec.Struct, frozen=True):
    rank: int
    """From 1."""
    tag: str
    tweets: int
    authors: int
    explanation: TrendExplanation


def effective_volume(*, tweets: int, authors: int) -> int:
    """The tweets that count. Job and history both use it, so that a spammed hour cannot raise a tag's baseline."""
    return min(tweets, authors * TWEETS_PER_AUTHOR)


def may_trend(activity: TagActivity) -> bool:
    return _authors(activity) >= MIN_AUTHORS


def explained(activity: TagActivity, *, window: TrendWindow, now_ms: int, author_scale: int) -> TrendExplanation:
    """`author_scale` is the number of authors at which diversity is 1. Every figure is finite, also for zeros."""
    authors = _authors(activity)
    volume = effective_volume(tweets=activity.tweets, authors=authors)
    baseline_per_hour = activity.history_tweets / max(activity.history_hours, 1)
    ratio = volume / window.hours / (baseline_per_hour + PRIOR_PER_HOUR)
    velocity_per_min = min(activity.tweets_last_quarter_hour, volume) / QUARTER_HOUR_MINUTES
    diversity = min(authors / author_scale, MAX_DIVERSITY)
    hours_since_peak = max(now_ms - activity.peaked_at_ms, 0) / _MS_PER_HOUR
    decay = 0.5 ** (hours_since_peak / window.decay_half_life_hours)
    novelty = max(0.5 ** (activity.listed_hours / NOVELTY_HALF_LIFE_HOURS), MIN_NOVELTY)
    engagement = math.log10(1 + activity.likes / max(volume, 1))
    score = ratio * decay * diversity * math.log2(2 + velocity_per_min) * novelty * (1 + engagement)
    return TrendExplanation(
        volume=volume,
        baseline_per_hour=baseline_per_hour,
        ratio=ratio,
        velocity_per_min=velocity_per_min,
        diversity=diversity,
        decay=decay,
        novelty=novelty,
        engagement=engagement,
        score=score,
        excluded=activity.tweets - volume,
    )


def ranked(
    candidates: Iterable[TagActivity],
    *,
    window: TrendWindow,
    now_ms: int,
    author_scale: int,
    limit: int = MAX_TRENDS,
) -> list[RankedTrend]:
    """The `limit` best of one region's tags, best first; equal scores stand in the order of their tags."""
    scored = [
        (activity, explained(activity, window=window, now_ms=now_ms, author_scale=author_scale))
        for activity in candidates
        if may_trend(activity)
    ]
    scored.sort(key=lambda pair: (-pair[1].score, pair[0].tag))
    return [
        RankedTrend(rank, activity.tag, activity.tweets, _authors(activity), explanation)
        for rank, (activity, explanation) in enumerate(scored[:limit], start=1)
    ]


def _authors(activity: TagActivity) -> int:
    """The estimate may exceed the truth by a little, but never the number of tweets."""
    return min(activity.authors, activity.tweets)
