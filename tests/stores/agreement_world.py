"""Twelve people between whom everything may stand, by chance, and what they tweeted in two days."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, permutations
from typing import NamedTuple

from sqlalchemy import insert, text

import models
from domain.ids import created_at, snowflake
from infra.database import Database

NOBODY_HAS = 999
PEOPLE = range(1, 13)
WORDS = ("rain", "jam", "tea", "100%")
REGIONS = ("DE", "FR", None)
SPAN = timedelta(days=2)
TWEETS = 40
LISTS = range(101, 105)

Row = dict[str, object]


class Tweeted(NamedTuple):
    id: int
    author_id: int
    tag: str
    conversation_id: int
    in_reply_to_id: int | None


async def peopled(database: Database, chance: random.Random) -> list[Tweeted]:
    now = datetime.now(UTC)
    tweets = list(_tweets(chance, now))
    ids = count(1)

    def some_pairs(one: str, other: str, share: float, **more: list[object]) -> list[Row]:
        return [
            {"id": next(ids), one: pair[0], other: pair[1], **{name: chance.choice(of) for name, of in more.items()}}
            for pair in permutations(PEOPLE, 2)
            if chance.random() < share
        ]

    expiry: list[object] = [None, now - timedelta(days=1), now + timedelta(days=1)]
    roots = sorted({row["conversation_id"] for row in tweets}, key=str)
    rows: dict[str, list[Row]] = {
        "users": [_person(chance, user_id, tweets, now) for user_id in PEOPLE],
        "tweets": tweets,
        "follows": some_pairs("follower_id", "followee_id", 0.5, shows_retweets=[True, True, False]),
        "follow_requests": some_pairs("follower_id", "followee_id", 0.1),
        "blocks": some_pairs("blocker_id", "blocked_id", 0.05),
        "mutes": some_pairs("muter_id", "muted_id", 0.2, expires_at=expiry),
        "muted_words": [
            {"id": next(ids), "user_id": user_id, "phrase": word, "needle": word, "expires_at": chance.choice(expiry)}
            for user_id in PEOPLE
            for word in WORDS
            if chance.random() < 0.1
        ],
        "muted_threads": [
            {"id": next(ids), "user_id": user_id, "conversation_id": root}
            for user_id in PEOPLE
            for root in chance.sample(roots, 2)
        ],
        "bookmark_folders": [{"id": user_id, "user_id": user_id, "name": "kept"} for user_id in PEOPLE],
    }
    done = [(user_id, row["id"]) for user_id in PEOPLE for row in chance.sample(tweets, 8)]
    rows["likes"] = [{"id": next(ids), "user_id": user_id, "tweet_id": tweet_id} for user_id, tweet_id in done[::2]]
    rows["bookmarks"] = [
        {"id": next(ids), "user_id": user_id, "tweet_id": tweet_id, "folder_id": chance.choice([None, user_id])}
        for user_id, tweet_id in done[1::2]
    ]
    rows["tweet_mentions"] = [
        {"user_id": user_id, "tweet_id": row["id"]} for row in tweets for user_id in chance.sample(PEOPLE, 2)
    ]
    asked = [row["id"] for row in chance.sample(tweets, 6)]
    rows["polls"] = [{"tweet_id": tweet_id, "ends_at": now} for tweet_id in asked]
    rows["poll_options"] = [
        {"tweet_id": tweet_id, "position": position, "text": "yes"} for tweet_id in asked for position in range(3)
    ]
    rows["poll_votes"] = [
        {"tweet_id": tweet_id, "user_id": user_id, "positions": chance.choice([[0], [1], [0, 2]])}
        for tweet_id in asked
        for user_id in chance.sample(PEOPLE, 6)
    ]
    rows["tweet_hashtags"] = [{"tag": row["text"], "tweet_id": row["id"]} for row in tweets if row["text"]]
    rows["lists"] = [
        {
            "id": list_id,
            "owner_id": chance.choice(PEOPLE),
            "name": "some",
            "is_private": chance.random() < 0.3,
            "created_at": now,
        }
        for list_id in LISTS
    ]
    rows["list_members"] = [
        {"id": next(ids), "list_id": list_id, "user_id": user_id}
        for list_id in LISTS
        for user_id in chance.sample(PEOPLE, 8)
    ]
    async with database.write() as session:
        for table, made in rows.items():
            await session.execute(insert(models.metadata.tables[table]), made)
        written = await session.execute(text("SELECT id, author_id, text, conversation_id, in_reply_to_id FROM tweets"))
    return [Tweeted(*row) for row in written]


def _person(chance: random.Random, user_id: int, tweets: list[Row], now: datetime) -> Row:
    return {
        "id": user_id,
        "username": f"user{user_id}",
        "display_name": "Name",
        "email": f"{user_id}@example.com",
        "password_hash": "",
        "region": chance.choice(REGIONS),
        "status": chance.choices(["ACTIVE", "SUSPENDED", "DEACTIVATED"], [10, 1, 1])[0],
        "is_protected": chance.random() < 0.3,
        "sensitive_content": chance.choice(["SHOW", "WARN", "HIDE"]),
        "pinned_tweet_id": chance.choice(tweets)["id"],
        "created_at": now,
    }


def _tweets(chance: random.Random, now: datetime) -> Iterator[Row]:
    """Oldest first. The first are retweeted again and again."""
    begin = round((now - SPAN).timestamp() * 1_000)
    moments = sorted(chance.sample(range(SPAN // timedelta(milliseconds=1)), TWEETS))
    originals: list[Row] = []
    retweeted: set[tuple[int, object]] = set()
    for n, moment in enumerate(moments):
        tweet_id, author_id = snowflake(ms=begin + moment, worker=0, sequence=0), chance.choice(PEOPLE)
        kind = chance.choice(["post", "reply", "retweet", "retweet", "quote"]) if n > 4 else "post"
        word = chance.choice(WORDS)
        row: Row = {
            "id": tweet_id,
            "author_id": author_id,
            "text": word,
            "searchable": f" {word} ",
            "entities": [],
            "weighted_length": len(word),
            "conversation_id": tweet_id,
            "in_reply_to_id": None,
            "in_reply_to_user_id": None,
            "retweet_of_id": None,
            "quoted_id": None,
            "reply_policy": chance.choice(["EVERYONE", "FOLLOWED", "MENTIONED"]),
            "is_sensitive": chance.random() < 0.2,
            "withheld_in": chance.choices([[], ["DE"], ["DE", "FR"]], [8, 1, 1])[0],
            "created_at": created_at(tweet_id),
            "hidden_at": now if kind == "reply" and chance.random() < 0.1 else None,
            "deleted_at": now if chance.random() < 0.1 else None,
        }
        if kind == "post":
            originals.append(row)
            yield row
            continue
        other = chance.choice(originals[:8] if kind == "retweet" else originals)
        match kind:
            case "reply":
                row |= {
                    "in_reply_to_id": other["id"],
                    "in_reply_to_user_id": other["author_id"],
                    "conversation_id": other["conversation_id"],
                }
                originals.append(row)
            case "quote":
                row["quoted_id"] = other["id"]
            case _:
                if (author_id, other["id"]) in retweeted:
                    continue
                retweeted.add((author_id, other["id"]))
                row |= {"retweet_of_id": other["id"], "text": "", "searchable": ""}
        yield row
