"""Posting tweets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from domain import visibility
from domain.content_rules import check_content
from domain.delivery import DEFAULT_THRESHOLDS, FanoutThresholds
from domain.errors import AuthorIsProtected, NotFound, RepliesRestricted
from domain.records import Place, ReplyPolicy, Tweet, TweetCounts, UserCounts
from domain.tweets import TweetText, checked_text
from infra.database import ReadSession, WriteSession
from services import fan_out, mentions
from services.runtime import Runtime
from stores import counts, tweets, viewer_states
from stores.tweets import NewTweet


class Draft(msgspec.Struct, frozen=True):
    """A tweet to be posted; its text has passed the rules, and what it answers and quotes was found.

    Its id is greater than theirs: no list by time shows it before them.
    """

    id: int
    author_id: int
    text: TweetText
    created_at: datetime
    in_reply_to: Tweet | None = None
    quoted: Tweet | None = None
    thread_id: int | None = None
    thread_index: int | None = None
    reply_policy: ReplyPolicy = ReplyPolicy.EVERYONE
    is_sensitive: bool = False
    language: str | None = None
    place: Place | None = None

    @property
    def tweet(self) -> Tweet:
        return Tweet(
            id=self.id,
            author_id=self.author_id,
            text=self.text.text,
            entities=self.text.entities,
            weighted_length=self.text.weighted_length,
            created_at=self.created_at,
            conversation_id=self.in_reply_to.conversation_id if self.in_reply_to else self.id,
            in_reply_to_id=self.in_reply_to.id if self.in_reply_to else None,
            in_reply_to_user_id=self.in_reply_to.author_id if self.in_reply_to else None,
            quoted_id=self.quoted.id if self.quoted else None,
            thread_id=self.thread_id,
            thread_index=self.thread_index,
            reply_policy=self.reply_policy,
            is_sensitive=self.is_sensitive,
            language=self.language,
            place=self.place,
        )


def accepted_text(runtime: Runtime, written: str) -> TweetText:
    """Raises TweetEmpty, TweetTooLong, TweetHasInvalidCharacters or ContentRejected."""
    text = checked_text(written, limit=runtime.settings.max_tweet_length)
    check_content(runtime.content_rules, text.searchable, text.entities, field="text")
    return text


async def parent_of_reply(session: WriteSession, tweet_id: int | None, *, viewer_id: int) -> Tweet:
    """The tweet to reply to: of a retweet, what it retweets. It is neither deleted, nor is it decided otherwise who may
    reply in its conversation, until the transaction ends. Raises NotFound or RepliesRestricted."""
    parent = await _original_locked(session, tweet_id, viewer_id=viewer_id)
    if parent is None:
        raise NotFound("tweet to reply to", field="inReplyTo")
    if parent.conversation_id != parent.id:
        await tweets.lock(session, parent.conversation_id)
    permission = (await viewer_states.of_tweets(session, [parent.id], viewer_id=viewer_id))[parent.id].can_reply
    if permission.reason is not None:
        raise RepliesRestricted(reason=permission.reason, resolution=permission.resolution)
    return parent


async def quotable(session: WriteSession, tweet_id: int | None, *, viewer_id: int) -> Tweet:
    """The tweet to quote: of a retweet, what it retweets. It is not deleted until the transaction ends.

    Raises NotFound or AuthorIsProtected.
    """
    quoted = await _original_locked(session, tweet_id, viewer_id=viewer_id)
    if quoted is None:
        raise NotFound("tweet to quote", field="quote")
    if not (await viewer_states.of_tweets(session, [quoted.id], viewer_id=viewer_id))[quoted.id].can_quote.allowed:
        raise AuthorIsProtected("Only the author can quote a tweet of a protected account.", field="quote")
    return quoted


async def _original_locked(session: WriteSession, tweet_id: int | None, *, viewer_id: int) -> Tweet | None:
    """None where the viewer cannot see it."""
    stored = None if tweet_id is None else await tweets.locked(session, tweet_id, viewer_id=viewer_id)
    seen = None if stored is None else visibility.tweet_as_seen(stored, viewer_id=viewer_id)
    if not isinstance(seen, Tweet):
        return None
    if seen.retweet_of_id is None:
        return seen
    return await _original_locked(session, seen.retweet_of_id, viewer_id=viewer_id)


async def post(
    session: WriteSession, drafts: Sequence[Draft], *, thresholds: FanoutThresholds = DEFAULT_THRESHOLDS
) -> list[Tweet]:
    """Stores the tweets with their hashtags, mentions and counts, and what must follow each in the outbox.

    From its commit on they are in the home timelines of their authors' followers, delivered or not.
    """
    entities = await mentions.resolved(session, [(draft.author_id, draft.text.entities) for draft in drafts])
    new = [
        NewTweet(
            tweet=msgspec.structs.replace(draft.tweet, entities=found),
            searchable=draft.text.searchable,
            tags=draft.text.tags,
        )
        for draft, found in zip(drafts, entities, strict=True)
    ]
    await tweets.insert(session, new)
    posted = [each.tweet for each in new]
    await _count_where_they_point(session, posted, by=1)
    await fan_out.begin(session, posted, thresholds=thresholds)
    return posted


async def visible(session: ReadSession, tweet_id: int | None, *, viewer_id: int) -> Tweet:
    """Raises NotFound alike for a tweet that never was, was deleted, or may not be seen."""
    stored = await tweets.find(session, tweet_id, viewer_id=viewer_id)
    seen = None if stored is None else visibility.tweet_as_seen(stored, viewer_id=viewer_id)
    if not isinstance(seen, Tweet):
        raise NotFound("tweet", field="tweetId")
    return seen


async def visible_original(session: ReadSession, tweet_id: int | None, *, viewer_id: int) -> Tweet:
    """Of a retweet, what it retweets: whatever is done to the one is done to the other. Raises NotFound."""
    return await original_of(session, await visible(session, tweet_id, viewer_id=viewer_id), viewer_id=viewer_id)


async def original_of(session: ReadSession, tweet: Tweet, *, viewer_id: int) -> Tweet:
    """What it retweets, or the tweet itself. Raises NotFound."""
    if tweet.retweet_of_id is None:
        return tweet
    return await visible(session, tweet.retweet_of_id, viewer_id=viewer_id)


async def count(session: WriteSession, counted: Sequence[Tweet], *, by: int) -> None:
    """Adds these tweets to (or with -1, takes them from) the counts of their authors and of what they point at."""
    written = Counter(tweet.author_id for tweet in counted)
    await counts.add_to_users(session, {user_id: UserCounts(tweets=by * n) for user_id, n in written.items()})
    await _count_where_they_point(session, counted, by=by)


async def _count_where_they_point(session: WriteSession, counted: Sequence[Tweet], *, by: int) -> None:
    replies = Counter(tweet.in_reply_to_id for tweet in counted if tweet.in_reply_to_id is not None)
    quotes = Counter(tweet.quoted_id for tweet in counted if tweet.quoted_id is not None)
    retweets = Counter(tweet.retweet_of_id for tweet in counted if tweet.retweet_of_id is not None)
    pointed_at = sorted(replies | quotes | retweets)
    if pointed_at:
        deltas = {
            tweet_id: TweetCounts(
                replies=by * replies[tweet_id], quotes=by * quotes[tweet_id], retweets=by * retweets[tweet_id]
            )
            for tweet_id in pointed_at
        }
        await counts.add_to_tweets(session, deltas)
