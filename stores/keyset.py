"""One page of a keyset-ordered listing for each of many parents, in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Literal, NewType, TypeVar

import msgspec
from sqlalchemy import TextClause, text

from domain.ids import MAX_ID
from domain.pages import PageRequest
from infra.database import ReadSession
from stores.visibility import NOBODY

RowKey = NewType("RowKey", int)
Parent = TypeVar("Parent", bound=int | str)


class Listing(msgspec.Struct, frozen=True):
    """`source` is a FROM and WHERE clause of ours with `parent.id` for the parent and `:viewer_id` for who asks (see
    stores/visibility.py); never client input."""

    source: str
    key: str
    """The column that orders the listing and that its cursors hold: unique among a parent's rows."""
    value: str
    """The column with the id of the listed thing."""
    newest_first: bool
    parents: Literal["bigint", "text"] = "bigint"
    """What `parent.id` is."""


class ListedIds(msgspec.Struct, frozen=True):
    """(sort key, id) in the listing's order, and whether more lie beyond in the request's direction."""

    entries: tuple[tuple[int, int], ...]
    has_more: bool


async def pages(
    session: ReadSession,
    listing: Listing,
    parent_ids: Sequence[Parent],
    request: PageRequest,
    *,
    viewer_id: int | None,
) -> dict[Parent, ListedIds]:
    """Every parent is in the answer, those without entries with an empty page."""
    low, high = request.before, request.after
    if not listing.newest_first:
        low, high = request.after, request.before
    direction: Literal["ASC", "DESC"] = "DESC" if listing.newest_first != request.backward else "ASC"
    rows = await session.execute(
        _statement(listing, direction),
        {
            "parent_ids": parent_ids,
            "viewer_id": viewer_id or NOBODY,
            "low": -1 if low is None else low,
            "high": MAX_ID if high is None else high,
            "limit": request.size + 1,
        },
    )
    entries: defaultdict[Parent, list[tuple[int, int]]] = defaultdict(list)
    for parent_id, key, value in rows:
        entries[parent_id].append((key, value))
    return {parent_id: trimmed(entries[parent_id], request) for parent_id in parent_ids}


async def belonging(
    session: ReadSession, listing: Listing, parent_id: Parent, keys: Sequence[int], *, viewer_id: int | None
) -> set[int]:
    """Those of the keys that are in the parent's listing."""
    asked = {"parent_id": parent_id, "keys": keys, "viewer_id": viewer_id or NOBODY}
    return set((await session.execute(_belonging(listing), asked)).scalars())


@cache
def _belonging(listing: Listing) -> TextClause:
    return text(
        f"""
        SELECT listed.key
        FROM (SELECT CAST(:parent_id AS {listing.parents}) AS id) AS parent
        CROSS JOIN LATERAL (
            SELECT {listing.key} AS key {listing.source} AND {listing.key} = ANY(CAST(:keys AS bigint[]))
        ) AS listed
        """  # noqa: S608
    )


def trimmed(entries: list[tuple[int, int]], request: PageRequest) -> ListedIds:
    kept = entries[: request.size]
    if request.backward:
        kept.reverse()
    return ListedIds(entries=tuple(kept), has_more=len(entries) > request.size)


@cache
def _statement(listing: Listing, direction: Literal["ASC", "DESC"]) -> TextClause:
    return text(
        f"""
        SELECT parent.id, listed.key, listed.value
        FROM unnest(CAST(:parent_ids AS {listing.parents}[])) AS parent (id)
        CROSS JOIN LATERAL (
            SELECT {listing.key} AS key, {listing.value} AS value
            {listing.source} AND {listing.key} > CAST(:low AS bigint) AND {listing.key} < CAST(:high AS bigint)
            ORDER BY {listing.key} {direction}
            LIMIT :limit
        ) AS listed
        """  # noqa: S608
    )
