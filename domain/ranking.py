"""How a ranked timeline is ordered: engagement x recency x affinity (001:1644).

| factor     | formula                             |                                                                 |
|------------|-------------------------------------|-----------------------------------------------------------------|
| engagement | likes + 2 x retweets + 3 x replies  | of the tweet, or of what it retweets                            |
| recency    | 1 / (1 + age in hours)              | of the entry: a retweet is as old as the retweeting             |
| affinity   | 1 + ln(1 + n)                       | n: the viewer's likes, replies and retweets of the author in 30 |
|            |                                     | days, the author being who brings the entry; nobody's own count |

What nobody has reacted to scores 0; entries with the same score stand newest first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta

import msgspec

from domain.ids import created_ms
from domain.records import RankExplanation, TweetCounts

CANDIDATES = 500
"""The newest so many entries of a home timeline are ranked."""
AFFINITY_OVER = timedelta(days=30)
KEPT_FOR = timedelta(minutes=10)
"""How long one can page through a ranking."""
_HOUR_MS = 3_600_000


class Ranked(msgspec.Struct, frozen=True):
    tweet_id: int
    engagement: int
    interactions: int

    def explained(self, *, at_ms: int) -> RankExplanation:
        recent, close = recency(at_ms - created_ms(self.tweet_id)), affinity(self.interactions)
        score = self.engagement * recent * close
        return RankExplanation(score=score, engagement=float(self.engagement), recency=recent, affinity=close)


def engagement(counts: TweetCounts) -> int:
    return counts.likes + 2 * counts.retweets + 3 * counts.replies


def recency(age_ms: int) -> float:
    """1 for what is new, and for what a faster clock dates in the future."""
    return 1 / (1 + max(age_ms, 0) / _HOUR_MS)


def affinity(interactions: int) -> float:
    return 1 + math.log1p(interactions)


def ranked(entries: Iterable[Ranked], *, at_ms: int) -> list[Ranked]:
    """Best first."""
    return sorted(entries, key=lambda entry: (entry.explained(at_ms=at_ms).score, entry.tweet_id), reverse=True)
