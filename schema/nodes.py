"""What people and tweets have in common: identity, pages, counts."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import pages, records
from domain.ids import Cursor
from domain.records import CountPrecision
from resolvers import counts
from schema.binding import Bound, bound, plain


@strawberry.interface(description="Anything that can be fetched again by its global id.")
class Node:
    id: strawberry.ID = plain("Unique among all types, opaque, never changes.", name="id")


@strawberry.type(description="Where a page lies in its list (Relay).")
class PageInfo(Bound):
    record = pages.PageInfo
    is_value = True
    has_next_page: bool = plain("Whether more entries follow this page.")
    has_previous_page: bool = plain("Whether entries precede this page.")
    start_cursor: Cursor | None = plain(
        "The cursor of the first entry; of a timeline's page that is shorter than asked, up to where it looked. "
        "Null where there is neither."
    )
    end_cursor: Cursor | None = plain(
        "The cursor of the last entry; of a timeline's page that is shorter than asked, down to where it looked. "
        "Null where there is neither."
    )


@strawberry.type(description="A number of things, and how sure it is.")
class Count(Bound):
    record = records.Count
    is_value = True
    value: int = plain(
        "The number; never negative. The same for everybody: also what the viewer may not see is counted, and what "
        "closed accounts left, so that no number tells who blocks whom; only deleted things are not."
    )
    precision: CountPrecision = plain("How sure it is.")
    as_of: datetime = bound(counts.moments, "The moment it was true.")
