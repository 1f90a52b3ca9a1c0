"""User.tweets, User.followers, User.following and Tweet.replies."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Api, People, Person

LISTS = {
    "tweets": ("user", "tweets", "text"),
    "followers": ("user", "followers", "username"),
    "following": ("user", "following", "username"),
    "replies": ("tweet", "replies", "text"),
}
QUERY = """
query List($name: String!, $tweet: ID!, $first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  user(by: {username: $name}) {
    ... on User {
      tweets(first: $first, after: $after, last: $last, before: $before) @include(if: %(tweets)s) {
        nodes { text } edges { cursor node { ... on TimelineTweet { reason { code } } } } ...Info }
      followers(first: $first, after: $after, last: $last, before: $before) @include(if: %(followers)s) {
        nodes { username } edges { cursor node { username } } ...Info }
      following(first: $first, after: $after, last: $last, before: $before) @include(if: %(following)s) {
        nodes { username } edges { cursor node { username } } ...Info }
    }
  }
  tweet(id: $tweet) {
    ... on Tweet {
      replies(first: $first, after: $after, last: $last, before: $before) @include(if: %(replies)s) {
        nodes { text } edges { cursor node { text } } ...Info }
    }
  }
}
"""
PAGE_INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
NAMES = ("dan", "eve", "fay", "gus", "hal")


class Listed:
    """Lists of ann with five entries each."""

    def __init__(self, api: Api, tweet_id: str) -> None:
        self.api, self.tweet_id = api, tweet_id

    async def page(self, listing: str, **variables: Any) -> dict[str, Any]:
        parent, field, _ = LISTS[listing]
        query = QUERY % {name: "true" if name == listing else "false" for name in LISTS}
        query = query.replace("...Info", PAGE_INFO)
        data = await self.api.data(query, {"name": "ann", "tweet": self.tweet_id, **variables})
        found: dict[str, Any] = data[parent][field]
        return found

    def labels(self, listing: str, page: dict[str, Any]) -> list[str]:
        return [node[LISTS[listing][2]] for node in page["nodes"]]


@pytest.fixture
async def listed(api: Api, people: People) -> Listed:
    tweet_id = await api.tweeted(people.cat, "cat's")
    for name in NAMES:
        person: Person = await api.registered(name)
        await api.followed(person, people.ann)
        await api.followed(people.ann, person)
        await api.tweeted(people.ann, name)
        await api.tweeted(people.bob, name, in_reply_to=tweet_id)
    return Listed(api, tweet_id)


@pytest.mark.parametrize("listing", LISTS)
async def test_pages_join_without_gap_or_repeat_in_both_directions(listed: Listed, listing: str) -> None:
    order = list(NAMES if listing == "replies" else reversed(NAMES))
    whole = await listed.page(listing)
    cursors = [edge["cursor"] for edge in whole["edges"]]
    assert listed.labels(listing, whole) == order
    assert whole["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": False,
        "startCursor": cursors[0],
        "endCursor": cursors[4],
    }

    forward = [await listed.page(listing, first=2)]
    while forward[-1]["pageInfo"]["hasNextPage"]:
        forward.append(await listed.page(listing, first=2, after=forward[-1]["pageInfo"]["endCursor"]))
    assert [listed.labels(listing, page) for page in forward] == [order[:2], order[2:4], order[4:]]
    assert [page["pageInfo"]["hasPreviousPage"] for page in forward] == [False, True, True]

    backward = [await listed.page(listing, last=2)]
    while backward[-1]["pageInfo"]["hasPreviousPage"]:
        backward.append(await listed.page(listing, last=2, before=backward[-1]["pageInfo"]["startCursor"]))
    assert [listed.labels(listing, page) for page in backward] == [order[3:], order[1:3], order[:1]]
    assert [page["pageInfo"]["hasNextPage"] for page in backward] == [False, True, True]

    between = await listed.page(listing, first=5, after=cursors[0], before=cursors[3])
    assert listed.labels(listing, between) == order[1:3]


async def test_a_users_tweets_are_there_for_being_theirs(listed: Listed) -> None:
    page = await listed.page("tweets", first=1)
    assert page["edges"][0]["node"] == {"reason": {"code": "AUTHOR"}}


@pytest.mark.parametrize("listing", LISTS)
async def test_twenty_entries_are_the_default_page(api: Api, people: People, listed: Listed, listing: str) -> None:
    for n in range(16):
        if listing == "tweets":
            await api.tweeted(people.ann, f"more {n}")
        elif listing == "replies":
            await api.tweeted(people.bob, f"more {n}", in_reply_to=listed.tweet_id)
        else:
            person = await api.registered(f"more{n}")
            await (api.followed(person, people.ann) if listing == "followers" else api.followed(people.ann, person))
    page = await listed.page(listing)
    assert (len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (20, True)


async def test_lists_of_several_parents_are_each_their_own(api: Api, people: People) -> None:
    await api.followed(people.ann, people.bob)
    await api.followed(people.cat, people.bob)
    await api.followed(people.bob, people.cat)
    await api.tweeted(people.cat, "hello")
    query = """
    query($ids: [ID!]!) {
      nodes(ids: $ids) { ... on User { followers(first: 1) { nodes { username } pageInfo { hasNextPage } }
        tweets { nodes { text } } } }
    }
    """
    everyone = [people.ann.id, people.bob.id, people.cat.id, people.bob.id]
    bob = {"followers": {"nodes": [{"username": "cat"}], "pageInfo": {"hasNextPage": True}}, "tweets": {"nodes": []}}
    assert await api.data(query, {"ids": everyone}) == {
        "nodes": [
            {"followers": {"nodes": [], "pageInfo": {"hasNextPage": False}}, "tweets": {"nodes": []}},
            bob,
            {
                "followers": {"nodes": [{"username": "bob"}], "pageInfo": {"hasNextPage": False}},
                "tweets": {"nodes": [{"text": "hello"}]},
            },
            bob,
        ]
    }
