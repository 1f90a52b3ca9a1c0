"""Pages of timelines of every kind: how fresh they are, and how much is newer."""

from __future__ import annotations

from collections.abc import Sequence

from domain import ids
from domain.changes import Place, Snapshot
from domain.errors import BadCursor
from domain.pages import Edge, PageRequest, connection_of
from domain.records import (
    Count,
    CountPrecision,
    Freshness,
    FreshnessState,
    TimelineGap,
    TimelineItem,
    TimelinePage,
    TimelineReason,
    TimelineReasonCode,
    TimelineSource,
    TimelineTweet,
    Tweet,
)
from resolvers.context import Context
from services import home_timelines, list_timelines, ranking
from stores import keyset
from stores.hashtag_timelines import TAGGED
from stores.mention_timelines import MENTIONS
from stores.tweets import BY_AUTHOR, WITHOUT_REPLIES

DEFAULT_PAGE = 50
MAX_COUNTED = 100
"""How many newer or missing entries are counted."""
_LISTINGS = {"tweets": BY_AUTHOR, "tweets without replies": WITHOUT_REPLIES, "mentions": MENTIONS, "hashtag": TAGGED}


def timeline_page(
    listing: str,
    request: PageRequest,
    parent_id: int | str,
    edges: Sequence[Edge[TimelineItem]],
    *,
    has_more: bool,
    freshness: Freshness,
    seen: Snapshot,
    looked_at: int | None = None,
) -> TimelinePage:
    """`seen` is what the page was read in, or earlier."""
    page = connection_of(tuple(edges), listing, request, has_more=has_more, looked_at=looked_at)
    return TimelinePage(
        edges=page.edges,
        page_info=page.page_info,
        listing=listing,
        parent_id=parent_id,
        freshness=freshness,
        live_cursor=Place(seen).cursor,
    )


def page_from_database(
    listing: str,
    request: PageRequest,
    parent_id: int | str,
    tweets: Sequence[tuple[int, Tweet]],
    code: TimelineReasonCode,
    context: Context,
    *,
    has_more: bool,
    looked_at: int | None = None,
    snapshot: Snapshot | None = None,
) -> TimelinePage:
    """Of a timeline that is never cached and whose entries are all there for one reason."""
    reason = TimelineReason(code)
    freshness = Freshness(FreshnessState.LIVE, TimelineSource.DATABASE, as_of=context.as_of)
    edges: list[Edge[TimelineItem]] = [
        Edge(ids.cursor(listing, key), TimelineTweet(tweet=tweet, reason=reason)) for key, tweet in tweets
    ]
    return timeline_page(
        listing,
        request,
        parent_id,
        edges,
        has_more=has_more,
        freshness=freshness,
        looked_at=looked_at,
        seen=snapshot or context.seen,
    )


async def missing(parents: list[TimelineGap], context: Context) -> list[Count]:
    """Of gaps in the viewer's home timeline."""
    viewer_id = context.required_viewer().user.id
    found: dict[TimelineGap, Count] = {}
    for gap in dict.fromkeys(parents):
        request = PageRequest(size=MAX_COUNTED, after=gap.newest_key, before=gap.oldest_key)
        page = await home_timelines.Reader(context.runtime.database, viewer_id).page_from_postgres(request)
        found[gap] = _count(len(page.entries), page.has_more, context)
    return [found[parent] for parent in parents]


async def new_counts(parents: list[TimelinePage], context: Context, *, cursor: ids.Cursor) -> list[Count | BadCursor]:
    found: dict[tuple[str, int | str], Count | BadCursor] = {}
    for listing in {parent.listing for parent in parents}:
        parent_ids = list({parent.parent_id for parent in parents if parent.listing == listing})
        try:
            newer_than = await _newest_seen(listing, parent_ids, context, cursor)
        except BadCursor as error:
            found |= {(listing, parent_id): error for parent_id in parent_ids}
            continue
        request = PageRequest(size=MAX_COUNTED, before=newer_than)
        numbers = await _numbers(listing, parent_ids, request, context)
        for parent_id, (number, has_more) in numbers.items():
            found[listing, parent_id] = _count(number, has_more, context)
    return [found[parent.listing, parent.parent_id] for parent in parents]


async def _newest_seen(listing: str, parent_ids: list[int | str], context: Context, cursor: ids.Cursor) -> int:
    key = ids.cursor_key(listing, cursor)
    if listing != "ranked":
        return key
    [viewer_id] = parent_ids
    assert isinstance(viewer_id, int)
    newest = await ranking.newest_ranked(context.runtime.redis, viewer_id, key)
    if newest is None:
        raise BadCursor(cursor)
    return newest


async def _numbers(
    listing: str, parent_ids: list[int | str], request: PageRequest, context: Context
) -> dict[int | str, tuple[int, bool]]:
    """How many entries of each timeline the page would have, and whether there are more."""
    if listing in {"home", "ranked"}:
        [viewer] = parent_ids
        assert isinstance(viewer, int)
        home = await home_timelines.Reader(context.runtime.database, viewer).page_from_postgres(request)
        return {viewer: (len(home.entries), home.has_more)}
    if listing == "list":
        list_ids = [parent_id for parent_id in parent_ids if isinstance(parent_id, int)]
        lists = await list_timelines.pages(context.runtime.database, list_ids, request, viewer_id=context.viewer_id)
        return {list_id: (len(page.entries), page.has_more) for list_id, page in lists.items()}
    async with context.runtime.database.read() as session:
        pages = await keyset.pages(session, _LISTINGS[listing], parent_ids, request, viewer_id=context.viewer_id)
    return {parent_id: (len(page.entries), page.has_more) for parent_id, page in pages.items()}


def _count(number: int, has_more: bool, context: Context) -> Count:
    precision = CountPrecision.AT_LEAST if has_more else CountPrecision.EXACT
    return Count(value=number, precision=precision, as_of=context.as_of)
