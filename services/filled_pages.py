"""Pages that are filled up round by round, because rules drop some of what was read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

import msgspec

from domain.changes import Snapshot
from domain.pages import PageRequest
from domain.records import Tweet

MAX_ROUNDS = 5
"""Each may look at twice as many entries for one that is missing as the one before; after the last a page may be
shorter than asked. A home page has as many in its cache, and then these."""


class Candidate(Protocol):
    @property
    def tweet(self) -> Tweet: ...
    @property
    def is_repeat(self) -> bool: ...


Entry = TypeVar("Entry", bound=Candidate)


class FilledPage(msgspec.Struct, Generic[Entry], frozen=True):
    entries: tuple[Entry, ...]
    """In the timeline's order."""
    has_more: bool
    looked_at: int | None
    """The last key of what was looked at, where rounds ran out: there is more, and it lies beyond."""
    snapshot: Snapshot | None
    """Whatever it does not include is not missed by a stream that goes on from it; None where nothing was found in any
    timeline."""


async def filled(
    request: PageRequest,
    timeline_ids: Iterable[int],
    read: Callable[[dict[int, PageRequest]], Awaitable[tuple[Mapping[int, Sequence[Entry]], Snapshot | None]]],
) -> dict[int, FilledPage[Entry]]:
    """The page of each timeline. `read` gives of each up to `size` strictly between its request's keys, from the end
    it asks for, and the snapshot that all were read in, if there is any."""
    wanted = request.size + 1
    found: dict[int, list[Entry]] = {timeline_id: [] for timeline_id in timeline_ids}
    left = dict.fromkeys(found, request)
    snapshot: Snapshot | None = None
    for round_ in range(MAX_ROUNDS):
        size = max((wanted - len(found[timeline_id]) for timeline_id in left), default=0) << round_
        if size == 0:
            break
        asked = {timeline_id: msgspec.structs.replace(each, size=size) for timeline_id, each in left.items()}
        listed, seen = await read(asked)
        if round_ == 0:
            snapshot = seen
        for timeline_id, each in asked.items():
            found[timeline_id] += without_repeats(listed[timeline_id])
            if len(found[timeline_id]) >= wanted or len(listed[timeline_id]) < size:
                del left[timeline_id]
            else:
                left[timeline_id] = each.beyond(listed[timeline_id][-1].tweet.id)
    return {
        timeline_id: _page(
            request,
            entries,
            looked_at=left[timeline_id].edge if timeline_id in left else None,
            snapshot=snapshot,
        )
        for timeline_id, entries in found.items()
    }


def without_repeats(listed: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in listed if not entry.is_repeat]


def _page(
    request: PageRequest, found: list[Entry], *, looked_at: int | None, snapshot: Snapshot | None
) -> FilledPage[Entry]:
    kept = found[: request.size]
    if request.backward:
        kept.reverse()
    has_more = len(found) > request.size or looked_at is not None
    return FilledPage(entries=tuple(kept), has_more=has_more, looked_at=looked_at, snapshot=snapshot)
