"""One replay, from signing in to the report."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from cli.replaying import trend_list, watchers
from cli.replaying.accounts import Account, sign_in
from cli.replaying.live import LiveView
from cli.replaying.posting import Posting
from cli.replaying.recording import Recording
from cli.replaying.report import Live, MalformedRow, Report, Timelines, lag
from cli.replaying.server import Refused, Server, ServerSilent
from cli.replaying.side_by_side import side_by_side
from cli.replaying.watchers import Check, Watcher

LIVE_WITHIN_S = 30.0
SETTLED_AFTER_S = 30.0
"""Timelines that lack something and have not changed for so long stay as they are."""
LOOK_AGAIN_AFTER_S = 0.3


class Meter(Protocol):
    """Shows how far a replay is."""

    def begin(self, what: str, total: int) -> None: ...

    def advance(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Wishes:
    speed: float | None
    """Times the recorded speed; None is as fast as the server takes it."""
    limit: int | None
    watchers: int
    concurrency: int


async def replay(
    server: Server,
    recording: Recording,
    wishes: Wishes,
    meter: Meter,
    *,
    rank_trends: Callable[[], Awaitable[bool]] | None,
) -> Report:
    """Raises ServerSilent, and Refused where a watcher cannot work.

    `rank_trends` makes a new list of trends, or answers False; None where there is no way to.
    """
    tweets = recording.tweets[: wishes.limit]
    names = list(dict.fromkeys(tweet.author for tweet in tweets))
    accounts = await _signed_in(server, names, wishes.concurrency, meter)
    watching = await _watching(server, recording, accounts, wishes, meter)
    # Read once before anything happens, a timeline is kept up to date by fan-out instead of being made by the check.
    await side_by_side(watching, lambda watcher: _read(server, watcher), at_once=wishes.concurrency)
    views = [LiveView(server, watcher) for watcher in watching[: (len(watching) + 1) // 2]]
    with _running(views):
        await _all_watch(views)
        meter.begin("posting", len(tweets))
        posting = Posting(server, accounts, concurrency=wishes.concurrency, speed=wishes.speed, advance=meter.advance)
        started_at_s = time.monotonic()
        await posting.run(tweets)
        seconds = time.monotonic() - started_at_s
        checks = await _checked_until_settled(server, watching, posting, views, wishes.concurrency, meter)
    new = sum(tweet.is_new for tweet in posting.posted.values())
    signed_in = [account for account in accounts.values() if isinstance(account, Account)]
    is_fresh = await rank_trends() if rank_trends else False
    return Report(
        server=server.origin,
        tweets=len(tweets),
        malformed=tuple(MalformedRow(row.line, row.problem) for row in recording.malformed),
        authors_registered=sum(account.is_new for account in signed_in),
        authors_logged_in=sum(not account.is_new for account in signed_in),
        posted=new,
        already_there=len(posting.posted) - new,
        refused=dict(Counter(why for _, why in posting.refused).most_common()),
        retries=server.retries,
        seconds=round(seconds, 3),
        posts_per_s=round(len(tweets) / seconds, 1) if tweets else 0.0,
        timelines=_timelines(checks),
        live=_live(views, posting),
        trends=await trend_list.top(server, is_fresh=is_fresh),
    )


async def _signed_in(
    server: Server, names: Sequence[str], concurrency: int, meter: Meter
) -> dict[str, Account | Refused]:
    accounts: dict[str, Account | Refused] = {}

    async def one(name: str) -> None:
        try:
            accounts[name] = await sign_in(server, name)
        except Refused as refused:
            accounts[name] = refused
        meter.advance()

    meter.begin("signing in", len(names))
    await side_by_side(names, one, at_once=concurrency)
    return accounts


async def _watching(
    server: Server,
    recording: Recording,
    accounts: Mapping[str, Account | Refused],
    wishes: Wishes,
    meter: Meter,
) -> list[Watcher]:
    """The watchers, who follow those of their sample who have accounts."""
    hired = [await watchers.hired(server, recording, number) for number in range(wishes.watchers)]
    pairs = [
        (watcher, account)
        for watcher in hired
        for name, account in accounts.items()
        if name in watcher.sample and isinstance(account, Account)
    ]

    async def follow(pair: tuple[Watcher, Account]) -> None:
        await watchers.follow(server, *pair)
        meter.advance()

    meter.begin("following", len(pairs))
    await side_by_side(pairs, follow, at_once=wishes.concurrency)
    return hired


async def _read(server: Server, watcher: Watcher) -> None:
    await watchers.timeline(server, watcher)


@contextmanager
def _running(views: Sequence[LiveView]) -> Iterator[None]:
    tasks = [asyncio.create_task(view.watch_forever()) for view in views]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


async def _all_watch(views: Sequence[LiveView]) -> None:
    try:
        async with asyncio.timeout(LIVE_WITHIN_S):
            for view in views:
                await view.is_watching.wait()
    except TimeoutError:
        raise ServerSilent(f"the server sent no live event within {LIVE_WITHIN_S:.0f} s") from None


async def _checked_until_settled(
    server: Server,
    watching: Sequence[Watcher],
    posting: Posting,
    views: Sequence[LiveView],
    concurrency: int,
    meter: Meter,
) -> list[Check]:
    """Looks at every timeline until all is there and was seen, or nothing more comes."""
    checks: dict[str, Check] = {}

    async def look(watcher: Watcher) -> None:
        earlier = checks.get(watcher.account.username)
        if earlier is None or earlier.missing:
            entries = await watchers.timeline(server, watcher)
            checks[watcher.account.username] = watchers.checked(watcher, entries, posting.posted)
        meter.advance()

    meter.begin("checking", len(watching))
    so_far, changed_at_s = (-1, -1), time.monotonic()
    while time.monotonic() - changed_at_s < SETTLED_AFTER_S:
        await side_by_side(watching, look, at_once=concurrency)
        live = _live(views, posting)
        now = (sum(check.delivered for check in checks.values()), live.seen)
        if now != so_far:
            so_far, changed_at_s = now, time.monotonic()
        if live.is_right and not any(check.missing for check in checks.values()):
            break
        await asyncio.sleep(LOOK_AGAIN_AFTER_S)
    return list(checks.values())


def _timelines(checks: Sequence[Check]) -> Timelines:
    return Timelines(
        checked=len(checks),
        delivered=sum(check.delivered for check in checks),
        missing=sum(len(check.missing) for check in checks),
        duplicates=sum(check.duplicates for check in checks),
        out_of_order=sum(check.out_of_order for check in checks),
        strangers=sum(check.strangers for check in checks),
    )


def _live(views: Sequence[LiveView], posting: Posting) -> Live:
    new = [tweet for tweet in posting.posted.values() if tweet.is_new]
    lags = [
        view.seen_at_s[tweet.tweet_id] - tweet.sent_at_s
        for view in views
        for tweet in new
        if tweet.author in view.watcher.sample and tweet.tweet_id in view.seen_at_s
    ]
    return Live(
        watchers=len(views),
        expected=sum(tweet.author in view.watcher.sample for view in views for tweet in new),
        seen=len(lags),
        duplicates=sum(view.duplicates for view in views),
        gaps=sum(view.gaps for view in views),
        reconnects=sum(view.reconnects for view in views),
        lag_ms=lag(lags),
    )
