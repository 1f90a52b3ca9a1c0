"""Trends and why they trend."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain import trends as rules
from domain.trends import TrendWindow
from resolvers import trends
from schema.binding import Bound, plain
from schema.nodes import Count


@strawberry.type(
    description="Why a tag stands where it does: "
    "`score = ratio x decay x diversity x log2(2 + velocityPerMin) x novelty x (1 + engagement)`."
)
class TrendExplanation(Bound):
    record = rules.TrendExplanation
    is_value = True
    volume: int = plain(f"Tweets in the window that count: at most {rules.TWEETS_PER_AUTHOR} for each author.")
    baseline_per_hour: float = plain("The tag's own tweets per hour over the last 7 days, before the window.")
    ratio: float = plain("Tweets per hour in the window over the baseline plus 1.")
    velocity_per_min: float = plain("Tweets per minute in the last quarter of an hour.")
    diversity: float = plain("Distinct authors over the instance's scale; at most 2.")
    decay: float = plain("1 at the tag's busiest hour, falling with the time since.")
    novelty: float = plain("1 for a tag that is new in the list, down to 0.25 for one that stood there for a day.")
    engagement: float = plain("log10(1 + likes per tweet).")
    score: float = plain("What trends are ordered by.")
    excluded: int = plain("Tweets in the window that the limit per author left out.")


@strawberry.type(description="A hashtag that trends.")
class Trend(Bound):
    record = trends.Trend
    topic: str = plain("The hashtag with its #, case-folded.")
    rank: int = plain("Its place, from 1.")
    tweet_count: Count = plain("Tweets with it in the window.")
    authors: Count = plain("Distinct people who tweeted it; an estimate.")
    explanation: TrendExplanation = plain("The figures behind its place.")


@strawberry.type(description="What trends in a region.")
class TrendList(Bound):
    record = trends.TrendList
    region: str = plain("The region.")
    window: TrendWindow = plain("The time the trends are measured over.")
    as_of: datetime | None = plain("When the list was made (every 5 minutes); null while there is none.")
    trends: list[Trend] = plain("At most 50, best first.")
