"""When things happen in the world, and ids that say so.

Ids carry their time, so what is backdated needs ids of its own: they are stamped with the worker number that the
lease table never hands out, under a private lease for each stretch of time. The stretches of one world do not overlap,
and a sequence never repeats within its lease; a second world in the same database is refused before it makes an id.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from domain.ids import MAX_WORKER, created_ms
from domain.snowflakes import Lease, SnowflakeSequence

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
TWEETS_BEGIN_MS = 4 * DAY_MS
FOLLOWS_BEGIN_MS = 60 * DAY_MS
PEOPLE_BEGIN_MS = 400 * DAY_MS
"""How long before now people began to join, to follow and to tweet."""
LAST_MS = 2_000
"""Nothing is younger than this: no id may be ahead of the clock."""


class Stretch:
    """A time from which `count` things take their ids in order, evenly or ever more densely."""

    def __init__(self, begin_ms: int, end_ms: int) -> None:
        self.begin_ms = begin_ms
        self.end_ms = end_ms
        self._sequence = SnowflakeSequence(Lease(MAX_WORKER, begin_ms, end_ms + 1))

    def evenly(self, count: int) -> Iterator[int]:
        """Raises ClockOutOfLease when asked for more ids than the stretch has."""
        for place in range(count):
            yield self._sequence.next(self.begin_ms + (self.end_ms - self.begin_ms) * (place + 1) // (count + 1))

    def ever_more_densely(self, random: Random, count: int) -> Iterator[int]:
        """The density grows with the square of the nearness to the end: a tenth lies in the last hundredth."""
        span = self.end_ms - self.begin_ms
        ages = sorted((random.random() ** 2 for _ in range(count)), reverse=True)
        last_ms = self.begin_ms
        for age in ages:
            last_ms = max(last_ms, self.end_ms - round(age * span))
            new = self._sequence.next(last_ms)
            last_ms = created_ms(new)
            yield new


class Moments:
    """The stretches of a world that ends at `now_ms`."""

    def __init__(self, now_ms: int) -> None:
        self.people = Stretch(now_ms - PEOPLE_BEGIN_MS, now_ms - FOLLOWS_BEGIN_MS - 1)
        self.follows = Stretch(now_ms - FOLLOWS_BEGIN_MS, now_ms - TWEETS_BEGIN_MS - 1)
        self.tweets = Stretch(now_ms - TWEETS_BEGIN_MS, now_ms - LAST_MS)
