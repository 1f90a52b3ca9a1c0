"""Trends of tweets that are edited, deleted and restored, in whatever order the events are handled."""

from __future__ import annotations

import pytest

from services.runtime import Runtime
from stores import trend_buckets
from tests.api.test_edit_tweet import edited
from tests.client import Api, People
from tests.queue import Queue


async def counted(runtime: Runtime) -> dict[str, int]:
    """Tweets with each tag in the last two hours."""
    hour = int(runtime.now().timestamp()) // 3600
    buckets = await trend_buckets.by_hour(runtime.redis, "GLOBAL", "tweets", range(hour - 1, hour + 1))
    return {tag: sum(bucket[tag] for bucket in buckets) for bucket in buckets for tag in bucket}


@pytest.mark.parametrize("are_counted_late", [False, True])
async def test_trends_count_the_tags_a_tweet_has_at_last(
    api: Api, people: People, queue: Queue, runtime: Runtime, are_counted_late: bool
) -> None:
    async def handled() -> None:
        if not are_counted_late:
            await queue.drained()

    tweet_id = await api.tweeted(people.ann, "#tea #kept")
    await handled()
    await edited(api, people.ann, tweet_id, "#coffee #kept")
    await handled()
    await edited(api, people.ann, tweet_id, "#coffee #milk #kept")
    await queue.drained()
    assert await counted(runtime) == {"tea": 0, "coffee": 1, "milk": 1, "kept": 1}
    await api.data(
        "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { replayed } }", {"id": tweet_id}, by=people.ann
    )
    await handled()
    await api.data(
        "mutation($id: ID!) { restoreTweet(input: {tweetId: $id}) { replayed } }", {"id": tweet_id}, by=people.ann
    )
    await edited(api, people.ann, tweet_id, "#milk")
    await queue.drained()
    assert await counted(runtime) == {"tea": 0, "coffee": 0, "milk": 1, "kept": 0}
