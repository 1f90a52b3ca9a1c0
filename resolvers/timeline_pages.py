"""Pages of timelines of every kind: how fresh they are, and how much is newer."""

from __future__ import annotations

from collections.abc import Sequence

from domain import ids
from domain.errors import BadCursor
from domain.pages import PageRequest, connection
from domain.records import (
    Count,
    CountPrecision,
    Freshness,
    FreshnessState,
    TimelinePage,
    TimelineReason,
    TimelineReasonCode,
    TimelineSource,
    TimelineTweet,
    Tweet,
)
from infra.database import ReadSession
from resolvers.context import Context
from services import ranking
from stores import home_timelines, keyset, list_timelines
from stores.hashtag_timelines import TAGGED
from stores.mention_timelines import MENTIONS
from stores.tweets import BY_AUTHOR

DEFAULT_PAGE = 50
MAX_NEW = 100
"""How many newer entries are counted."""
_LISTINGS = {"tweets": BY_AUTHOR, "mentions": MENTIONS, "hashtag": TAGGED}


def timeline_page(
    listing: str,
    request: PageRequest,
    parent_id: int | str,
    entries: Sequence[tuple[int, TimelineTweet]],
    *,
    has_more: bool,
    freshness: Freshness,
) -> TimelinePage:
    page = connection(listing, request, entries, has_more=has_more)
    return TimelinePage(
        edges=page.edges, page_info=page.page_info, listing=listing, parent_id=parent_id, freshness=freshness
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
) -> TimelinePage:
    """Of a timeline that is never cached and whose entries are all there for one reason."""
    reason = TimelineReason(code)
    freshness = Freshness(FreshnessState.LIVE, TimelineSource.DATABASE, as_of=context.as_of)
    entries = [(key, TimelineTweet(tweet=tweet, reason=reason)) for key, tweet in tweets]
    return timeline_page(listing, request, parent_id, entries, has_more=has_more, freshness=freshness)


async def new_counts(parents: list[TimelinePage], context: Context, *, cursor: ids.Cursor) -> list[Count | BadCursor]:
    found: dict[tuple[str, int | str], Count | BadCursor] = {}
    for listing in {parent.listing for parent in parents}:
        parent_ids = list({parent.parent_id for parent in parents if parent.listing == listing})
        try:
            newer_than = await _newest_seen(listing, parent_ids, context, cursor)
        except BadCursor as error:
            found |= {(listing, parent_id): error for parent_id in parent_ids}
            continue
        request = PageRequest(size=MAX_NEW, before=newer_than)
        async with context.runtime.database.read() as session:
            numbers = await _numbers(session, listing, parent_ids, request, context.viewer_id)
        found |= {(listing, parent_id): _count(number, context) for parent_id, number in numbers.items()}
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
    session: ReadSession, listing: str, parent_ids: list[int | str], request: PageRequest, viewer_id: int | None
) -> dict[int | str, int]:
    """How many entries of each timeline the page would have, and one more when there are more."""
    if listing in {"home", "ranked"}:
        [viewer] = parent_ids
        assert isinstance(viewer, int)
        return {viewer: len(await home_timelines.page(session, viewer, request))}
    if listing == "list":
        list_ids = [parent_id for parent_id in parent_ids if isinstance(parent_id, int)]
        lists = await list_timelines.pages(session, list_ids, request, viewer_id=viewer_id)
        return {list_id: len(tweets) for list_id, tweets in lists.items()}
    pages = await keyset.pages(session, _LISTINGS[listing], parent_ids, request, viewer_id=viewer_id)
    return {parent_id: len(page.entries) + page.has_more for parent_id, page in pages.items()}


def _count(number: int, context: Context) -> Count:
    precision = CountPrecision.AT_LEAST if number > MAX_NEW else CountPrecision.EXACT
    return Count(value=min(number, MAX_NEW), precision=precision, as_of=context.as_of)
