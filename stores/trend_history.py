"""What hashtags did, by the hour, for seven days: rows of `trend_hours`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text

from infra.database import ReadSession, WriteSession


class TagHour(msgspec.Struct, frozen=True):
    tag: str
    tweets: int
    """Effective volume, see domain/trends.py."""
    authors: int


class TagHistory(msgspec.Struct, frozen=True):
    tweets_before: Mapping[datetime, int]
    """For each window's begin: the sum of effective volumes before it."""
    busiest_hour: datetime | None
    """Of the last 24 hours."""
    listed_hours: int
    """Of the last 48 hours."""


_RECORD = text(
    """
    INSERT INTO trend_hours (region, tag, hour, tweets, authors)
    SELECT :region, tag, :hour, tweets, authors
    FROM unnest(CAST(:tags AS text[]), CAST(:tweets AS int[]), CAST(:authors AS int[]))
        AS counted (tag, tweets, authors)
    ON CONFLICT (region, tag, hour) DO UPDATE SET tweets = excluded.tweets, authors = excluded.authors
    """
)


async def record(session: WriteSession, region: str, hour: datetime, tags: Sequence[TagHour]) -> None:
    """Replaces what was recorded of these tags in this hour."""
    await session.execute(
        _RECORD,
        {
            "region": region,
            "hour": hour,
            "tags": [tag.tag for tag in tags],
            "tweets": [tag.tweets for tag in tags],
            "authors": [tag.authors for tag in tags],
        },
    )


_MARK_LISTED = text(
    "UPDATE trend_hours SET listed = true "
    "WHERE region = :region AND hour = :hour AND tag = ANY(CAST(:tags AS text[])) AND NOT listed"
)


async def mark_listed(session: WriteSession, region: str, hour: datetime, tags: Sequence[str]) -> None:
    await session.execute(_MARK_LISTED, {"region": region, "hour": hour, "tags": tags})


_HISTORY = text(
    """
    SELECT tag, window_begin,
        coalesce(sum(tweets) FILTER (WHERE hour < window_begin), 0) AS tweets_before,
        (array_agg(hour ORDER BY tweets DESC, hour DESC)
            FILTER (WHERE hour > CAST(:now AS timestamptz) - interval '24 hours'))[1] AS busiest_hour,
        count(*) FILTER (WHERE listed AND hour > CAST(:now AS timestamptz) - interval '48 hours') AS listed_hours
    FROM trend_hours CROSS JOIN unnest(CAST(:window_begins AS timestamptz[])) AS window_begin
    WHERE region = :region AND tag = ANY(CAST(:tags AS text[])) AND hour > CAST(:now AS timestamptz) - interval '7 days'
    GROUP BY tag, window_begin
    """
)


async def of_tags(
    session: ReadSession, region: str, tags: Sequence[str], *, window_begins: Sequence[datetime], now: datetime
) -> dict[str, TagHistory]:
    """Only tags that have a history are in the answer."""
    parameters = {"region": region, "tags": tags, "window_begins": window_begins, "now": now}
    found: dict[str, TagHistory] = {}
    for row in await session.execute(_HISTORY, parameters):
        earlier = found[row.tag].tweets_before if row.tag in found else {}
        found[row.tag] = TagHistory(
            tweets_before={**earlier, row.window_begin: int(row.tweets_before)},
            busiest_hour=row.busiest_hour,
            listed_hours=row.listed_hours,
        )
    return found


_OLDEST = text("SELECT min(hour) FROM trend_hours")


async def oldest_hour(session: ReadSession) -> datetime | None:
    oldest: datetime | None = (await session.execute(_OLDEST)).scalar_one()
    return oldest


_FORGET = text("DELETE FROM trend_hours WHERE hour < CAST(:now AS timestamptz) - interval '7 days'")


async def forget_old(session: WriteSession, *, now: datetime) -> None:
    await session.execute(_FORGET, {"now": now})
