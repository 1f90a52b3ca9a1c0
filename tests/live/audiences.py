"""Sockets that ask the same, and what is told to several of them at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, NamedTuple

import pytest

from app.hearers import OperationHearer
from domain.changes import Told
from resolvers import agreement
from tests.client import Api, Person
from tests.live.socket import HEARTBEAT, Socket, connected
from tests.waiting import until

CHANGE = """
fragment Change on TimelineChange {
  __typename
  ... on TimelineItemAdded { edge { ...Entry } }
  ... on TimelineItemEdited { edge { ...Entry } }
  ... on TimelineItemRemoved { tweetId }
  ... on TimelineRebuilt { cause }
  ... on StreamGap { reason }
}
"""
"""With a fragment Entry on TimelineEdge."""
WATCH = (
    CHANGE
    + """
subscription Home($after: Cursor, $liked: Boolean = true) {
  homeTimeline(after: $after) { cursor event { ...Change } }
}
fragment Entry on TimelineEdge { node { ... on TimelineTweet { reason { code } tweet { ... on Tweet {
  id text viewerState { liked @include(if: $liked) } quoted { ... on Tweet { text } ... on TweetUnavailable { reason } }
} } } } }
"""
)


def entry(tweet_id: str, text: str, kind: str = "Added", *, reason: str = "FOLLOWED", **more: Any) -> dict[str, Any]:
    """What WATCH says of one that nobody has liked, and that quotes nothing, where nothing else is given."""
    tweet = {"id": tweet_id, "text": text, "viewerState": {"liked": False}, "quoted": None, **more}
    return {"__typename": f"TimelineItem{kind}", "edge": {"node": {"reason": {"code": reason}, "tweet": tweet}}}


class Telling(NamedTuple):
    """Ids of people; None for those who are not signed in."""

    audience: list[int | None]
    told: list[int | None]


class Tellings:
    def __init__(self) -> None:
        self.done: list[Telling] = []
        self.first: Person | None = None
        """Whose answers are worked out, and sent to all for whom they are the same."""
        self.waiting = 0
        """Which have been worked out and not sent."""
        self._may_be_sent = asyncio.Event()
        self._may_be_sent.set()

    @asynccontextmanager
    async def held(self) -> AsyncIterator[asyncio.Event]:
        """What is worked out inside the block is sent when it ends, or the event is set."""
        self._may_be_sent.clear()
        try:
            yield self._may_be_sent
        finally:
            self._may_be_sent.set()

    async def worked_out(self) -> None:
        await until(lambda: self.waiting == 1)

    async def sent(self) -> None:
        self.waiting += 1
        try:
            await self._may_be_sent.wait()
        finally:
            self.waiting -= 1

    def in_order(self, audience: Sequence[OperationHearer]) -> list[OperationHearer]:
        return sorted(audience, key=lambda each: self.first is not None and each._viewer_id != self.first.raw_id)

    @property
    def alike(self) -> list[set[int | None]]:
        return [set(telling.told) for telling in self.done]


@pytest.fixture
def tellings(monkeypatch: pytest.MonkeyPatch) -> Tellings:
    """All that is told to several at once from now on."""
    tellings = Tellings()
    tell, others = OperationHearer.tell, agreement.others

    async def recorded(
        _: object, audience: Sequence[OperationHearer], piece: Told
    ) -> AsyncGenerator[Sequence[OperationHearer], None]:
        audience = tellings.in_order(audience)
        telling = Telling([each._viewer_id for each in audience], [])
        tellings.done.append(telling)
        async for told in tell(audience[0], audience, piece):
            telling.told.extend(each._viewer_id for each in told)
            yield told

    async def held_others(*args: Any, **options: Any) -> Any:
        found = await others(*args, **options)
        await tellings.sent()
        return found

    monkeypatch.setattr(OperationHearer, "tell", recorded)
    monkeypatch.setattr(agreement, "others", held_others)
    return tellings


async def followers(api: Api, followee: Person, *names: str) -> list[Person]:
    people = [await api.registered(name) for name in names]
    for person in people:
        await api.followed(person, followee)
    return people


@asynccontextmanager
async def audience(
    http_url: str, *people: Person, query: str = WATCH, variables: dict[str, Any] | None = None
) -> AsyncIterator[list[Socket]]:
    """A socket for each, on which they watch the same from now on, in this order."""
    async with AsyncExitStack() as stack:
        sockets = []
        for person in people:
            socket = await stack.enter_async_context(connected(http_url))
            await socket.initialised(person)
            await socket.subscribe("home", query, variables)
            assert await socket.change() == HEARTBEAT
            sockets.append(socket)
        yield sockets
