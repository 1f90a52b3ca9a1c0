"""aiodataloader's DataLoader with one future for all keys that are asked for together: the library makes one for each,
which for a page costs more than its statement."""

from __future__ import annotations

from asyncio import Future, ensure_future, get_running_loop
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence, Set
from itertools import chain
from typing import Any, TypeVar

from aiodataloader import DataLoader

Key = TypeVar("Key")
Value = TypeVar("Value")


class SetwiseLoader(DataLoader[Key, Value]):
    """Whatever is asked for within a tick of the event loop is one batch; each key is loaded once. A value that is an
    exception is raised to whoever asks for it; where a batch fails, its keys are loaded again when asked for again."""

    def __init__(self, batch_load_fn: Callable[[list[Key]], Coroutine[Any, Any, list[Value]]]) -> None:
        super().__init__(batch_load_fn)
        self._known: dict[Key, Value] = {}
        self._coming: dict[Key, Future[Mapping[Key, Value]]] = {}
        self._asked: set[Key] = set()
        self._groups: DataLoader[Sequence[Key], Mapping[Key, Value]] = DataLoader(self._loaded, cache=False)

    @property
    def loaded_keys(self) -> Set[Key]:
        """All that were ever asked for, whether or not they had to be loaded."""
        return self._asked

    def load(self, key: Key) -> Future[Value]:
        if key is None:
            raise TypeError("None is no key")
        if key in self._known and not isinstance(value := self._known[key], Exception):
            self._asked.add(key)
            return _done(value)
        return ensure_future(_only(self.load_many([key])))

    def load_many(self, keys: Iterable[Key]) -> Future[list[Value]]:
        wanted = list(keys)
        self._asked.update(wanted)
        known, coming = self._known, self._coming
        found: dict[Key, Value] = {}
        missing = list(dict.fromkeys(wanted))
        if not known.keys().isdisjoint(missing):
            found = {key: known[key] for key in missing if key in known}
            missing = [key for key in missing if key not in found]
        if not missing and not _has_exceptions(found.values()):
            return _done(list(map(found.__getitem__, wanted)))
        new = missing if coming.keys().isdisjoint(missing) else [key for key in missing if key not in coming]
        if new:
            coming.update(dict.fromkeys(new, self._groups.load(new)))
        return ensure_future(_collected(wanted, found, set(map(coming.__getitem__, missing))))

    def prime(self, key: Key, value: Value) -> SetwiseLoader[Key, Value]:
        return self.prime_many({key: value})

    def prime_many(self, values: Mapping[Key, Value]) -> SetwiseLoader[Key, Value]:
        self._known = {**values, **self._known}
        return self

    def clear(self, key: Key) -> SetwiseLoader[Key, Value]:
        self._known.pop(key, None)
        self._coming.pop(key, None)
        return self

    def clear_all(self) -> SetwiseLoader[Key, Value]:
        self._known.clear()
        self._coming.clear()
        return self

    async def _loaded(self, groups: list[Sequence[Key]]) -> list[Mapping[Key, Value]]:
        """The keys of all groups are distinct but for those that were cleared while they came."""
        keys = list(dict.fromkeys(chain.from_iterable(groups)))
        try:
            found = dict(zip(keys, await self.batch_load_fn(keys), strict=True))
        finally:
            for key in keys:
                self._coming.pop(key, None)
        self.prime_many(found)
        return [found] * len(groups)


async def _collected(
    wanted: list[Key], found: dict[Key, Value], coming: Set[Future[Mapping[Key, Value]]]
) -> list[Value]:
    for group in coming:
        found.update(await group)
    values = list(map(found.__getitem__, wanted))
    if _has_exceptions(values):
        raise next(value for value in values if isinstance(value, Exception))
    return values


def _has_exceptions(values: Iterable[object]) -> bool:
    return any(issubclass(kind, Exception) for kind in set(map(type, values)))


def _done(value: Value) -> Future[Value]:
    """Awaiting it does not wait for the event loop, as a task would."""
    future: Future[Value] = get_running_loop().create_future()
    future.set_result(value)
    return future


async def _only(values: Future[list[Value]]) -> Value:
    [value] = await values
    return value
