"""Work for all who ask meanwhile, held and let go by the test."""

from __future__ import annotations

import asyncio
from asyncio import Future, Task
from collections.abc import AsyncIterator, Sequence
from itertools import chain

import pytest

from infra.gathering import Gathering
from tests.waiting import until


class Squares:
    """Of numbers; none of a negative one."""

    def __init__(self) -> None:
        self.batches: list[Sequence[int]] = []
        self._held: list[Future[None]] = []
        self.gathering = Gathering(self._work, too_long=TimeoutError)

    async def _work(self, numbers: Sequence[int]) -> AsyncIterator[tuple[int, int]]:
        self.batches.append(numbers)
        self._held.append(asyncio.get_running_loop().create_future())
        await self._held[-1]
        for number in numbers:
            if number >= 0:
                yield number, number**2

    async def asked(self, *numbers: int) -> list[Task[int | None]]:
        """By one each, and as far as each of them comes by itself."""
        asking = [asyncio.create_task(self.gathering.ask(number)) for number in numbers]
        await asyncio.sleep(0)
        return asking

    def done(self, error: Exception | None = None) -> None:
        """What is under way."""
        if error is None:
            self._held[-1].set_result(None)
        else:
            self._held[-1].set_exception(error)

    async def all_done(self) -> None:
        for _ in range(4):
            await asyncio.sleep(0)
            if not self._held[-1].done():
                self.done()


@pytest.fixture
async def squares() -> Squares:
    return Squares()


async def test_whoever_is_alone_waits_for_nothing_but_the_work() -> None:
    async def square(numbers: Sequence[int]) -> AsyncIterator[tuple[int, int]]:
        for number in numbers:
            yield number, number**2

    gathering = Gathering(square, too_long=TimeoutError)
    for number in (2, 3):
        with pytest.raises(StopIteration) as answered:
            gathering.ask(number).send(None)
        assert answered.value.value == number**2


async def test_who_asks_while_work_is_under_way_is_answered_by_the_next(squares: Squares) -> None:
    first = await squares.asked(1)
    meanwhile = await squares.asked(1, 2, 1, -1)
    assert squares.batches == [[1]]
    squares.done()
    assert await asyncio.gather(*first) == [1]
    later = await squares.asked(3)
    assert squares.batches == [[1], [1, 2, -1]]
    squares.done()
    assert await asyncio.gather(*meanwhile) == [1, 4, 1, None]
    await asyncio.sleep(0)
    assert squares.batches == [[1], [1, 2, -1], [3]]
    squares.done()
    assert await asyncio.gather(*later) == [9]


async def test_work_that_fails_is_that_of_those_who_asked_for_it(squares: Squares) -> None:
    first = await squares.asked(1)
    second = await squares.asked(1, 2)
    squares.done(OSError("first"))
    await asyncio.wait(first)
    third = await squares.asked(2)
    squares.done(OSError("second"))
    await asyncio.wait(second)
    await until(lambda: squares.batches == [[1], [1, 2], [2]])
    squares.done()
    assert [str(asking.exception()) for asking in first + second] == ["first", "second", "second"]
    assert await asyncio.gather(*third) == [4]


@pytest.mark.parametrize("alone", [True, False])
async def test_who_waits_for_work_that_takes_too_long_does_not_wait_as_long_again(
    squares: Squares, *, alone: bool
) -> None:
    """The work of somebody alone, or of several."""
    first = await squares.asked(1)
    if not alone:
        first = await squares.asked(2, 3)
        squares.done()
        await until(lambda: len(squares.batches) == 2)
    waiting = await squares.asked(4, 5)
    squares.done(TimeoutError("silence"))
    await asyncio.wait(first + waiting)
    assert [str(asking.exception()) for asking in first + waiting] == ["silence"] * len(first + waiting)
    assert squares.batches[1:] == ([] if alone else [[2, 3]])
    again = await squares.asked(6)
    squares.done()
    assert await asyncio.gather(*again) == [36]


@pytest.mark.parametrize("cancelled", [[0], [1], [0, 1], [1, 2], [0, 1, 2]])
@pytest.mark.parametrize("is_begun", [False, True])
async def test_who_is_cancelled_disturbs_nobody(squares: Squares, cancelled: list[int], *, is_begun: bool) -> None:
    """The first asks alone, the others meanwhile; the work for them has begun or not."""
    asking = await squares.asked(0, 1, 2)
    if is_begun:
        squares.done()
        await asyncio.wait(asking[:1])
    for number in cancelled:
        asking[number].cancel()
    await squares.all_done()
    assert list(chain(*squares.batches)) == [0, *(number for number in (1, 2) if is_begun or number not in cancelled)]
    left = {number: await each for number, each in enumerate(asking) if number not in cancelled}
    assert left == {number: number**2 for number in left}
    again = await squares.asked(3)
    squares.done()
    assert await asyncio.gather(*again) == [9]
