"""Live events of the timelines that are not the viewer's own: of users, lists and hashtags."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import partial
from itertools import compress

from domain import ids
from domain.errors import BadArgument
from domain.records import (
    Refetch,
    TimelineEvent,
    TimelineReason,
    TimelineReasonCode,
    TimelineTweet,
    User,
    UserTimelineFilter,
)
from resolvers import stream_events, streams, tweet_timelines
from resolvers.context import Context
from resolvers.listings import by_author
from resolvers.lookups import visible_tweets
from resolvers.streams import Items, WatchedTimeline
from services.live_topics import ListTimeline, Tagged, UserTimeline
from stores import keyset
from stores.hashtag_timelines import TAGGED
from stores.keyset import Listing
from stores.list_timelines import Candidate


def of_user(
    context: Context,
    *,
    user_id: ids.GlobalId,
    filter: UserTimelineFilter = UserTimelineFilter.TWEETS_AND_REPLIES,
    after: ids.Cursor | None = None,
) -> AsyncGenerator[TimelineEvent, None]:
    return stream_events.events(context, partial(_user, user_id, filter), after)


async def _user(user_id: ids.GlobalId, filter: UserTimelineFilter, context: Context) -> WatchedTimeline:
    raw_id = ids.raw_id(user_id, "User")
    is_there = partial(_is_user_there, raw_id)
    if raw_id is None or not await is_there(context):
        raise BadArgument(f"'{user_id[:40]}' is no user that you may see.")
    name, listing = by_author(filter)
    items = _items_of(listing, raw_id, TimelineReasonCode.AUTHOR)
    topic = UserTimeline(raw_id, context.viewer_id)
    return streams.timeline(topic, name, Refetch.USER_TIMELINE, items, is_there, told=(name, raw_id))


async def _is_user_there(user_id: int | None, context: Context) -> bool:
    return user_id is not None and isinstance(await context.loaders.user_by_id.load(user_id), User)


def of_list(
    context: Context, *, list_id: ids.GlobalId, after: ids.Cursor | None = None
) -> AsyncGenerator[TimelineEvent, None]:
    return stream_events.events(context, partial(_list, list_id), after)


async def _list(list_id: ids.GlobalId, context: Context) -> WatchedTimeline:
    raw_id = ids.raw_id(list_id, "UserList")
    is_there = partial(_is_list_there, raw_id)
    if raw_id is None or not await is_there(context):
        raise BadArgument(f"'{list_id[:40]}' is no list that you may see.")
    topic = ListTimeline(raw_id, context.viewer_id)
    items = partial(_list_items, raw_id)
    return streams.timeline(topic, "list", Refetch.LIST_TIMELINE, items, is_there, told=("list", raw_id))


async def _is_list_there(list_id: int | None, context: Context) -> bool:
    return list_id is not None and await context.loaders.list_by_id.load(list_id) is not None


async def _list_items(list_id: int, context: Context, tweet_ids: Sequence[int]) -> Mapping[int, TimelineTweet]:
    candidates = [Candidate(list_id, tweet_id) for tweet_id in tweet_ids]
    found = await context.loaders.listed_tweet.load_many(candidates)
    reason = TimelineReason(TimelineReasonCode.LIST)
    return {tweet.id: TimelineTweet(tweet, reason) for tweet in found if tweet is not None}


def of_hashtag(context: Context, *, name: str, after: ids.Cursor | None = None) -> AsyncGenerator[TimelineEvent, None]:
    return stream_events.events(context, partial(_hashtag, name), after)


async def _hashtag(name: str, context: Context) -> WatchedTimeline:
    tag = (await tweet_timelines.hashtag(context, name=name)).name
    items = _items_of(TAGGED, tag, TimelineReasonCode.HASHTAG)
    topic = Tagged(tag, context.viewer_id)
    return streams.timeline(topic, "hashtag", Refetch.HASHTAG, items, told=("hashtag", tag))


def _items_of(listing: Listing, parent_id: int | str, code: TimelineReasonCode) -> Items:
    async def items(context: Context, tweet_ids: Sequence[int]) -> Mapping[int, TimelineTweet]:
        candidates = [keyset.Candidate(listing, parent_id, tweet_id) for tweet_id in tweet_ids]
        are_listed = await context.loaders.is_listed.load_many(candidates)
        found = await visible_tweets(list(compress(tweet_ids, are_listed)), context)
        reason = TimelineReason(code)
        return {tweet_id: TimelineTweet(tweet, reason) for tweet_id, tweet in found.items()}

    return items
