"""People who follow the authors of a recording, and look whether everything arrives."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise

from cli.replaying.accounts import Account, call_as, sign_in
from cli.replaying.posting import Posted
from cli.replaying.recording import Recording
from cli.replaying.server import Refused, Server

FOLLOWED_BY_FIRST = 1_000
"""The first watcher follows about so many, the next half of that, a third ...; all of them where there are fewer."""
PAGE = 100
_FOLLOW = "mutation Follow($input: FollowUserInput!) { followUser(input: $input) { userErrors { code message } } }"
_TIMELINE = """
query Timeline($first: Int!, $after: Cursor) {
  viewer {
    homeTimeline(first: $first, after: $after) {
      nodes { rawId author { ... on User { username } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Watcher:
    account: Account
    sample: frozenset[str]
    """The authors of the whole recording whom this watcher follows as soon as they have accounts."""


@dataclass(frozen=True, slots=True)
class Entry:
    tweet_id: int
    author: str


@dataclass(frozen=True, slots=True)
class Check:
    """What is wrong with a timeline."""

    delivered: int
    missing: frozenset[int]
    duplicates: int
    out_of_order: int
    strangers: int
    """Tweets of people whom the watcher does not follow."""

    @property
    def is_right(self) -> bool:
        return not (self.missing or self.duplicates or self.out_of_order or self.strangers)


async def hired(server: Server, recording: Recording, number: int) -> Watcher:
    """The watcher of this number: the same one, with the same taste, for the same recording."""
    account = await sign_in(server, f"watcher_{recording.digest[:6]}_{number:02}")
    return Watcher(account, sample(recording.authors, number))


def sample(authors: Collection[str], number: int) -> frozenset[str]:
    """Chosen by name, so that playing a part of a recording makes a watcher follow a part of them."""
    share = FOLLOWED_BY_FIRST / (number + 1) / max(len(authors), 1)
    return frozenset(author for author in authors if _place(f"{number}:{author}") < share)


def _place(name: str) -> float:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) / 2**64


async def follow(server: Server, watcher: Watcher, author: Account) -> None:
    """Following somebody already is what was wanted. Raises Refused."""
    answer = await call_as(server, watcher.account, _FOLLOW, {"input": {"userId": author.user_id}})
    for error in answer["followUser"]["userErrors"]:
        if error["code"] != "DUPLICATE":
            raise Refused(error["code"], error["message"])


async def timeline(server: Server, watcher: Watcher) -> list[Entry]:
    """The whole home timeline, page by page."""
    entries: list[Entry] = []
    after: str | None = None
    while True:
        answer = await call_as(server, watcher.account, _TIMELINE, {"first": PAGE, "after": after})
        page = answer["viewer"]["homeTimeline"]
        entries += [Entry(int(node["rawId"]), node["author"]["username"].lower()) for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return entries
        after = page["pageInfo"]["endCursor"]


def checked(watcher: Watcher, entries: list[Entry], posted: Mapping[int, Posted]) -> Check:
    """Tweets that followed authors posted outside of this recording are nobody's fault and are not counted."""
    ids = [entry.tweet_id for entry in entries]
    present = set(ids)
    expected = {tweet.tweet_id for tweet in posted.values() if tweet.author in watcher.sample}
    return Check(
        delivered=len(expected & present),
        missing=frozenset(expected - present),
        duplicates=len(ids) - len(present),
        out_of_order=sum(later > earlier for earlier, later in pairwise(ids)),
        strangers=sum(entry.author not in watcher.sample for entry in entries),
    )
