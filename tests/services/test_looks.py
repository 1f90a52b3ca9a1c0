"""Looks that all who watch share."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import pairwise

import pytest
from msgspec import UNSET

from services import looks
from services.looks import Looks, Watch
from tests.waiting import until

EVERY_S = 0.02


class Timed(Looks[Watch[int]]):
    def __init__(self) -> None:
        super().__init__()
        self.times: defaultdict[Watch[int], list[float]] = defaultdict(list)

    async def look(self, watches: Sequence[Watch[int]]) -> None:
        for watch in watches:
            self.times[watch].append(asyncio.get_running_loop().time())


async def looked_again(timed: Timed) -> None:
    before = sum(map(len, timed.times.values()))
    await until(lambda: sum(map(len, timed.times.values())) > before)


async def test_nobody_is_looked_at_more_often_than_it_is_said_whenever_they_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looks, "LOOK_EVERY_S", EVERY_S)
    timed = Timed()
    async with AsyncExitStack() as stack:
        for _ in range(10):
            watch = Watch[int]()
            await stack.enter_async_context(timed.watched(watch))
            assert len(timed.times[watch]) == 1
            await looked_again(timed)
        await until(lambda: all(len(times) > 2 for times in timed.times.values()))
    gaps = [later - earlier for times in timed.times.values() for earlier, later in pairwise(times)]
    assert min(gaps) > EVERY_S * 0.99


async def test_only_the_newest_is_taken_and_what_is_withdrawn_is_not() -> None:
    watch = Watch[int]()
    taking = asyncio.create_task(watch.taken())
    watch.offer(1)
    watch.offer(2)
    assert await taking == 2
    watch.offer(3)
    watch.offer(UNSET)
    taking = asyncio.create_task(watch.taken())
    await asyncio.sleep(0)
    assert not taking.done()
    watch.offer(4)
    assert await taking == 4
