"""A client of event streams as their standard has it, with nothing between the test and the lines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from tests.client import Api, Person
from tests.waiting import DEADLINE_S

EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True)
class Event:
    name: str
    data: Any
    id: str | None = None

    @property
    def change(self) -> dict[str, Any]:
        """What an event of a subscription with one field says."""
        [event] = self.data["data"].values()
        change: dict[str, Any] = event["event"]
        return change


COMPLETE = Event("complete", None)


class Events:
    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def lines(self) -> list[str]:
        """Those up to the next empty one; none when the stream is over."""
        found = []
        async with asyncio.timeout(DEADLINE_S):
            async for line in self._lines:
                if not line:
                    break
                found.append(line)
        return found

    async def received(self) -> Event:
        """The next event."""
        fields: dict[str, str] = {}
        for line in await self.lines():
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        data = fields["data"]
        return Event(fields["event"], orjson.loads(data) if data else None, fields.get("id"))

    async def change(self) -> dict[str, Any]:
        return (await self.received()).change

    async def ended(self) -> None:
        """The server must end the stream without another word: not even that it is complete."""
        assert await self.lines() == []


@asynccontextmanager
async def streamed(
    api: Api,
    by: Person | None,
    query: str,
    variables: dict[str, Any] | None = None,
    *,
    last_event_id: str | None = None,
) -> AsyncIterator[Events]:
    headers = {"accept": EVENT_STREAM}
    if by is not None:
        headers["authorization"] = f"Bearer {by.token}"
    if last_event_id is not None:
        headers["last-event-id"] = last_event_id
    body = {"query": query, "variables": variables}
    async with api.http.stream("POST", api.url, json=body, headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        yield Events(response)
