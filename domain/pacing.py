"""Doing much of something evenly."""

from __future__ import annotations


class Pace:
    """At most `per_second` on average over any time: a token bucket that holds no more than is taken at once, so that
    idle time is not made up for by a burst.

    Whoever takes waits; those who take while others wait are given later moments, in their order.
    """

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._free_at = 0.0

    def delay(self, count: int, *, now: float) -> float:
        """Takes `count`; returns in how many seconds they may be done. `now` is of a clock that only goes forward."""
        begins = max(self._free_at, now)
        self._free_at = begins + count / self._per_second
        return begins - now
