"""Posting several tweets as a whole, each answering the one before."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.errors import Constraint, DomainError, NotFound, ValidationFailed
from domain.records import Tweet
from domain.threads import MAX_TWEETS
from domain.tweets import TweetText
from infra.database import WriteSession
from services.runtime import Runtime
from services.tweets import Draft, accepted_text, post
from stores import threads, tweets


def accepted_texts(runtime: Runtime, written: Sequence[str]) -> list[TweetText]:
    """Raises an ExceptionGroup with a DomainError for each text that is refused, so that a client can mark them all."""
    texts: list[TweetText] = []
    refused: list[DomainError] = []
    for index, text in enumerate(written):
        try:
            texts.append(accepted_text(runtime, text))
        except DomainError as error:
            error.path = ("input", "tweets", str(index), "text")
            refused.append(error)
    if refused:
        raise ExceptionGroup("texts of a thread", refused)
    return texts


async def begin(session: WriteSession, runtime: Runtime, texts: Sequence[TweetText], *, author_id: int) -> list[Tweet]:
    """All of them or none; the thread has the id of its first tweet."""
    first_id = runtime.snowflakes.next()
    first = Draft(
        id=first_id,
        author_id=author_id,
        text=texts[0],
        created_at=runtime.now(),
        thread_id=first_id,
        thread_index=0,
    )
    return await post(session, _chained(runtime, first, texts), thresholds=runtime.fanout_thresholds)


async def extend(
    session: WriteSession, runtime: Runtime, tweet_id: int | None, texts: Sequence[TweetText], *, author_id: int
) -> list[Tweet]:
    """Adds to the end of the author's thread that the tweet is in. Raises NotFound or ValidationFailed."""
    named = await tweets.find(session, tweet_id, viewer_id=author_id)
    if named is None or named.deleted_at is not None or named.tweet.author_id != author_id:
        raise _no_such_thread()
    if (thread_id := named.tweet.thread_id) is None:
        raise _no_such_thread()
    end = await threads.locked_end(session, thread_id)
    if end.tweet_id is None:
        raise _no_such_thread()
    last = (await tweets.by_id(session, [end.tweet_id], viewer_id=author_id))[end.tweet_id]
    index = end.index + 1
    if index + len(texts) > MAX_TWEETS:
        raise ValidationFailed(
            f"The thread has {index} tweets already; the limit is {MAX_TWEETS}.",
            field="tweets",
            constraint=Constraint.TOO_MANY,
            limit=MAX_TWEETS,
            actual=index + len(texts),
        )
    first = Draft(
        id=runtime.snowflakes.next(above=last.tweet.id),
        author_id=author_id,
        text=texts[0],
        created_at=runtime.now(),
        in_reply_to=last.tweet,
        thread_id=thread_id,
        thread_index=index,
    )
    return await post(session, _chained(runtime, first, texts), thresholds=runtime.fanout_thresholds)


def _chained(runtime: Runtime, first: Draft, texts: Sequence[TweetText]) -> list[Draft]:
    """A draft for each text, the first of which is there already."""
    drafts = [first]
    for text in texts[1:]:
        before = drafts[-1].tweet
        assert before.thread_index is not None
        tweet_id, index = runtime.snowflakes.next(), before.thread_index + 1
        drafts.append(msgspec.structs.replace(first, id=tweet_id, text=text, in_reply_to=before, thread_index=index))
    return drafts


def _no_such_thread() -> NotFound:
    return NotFound("thread of yours", field="continues")
