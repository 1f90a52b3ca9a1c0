"""Keyset pages: which part of an ordered listing a client asked for, and the connection it gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from domain import ids
from domain.errors import BadArgument

MAX_PAGE = 100
Item = TypeVar("Item")


class PageRequest(msgspec.Struct, frozen=True):
    """`size` entries strictly between the sort keys `after` and `before`, in the listing's order.

    `backward` takes them from the far end (`last`/`before`); the result stays in the listing's order.
    """

    size: int
    after: int | None = None
    before: int | None = None
    backward: bool = False

    @property
    def edge(self) -> int | None:
        """Where its entries begin."""
        return self.before if self.backward else self.after

    def beyond(self, key: int) -> PageRequest:
        """The same beginning at another key."""
        return msgspec.structs.replace(self, **{"before" if self.backward else "after": key})


class PageInfo(msgspec.Struct, frozen=True):
    has_next_page: bool
    has_previous_page: bool
    start_cursor: ids.Cursor | None
    end_cursor: ids.Cursor | None


class Edge(msgspec.Struct, Generic[Item], frozen=True):
    cursor: ids.Cursor
    node: Item


class Connection(msgspec.Struct, Generic[Item], frozen=True):
    edges: tuple[Edge[Item], ...]
    page_info: PageInfo

    @property
    def nodes(self) -> tuple[Item, ...]:
        return tuple(edge.node for edge in self.edges)


class PageArgs(msgspec.Struct, frozen=True):
    """The four connection arguments as the client wrote them."""

    first: int | None = None
    after: ids.Cursor | None = None
    last: int | None = None
    before: ids.Cursor | None = None

    def requested(self, listing: str, *, default: int) -> PageRequest:
        """Checked against the limits; raises BadArgument or BadCursor."""
        if self.first is not None and self.last is not None:
            raise BadArgument("Ask for 'first' or for 'last', not for both.")
        size = self.last if self.first is None else self.first
        if size is None:
            size = default
        if not 1 <= size <= MAX_PAGE:
            name = "last" if self.first is None else "first"
            raise BadArgument(f"'{name}' is {size}; it must be between 1 and {MAX_PAGE}.")
        return PageRequest(
            size=size,
            after=None if self.after is None else ids.cursor_key(listing, self.after),
            before=None if self.before is None else ids.cursor_key(listing, self.before),
            backward=self.last is not None,
        )


def connection(
    listing: str,
    request: PageRequest,
    entries: Sequence[tuple[int, Item]],
    *,
    has_more: bool,
    looked_at: int | None = None,
) -> Connection[Item]:
    """`entries` are (sort key, item); as connection_of."""
    edges = tuple(Edge(cursor=ids.cursor(listing, key), node=item) for key, item in entries)
    return connection_of(edges, listing, request, has_more=has_more, looked_at=looked_at)


def connection_of(
    edges: tuple[Edge[Item], ...], listing: str, request: PageRequest, *, has_more: bool, looked_at: int | None = None
) -> Connection[Item]:
    """`edges` are in the listing's order; `has_more` says whether more lie beyond them in the direction of the request,
    `looked_at` from which key on when that is not the last entry's."""
    start, end = (edges[0].cursor, edges[-1].cursor) if edges else (None, None)
    if looked_at is not None:
        beyond = ids.cursor(listing, looked_at)
        start, end = (beyond, end) if request.backward else (start, beyond)
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=request.before is not None if request.backward else has_more,
            has_previous_page=has_more if request.backward else request.after is not None,
            start_cursor=start,
            end_cursor=end,
        ),
    )
