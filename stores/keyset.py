"""One page of a keyset-ordered listing for each of many parents, in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple, NewType, TypeVar

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
    rows = await session.rows(
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


class Candidate(NamedTuple):
    """What may be in a parent's listing."""

    listing: Listing
    parent_id: int | str
    key: int


async def belonging(session: ReadSession, candidates: Sequence[Candidate], *, viewer_id: int | None) -> set[Candidate]:
    """Those that are in their parents' listings; one statement for each listing."""
    found: set[Candidate] = set()
    for listing, asked in by_listing(candidates).items():
        rows = await session.execute(belonging_statement(listing), {**asked, "viewer_id": viewer_id or NOBODY})
        found |= {Candidate(listing, parent_id, key) for parent_id, key in rows}
    return found


def by_listing(candidates: Sequence[Candidate]) -> dict[Listing, dict[str, list[int | str]]]:
    """What `belonging_statement` is told of the candidates of each listing."""
    found: defaultdict[Listing, dict[str, list[int | str]]] = defaultdict(lambda: {"parent_ids": [], "keys": []})
    for listing, parent_id, key in candidates:
        found[listing]["parent_ids"].append(parent_id)
        found[listing]["keys"].append(key)
    return found


@cache
def belonging_statement(listing: Listing) -> TextClause:
    return text(
        f"""
        SELECT parent.id, listed.key
        FROM unnest(CAST(:parent_ids AS {listing.parents}[]), CAST(:keys AS bigint[])) AS parent (id, key)
        CROSS JOIN LATERAL (
            SELECT {listing.key} AS key {listing.source} AND {listing.key} = parent.key
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
