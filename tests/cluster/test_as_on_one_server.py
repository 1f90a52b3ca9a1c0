"""What holds on one Redis server holds on a cluster: tests from elsewhere, with the fixtures of this folder."""

from __future__ import annotations

import pytest

from tests.api.conftest import stored
from tests.api.test_home_timeline import (
    test_a_page_stays_where_it_is_while_tweets_come_and_go,
    test_pages_join_without_gap_or_repeat_in_both_directions,
)
from tests.api.test_ranked_home import (
    seven,
    test_entries_say_what_they_are_ordered_by,
    test_pages_neither_repeat_nor_lose_what_stays_while_counts_change,
)
from tests.api.test_rate_limits import (
    limited,
    test_registrations_from_one_address_are_limited,
    test_tweets_of_one_person_are_limited,
)
from tests.api.test_record_impressions import (
    test_a_count_that_died_is_resumed,
    test_views_outlive_redis,
    test_views_that_come_while_counting_are_counted_next,
)
from tests.api.test_trends import (
    crowd,
    test_a_region_has_what_its_people_tweet,
    test_ranking_twice_or_handling_events_twice_changes_nothing,
    test_what_five_people_write_trends_however_they_write_it,
)
from tests.api.test_vote_poll import test_a_vote_counts_at_once_and_for_good
from tests.live.conftest import hub
from tests.live.test_home_timeline import (
    test_a_client_that_goes_away_leaves_nothing_in_the_hub,
    test_a_deleted_tweet_is_removed_for_author_and_followers,
    test_a_follow_or_unfollow_rebuilds_the_timeline,
)
from tests.live.test_poll_results import soon, test_every_vote_comes_and_the_end
from tests.live.test_pulled_tweets import (
    celebrities,
    test_a_celebritys_tweet_comes_to_followers_and_goes_again_and_to_nobody_else,
)
from tests.services.conftest import without_redis
from tests.services.test_fan_out import (
    test_a_delivery_that_is_repeated_changes_no_receipt,
    test_a_receipt_tells_followers_with_a_timeline_without_one_and_those_inactive,
    world,
)
from tests.services.test_home_timeline_law import test_a_home_timeline_is_what_belongs_in_it
from tests.stores.test_rate_limits import (
    test_a_full_window_says_when_it_has_room_again,
    test_as_many_pass_at_once_as_fit,
    test_what_is_given_back_can_be_taken_again,
)
from tests.stores.test_timelines import (
    redis,
    test_a_rebuild_loses_nothing_however_much_is_delivered_meanwhile,
    test_a_timeline_takes_12_kb_at_most,
    test_dropping_a_timeline_voids_the_rebuild_under_way,
    test_of_many_who_find_it_missing_one_rebuilds,
    trimmed,
)

pytestmark = pytest.mark.redis_cluster


@pytest.fixture(autouse=True)
def short_histories(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.services.test_home_timeline_law.STEPS", 40)
