"""The law of every listing there is: whoever pages through one sees each row that was there all the time, once and in
order, whatever is inserted and deleted meanwhile, ahead of the reader's place and behind it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias

import msgspec
import pytest
from sqlalchemy import and_, delete, insert

import stores
from domain.pages import PageRequest
from models import metadata
from services.runtime import Runtime
from stores import keyset
from stores.keyset import Listing

ROWS = 30
ROUNDS = 6
Row: TypeAlias = tuple[str, dict[str, Any]]
"""A table and what is inserted into it."""


class Ground:
    """What the listings' rows point at: ann, who looks; bob; `ROWS` people whom ann follows; a list and a folder of
    hers; as many tweets of bob's, each answering the one before."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime, self.now = runtime, runtime.now()
        self.ann, self.bob, self.list, self.folder = self._ids(4)
        self.people, self.tweets = self._ids(ROWS), self._ids(ROWS)
        self.keys = self._ids(ROWS)
        """Ids of the rows to be listed."""

    def _ids(self, count: int) -> list[int]:
        return [self.runtime.snowflakes.next() for _ in range(count)]

    async def lay(self) -> None:
        everybody = [self.ann, self.bob, *self.people]
        rows = [self._person(user_id, f"user{n}") for n, user_id in enumerate(everybody)]
        rows += [tweet(self, tweet_id, self.bob, version=ROWS + 1) for tweet_id in self.tweets[:1]]
        rows += [
            tweet(self, tweet_id, self.bob, in_reply_to_id=above)
            for above, tweet_id in zip(self.tweets, self.tweets[1:], strict=False)
        ]
        rows += [
            ("follows", {"id": n, "follower_id": self.ann, "followee_id": user_id})
            for n, user_id in enumerate(self.people)
        ]
        rows.append(("lists", {"id": self.list, "owner_id": self.ann, "name": "ground", "created_at": self.now}))
        rows.append(("bookmark_folders", {"id": self.folder, "user_id": self.ann, "name": "ground"}))
        await self.insert(rows)

    def _person(self, user_id: int, name: str) -> Row:
        named = {"username": name, "display_name": name, "email": name, "password_hash": ""}
        return "users", {"id": user_id, "created_at": self.now, **named}

    async def insert(self, rows: list[Row]) -> None:
        async with self.runtime.database.write() as session:
            for table, row in rows:
                await session.execute(insert(metadata.tables[table]).values(**row))

    async def delete(self, rows: list[Row]) -> None:
        """What hangs on a row goes with it."""
        async with self.runtime.database.write() as session:
            for name, row in rows:
                table = metadata.tables[name]
                await session.execute(delete(table).where(and_(*(key == row[key.name] for key in table.primary_key))))


def tweet(ground: Ground, tweet_id: int, author_id: int, **others: Any) -> Row:
    row = {"id": tweet_id, "author_id": author_id, "text": "", "entities": [], "weighted_length": 0}
    return "tweets", {**row, "conversation_id": tweet_id, "created_at": ground.now, **others}


class Case(msgspec.Struct, frozen=True):
    parent: Callable[[Ground], int | str]
    row: Callable[[Ground, int], Row] | None = None
    """The row with a number below `ROWS`; its key grows with the number. None where nothing can come or go."""
    hangs_on: Callable[[Ground, int], list[Row]] = lambda _ground, _n: []
    """What a row needs beside itself, and takes along when it goes."""
    fixed: Callable[[Ground], set[int]] = lambda _ground: set()
    """Keys of rows that are there already."""


def pair(table: str, own: str, other: str, others: str = "people") -> Callable[[Ground, int], Row]:
    """Rows that tie ann to others."""
    return lambda g, n: (table, {"id": g.keys[n], own: g.ann, other: getattr(g, others)[n]})


def of_list(table: str) -> Callable[[Ground, int], Row]:
    return lambda g, n: (table, {"id": g.keys[n], "list_id": g.list, "user_id": g.people[n]})


def of_person(table: str) -> Case:
    """Each row is about a list of its own."""
    return Case(
        lambda g: g.bob,
        lambda g, n: (table, {"id": g.keys[n], "list_id": g.tweets[n], "user_id": g.bob}),
        hangs_on=lambda g, n: [owned(g, g.tweets[n])],
    )


def owned(ground: Ground, list_id: int) -> Row:
    return "lists", {"id": list_id, "owner_id": ground.bob, "name": "owned", "created_at": ground.now}


def ann(ground: Ground) -> int:
    return ground.ann


def first_tweet(ground: Ground) -> int:
    return ground.tweets[0]


def app(ground: Ground, app_id: int) -> Row:
    named = {"owner_id": ground.ann, "name": "app", "description": "", "redirect_uris": []}
    return "oauth_apps", {"id": app_id, "created_at": ground.now, **named}


def grant_of(ground: Ground, n: int) -> Row:
    granted = {"user_id": ground.ann, "app_id": ground.tweets[n], "scopes": ["read"]}
    return "oauth_grants", {"id": ground.keys[n], "granted_at": ground.now, **granted}


def session_of(ground: Ground, n: int) -> Row:
    moments = {"created_at": ground.now, "last_used_at": ground.now}
    return "sessions", {"id": ground.keys[n], "user_id": ground.ann, **moments}


def token_of(ground: Ground, n: int) -> list[Row]:
    expires_at = ground.now + timedelta(days=1)
    row = {"token_sha256": bytes([n]) * 32, "session_id": ground.keys[n], "expires_at": expires_at}
    return [("refresh_tokens", row)]


CASES = {
    "blocks.BLOCKS": Case(ann, pair("blocks", "blocker_id", "blocked_id")),
    "bookmarks.BOOKMARKS": Case(ann, pair("bookmarks", "user_id", "tweet_id", "tweets")),
    "bookmarks.FOLDERS": Case(
        lambda g: g.bob, lambda g, n: ("bookmark_folders", {"id": g.keys[n], "user_id": g.bob, "name": str(n)})
    ),
    "bookmarks.IN_FOLDER": Case(
        lambda g: g.folder,
        lambda g, n: (
            "bookmarks",
            {"id": g.keys[n], "user_id": g.ann, "tweet_id": g.tweets[n], "folder_id": g.folder},
        ),
    ),
    "deletions.DELETED": Case(ann, lambda g, n: tweet(g, g.keys[n], g.ann, deleted_at=g.now)),
    "follow_requests.RECEIVED": Case(ann, pair("follow_requests", "followee_id", "follower_id")),
    "follow_requests.SENT": Case(ann, pair("follow_requests", "follower_id", "followee_id")),
    "follows.FOLLOWERS": Case(ann, pair("follows", "followee_id", "follower_id")),
    "follows.FOLLOWING": Case(
        lambda g: g.bob,
        lambda g, n: ("follows", {"id": g.keys[n], "follower_id": g.bob, "followee_id": g.people[n]}),
    ),
    "follows.KNOWN_FOLLOWERS": Case(
        lambda g: g.bob,
        lambda g, n: ("follows", {"id": g.keys[n], "follower_id": g.people[n], "followee_id": g.bob}),
    ),
    "hashtag_timelines.TAGGED": Case(
        lambda _: "tea",
        lambda g, n: ("tweet_hashtags", {"tag": "tea", "tweet_id": g.keys[n]}),
        hangs_on=lambda g, n: [tweet(g, g.keys[n], g.bob)],
    ),
    "likes.LIKED": Case(ann, pair("likes", "user_id", "tweet_id", "tweets")),
    "likes.LIKERS": Case(
        first_tweet, lambda g, n: ("likes", {"id": g.keys[n], "user_id": g.people[n], "tweet_id": g.tweets[0]})
    ),
    "lists.FOLLOWED": of_person("list_follows"),
    "lists.FOLLOWERS": Case(lambda g: g.list, of_list("list_follows")),
    "lists.MEMBERS": Case(lambda g: g.list, of_list("list_members")),
    "lists.MEMBERSHIPS": of_person("list_members"),
    "lists.OWNED": Case(lambda g: g.bob, lambda g, n: owned(g, g.keys[n])),
    "mention_timelines.MENTIONS": Case(
        ann,
        lambda g, n: ("tweet_mentions", {"user_id": g.ann, "tweet_id": g.keys[n]}),
        hangs_on=lambda g, n: [tweet(g, g.keys[n], g.bob)],
    ),
    "muted_words.MUTED_WORDS": Case(
        ann, lambda g, n: ("muted_words", {"id": g.keys[n], "user_id": g.ann, "phrase": "", "needle": f"word {n}"})
    ),
    "mutes.MUTED_THREADS": Case(ann, pair("muted_threads", "user_id", "conversation_id", "tweets")),
    "mutes.MUTES": Case(ann, pair("mutes", "muter_id", "muted_id")),
    "oauth_apps.OWNED": Case(ann, lambda g, n: app(g, g.keys[n])),
    "oauth_grants.IN_FORCE": Case(ann, grant_of, hangs_on=lambda g, n: [app(g, g.tweets[n])]),
    "retweets.RETWEETERS": Case(first_tweet, lambda g, n: tweet(g, g.keys[n], g.people[n], retweet_of_id=g.tweets[0])),
    "sessions.UNENDED": Case(ann, session_of, hangs_on=token_of),
    "threads.ANCESTORS": Case(lambda g: g.tweets[-1], fixed=lambda _: set(range(1, ROWS))),
    "threads.NEWEST_REPLIES": Case(
        lambda g: g.tweets[-1], lambda g, n: tweet(g, g.keys[n], g.bob, in_reply_to_id=g.tweets[-1])
    ),
    "threads.QUOTES": Case(first_tweet, lambda g, n: tweet(g, g.keys[n], g.bob, quoted_id=g.tweets[0])),
    "threads.THREAD": Case(lambda g: g.list, lambda g, n: tweet(g, g.keys[n], g.bob, thread_id=g.list, thread_index=n)),
    "tweet_versions.VERSIONS": Case(
        first_tweet,
        lambda g, n: (
            "tweet_versions",
            {
                "tweet_id": g.tweets[0],
                "version": n + 1,
                "text": "",
                "entities": [],
                "weighted_length": 0,
                "created_at": g.now,
            },
        ),
        fixed=lambda _: {ROWS + 1},
    ),
    "tweets.BY_AUTHOR": Case(ann, lambda g, n: tweet(g, g.keys[n], g.ann)),
    "tweets.HIDDEN_REPLIES": Case(
        lambda g: g.tweets[-1],
        lambda g, n: tweet(g, g.keys[n], g.bob, in_reply_to_id=g.tweets[-1], hidden_at=g.now),
    ),
    "tweets.REPLIES": Case(
        lambda g: g.tweets[-1], lambda g, n: tweet(g, g.keys[n], g.bob, in_reply_to_id=g.tweets[-1])
    ),
    "tweets.WITHOUT_REPLIES": Case(
        ann,
        lambda g, n: tweet(g, g.keys[n], g.ann, in_reply_to_user_id=g.ann if n % 2 else None),
        hangs_on=lambda g, n: [tweet(g, g.people[n], g.ann, in_reply_to_user_id=g.bob)],
    ),
}


def listings() -> dict[str, Listing]:
    """Every listing of the stores by the place where it is defined."""
    found = {}
    for name in (each.name for each in pkgutil.iter_modules(stores.__path__)):
        module = importlib.import_module(f"stores.{name}")
        source = inspect.getsource(module)
        for attribute, value in vars(module).items():
            if isinstance(value, Listing) and f"\n{attribute} = " in source:
                found[f"{name}.{attribute}"] = value
    return found


LISTINGS = listings()


def test_there_is_a_case_for_every_listing() -> None:
    assert sorted(CASES) == sorted(LISTINGS)


class Listed:
    """The rows of one listing, some of which are there."""

    def __init__(self, ground: Ground, listing: Listing, case: Case, chance: random.Random) -> None:
        self.ground, self.listing, self.case, self.chance = ground, listing, case, chance
        self.present: set[int] = set()
        column = listing.key.rpartition(".")[2]
        rows = [] if case.row is None else [case.row(ground, n) for n in range(ROWS)]
        self.keys = [row[column] for _, row in rows]
        self.fixed = case.fixed(ground)

    def there(self) -> set[int]:
        return self.fixed | {self.keys[n] for n in self.present}

    async def change(self, *, at_most: int) -> None:
        """Deletes some rows and inserts others, at any place in the order."""
        absent = sorted(set(range(len(self.keys))) - self.present)
        gone = self.chance.sample(sorted(self.present), min(self.chance.randint(0, at_most), len(self.present)))
        new = self.chance.sample(absent, min(self.chance.randint(0, at_most), len(absent)))
        await self.ground.delete([row for n in gone for row in self._rows(n)])
        await self.ground.insert([row for n in new for row in self._rows(n)])
        self.present = self.present - set(gone) | set(new)

    def _rows(self, n: int) -> list[Row]:
        assert self.case.row is not None
        row, others = self.case.row(self.ground, n), self.case.hangs_on(self.ground, n)
        return sorted([row, *others], key=lambda each: list(metadata.tables).index(each[0]))

    async def page(self, request: PageRequest) -> keyset.ListedIds:
        parent_id = self.case.parent(self.ground)
        async with self.ground.runtime.database.read() as session:
            return (await keyset.pages(session, self.listing, [parent_id], request, viewer_id=self.ground.ann))[
                parent_id
            ]


@pytest.mark.parametrize("name", CASES)
async def test_pages_hold_what_was_there_all_the_time_once(runtime: Runtime, name: str) -> None:
    chance = random.Random(name)
    ground = Ground(runtime)
    await ground.lay()
    listed = Listed(ground, LISTINGS[name], CASES[name], chance)
    for number in range(ROUNDS):
        await listed.change(at_most=ROWS)
        backward = number % 2 == 1
        throughout, ever = listed.there(), listed.there()
        seen: list[int] = []
        edge = None
        while True:
            size = chance.randint(1, 7)
            page = await listed.page(
                PageRequest(
                    size=size, after=None if backward else edge, before=edge if backward else None, backward=backward
                )
            )
            keys = [key for key, _ in page.entries]
            seen = keys + seen if backward else seen + keys
            if not page.has_more:
                break
            assert len(keys) == size, "a page before the last is full"
            edge = keys[0] if backward else keys[-1]
            await listed.change(at_most=3)
            throughout &= listed.there()
            ever |= listed.there()
        assert seen == sorted(set(seen), reverse=listed.listing.newest_first), "in order, and nothing comes twice"
        assert throughout <= set(seen) <= ever
