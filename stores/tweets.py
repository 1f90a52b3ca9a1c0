"""Rows of `tweets` and `tweet_hashtags`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import text

from domain.records import Place, ReplyPolicy, StoredTweet, Tweet, UnavailableReason
from domain.text import Entity
from domain.tweets import mentioned_in
from infra.database import ReadSession, WriteSession
from stores import mentions
from stores.keyset import Listing
from stores.row_versions import VersionedTable
from stores.visibility import NOBODY, embedding_verdict, listed_reply, original_verdict, tweet_verdict, visible_tweet

_ENTITIES = msgspec.json.Decoder(tuple[Entity, ...])

_PLACE = msgspec.json.Decoder(Place)

COLUMNS = (
    "tweets.id, tweets.author_id, tweets.text, CAST(tweets.entities AS text), tweets.weighted_length, "
    "tweets.created_at, tweets.conversation_id, tweets.in_reply_to_id, tweets.in_reply_to_user_id, "
    "tweets.retweet_of_id, tweets.quoted_id, tweets.thread_id, tweets.thread_index, tweets.reply_policy, "
    "tweets.hidden_at, tweets.is_sensitive, tweets.language, CAST(tweets.place AS text), tweets.version, "
    "tweets.edited_at, tweets.delivery = 'PULL'"
)
_WITH_AUTHOR = "FROM tweets JOIN users ON users.id = tweets.author_id"
BY_AUTHOR = Listing(
    source=f"{_WITH_AUTHOR} WHERE tweets.author_id = parent.id AND {visible_tweet()}",
    key="tweets.id",
    value="tweets.id",
    newest_first=True,
)
# Replies to the author's own tweets are no replies here. The index for it has the same condition.
WITHOUT_REPLIES = Listing(
    source=f"{_WITH_AUTHOR} WHERE tweets.author_id = parent.id AND {visible_tweet()} "
    "AND (tweets.in_reply_to_user_id IS NULL OR tweets.in_reply_to_user_id = tweets.author_id)",
    key="tweets.id",
    value="tweets.id",
    newest_first=True,
)
IS_SHOWN_REPLY = f"{listed_reply()} AND tweets.hidden_at IS NULL"
REPLIES = Listing(
    source=f"{_WITH_AUTHOR} WHERE tweets.in_reply_to_id = parent.id AND {IS_SHOWN_REPLY}",
    key="tweets.id",
    value="tweets.id",
    newest_first=False,
)
HIDDEN_REPLIES = Listing(
    source=f"{_WITH_AUTHOR} WHERE tweets.in_reply_to_id = parent.id AND {listed_reply()} "
    "AND tweets.hidden_at IS NOT NULL",
    key="tweets.id",
    value="tweets.id",
    newest_first=False,
)


class NewTweet(msgspec.Struct, frozen=True):
    tweet: Tweet
    searchable: str
    tags: tuple[str, ...]


def tweet_from(row: Sequence[Any]) -> Tweet:
    """Of a row that begins with COLUMNS."""
    id_, author_id, content, entities, weighted_length, created_at, conversation_id, *row = row
    in_reply_to_id, in_reply_to_user_id, retweet_of_id, quoted_id, thread_id, thread_index, *row = row
    reply_policy, hidden_at, is_sensitive, language, place, version, edited_at, is_pulled, *_ = row
    return Tweet(
        id=id_,
        author_id=author_id,
        text=content,
        entities=_ENTITIES.decode(entities),
        weighted_length=weighted_length,
        created_at=created_at,
        conversation_id=conversation_id,
        in_reply_to_id=in_reply_to_id,
        in_reply_to_user_id=in_reply_to_user_id,
        retweet_of_id=retweet_of_id,
        quoted_id=quoted_id,
        thread_id=thread_id,
        thread_index=thread_index,
        reply_policy=ReplyPolicy(reply_policy),
        hidden_at=hidden_at,
        is_sensitive=is_sensitive,
        language=language,
        place=None if place is None else _PLACE.decode(place),
        version=version,
        edited_at=edited_at,
        is_pulled=is_pulled,
    )


_INSERT = text(
    """
    WITH added AS (
        INSERT INTO tweets (id, author_id, text, searchable, entities, weighted_length, created_at, conversation_id,
            in_reply_to_id, in_reply_to_user_id, retweet_of_id, quoted_id, thread_id, thread_index, reply_policy,
            is_sensitive, language, place)
        SELECT * FROM unnest(
            CAST(:ids AS bigint[]), CAST(:author_ids AS bigint[]), CAST(:texts AS text[]),
            CAST(:searchables AS text[]), CAST(:entities AS jsonb[]), CAST(:weighted_lengths AS smallint[]),
            CAST(:created_ats AS timestamptz[]), CAST(:conversation_ids AS bigint[]),
            CAST(:in_reply_to_ids AS bigint[]), CAST(:in_reply_to_user_ids AS bigint[]),
            CAST(:retweet_of_ids AS bigint[]), CAST(:quoted_ids AS bigint[]), CAST(:thread_ids AS bigint[]),
            CAST(:thread_indexes AS smallint[]), CAST(:reply_policies AS text[]), CAST(:sensitives AS boolean[]),
            CAST(:languages AS text[]), CAST(:places AS jsonb[])
        )
    ), tagged AS (
        INSERT INTO tweet_hashtags (tag, tweet_id)
        SELECT * FROM unnest(CAST(:tags AS text[]), CAST(:tagged_ids AS bigint[]))
    ), counted_of_authors AS (
        INSERT INTO user_count_deltas (user_id, tweets)
        SELECT id, count(*) FROM unnest(CAST(:author_ids AS bigint[])) AS author (id) GROUP BY id
    )
    INSERT INTO tweet_counts (tweet_id) SELECT unnest(CAST(:ids AS bigint[]))
    """
)


async def insert(session: WriteSession, new: Sequence[NewTweet]) -> None:
    """With what is looked up and counted of each; its author's count, too. One statement, because each waits its turn
    behind everything that the process is reading."""
    tweets = [each.tweet for each in new]
    tagged = [(tag, each.tweet.id) for each in new for tag in each.tags]
    await session.rows(
        _INSERT,
        {
            "ids": [tweet.id for tweet in tweets],
            "author_ids": [tweet.author_id for tweet in tweets],
            "texts": [tweet.text for tweet in tweets],
            "searchables": [each.searchable for each in new],
            "entities": [msgspec.json.encode(tweet.entities).decode() for tweet in tweets],
            "weighted_lengths": [tweet.weighted_length for tweet in tweets],
            "created_ats": [tweet.created_at for tweet in tweets],
            "conversation_ids": [tweet.conversation_id for tweet in tweets],
            "in_reply_to_ids": [tweet.in_reply_to_id for tweet in tweets],
            "in_reply_to_user_ids": [tweet.in_reply_to_user_id for tweet in tweets],
            "retweet_of_ids": [tweet.retweet_of_id for tweet in tweets],
            "quoted_ids": [tweet.quoted_id for tweet in tweets],
            "thread_ids": [tweet.thread_id for tweet in tweets],
            "thread_indexes": [tweet.thread_index for tweet in tweets],
            "reply_policies": [tweet.reply_policy for tweet in tweets],
            "sensitives": [tweet.is_sensitive for tweet in tweets],
            "languages": [tweet.language for tweet in tweets],
            "places": [None if t.place is None else msgspec.json.encode(t.place).decode() for t in tweets],
            "tags": [tag for tag, _ in tagged],
            "tagged_ids": [tweet_id for _, tweet_id in tagged],
        },
    )
    mentioned = [(user_id, tweet.id) for tweet in tweets for user_id in mentioned_in(tweet.entities)]
    if mentioned:
        await mentions.insert(session, mentioned)


VERDICTS = f"coalesce({tweet_verdict()}, {original_verdict()}) AS hidden, {embedding_verdict()} AS filtered"
VERSIONS = VersionedTable("tweets", COLUMNS, tweet_from)
_BY_ID = text(
    f"SELECT tweets.id, {VERSIONS.content}, tweets.deleted_at, {VERDICTS} {_WITH_AUTHOR} "
    "WHERE tweets.id = ANY(CAST(:ids AS bigint[]))"
)


async def by_id(session: ReadSession, tweet_ids: Sequence[int], *, viewer_id: int | None) -> dict[int, StoredTweet]:
    known = VERSIONS.known(session, tweet_ids)
    rows = await session.rows(_BY_ID, {"ids": tweet_ids, "viewer_id": viewer_id or NOBODY, **known.values})
    return {
        tweet_id: StoredTweet(
            tweet=known.record(tweet_id, content),
            deleted_at=deleted_at,
            hidden=None if hidden is None else UnavailableReason(hidden),
            filtered=None if filtered is None else UnavailableReason(filtered),
        )
        for tweet_id, content, deleted_at, hidden, filtered in rows
    }


async def find(session: ReadSession, tweet_id: int | None, *, viewer_id: int | None) -> StoredTweet | None:
    """`tweet_id` is None where a client's id names no tweet."""
    return None if tweet_id is None else (await by_id(session, [tweet_id], viewer_id=viewer_id)).get(tweet_id)


_LOCK = text("SELECT FROM tweets WHERE id = :id FOR SHARE")


async def lock(session: WriteSession, tweet_id: int) -> None:
    """Until the transaction ends the tweet is neither deleted nor changed."""
    await session.rows(_LOCK, {"id": tweet_id})


async def locked(session: WriteSession, tweet_id: int, *, viewer_id: int) -> StoredTweet | None:
    """Held until the transaction ends, so that nothing is attached to a tweet that is deleted meanwhile."""
    await lock(session, tweet_id)
    # Another statement: one that waited for the lock would see blocks and follows as they were before.
    return await find(session, tweet_id, viewer_id=viewer_id)
