"""Making ids: monotonic within a lease, never the same twice."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from domain.ids import EPOCH_MS, MAX_ID, MAX_SEQUENCE, MAX_WORKER, created_at, created_ms, snowflake
from domain.snowflakes import MAX_AHEAD_MS, ClockOutOfLease, Lease, SnowflakeSequence

START = EPOCH_MS + 1_000_000
LEASE = Lease(worker=7, from_ms=START, until_ms=START + 60_000)


@pytest.mark.parametrize("seed", range(20))
def test_ids_only_grow_whatever_the_clock_does(seed: int) -> None:
    chance = random.Random(seed)
    sequence = SnowflakeSequence(LEASE)
    made = []
    now_ms = START
    for _ in range(3_000):
        now_ms += chance.choice([0, 0, 0, 1, 2, 15, -1, -300, -3_000])
        try:
            made.append(sequence.next(now_ms))
        except ClockOutOfLease:
            now_ms = max(now_ms, created_ms(made[-1]) if made else START)
    assert made == sorted(set(made))
    assert {made_id >> 12 & MAX_WORKER for made_id in made} == {LEASE.worker}
    assert LEASE.from_ms <= created_ms(made[0]) <= created_ms(made[-1]) < LEASE.until_ms


def test_a_burst_runs_ahead_of_the_clock_by_a_second_at_most() -> None:
    sequence = SnowflakeSequence(LEASE)
    made = [sequence.next(START) for _ in range(3 * (MAX_SEQUENCE + 1))]
    assert created_ms(made[-1]) == START + 2
    sequence._last_ms, sequence._sequence = START + MAX_AHEAD_MS, MAX_SEQUENCE
    with pytest.raises(ClockOutOfLease):
        sequence.next(START)
    assert created_ms(sequence.next(START + 1)) == START + MAX_AHEAD_MS + 1


def test_a_clock_that_stepped_back_too_far_is_refused_until_it_has_caught_up() -> None:
    sequence = SnowflakeSequence(LEASE)
    last = sequence.next(START + 30_000)
    with pytest.raises(ClockOutOfLease):
        sequence.next(START + 30_000 - MAX_AHEAD_MS - 1)
    assert sequence.next(START + 30_000 - MAX_AHEAD_MS) == last + 1


@pytest.mark.parametrize("late_ms", [0, 1, 10**9])
def test_nothing_is_made_beyond_the_lease_until_it_is_renewed(late_ms: int) -> None:
    sequence = SnowflakeSequence(LEASE)
    with pytest.raises(ClockOutOfLease):
        sequence.next(LEASE.until_ms + late_ms)
    sequence.lease = Lease(LEASE.worker, LEASE.from_ms, LEASE.until_ms + late_ms + 1)
    assert created_ms(sequence.next(LEASE.until_ms + late_ms)) == LEASE.until_ms + late_ms


def test_a_clock_that_leapt_ahead_for_a_moment_does_no_harm() -> None:
    sequence = SnowflakeSequence(LEASE)
    first = sequence.next(START)
    with pytest.raises(ClockOutOfLease):
        sequence.next(START + 3_600_000)
    assert sequence.next(START) == first + 1


@pytest.mark.parametrize("from_ms", [EPOCH_MS + 3_000, EPOCH_MS + 9_000])
def test_another_lease_goes_on_above_the_last_id(from_ms: int) -> None:
    sequence = SnowflakeSequence(Lease(worker=1, from_ms=EPOCH_MS, until_ms=EPOCH_MS + 5_000))
    last = sequence.next(EPOCH_MS + 4_999)
    with pytest.raises(ClockOutOfLease):
        sequence.next(EPOCH_MS + 5_000)
    sequence.continue_in(Lease(worker=2, from_ms=from_ms, until_ms=EPOCH_MS + 20_000))
    assert sequence.next(EPOCH_MS + 9_500) > last
    assert sequence.next(EPOCH_MS + 9_400) > snowflake(ms=from_ms, worker=0, sequence=0)


def test_nothing_is_made_before_the_lease() -> None:
    with pytest.raises(ClockOutOfLease):
        SnowflakeSequence(LEASE).next(START - MAX_AHEAD_MS - 1)
    assert created_ms(SnowflakeSequence(LEASE).next(START - MAX_AHEAD_MS)) == START


@pytest.mark.parametrize(
    "above", [snowflake(ms=START + ms, worker=worker, sequence=5) for ms in (-1, 0, 1, 700) for worker in (0, 7, 9)]
)
def test_an_id_is_greater_than_one_of_another_process(above: int) -> None:
    sequence = SnowflakeSequence(LEASE)
    last = sequence.next(START)
    made = sequence.next(START, above=above)
    assert made > max(last, above)
    assert created_ms(made) <= max(START, created_ms(above) + 1)
    assert sequence.next(START) > made


def test_an_id_too_far_ahead_is_refused_and_the_next_ones_are_made_as_ever() -> None:
    sequence = SnowflakeSequence(LEASE)
    first = sequence.next(START)
    with pytest.raises(ClockOutOfLease):
        sequence.next(START, above=snowflake(ms=START + MAX_AHEAD_MS, worker=0, sequence=0))
    assert sequence.next(START) == first + 1


def test_an_id_has_its_milliseconds_worker_and_sequence() -> None:
    made = snowflake(ms=EPOCH_MS + 5, worker=3, sequence=2)
    assert made == 5 << 22 | 3 << 12 | 2
    assert created_at(made) == datetime(2020, 1, 1, 0, 0, 0, 5_000, tzinfo=UTC)
    last = snowflake(ms=EPOCH_MS + (1 << 41) - 1, worker=MAX_WORKER, sequence=MAX_SEQUENCE)
    assert last == MAX_ID
