"""Posting the recorded tweets in their order, each exactly once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cli.replaying.accounts import Account, call_as
from cli.replaying.recording import Recorded
from cli.replaying.server import Refused, Sent, Server

_POST = """
mutation Post($input: PostTweetInput!) {
  postTweet(input: $input) {
    tweet { rawId }
    userErrors { code message ... on ValidationError { constraint } }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Posted:
    tweet_id: int
    author: str
    is_new: bool
    """False when an earlier run posted it."""
    sent_at_s: float


class Posting:
    """What became of each tweet; `posted` grows while `run` is under way."""

    def __init__(
        self,
        server: Server,
        accounts: Mapping[str, Account | Refused],
        *,
        concurrency: int,
        speed: float | None,
        advance: Callable[[], None],
    ) -> None:
        self._server = server
        self._accounts = accounts
        self._slots = asyncio.Semaphore(concurrency)
        self._speed = speed
        self._advance = advance
        self.posted: dict[int, Posted] = {}
        self.refused: list[tuple[Recorded, str]] = []

    async def run(self, tweets: Sequence[Recorded]) -> None:
        """No tweet is sent before the one above it was sent, none before its author's previous one is answered.

        `speed` is times the recorded speed, None as fast as the server takes them. Raises ServerSilent.
        """
        last_of_author: dict[str, asyncio.Task[None]] = {}
        started_at_s = time.monotonic()
        try:
            async with asyncio.TaskGroup() as group:
                for tweet in tweets:
                    if self._speed is not None:
                        recorded_s = (tweet.posted_at - tweets[0].posted_at).total_seconds()
                        await asyncio.sleep(started_at_s + recorded_s / self._speed - time.monotonic())
                    if tweet.author in last_of_author:
                        await asyncio.wait([last_of_author[tweet.author]])
                    await self._slots.acquire()
                    sent = Sent()
                    last_of_author[tweet.author] = group.create_task(self._post(tweet, sent))
                    await sent.wait()
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def _post(self, tweet: Recorded, sent: Sent) -> None:
        try:
            account = self._accounts[tweet.author]
            if isinstance(account, Refused):
                self.refused.append((tweet, f"author {account.code}"))
                return
            wanted = {"text": tweet.text, "idempotencyKey": tweet.key}
            answer = await call_as(self._server, account, _POST, {"input": wanted}, sent=sent)
            payload = answer["postTweet"]
            if payload["userErrors"]:
                error = payload["userErrors"][0]
                self.refused.append((tweet, "/".join(filter(None, (error["code"], error.get("constraint"))))))
            elif payload["tweet"] is None:
                self.refused.append((tweet, "deleted since"))
            else:
                tweet_id = int(payload["tweet"]["rawId"])
                assert sent.at_s is not None
                self.posted[tweet_id] = Posted(tweet_id, tweet.author, tweet_id > account.newest_tweet, sent.at_s)
        except Refused as refused:
            self.refused.append((tweet, refused.code))
        finally:
            sent.give_up()
            self._slots.release()
            self._advance()
