"""Set-wise resolvers under the stock executor, which resolves one parent at a time.

A resolver that touches a store takes the list of parents and returns the list of values. The parents
that reach one field within a tick of the event loop are handed to it together.
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Hashable, Mapping

from aiodataloader import DataLoader

from execution.marks import SetwiseResolver


class SetwiseCalls:
    """The calls being gathered for one operation; never shared between operations."""

    def __init__(self) -> None:
        self._loaders: dict[Hashable, DataLoader[object, object]] = {}

    def value(
        self, resolver: SetwiseResolver, parent: object, context: object, arguments: Mapping[str, Hashable]
    ) -> Future[object]:
        """The parent's value, from one call for all parents with the same arguments."""
        call = (resolver, *arguments.items())
        loader = self._loaders.get(call)
        if loader is None:

            async def values(parents: list[object]) -> list[object]:
                return list(await resolver(parents, context, **arguments))

            loader = self._loaders[call] = DataLoader(values, cache=False)
        return loader.load(parent)
