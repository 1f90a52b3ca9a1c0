"""Polls: asking, voting, closing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain import ids
from domain.errors import AlreadyVoted, NotFound, PollClosed
from domain.events import PollEnded
from domain.polls import PollDraft, checked_choices
from domain.records import Tweet
from infra.database import Database, WriteSession
from services.tweets import visible_original
from stores import outbox, polls

CLOSED_AT_ONCE = 500
"""Polls closed in one transaction."""


async def ask(session: WriteSession, tweet: Tweet, poll: PollDraft) -> None:
    """Gives a tweet that was just posted its poll."""
    await polls.insert(
        session,
        tweet.id,
        options=poll.options,
        is_multiple=poll.is_multiple,
        ends_at=tweet.created_at + poll.duration,
    )


async def vote(
    session: WriteSession, tweet_id: int | None, *, choices: Sequence[int], user_id: int, now: datetime
) -> int:
    """Once for each person and for good; returns the id of the tweet with the poll.

    Raises NotFound, PollClosed, ValidationFailed or AlreadyVoted.
    """
    tweet = await visible_original(session, tweet_id, viewer_id=user_id)
    rules = await polls.rules(session, tweet.id)
    if rules is None:
        raise NotFound("poll", field="tweetId")
    if now >= rules.ends_at:
        raise PollClosed
    positions = checked_choices(choices, rules)
    if not await polls.vote(session, tweet.id, user_id=user_id, positions=positions):
        raise AlreadyVoted(existing=ids.global_id("Poll", tweet.id))
    return tweet.id


async def close_ended(database: Database, *, now: datetime) -> int:
    """Tells of every poll whose time is over, once; returns how many there were."""
    closed = 0
    found = CLOSED_AT_ONCE
    while found == CLOSED_AT_ONCE:
        async with database.write() as session:
            tweet_ids = await polls.close_ended(session, now=now, limit=CLOSED_AT_ONCE)
            if tweet_ids:
                await outbox.add(session, [PollEnded(tweet_id) for tweet_id in tweet_ids])
        found = len(tweet_ids)
        closed += found
    return closed
