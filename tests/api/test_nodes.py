"""node, nodes and tweet."""

from __future__ import annotations

from domain import ids
from tests.api.errors import only_error
from tests.client import Api, People

NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on User { username } ... on Tweet { text } } }"
DELETE = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { deletedTweetId } }"


async def test_things_come_in_the_order_of_their_ids_and_null_for_those_that_are_not(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    deleted = await api.tweeted(people.ann, "bye")
    await api.data(DELETE, {"id": deleted}, by=people.ann)
    ann = {"__typename": "User", "id": people.ann.id, "username": "ann"}
    tweet = {"__typename": "Tweet", "id": tweet_id, "text": "hello"}
    asked = [tweet_id, people.ann.id, deleted, ids.global_id("Tweet", 1), ids.global_id("User", ids.MAX_ID), tweet_id]
    assert await api.data(NODES, {"ids": asked}) == {"nodes": [tweet, ann, None, None, None, tweet]}
    assert await api.data(NODES, {"ids": []}) == {"nodes": []}


async def test_one_thing_is_fetched_by_its_id(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    query = "query($id: ID!) { node(id: $id) { __typename id } }"
    for node_id, node_type in ((people.bob.id, "User"), (tweet_id, "Tweet")):
        assert await api.data(query, {"id": node_id}) == {"node": {"__typename": node_type, "id": node_id}}
    await api.data(DELETE, {"id": tweet_id}, by=people.ann)
    assert await api.data(query, {"id": tweet_id}) == {"node": None}


async def test_a_hundred_ids_are_the_limit(api: Api, people: People) -> None:
    asked = [people.ann.id] * 101
    assert await only_error(api, NODES, {"ids": asked}) == ("VALIDATION_FAILED", ["nodes"])
    data = await api.data(NODES, {"ids": asked[:100]})
    assert data == {"nodes": [{"__typename": "User", "id": people.ann.id, "username": "ann"}] * 100}


async def test_raw_ids_are_strings_of_digits_that_grow_with_time(api: Api, people: People) -> None:
    tweet_ids = [await api.tweeted(people.ann, text) for text in ("first", "second")]
    data = await api.data(
        "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Tweet { rawId createdAt } } }", {"ids": tweet_ids}
    )
    raw_ids = [node["rawId"] for node in data["nodes"]]
    assert [ids.global_id("Tweet", int(raw_id)) for raw_id in raw_ids] == tweet_ids
    assert int(raw_ids[0]) < int(raw_ids[1])


async def test_a_tweet_that_never_was_is_null(api: Api) -> None:
    query = "query($id: ID!) { tweet(id: $id) { __typename } }"
    assert await api.data(query, {"id": ids.global_id("Tweet", 1)}) == {"tweet": None}
