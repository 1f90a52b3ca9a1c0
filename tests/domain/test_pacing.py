"""Doing much of something evenly."""

from __future__ import annotations

import pytest

from domain.pacing import Pace


def test_what_is_taken_is_waited_for_by_those_who_come_after() -> None:
    pace = Pace(1_000)
    assert [pace.delay(500, now=7.0) for _ in range(3)] == [0, 0.5, 1.0]
    assert pace.delay(500, now=8.25) == pytest.approx(0.25)


def test_idle_time_is_not_made_up_for() -> None:
    pace = Pace(1_000)
    pace.delay(500, now=7.0)
    assert [pace.delay(500, now=60.0) for _ in range(2)] == [0, 0.5]


def test_no_second_has_more_than_the_rate_and_one_taking() -> None:
    pace, now, moments = Pace(10_000), 0.0, []
    for _ in range(100):
        now += pace.delay(1_000, now=now)
        moments.append(now)
        now += 0.004  # what doing it takes is not added to the wait
    assert moments[-1] == pytest.approx(9.9)
    assert max(sum(start <= moment < start + 1 for moment in moments) for start in moments) <= 11
