"""Counting hashtags as tweets come and go, and ranking them every few minutes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain import ids
from domain.events import StoredEvent, TweetDeleted, TweetEdited, TweetLiked, TweetPosted, TweetRestored
from domain.trends import MIN_AUTHORS, TagActivity, TrendWindow, effective_volume, ranked
from infra.database import Database
from infra.redis import Redis
from services.runtime import Runtime
from stores import trend_buckets, trend_history, tweet_versions
from stores.trend_buckets import Counted, Kind, PublishedTrends
from stores.trend_history import TagHistory, TagHour
from stores.tweet_versions import TaggedTweet

GLOBAL = "GLOBAL"
TWEETS: Kind = "tweets"
LIKES: Kind = "likes"
CANDIDATES = 200
"""Tags per window whose authors are counted: four times as many as are listed."""
HISTORY_MIN_TWEETS = 3
"""Rarer tags in an hour leave no history; the prior of the ratio stands for them."""
COUNTED_AGE = timedelta(hours=24)

_HOUR = timedelta(hours=1)


async def count_events(database: Database, redis: Redis, events: Sequence[StoredEvent], *, now: datetime) -> None:
    """Counts the hashtags of tweets that were posted, edited, deleted, restored and liked; each event once, however
    often it comes, and in any order: each knows the version it is about."""
    tweet_ids = sorted({tweet_id for event in events if (tweet_id := _tweet_id(event)) is not None})
    async with database.read() as session:
        tagged = await tweet_versions.tagged(session, tweet_ids)
    counted = [
        entry
        for event in events
        if (tweet_id := _tweet_id(event)) in tagged
        for entry in _counted(event, tagged[tweet_id], now=now)
    ]
    if counted:
        await trend_buckets.count(redis, counted)


def _tweet_id(event: StoredEvent) -> int | None:
    match event.event:
        case (
            TweetPosted(tweet_id)
            | TweetEdited(tweet_id)
            | TweetDeleted(tweet_id)
            | TweetRestored(tweet_id)
            | TweetLiked(tweet_id)
        ):
            return tweet_id
    return None


def _counted(event: StoredEvent, tweet: TaggedTweet, *, now: datetime) -> list[Counted]:
    """Tweets count in the minute they were posted, whenever they came to have the tag or lost it."""
    created_at = ids.created_at(tweet.tweet_id)
    if created_at < now - COUNTED_AGE:
        return []
    marker, author = str(event.id), str(tweet.author_id)
    match event.event:
        case TweetPosted():
            return [_entry(marker, TWEETS, created_at, 1, tweet, tweet.tags(1), author)]
        case TweetEdited(version=version):
            earlier, later = tweet.tags(version - 1), tweet.tags(version)
            added = tuple(tag for tag in later if tag not in earlier)
            removed = tuple(tag for tag in earlier if tag not in later)
            return [
                _entry(f"{marker}:added", TWEETS, created_at, 1, tweet, added, author),
                _entry(f"{marker}:removed", TWEETS, created_at, -1, tweet, removed),
            ]
        case TweetDeleted(version=version):
            return [_entry(marker, TWEETS, created_at, -1, tweet, tweet.tags(version))]
        case TweetRestored(version=version):
            return [_entry(marker, TWEETS, created_at, 1, tweet, tweet.tags(version), author)]
        case TweetLiked(tweet_id, user_id):
            # Liking again after taking a like back counts no second time.
            return [_entry(f"like:{tweet_id}:{user_id}", LIKES, now, 1, tweet, tweet.tags(tweet.version))]
    return []


def _entry(
    marker: str,
    kind: Kind,
    counted_at: datetime,
    by: int,
    tweet: TaggedTweet,
    tags: tuple[str, ...],
    author: str = "",
) -> Counted:
    return Counted(
        event_id=marker,
        kind=kind,
        minute=int(counted_at.timestamp()) // 60,
        by=by,
        regions=(GLOBAL, tweet.region) if tweet.region else (GLOBAL,),
        tags=tags,
        author=author,
    )


async def rank(runtime: Runtime) -> None:
    """Publishes new lists for every region and records the hour. Running it twice changes nothing more."""
    now = runtime.now()
    async with runtime.database.read() as session:
        oldest = await trend_history.oldest_hour(session)
    for region in await trend_buckets.regions(runtime.redis):
        await _rank_region(runtime, region, now=now, oldest=oldest or now)
    async with runtime.database.write() as session:
        await trend_history.forget_old(session, now=now)


async def _rank_region(runtime: Runtime, region: str, *, now: datetime, oldest: datetime) -> None:
    await _record_hours(runtime, region, now=now)
    state = await _state(runtime, region, now=now, oldest=oldest)
    quarter = int(now.timestamp()) // 60 // 15
    lists = {}
    for window, tags in state.candidates.items():
        authors = await trend_buckets.distinct_authors(
            runtime.redis, region, tags, quarters=range(quarter - 4 * window.hours, quarter + 1)
        )
        best = ranked(
            (state.activity(tag, window, authors=authors[tag]) for tag in tags),
            window=window,
            now_ms=runtime.clock.now_ms(),
            author_scale=runtime.settings.trend_author_scale,
        )
        lists[window] = PublishedTrends(as_of_ms=int(now.timestamp() * 1000), trends=tuple(best))
    await trend_buckets.publish(runtime.redis, region, lists)
    listed = [trend.tag for trend in lists[TrendWindow.HOUR].trends]
    async with runtime.database.write() as session:
        await trend_history.mark_listed(session, region, _whole_hour(now), listed)


@dataclass(frozen=True, slots=True)
class _State:
    """What the hashtags of a region do at this moment."""

    now: datetime
    oldest: datetime
    tweets: Mapping[TrendWindow, Counter[str]]
    likes: Mapping[TrendWindow, Counter[str]]
    last_quarter: Counter[str]
    candidates: Mapping[TrendWindow, list[str]]
    history: Mapping[str, TagHistory]

    def activity(self, tag: str, window: TrendWindow, *, authors: int) -> TagActivity:
        begin = _begin(window, self.now)
        week_ago = self.now - timedelta(days=7)
        history = self.history.get(tag)
        busiest = history.busiest_hour if history and history.busiest_hour else _whole_hour(self.now)
        return TagActivity(
            tag=tag,
            tweets=self.tweets[window][tag],
            authors=authors,
            tweets_last_quarter_hour=self.last_quarter[tag],
            likes=max(self.likes[window][tag], 0),
            history_tweets=history.tweets_before[begin] if history else 0,
            history_hours=max(0, int((begin - max(self.oldest, week_ago)) / _HOUR)),
            peaked_at_ms=int((busiest + _HOUR).timestamp() * 1000),
            listed_hours=float(history.listed_hours) if history else 0.0,
        )


async def _state(runtime: Runtime, region: str, *, now: datetime, oldest: datetime) -> _State:
    minute = int(now.timestamp()) // 60
    # By authors, not by tweets: else one account with a few hundred tags a tweet would crowd out the rest.
    candidates = {
        window: [tag for tag, n in totals.most_common(CANDIDATES) if n >= MIN_AUTHORS]
        for window, totals in (await _totals(runtime.redis, region, "authors", now=now)).items()
    }
    async with runtime.database.read() as session:
        history = await trend_history.of_tags(
            session,
            region,
            sorted({tag for tags in candidates.values() for tag in tags}),
            window_begins=[_begin(window, now) for window in TrendWindow],
            now=now,
        )
    return _State(
        now=now,
        oldest=oldest,
        tweets=await _totals(runtime.redis, region, "tweets", now=now),
        likes=await _totals(runtime.redis, region, "likes", now=now),
        last_quarter=_sum(
            await trend_buckets.by_minute(runtime.redis, region, "tweets", range(minute - 14, minute + 1))
        ),
        candidates=candidates,
        history=history,
    )


def _begin(window: TrendWindow, now: datetime) -> datetime:
    """The whole hour in which the window begins: history is what lies before it."""
    return _whole_hour(now - window.hours * _HOUR)


async def _totals(redis: Redis, region: str, kind: Kind, *, now: datetime) -> Mapping[TrendWindow, Counter[str]]:
    """The last 60 minutes by minute; the longer windows by whole hours, the running one included."""
    minute = int(now.timestamp()) // 60
    hour = minute // 60
    hours = await trend_buckets.by_hour(redis, region, kind, range(hour, hour - TrendWindow.DAY.hours, -1))
    return {
        TrendWindow.HOUR: _sum(await trend_buckets.by_minute(redis, region, kind, range(minute - 59, minute + 1))),
        TrendWindow.FOUR_HOURS: _sum(hours[: TrendWindow.FOUR_HOURS.hours]),
        TrendWindow.DAY: _sum(hours),
    }


async def _record_hours(runtime: Runtime, region: str, *, now: datetime) -> None:
    """The running hour and the one before it: its last minutes came after the previous run."""
    hours = [_whole_hour(now) - _HOUR, _whole_hour(now)]
    numbers = [int(hour.timestamp()) // 3600 for hour in hours]
    for hour, number, bucket in zip(
        hours, numbers, await trend_buckets.by_hour(runtime.redis, region, "tweets", numbers), strict=True
    ):
        tags = [tag for tag, n in bucket.items() if n >= HISTORY_MIN_TWEETS]
        authors = await trend_buckets.distinct_authors(
            runtime.redis, region, tags, quarters=range(4 * number, 4 * number + 4)
        )
        async with runtime.database.write() as session:
            await trend_history.record(
                session,
                region,
                hour,
                [
                    TagHour(tag, effective_volume(tweets=bucket[tag], authors=authors[tag]), authors[tag])
                    for tag in sorted(tags)
                ],
            )


def _sum(buckets: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for bucket in buckets:
        total.update(bucket)
    return total


def _whole_hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
