"""Retweeting, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain import ids
from domain.delivery import DEFAULT_THRESHOLDS, FanoutThresholds
from domain.errors import AlreadyRetweeted, AuthorIsProtected
from domain.events import TweetDeleted
from domain.records import Tweet
from infra.database import WriteSession
from services import fan_out
from services.runtime import Runtime
from services.tweets import count, visible, visible_original
from stores import outbox, retweets, tweets, viewer_states


async def retweet(
    session: WriteSession,
    triples: Sequence[tuple[int, int, int]],
    *,
    now: datetime,
    thresholds: FanoutThresholds = DEFAULT_THRESHOLDS,
) -> list[Tweet]:
    """(retweet id, user id, tweet id) triples of originals; returns those retweets that are new."""
    wanted = [_retweet(*triple, now=now) for triple in triples]
    inserted = await retweets.insert(session, wanted)
    new = [each for each in wanted if each.id in inserted]
    if new:
        await count(session, new, by=1)
        await fan_out.begin(session, new, thresholds=thresholds)
    return new


def _retweet(retweet_id: int, user_id: int, tweet_id: int, *, now: datetime) -> Tweet:
    return Tweet(
        id=retweet_id,
        author_id=user_id,
        text="",
        entities=(),
        weighted_length=0,
        created_at=now,
        conversation_id=retweet_id,
        retweet_of_id=tweet_id,
    )


async def retweet_one(
    session: WriteSession, runtime: Runtime, tweet_id: int | None, *, user_id: int
) -> tuple[Tweet, Tweet]:
    """The original and the retweet; to retweet a retweet is to retweet its original.

    Raises NotFound, AuthorIsProtected or AlreadyRetweeted.
    """
    original = await visible_original(session, tweet_id, viewer_id=user_id)
    state = (await viewer_states.of_tweets(session, [original.id], viewer_id=user_id))[original.id]
    if not state.can_retweet.allowed:
        raise AuthorIsProtected
    retweet_id = runtime.snowflakes.next(above=original.id)
    new = await retweet(
        session, [(retweet_id, user_id, original.id)], now=runtime.now(), thresholds=runtime.fanout_thresholds
    )
    if not new:
        raise await already_retweeted(session, original.id, user_id=user_id)
    return original, new[0]


async def already_retweeted(session: WriteSession, tweet_id: int, *, user_id: int) -> AlreadyRetweeted:
    """The refusal with the retweet that is there, unless it was taken back this very moment."""
    existing = await retweets.of_author(session, tweet_id, author_id=user_id)
    return AlreadyRetweeted(existing=None if existing is None else ids.global_id("Tweet", existing))


async def undo(session: WriteSession, tweet_id: int | None, *, user_id: int, now: datetime) -> int:
    """Afterwards the user's retweet is gone, whether the retweet or its original was named and whether or not there
    was one; returns the id of the original. Raises NotFound.

    The user's own retweet goes also when its original cannot be seen any more.
    """
    stored = await tweets.find(session, tweet_id, viewer_id=user_id)
    if stored is not None and (stored.tweet.retweet_of_id is None or stored.tweet.author_id == user_id):
        original_id = stored.tweet.retweet_of_id or stored.tweet.id
    else:
        # Somebody else's retweet, or nothing.
        original_id = (await visible_original(session, tweet_id, viewer_id=user_id)).id
    deleted_id = await retweets.mark_deleted(session, original_id, author_id=user_id, now=now)
    if deleted_id is None:
        return (await visible(session, original_id, viewer_id=user_id)).id
    await count(session, [_retweet(deleted_id, user_id, original_id, now=now)], by=-1)
    await outbox.add(session, [TweetDeleted(deleted_id)])
    return original_id
