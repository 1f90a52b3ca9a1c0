"""Live events of what is below a tweet: replies, and replies to them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from functools import partial

from domain.changes import ChangeKind, Concern, Place, Told
from domain.errors import BadArgument
from domain.ids import Cursor, GlobalId, raw_id
from domain.records import (
    Refetch,
    ReplyAdded,
    ReplyEdited,
    ReplyHidden,
    ReplyRemoved,
    ThreadChange,
    ThreadEvent,
    ThreadRebuilt,
    Tweet,
)
from resolvers import stream_events
from resolvers.context import Context
from resolvers.lookups import visible_tweets
from resolvers.stream_events import Watched
from services.live_topics import Conversation
from stores.thread_changes import Candidate


def below(context: Context, *, tweet_id: GlobalId, after: Cursor | None = None) -> AsyncGenerator[ThreadEvent, None]:
    return stream_events.events(context, partial(_opened, tweet_id), after)


async def _opened(tweet_id: GlobalId, context: Context) -> Watched[ThreadChange, ThreadEvent]:
    named = raw_id(tweet_id, "Tweet")
    tweet = None if named is None else (await visible_tweets([named], context)).get(named)
    if tweet is not None and tweet.retweet_of_id is not None:
        # What is asked of a retweet is asked of what it retweets.
        tweet = (await visible_tweets([tweet.retweet_of_id], context)).get(tweet.retweet_of_id)
    if tweet is None:
        raise BadArgument(f"'{tweet_id[:40]}' is no tweet that you may see.")
    return Watched(
        Conversation(tweet.conversation_id, context.viewer_id),
        Refetch.THREAD,
        ThreadEvent,
        partial(_changes, tweet.id),
        is_there=partial(_is_there, tweet.id),
        told=("thread", tweet.id),
    )


async def _is_there(tweet_id: int, context: Context) -> bool:
    return isinstance(await context.loaders.tweet_by_id.load(tweet_id), Tweet)


async def _changes(tweet_id: int, context: Context, piece: Told) -> list[tuple[Place, ThreadChange]]:
    tweet_ids = sorted({concern.entry_id for concern in piece.concerns if concern.entry_id is not None})
    candidates = [Candidate(tweet_id, reply_id) for reply_id in tweet_ids]
    are_shown = dict(zip(tweet_ids, await context.loaders.is_shown_below.load_many(candidates), strict=True))
    below = [reply_id for reply_id, is_shown in are_shown.items() if is_shown is not None]
    replies = await visible_tweets([reply_id for reply_id in below if are_shown[reply_id]], context)
    never_seen = await stream_events.never_seen(context, [each for each in below if each not in replies])
    told = {None, *below} - never_seen
    return [
        (place, change)
        for concern, place in piece.placed()
        if concern.entry_id in told and (change := _change(concern, replies)) is not None
    ]


def _change(concern: Concern, replies: Mapping[int, Tweet]) -> ThreadChange | None:
    kind, reply_id = concern.change.kind, concern.entry_id
    if reply_id is None:
        return ThreadRebuilt(stream_events.REBUILDS[kind])
    if (reply := replies.get(reply_id)) is not None:
        return ReplyEdited(reply) if kind is ChangeKind.TWEET_EDITED else ReplyAdded(reply)
    match kind:
        case ChangeKind.TWEET_POSTED:
            return None
        case ChangeKind.REPLY_HIDDEN:
            return ReplyHidden(reply_id)
        case _:
            return ReplyRemoved(reply_id)
