"""What a page brings along of its tweets, beside what is looked up of them."""

from __future__ import annotations

import pytest

from domain.pages import PageRequest
from services import home_timelines
from services.runtime import Runtime
from stores import counts, viewer_states
from tests.client import Api, People, Person
from tests.queue import Queue

ACTIONS = ("likeTweet", "bookmarkTweet", "retweetTweet")


@pytest.mark.parametrize("backward", [False, True])
async def test_a_page_brings_what_would_be_looked_up(
    runtime: Runtime, api: Api, people: People, queue: Queue, backward: bool
) -> None:
    await api.followed(people.ann, people.bob)
    ids = [await api.tweeted(people.cat, "retweeted"), await api.tweeted(people.bob, "followed")]
    ids += [await api.tweeted(people.ann, "own"), await api.tweeted(people.bob, "to itself", in_reply_to=ids[1])]
    for tweet_id in ids:
        await _do(api, "likeTweet", tweet_id, by=people.cat)
    for action in ACTIONS:
        await _do(api, action, ids[1], by=people.ann)
    await _do(api, "retweetTweet", ids[0], by=people.bob)
    await queue.drained()

    page = await home_timelines.page(
        runtime.database, runtime.redis, people.ann.raw_id, PageRequest(size=10, backward=backward), hydrated=True
    )
    tweets = [entry.tweet for entry in page.entries]
    assert len(tweets) == 5
    async with runtime.database.read() as session:
        totals = await counts.of_tweets(session, [tweet.retweet_of_id or tweet.id for tweet in tweets])
        states = await viewer_states.of_tweets(session, [tweet.id for tweet in tweets], viewer_id=people.ann.raw_id)
    assert [(entry.hydration.counts, entry.hydration.viewer_state) for entry in page.entries if entry.hydration] == [
        (totals[tweet.retweet_of_id or tweet.id], states[tweet.id]) for tweet in tweets
    ]
    assert {totals[tweet.retweet_of_id or tweet.id].likes for tweet in tweets} == {1, 2}
    assert {states[tweet.id].liked for tweet in tweets} == {True, False}


async def _do(api: Api, mutation: str, tweet_id: str, *, by: Person) -> None:
    document = f"mutation ($id: ID!) {{ {mutation}(input: {{tweetId: $id}}) {{ userErrors {{ code }} }} }}"
    assert await api.data(document, {"id": tweet_id}, by=by) == {mutation: {"userErrors": []}}
