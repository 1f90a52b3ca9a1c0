"""Posting and deleting tweets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from domain import visibility
from domain.errors import NotFound, NotTheAuthor
from domain.events import TweetDeleted, TweetPosted
from domain.records import Place, ReplyPolicy, Tweet, TweetCounts, UserCounts
from domain.tweets import TweetText
from infra.database import ReadSession, WriteSession
from stores import counts, outbox, tweets
from stores.tweets import NewTweet


class Draft(msgspec.Struct, frozen=True):
    """A tweet to be posted; its text has passed the rules, and what it answers and quotes was found."""

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


async def parent_of_reply(session: WriteSession, tweet_id: int | None, *, viewer_id: int) -> Tweet:
    """The tweet to reply to, kept from being deleted until the transaction ends; raises NotFound."""
    stored = None if tweet_id is None else await tweets.locked(session, tweet_id, viewer_id=viewer_id)
    seen = None if stored is None else visibility.tweet_as_seen(stored, viewer_id=viewer_id)
    if not isinstance(seen, Tweet):
        raise NotFound("tweet to reply to", field="inReplyTo")
    return seen


async def post(session: WriteSession, drafts: Sequence[Draft]) -> list[Tweet]:
    """Stores the tweets with their hashtags and counts, and what must follow each in the outbox."""
    new = [NewTweet(tweet=draft.tweet, searchable=draft.text.searchable, tags=draft.text.tags) for draft in drafts]
    await tweets.insert(session, new)
    posted = [each.tweet for each in new]
    await count(session, posted, by=1)
    await outbox.add(session, [TweetPosted(tweet.id) for tweet in posted])
    return posted


async def delete(session: WriteSession, tweet_id: int | None, *, author_id: int, now: datetime) -> Tweet:
    """Raises NotFound or NotTheAuthor."""
    tweet = await visible(session, tweet_id, viewer_id=author_id)
    if tweet.author_id != author_id:
        raise NotTheAuthor
    if not await tweets.mark_deleted(session, tweet.id, author_id=author_id, now=now):
        raise NotFound("tweet", field="tweetId")
    await count(session, [tweet], by=-1)
    await outbox.add(session, [TweetDeleted(tweet.id)])
    return tweet


async def visible(session: ReadSession, tweet_id: int | None, *, viewer_id: int) -> Tweet:
    """Raises NotFound alike for a tweet that never was, was deleted, or may not be seen."""
    stored = None
    if tweet_id is not None:
        stored = (await tweets.by_id(session, [tweet_id], viewer_id=viewer_id)).get(tweet_id)
    seen = None if stored is None else visibility.tweet_as_seen(stored, viewer_id=viewer_id)
    if not isinstance(seen, Tweet):
        raise NotFound("tweet", field="tweetId")
    return seen


async def original_of(session: ReadSession, tweet: Tweet, *, viewer_id: int) -> Tweet:
    """What a retweet retweets: whatever is done to the one is done to the other. Raises NotFound."""
    if tweet.retweet_of_id is None:
        return tweet
    return await visible(session, tweet.retweet_of_id, viewer_id=viewer_id)


async def count(session: WriteSession, counted: Sequence[Tweet], *, by: int) -> None:
    """Adds these tweets to (or with -1, takes them from) the counts of their authors and of what they point at."""
    written = Counter(tweet.author_id for tweet in counted)
    await counts.add_to_users(session, {user_id: UserCounts(tweets=by * n) for user_id, n in written.items()})
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
