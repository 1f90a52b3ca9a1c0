"""The viewer's home timeline, in its three orders."""

from __future__ import annotations

from domain import ids
from domain.errors import BadCursor
from domain.pages import Edge, PageArgs, PageRequest
from domain.records import (
    CatchUpOrder,
    Freshness,
    FreshnessState,
    TimelineGap,
    TimelineItem,
    TimelineMode,
    TimelinePage,
    Viewer,
)
from resolvers.context import Context
from resolvers.home_edges import home_edges
from resolvers.timeline_pages import DEFAULT_PAGE, timeline_page
from resolvers.timelines import home_item
from services import home_timelines, ranking
from services.home_timelines import HomePage

_HYDRATED = {"likeCount", "retweetCount", "quoteCount", "replyCount", "bookmarkCount", "viewerState"}
"""Fields whose values a page brings along."""


async def home(
    parents: list[Viewer], context: Context, *, mode: TimelineMode = TimelineMode.CHRONOLOGICAL, page: PageArgs
) -> list[TimelinePage]:
    if mode is TimelineMode.RANKED:
        return [await _ranked(viewer, context, page) for viewer in parents]
    request = page.requested("home", default=DEFAULT_PAGE)
    return [await _chronological(viewer, context, request, request) for viewer in parents]


async def catch_up(
    parents: list[Viewer],
    context: Context,
    *,
    since: ids.Cursor,
    order: CatchUpOrder = CatchUpOrder.OLDEST_FIRST,
    page: PageArgs,
) -> list[TimelinePage]:
    request = page.requested("home", default=DEFAULT_PAGE)
    in_home = _in_home(request, since=ids.cursor_key("home", since), order=order)
    return [await _chronological(viewer, context, request, in_home, order=order) for viewer in parents]


def _in_home(request: PageRequest, *, since: int, order: CatchUpOrder) -> PageRequest:
    """The same entries as the home timeline has them, newest first."""
    after, before, backward = request.after, request.before, request.backward
    if order is CatchUpOrder.OLDEST_FIRST:
        after, before, backward = before, after, not backward
    return PageRequest(
        size=request.size, after=after, before=since if before is None else max(since, before), backward=backward
    )


async def _chronological(
    viewer: Viewer,
    context: Context,
    request: PageRequest,
    in_home: PageRequest,
    *,
    order: CatchUpOrder = CatchUpOrder.NEWEST_FIRST,
    state: FreshnessState | None = None,
) -> TimelinePage:
    runtime, hydrated = context.runtime, not context.fields.isdisjoint(_HYDRATED)
    found = await home_timelines.page(runtime.database, runtime.redis, viewer.user.id, in_home, hydrated=hydrated)
    context.is_degraded |= found.is_degraded
    context.loaders.bring(found.entries)
    edges: list[Edge[TimelineItem]] = [*home_edges(found.entries)]
    if found.has_more:
        edges = _with_gap(in_home, edges, found)
    if order is CatchUpOrder.OLDEST_FIRST:
        edges.reverse()
    freshness = Freshness(state or found.state, found.source, as_of=context.as_of)
    return timeline_page(
        "home",
        request,
        viewer.user.id,
        edges,
        has_more=found.has_more,
        freshness=freshness,
        looked_at=found.looked_at,
        seen=found.snapshot or context.seen,
    )


def _with_gap(in_home: PageRequest, edges: list[Edge[TimelineItem]], found: HomePage) -> list[Edge[TimelineItem]]:
    """With what keeps a page, beyond which there is more, from the key it was to reach."""
    if in_home.backward and in_home.after is not None:
        first = found.entries[0].tweet.id if found.looked_at is None else found.looked_at
        return [_gap(first, newest=in_home.after, oldest=first), *edges]
    if not in_home.backward and in_home.before is not None:
        last = found.entries[-1].tweet.id if found.looked_at is None else found.looked_at
        return [*edges, _gap(last, newest=last, oldest=in_home.before)]
    return edges


def _gap(key: int, *, newest: int, oldest: int) -> Edge[TimelineItem]:
    return Edge(ids.cursor("home", key), TimelineGap(newest_key=newest, oldest_key=oldest))


async def _ranked(viewer: Viewer, context: Context, page: PageArgs) -> TimelinePage:
    """Chronological while Redis does not answer; whoever began so, with chronological cursors, goes on so."""
    runtime, viewer_id = context.runtime, viewer.user.id
    try:
        request = page.requested("ranked", default=DEFAULT_PAGE)
    except BadCursor:
        return await _unranked(viewer, context, page)
    cursor = page.after or page.before
    if cursor is not None:
        found = await ranking.later_page(runtime.database, runtime.redis, viewer_id, request)
        if found is None:
            raise BadCursor(cursor)
    else:
        found = await ranking.first_page(runtime.database, runtime.redis, viewer_id, request, now=runtime.now())
        if found is None:
            context.is_degraded = True
            return await _unranked(viewer, context, page)
    edges: list[Edge[TimelineItem]] = [
        Edge(
            ids.cursor("ranked", entry.key),
            home_item(entry.tweet, is_own=entry.tweet.author_id == viewer_id, rank=entry.rank),
        )
        for entry in found.entries
    ]
    freshness = Freshness(found.state, found.source, as_of=found.as_of)
    return timeline_page(
        "ranked", request, viewer_id, edges, has_more=found.has_more, freshness=freshness, seen=context.seen
    )


async def _unranked(viewer: Viewer, context: Context, page: PageArgs) -> TimelinePage:
    request = page.requested("home", default=DEFAULT_PAGE)
    return await _chronological(viewer, context, request, request, state=FreshnessState.PARTIAL)
