"""How late something reached many people."""

from __future__ import annotations

MAX_MS = 2**31 - 1
"""What a GraphQL Int can tell: 24 days."""
KEPT = 256
"""Samples: with fewer percentiles are exact, with more they name a moment by which a hundredth more were reached."""


class Lags:
    """Percentiles over people, in constant memory: people who are reached one after another are ever later."""

    def __init__(self) -> None:
        self._samples: list[tuple[int, int]] = []
        self._added = 0
        self._per_sample = 1

    def add(self, lag_ms: int, *, people: int) -> None:
        latest = (min(max(lag_ms, 0), MAX_MS), people)
        if self._added % self._per_sample:
            self._samples[-1] = _together(self._samples[-1], latest)
        else:
            self._samples.append(latest)
        self._added += 1
        if len(self._samples) == KEPT and self._added % self._per_sample == 0:
            self._samples = [_together(*pair) for pair in zip(self._samples[::2], self._samples[1::2], strict=True)]
            self._per_sample *= 2

    def percentile(self, percent: int) -> int | None:
        """Within how many milliseconds this share of the people was reached; None when there were none."""
        wanted = sum(people for _, people in self._samples) * percent / 100
        reached = 0
        for lag_ms, people in sorted(self._samples):
            reached += people
            if reached >= wanted:
                return lag_ms
        return None


def _together(some: tuple[int, int], others: tuple[int, int]) -> tuple[int, int]:
    return max(some[0], others[0]), some[1] + others[1]
