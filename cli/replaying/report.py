"""What a replay did, for people and for programs."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table

SHOWN_LINES = 10


class MalformedRow(msgspec.Struct, frozen=True):
    line: int
    problem: str


class LagMs(msgspec.Struct, frozen=True):
    """From sending a tweet to a watcher's seeing it."""

    p50: float
    p95: float
    p99: float
    max: float


class Timelines(msgspec.Struct, frozen=True):
    """Every watcher's home timeline against what was posted."""

    checked: int
    delivered: int
    missing: int
    duplicates: int
    out_of_order: int
    strangers: int

    @property
    def are_right(self) -> bool:
        return not (self.missing or self.duplicates or self.out_of_order or self.strangers)


class Live(msgspec.Struct, frozen=True):
    watchers: int
    expected: int
    seen: int
    duplicates: int
    gaps: int
    reconnects: int
    lag_ms: LagMs | None

    @property
    def is_right(self) -> bool:
        """Everything was seen, or the server said that something was not."""
        return self.seen == self.expected or bool(self.gaps or self.reconnects)


class TopTrend(msgspec.Struct, frozen=True):
    rank: int
    topic: str
    tweets: int
    authors: int


class Trends(msgspec.Struct, frozen=True):
    note: str
    top: tuple[TopTrend, ...]


class Report(msgspec.Struct, frozen=True):
    server: str
    tweets: int
    malformed: tuple[MalformedRow, ...]
    authors_registered: int
    authors_logged_in: int
    posted: int
    already_there: int
    refused: dict[str, int]
    retries: int
    """Requests that were sent again."""
    seconds: float
    """For the posting alone."""
    posts_per_s: float
    timelines: Timelines
    live: Live
    trends: Trends

    @property
    def is_right(self) -> bool:
        accounted = self.posted + self.already_there + sum(self.refused.values()) == self.tweets
        return accounted and self.timelines.are_right and self.live.is_right


def lag(seconds: Sequence[float]) -> LagMs | None:
    if not seconds:
        return None
    ms = sorted(1000 * lag_s for lag_s in seconds)
    if len(ms) == 1:
        return LagMs(*(round(ms[0], 1) for _ in range(4)))
    cuts = statistics.quantiles(ms, n=100, method="inclusive")
    return LagMs(round(cuts[49], 1), round(cuts[94], 1), round(cuts[98], 1), round(ms[-1], 1))


def show(report: Report, console: Console) -> None:
    table = Table(title=f"Replay into {report.server}", show_header=False)
    for name, value in _rows(report):
        table.add_row(name, value)
    console.print(table)
    for row in report.malformed[:SHOWN_LINES]:
        console.print(f"line {row.line} skipped: {row.problem}", markup=False, highlight=False)
    if len(report.malformed) > SHOWN_LINES:
        console.print(f"and {len(report.malformed) - SHOWN_LINES} more lines (--json names them all)")
    console.print(report.trends.note, markup=False, highlight=False)
    if report.trends.top:
        trends = Table("rank", "topic", "tweets", "authors", title="Trends")
        for trend in report.trends.top:
            trends.add_row(str(trend.rank), trend.topic, f"{trend.tweets:,}", f"{trend.authors:,}")
        console.print(trends)


def _rows(report: Report) -> list[tuple[str, str]]:
    timelines, live = report.timelines, report.live
    rows = [
        ("tweets", f"{report.tweets:,}, and {len(report.malformed):,} malformed rows skipped"),
        ("authors", f"{report.authors_registered:,} registered, {report.authors_logged_in:,} logged in"),
        ("posted", f"{report.posted:,} in {report.seconds:.1f} s: {report.posts_per_s:,.0f} a second"),
        ("already there", f"{report.already_there:,}"),
        ("refused", ", ".join(f"{count:,} {code}" for code, count in report.refused.items()) or "0"),
        ("requests sent again", f"{report.retries:,}"),
        ("timelines", f"{timelines.checked:,} checked, {timelines.delivered:,} tweets delivered"),
        ("in them", f"{timelines.missing:,} missing, {timelines.duplicates:,} twice"),
        ("", f"{timelines.out_of_order:,} out of order, {timelines.strangers:,} of people not followed"),
        ("seen live", f"{live.seen:,} of {live.expected:,} by {live.watchers:,} watchers"),
        ("", f"{live.duplicates:,} twice, {live.gaps:,} gaps, {live.reconnects:,} reconnects"),
    ]
    if live.lag_ms:
        ms = live.lag_ms
        rows.append(("post to live", f"p50 {ms.p50:,} ms, p95 {ms.p95:,} ms, p99 {ms.p99:,} ms, max {ms.max:,} ms"))
    return rows
