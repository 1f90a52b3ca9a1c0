"""The score of an entry, and the order it makes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import ids, ranking
from domain.ranking import Ranked
from domain.records import RankExplanation, TweetCounts

HOUR_MS = 3_600_000
AT_MS = ids.EPOCH_MS + 1_000 * HOUR_MS


def posted(*, hours_ago: float, sequence: int = 0) -> int:
    return ids.snowflake(ms=AT_MS - int(hours_ago * HOUR_MS), worker=0, sequence=sequence)


@pytest.mark.parametrize(
    ("counts", "engagement"),
    [
        (TweetCounts(), 0),
        (TweetCounts(likes=5), 5),
        (TweetCounts(retweets=5), 10),
        (TweetCounts(replies=5), 15),
        (TweetCounts(likes=1, retweets=1, replies=1, quotes=7, bookmarks=9), 6),
    ],
)
def test_engagement_is_weighted(counts: TweetCounts, engagement: int) -> None:
    assert ranking.engagement(counts) == engagement


@pytest.mark.parametrize(("hours", "recency"), [(0, 1), (1, 0.5), (3, 0.25), (0.5, 2 / 3), (-1, 1)])
def test_recency_falls_with_the_hours(hours: float, recency: float) -> None:
    assert ranking.recency(int(hours * HOUR_MS)) == pytest.approx(recency)


@pytest.mark.parametrize(("interactions", "affinity"), [(0, 1), (1, 1 + math.log(2)), (9, 1 + math.log(10))])
def test_affinity_grows_ever_more_slowly(interactions: int, affinity: float) -> None:
    assert ranking.affinity(interactions) == pytest.approx(affinity)


def test_an_explanation_multiplies_to_its_score() -> None:
    entry = Ranked(posted(hours_ago=3), engagement=6, interactions=0)
    assert entry.explained(at_ms=AT_MS) == RankExplanation(score=1.5, engagement=6.0, recency=0.25, affinity=1.0)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (Ranked(posted(hours_ago=1), 2, 0), Ranked(posted(hours_ago=0), 0, 99)),
        (Ranked(posted(hours_ago=1), 4, 0), Ranked(posted(hours_ago=0), 1, 0)),
        (Ranked(posted(hours_ago=1), 1, 9), Ranked(posted(hours_ago=0), 1, 0)),
        (Ranked(posted(hours_ago=1), 0, 0), Ranked(posted(hours_ago=2), 0, 9)),
        (Ranked(posted(hours_ago=1, sequence=2), 3, 1), Ranked(posted(hours_ago=1, sequence=1), 3, 1)),
    ],
    ids=["engagement at all", "engagement for age", "affinity", "newest of those without", "newest of equals"],
)
def test_what_comes_first(better: Ranked, worse: Ranked) -> None:
    assert ranking.ranked([worse, better], at_ms=AT_MS) == [better, worse]
    assert ranking.ranked([better, worse], at_ms=AT_MS) == [better, worse]


IDS = st.integers(0, AT_MS - ids.EPOCH_MS).map(lambda ms: ids.snowflake(ms=AT_MS - ms, worker=0, sequence=0))
ENTRIES = st.lists(
    st.builds(
        Ranked,
        tweet_id=IDS,
        engagement=st.integers(0, 10**6),
        interactions=st.integers(0, 2_000),
    ),
    unique_by=lambda entry: entry.tweet_id,
)


@given(ENTRIES, st.randoms())
def test_the_order_is_of_the_entries_alone(entries: list[Ranked], chance: object) -> None:
    best_first = ranking.ranked(entries, at_ms=AT_MS)
    shuffled = list(entries)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ranking.ranked(shuffled, at_ms=AT_MS) == best_first
    assert sorted(entry.tweet_id for entry in best_first) == sorted(entry.tweet_id for entry in entries)
    scores = [entry.explained(at_ms=AT_MS).score for entry in best_first]
    assert scores == sorted(scores, reverse=True)
    assert all(score >= 0 for score in scores)
