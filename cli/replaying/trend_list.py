"""The server's trends after a replay."""

from __future__ import annotations

import asyncio
import time

from cli.replaying.report import TopTrend, Trends
from cli.replaying.server import Server
from infra.settings import Settings
from services import trends
from services.runtime import running
from stores import outbox

COUNTED_WITHIN_S = 60.0
_TRENDS = """
query Trends {
  trends(first: 10) { asOf trends { rank topic tweetCount { value } authors { value } } }
}
"""


async def rank_now(settings: Settings) -> bool:
    """Makes a new list as soon as the workers have counted everything; False when they take too long."""
    async with running(settings) as runtime:
        deadline_s = time.monotonic() + COUNTED_WITHIN_S
        while True:
            async with runtime.database.read() as session:
                backlog = await outbox.backlog(session)
            if backlog == 0:
                await trends.rank(runtime)
                return True
            if time.monotonic() > deadline_s:
                return False
            await asyncio.sleep(0.2)


async def top(server: Server, *, is_fresh: bool) -> Trends:
    found = (await server.call(_TRENDS, {}))["trends"]
    if is_fresh:
        note = "The trends were ranked just now, with everything counted."
    elif found["asOf"] is None:
        note = "There is no list of trends yet: the worker makes one every 5 minutes."
    else:
        note = f"The trends are of {found['asOf']}: the worker makes the next list within 5 minutes."
    return Trends(
        note,
        tuple(
            TopTrend(trend["rank"], trend["topic"], trend["tweetCount"]["value"], trend["authors"]["value"])
            for trend in found["trends"]
        ),
    )
