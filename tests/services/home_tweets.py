"""What people do to tweets, done to the real services and told to the oracle."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, TypeVar

from domain.tweets import checked_text
from infra.redis import Redis
from services import deletions, edits, retweets, tweets
from services.runtime import Runtime
from services.tweets import Draft
from tests.queue import Queue
from tests.services.home_oracle import Oracle, Post

T = TypeVar("T")
TAG = "tea"
WORDS = (f"#{TAG}", "rain", "jam")
RECENT = 12
"""Steps are about the newest tweets: what happens to one matters while it is on its way."""


class Steps:
    """Each step chooses who does it to what, and says so."""

    def __init__(
        self,
        runtime: Runtime,
        ids: dict[str, int],
        chance: random.Random,
        *,
        without_redis: Redis,
        once_within: timedelta,
    ) -> None:
        self.runtime, self.ids, self.chance, self.without_redis = runtime, ids, chance, without_redis
        self.queue, self.oracle = Queue(runtime), Oracle(once_within // timedelta(milliseconds=1))

    def one_of(self, candidates: Sequence[T]) -> T | None:
        return self.chance.choice(candidates) if candidates else None


class TweetSteps(Steps):
    async def post(self, kind: Literal["post", "reply", "quote"] = "post", to: Sequence[Post] = ()) -> str:
        """What is replied to or quoted is one of those, or of the newest."""
        author, word = self.chance.choice(self.oracle.active()), self.chance.choice(WORDS)
        other: Post | None = None
        if kind != "post":
            is_open = self.oracle.may_see if kind == "reply" else self.oracle.may_share
            newest = self.oracle.originals()[-RECENT:]
            other = self.one_of([post for post in to or newest if is_open(author, post)])
            if other is None:
                return "to nothing"
        author_id, found = self.ids[author], None
        async with self.runtime.database.write() as session:
            if other is not None:
                find = tweets.parent_of_reply if kind == "reply" else tweets.quotable
                found = await find(session, other.id, viewer_id=author_id)
            draft = Draft(
                self.runtime.snowflakes.next(),
                author_id,
                checked_text(word),
                self.runtime.now(),
                in_reply_to=found if kind == "reply" else None,
                quoted=found if kind == "quote" else None,
            )
            await tweets.post(session, [draft], thresholds=self.runtime.fanout_thresholds)
        replied_to = other.author if other is not None and kind == "reply" else None
        self.oracle.posts.append(Post(draft.id, author, word, replied_to))
        return f"by {author}"

    async def reply(self) -> str:
        return await self.post("reply")

    async def quote(self) -> str:
        return await self.post("quote")

    async def retweet(self) -> str:
        author = self.chance.choice(self.oracle.active())
        original = self.one_of(
            [
                post
                for post in self.oracle.originals()[-RECENT:]
                if self.oracle.may_share(author, post) and self.oracle.standing_retweet(post, author) is None
            ]
        )
        if original is None:
            return "nothing"
        async with self.runtime.database.write() as session:
            _, new = await retweets.retweet_one(session, self.runtime, original.id, user_id=self.ids[author])
        self.oracle.posts.append(Post(new.id, author, None, retweet_of=original))
        return f"by {author}"

    async def undo_retweet(self) -> str:
        standing = [post for post in self._own() if post.retweet_of is not None]
        post = self.one_of(standing)
        if post is None or post.retweet_of is None:
            return "nothing"
        async with self.runtime.database.write() as session:
            await retweets.undo(session, post.retweet_of.id, user_id=self.ids[post.author], now=self.runtime.now())
        post.is_deleted = True
        return f"by {post.author}"

    def _own(self) -> list[Post]:
        """What its author can do something to."""
        active = self.oracle.active()
        return [post for post in self.oracle.posts if post.author in active and not post.is_deleted][-RECENT:]

    async def delete(self) -> str:
        post = self.one_of([post for post in self._own() if post.retweet_of is None])
        if post is None:
            return "nothing"
        async with self.runtime.database.write() as session:
            await deletions.delete(session, post.id, author_id=self.ids[post.author], now=self.runtime.now())
        post.is_deleted = True
        return f"{post.id} of {post.author}"

    async def restore(self) -> str:
        post = self.one_of([post for post in self.oracle.posts if self.oracle.may_restore(post)][-RECENT:])
        if post is None:
            return "nothing"
        async with self.runtime.database.write() as session:
            await deletions.restore(session, post.id, author_id=self.ids[post.author], now=self.runtime.now())
        post.is_deleted = False
        return f"{post.id} of {post.author}"

    async def edit(self) -> str:
        post = self.one_of([post for post in self._own() if post.retweet_of is None and post.edits < 5])
        if post is None:
            return "nothing"
        word = self.chance.choice(WORDS)
        async with self.runtime.database.write() as session:
            await edits.edit(
                session,
                post.id,
                text=checked_text(word),
                if_version=None,
                author_id=self.ids[post.author],
                now=self.runtime.now(),
            )
        post.edits += word != post.word
        post.word = word
        return f"{post.id} to {word}"
