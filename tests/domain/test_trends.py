import math
import random
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.trends import (
    MAX_TRENDS,
    MIN_AUTHORS,
    MIN_NOVELTY,
    TWEETS_PER_AUTHOR,
    RankedTrend,
    TagActivity,
    TrendExplanation,
    TrendWindow,
    effective_volume,
    explained,
    ranked,
)

NOW_MS = 1_800_000_000_000
HOUR_MS = 3_600_000
BOXING = TagActivity(
    tag="boxing",
    tweets=90,
    authors=50,
    tweets_last_quarter_hour=30,
    likes=810,
    history_tweets=167 * 2,
    history_hours=167,
    peaked_at_ms=NOW_MS - 4 * HOUR_MS,
    listed_hours=12.0,
)
activities = st.builds(
    TagActivity,
    tag=st.text(min_size=1, max_size=5),
    tweets=st.integers(0, 10**9),
    authors=st.integers(0, 10**9),
    tweets_last_quarter_hour=st.integers(0, 10**9),
    likes=st.integers(0, 10**12),
    history_tweets=st.integers(0, 10**12),
    history_hours=st.integers(0, 168),
    peaked_at_ms=st.integers(NOW_MS - 48 * HOUR_MS, NOW_MS + HOUR_MS),
    listed_hours=st.floats(0, 48),
)
windows = st.sampled_from(TrendWindow)


def boxing(**changes: int | float | str) -> TagActivity:
    return msgspec.structs.replace(BOXING, **changes)


def explain(activity: TagActivity, window: TrendWindow = TrendWindow.HOUR, scale: int = 100) -> TrendExplanation:
    return explained(activity, window=window, now_ms=NOW_MS, author_scale=scale)


def rank(candidates: Sequence[TagActivity], scale: int = 100, limit: int = MAX_TRENDS) -> list[RankedTrend]:
    return ranked(candidates, window=TrendWindow.HOUR, now_ms=NOW_MS, author_scale=scale, limit=limit)


def tags(trends: list[RankedTrend]) -> list[str]:
    return [trend.tag for trend in trends]


def test_every_factor_is_exposed_and_makes_the_score() -> None:
    assert explain(BOXING) == TrendExplanation(
        volume=90,
        baseline_per_hour=2.0,
        ratio=30.0,
        velocity_per_min=2.0,
        diversity=0.5,
        decay=0.5,
        novelty=0.5,
        engagement=1.0,
        score=30.0 * 0.5 * 0.5 * 2.0 * 0.5 * 2.0,
        excluded=0,
    )


@pytest.mark.parametrize(
    ("window", "ratio", "decay"),
    [
        (TrendWindow.HOUR, 30.0, 0.5),
        (TrendWindow.FOUR_HOURS, 7.5, 0.5),
        (TrendWindow.DAY, 90 / 24 / 3, 0.5 ** (4 / 24)),
    ],
)
def test_volume_counts_per_hour_of_the_window_and_a_day_decays_by_a_day(
    window: TrendWindow, ratio: float, decay: float
) -> None:
    explanation = explain(BOXING, window)
    assert explanation.ratio == pytest.approx(ratio)
    assert explanation.decay == pytest.approx(decay)


@given(activities, windows, st.integers(1, 10_000))
def test_every_figure_is_finite_and_not_negative(activity: TagActivity, window: TrendWindow, scale: int) -> None:
    figures = msgspec.structs.astuple(explain(activity, window, scale))
    assert all(math.isfinite(figure) and figure >= 0 for figure in figures)


def test_a_silent_tag_explains_itself_with_zeros() -> None:
    silent = explain(TagActivity("hush", 0, 0, 0, 0, 0, 0, NOW_MS, 0.0))
    assert silent == TrendExplanation(0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0)


@given(activities, windows, st.integers(1, 1000), st.integers(1, 1000))
def test_more_authors_never_score_less(activity: TagActivity, window: TrendWindow, more: int, scale: int) -> None:
    wider = msgspec.structs.replace(activity, authors=activity.authors + more)
    assert explain(wider, window, scale).score >= explain(activity, window, scale).score * (1 - 1e-12)


@given(activities, windows)
def test_more_history_later_peaks_and_longer_lists_only_lower_the_score(
    activity: TagActivity, window: TrendWindow
) -> None:
    score = explain(activity, window).score
    for changes in (
        {"history_tweets": activity.history_tweets + 1000},
        {"peaked_at_ms": activity.peaked_at_ms - HOUR_MS},
        {"listed_hours": activity.listed_hours + 1},
    ):
        assert explain(msgspec.structs.replace(activity, **changes), window).score <= score


@given(activities, st.integers(0, MIN_AUTHORS - 1))
def test_few_authors_never_trend_whatever_they_do(activity: TagActivity, authors: int) -> None:
    assert rank([msgspec.structs.replace(activity, authors=authors)]) == []


def test_one_account_tweeting_a_thousand_times_cannot_overtake_a_crowd() -> None:
    spammed = boxing(tag="spam", tweets=1060, authors=51, tweets_last_quarter_hour=1015)
    crowd = boxing(tag="crowd", tweets=110, authors=100, tweets_last_quarter_hour=30)
    explanation = explain(spammed)
    assert effective_volume(tweets=1000, authors=1) == TWEETS_PER_AUTHOR
    assert (explanation.volume, explanation.excluded) == (102, 958)
    assert explanation.velocity_per_min == 102 / 15
    assert tags(rank([spammed, crowd])) == ["crowd", "spam"]


def test_an_estimate_above_the_number_of_tweets_counts_as_the_number_of_tweets() -> None:
    (trend,) = rank([boxing(tweets=50, authors=52)])
    assert trend.authors == 50
    assert trend.explanation.diversity == 0.5


def test_diversity_stops_at_twice_the_scale() -> None:
    crowds = [explain(boxing(tweets=1000, authors=authors)).diversity for authors in (100, 200, 900)]
    assert crowds == [1.0, 2.0, 2.0]


def test_novelty_has_a_floor() -> None:
    assert [explain(boxing(listed_hours=hours)).novelty for hours in (0.0, 24.0, 48.0)] == [1.0, 0.25, MIN_NOVELTY]


def test_a_peak_in_the_running_hour_has_not_decayed() -> None:
    assert explain(boxing(peaked_at_ms=NOW_MS + HOUR_MS // 2)).decay == 1.0


@given(st.integers(1, 400), windows, windows)
def test_a_steady_tag_has_the_same_ratio_in_every_window(per_hour: int, one: TrendWindow, other: TrendWindow) -> None:
    def ratio(window: TrendWindow) -> float:
        tweets, history_hours = per_hour * window.hours, 168 - window.hours
        steady = boxing(
            tweets=tweets, authors=tweets, history_tweets=per_hour * history_hours, history_hours=history_hours
        )
        return explain(steady, window).ratio

    assert ratio(one) == pytest.approx(ratio(other))
    assert ratio(one) < 1


@given(st.lists(activities, max_size=8, unique_by=lambda activity: activity.tag), st.integers(0, 6))
def test_the_author_scale_never_reorders_tags_that_are_below_its_cap(
    candidates: list[TagActivity], doublings: int
) -> None:
    small, large = 10**9, 10**9 * 2**doublings
    assert tags(rank(candidates, small)) == tags(rank(candidates, large))


def test_a_large_tag_at_its_usual_volume_stands_below_a_small_one_that_rises() -> None:
    usual = boxing(
        tag="nowplaying", tweets=6000, authors=4000, tweets_last_quarter_hour=1500, history_tweets=167 * 6000
    )
    assert tags(rank([usual, BOXING])) == ["boxing", "nowplaying"]


def test_equal_scores_stand_in_the_order_of_their_tags_and_the_list_ends_at_its_limit() -> None:
    letters = "abcdefgh"
    shuffled = [boxing(tag=letter) for letter in letters]
    random.Random(7).shuffle(shuffled)
    best = rank([*shuffled, boxing(tag="zz", authors=51)], limit=4)
    assert [(trend.rank, trend.tag) for trend in best] == [(1, "zz"), (2, "a"), (3, "b"), (4, "c")]


def test_fifty_trends_are_kept_unless_asked_otherwise() -> None:
    assert len(rank([boxing(tag=f"t{number}") for number in range(60)])) == 50


def test_a_trend_carries_what_was_measured() -> None:
    assert rank([BOXING]) == [RankedTrend(rank=1, tag="boxing", tweets=90, authors=50, explanation=explain(BOXING))]
