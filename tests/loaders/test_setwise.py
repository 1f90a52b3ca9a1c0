"""The loader beside aiodataloader's own: the same answers from the same batches."""

from __future__ import annotations

import asyncio

import pytest
from aiodataloader import DataLoader

from loaders.setwise import SetwiseLoader

KINDS = [SetwiseLoader, DataLoader]


class Squares:
    """Of numbers; none of a negative one, and no answer at all while it is told to fail."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.asked = asyncio.Event()
        self.failing = False

    async def __call__(self, numbers: list[int]) -> list[int | ValueError]:
        self.batches.append(numbers)
        self.asked.set()
        await asyncio.sleep(0)
        if self.failing:
            raise OSError("down")
        return [number**2 if number >= 0 else ValueError(number) for number in numbers]

    def loader(self, kind: type[DataLoader[int, int | ValueError]]) -> DataLoader[int, int | ValueError]:
        async def load(numbers: list[int]) -> list[int | ValueError]:
            return await self(numbers)

        return kind(load)


@pytest.fixture
def squares() -> Squares:
    return Squares()


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_asked_for_in_one_tick_is_one_batch(
    squares: Squares, kind: type[DataLoader[int, int | ValueError]]
) -> None:
    loader = squares.loader(kind)
    asked = loader.load_many([3, 1, 3]), loader.load(2), loader.load_many([1, 4])
    assert [await each for each in asked] == [[9, 1, 9], 4, [1, 16]]
    assert squares.batches == [[3, 1, 2, 4]]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_key_that_is_known_or_on_its_way_is_not_loaded_again(
    squares: Squares, kind: type[DataLoader[int, int | ValueError]]
) -> None:
    loader = squares.loader(kind)
    first = loader.load_many([1, 2])
    await squares.asked.wait()
    assert await loader.load_many([2, 3, 1]) == [4, 9, 1]
    assert await first == [1, 4]
    assert await loader.load_many([3, 2]) == [9, 4]
    assert squares.batches == [[1, 2], [3]]


@pytest.mark.parametrize("kind", KINDS)
async def test_primed_keys_are_not_loaded_and_known_ones_not_primed(
    squares: Squares, kind: type[DataLoader[int, int | ValueError]]
) -> None:
    loader = squares.loader(kind)
    assert await loader.prime(1, 100).load_many([1, 2]) == [100, 4]
    assert await loader.prime(2, 100).load(2) == 4
    assert await loader.clear(1).load_many([1, 2]) == [1, 4]
    assert await loader.clear_all().load_many([1, 2]) == [1, 4]
    asked = loader.prime(3, 100).load_many([3, 4])
    loader.clear(3).clear_all()
    assert await asked == [100, 16]
    assert squares.batches == [[2], [1], [1, 2], [4]]


@pytest.mark.parametrize("kind", KINDS)
async def test_an_exception_is_its_own_keys_alone(
    squares: Squares, kind: type[DataLoader[int, int | ValueError]]
) -> None:
    loader = squares.loader(kind)
    good, bad = loader.load_many([1, 2]), loader.load_many([1, -1])
    assert await good == [1, 4]
    for asked in (bad, loader.load_many([-1]), loader.load(-1)):
        with pytest.raises(ValueError, match="-1"):
            await asked
    assert squares.batches == [[1, 2, -1]]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_batch_that_failed_is_loaded_again(
    squares: Squares, kind: type[DataLoader[int, int | ValueError]]
) -> None:
    loader = squares.loader(kind)
    squares.failing = True
    for asked in (loader.load_many([1, 2]), loader.load_many([2, 3])):
        with pytest.raises(OSError, match="down"):
            await asked
    squares.failing = False
    assert await loader.load_many([1, 2]) == [1, 4]
    assert squares.batches == [[1, 2, 3], [1, 2]]


async def test_it_names_the_keys_that_it_was_asked_for(squares: Squares) -> None:
    loader: SetwiseLoader[int, int | ValueError] = SetwiseLoader(squares.loader(SetwiseLoader).batch_load_fn)
    await asyncio.gather(loader.prime(1, 1).load_many([1, 2]), loader.load(3))
    loader.clear(2)
    assert loader.prime(4, 16).loaded_keys == {1, 2, 3}
