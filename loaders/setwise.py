"""aiodataloader's DataLoader with one future for all keys that are asked for together: the library makes one for each,
which for a page costs more than its statement."""

from __future__ import annotations

from asyncio import Future, ensure_future, get_running_loop
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence, Set
from contextlib import suppress
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
        self._known: Mapping[Key, Value] = {}
        """Replaced, never changed: whoever waits has it as it was."""
        self._may_raise = False
        """Whether any value was an exception."""
        self._coming: dict[Key, Future[Mapping[Key, Value]]] = {}
        self._asked: list[list[Key]] = []
        self._groups: DataLoader[Sequence[Key], Mapping[Key, Value]] | None = None
        """While anything is coming: it holds this loader, which without the garbage collector would not be freed."""

    @property
    def loaded_keys(self) -> Set[Key]:
        """All that were ever asked for, whether or not they had to be loaded."""
        return set(chain.from_iterable(self._asked))

    def load(self, key: Key) -> Future[Value]:
        values = self.load_many([key])
        return _done(values.result()[0]) if values.done() else ensure_future(_only(values))

    def load_many(self, keys: Iterable[Key]) -> Future[list[Value]]:
        wanted = list(keys)
        self._asked.append(wanted)
        known, coming = self._known, self._coming
        if not self._may_raise:
            with suppress(KeyError):
                return _done(list(map(known.__getitem__, wanted)))
        missing = [key for key in dict.fromkeys(wanted) if key not in known]
        new = missing if coming.keys().isdisjoint(missing) else [key for key in missing if key not in coming]
        if new:
            if self._groups is None:
                self._groups = DataLoader(self._loaded, cache=False)
            coming.update(dict.fromkeys(new, self._groups.load(new)))
        return ensure_future(_collected(wanted, known, set(map(coming.__getitem__, missing))))

    def prime(self, key: Key, value: Value) -> SetwiseLoader[Key, Value]:
        return self.prime_many({key: value})

    def prime_many(self, values: Mapping[Key, Value]) -> SetwiseLoader[Key, Value]:
        self._known = {**values, **self._known}
        self._may_raise |= any(issubclass(kind, Exception) for kind in set(map(type, values.values())))
        return self

    def clear(self, key: Key) -> SetwiseLoader[Key, Value]:
        self._known = {other: value for other, value in self._known.items() if other != key}
        self._coming.pop(key, None)
        return self

    def clear_all(self) -> SetwiseLoader[Key, Value]:
        self._known = {}
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
            if not self._coming:
                self._groups = None
        self.prime_many(found)
        return [found] * len(groups)


async def _collected(
    wanted: list[Key], known: Mapping[Key, Value], coming: Set[Future[Mapping[Key, Value]]]
) -> list[Value]:
    for group in coming:
        known = {**await group, **known}
    values = list(map(known.__getitem__, wanted))
    for value in values:
        if isinstance(value, Exception):
            raise value
    return values


def _done(value: Value) -> Future[Value]:
    """Awaiting it does not wait for the event loop, as a task would."""
    future: Future[Value] = get_running_loop().create_future()
    future.set_result(value)
    return future


async def _only(values: Future[list[Value]]) -> Value:
    [value] = await values
    return value
