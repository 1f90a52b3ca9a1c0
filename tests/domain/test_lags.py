"""How late something reached many people."""

from __future__ import annotations

import pytest

from domain.lags import KEPT, MAX_MS, Lags


def lags_of(*samples: tuple[int, int]) -> Lags:
    lags = Lags()
    for lag_ms, people in samples:
        lags.add(lag_ms, people=people)
    return lags


@pytest.mark.parametrize(
    ("samples", "p50", "p99"),
    [
        ([], None, None),
        ([(7, 1)], 7, 7),
        ([(10, 98), (20, 1), (30, 1)], 10, 20),
        ([(10, 1), (20, 1_000)], 20, 20),
        ([(30, 1), (10, 99)], 10, 10),  # the clock was set back meanwhile
        ([(-5, 1)], 0, 0),
        ([(2**40, 1)], MAX_MS, MAX_MS),
    ],
)
def test_percentiles_are_of_people(samples: list[tuple[int, int]], p50: int | None, p99: int | None) -> None:
    lags = lags_of(*samples)
    assert (lags.percentile(50), lags.percentile(99)) == (p50, p99)


@pytest.mark.parametrize("chunks", [KEPT - 1, KEPT, 1_000, 100_003])
def test_memory_is_constant_and_percentiles_stay_close(chunks: int) -> None:
    lags = lags_of(*((n, 1_000) for n in range(1, chunks + 1)))
    assert len(lags._samples) <= KEPT
    for percent in (50, 99):
        found = lags.percentile(percent)
        assert found is not None
        assert 0 <= found - chunks * percent / 100 <= max(1, chunks / 100)
