"""Making ids: monotonic within a lease, never the same twice."""

from __future__ import annotations

import msgspec

from domain.ids import MAX_SEQUENCE, created_ms, snowflake

MAX_AHEAD_MS = 1_000
"""How far ids may run ahead of the clock, in a burst or after the clock stepped back."""


class ClockOutOfLease(Exception):
    """The clock stands outside the lease, or so far behind the last id that going on would repeat ids."""


class Lease(msgspec.Struct, frozen=True):
    """A worker number and the milliseconds its holder may stamp; leases of one number never overlap."""

    worker: int
    from_ms: int
    until_ms: int


class SnowflakeSequence:
    """Not for use by several threads."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self._last_ms = lease.from_ms
        self._sequence = -1

    def continue_in(self, lease: Lease) -> None:
        """Ids of another lease begin with it, and never below the last one made."""
        self.lease = lease
        if lease.from_ms > self._last_ms:
            self._last_ms, self._sequence = lease.from_ms, -1

    def next(self, now_ms: int, *, above: int = 0) -> int:
        """Greater than `above`, which another process may have made by a clock that is ahead.

        Raises ClockOutOfLease rather than risk an id that exists already.
        """
        if now_ms > self._last_ms:
            ms, sequence = now_ms, 0
        elif self._sequence < MAX_SEQUENCE:
            ms, sequence = self._last_ms, self._sequence + 1
        else:
            ms, sequence = self._last_ms + 1, 0
        if snowflake(ms=ms, worker=self.lease.worker, sequence=sequence) <= above:
            ms, sequence = created_ms(above) + 1, 0
        if ms - now_ms > MAX_AHEAD_MS or ms >= self.lease.until_ms:
            raise ClockOutOfLease(f"clock {now_ms} ms, next id {ms} ms, lease until {self.lease.until_ms} ms")
        self._last_ms, self._sequence = ms, sequence
        return snowflake(ms=ms, worker=self.lease.worker, sequence=sequence)
