"""Tweet.likers, Tweet.retweeters, Tweet.quotes and User.likes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from services.runtime import Runtime
from tests.api.conftest import SetStatus
from tests.client import Api, People, Person

PAGE = "pageInfo { hasNextPage endCursor }"
LISTS = f"""
query($id: ID!, $first: Int, $after: Cursor) {{ tweet(id: $id) {{ ... on Tweet {{
  likers(first: $first, after: $after) @include(if: LIKERS) {{ nodes {{ username }} {PAGE} }}
  retweeters(first: $first, after: $after) @include(if: RETWEETERS) {{ nodes {{ username }} {PAGE} }}
  quotes(first: $first, after: $after) @include(if: QUOTES) {{
    nodes {{ author {{ ... on User {{ username }} }} }} {PAGE}
  }}
}} }} }}
"""
LIKES = "query($name: String!) { user(by: {username: $name}) { ... on User { likes { nodes { text } } } } }"
NAMES = ("likers", "retweeters", "quotes")
ACTS = {
    "likers": "mutation($id: ID!) { done: likeTweet(input: {tweetId: $id}) { userErrors { code } } }",
    "retweeters": "mutation($id: ID!) { done: retweetTweet(input: {tweetId: $id}) { userErrors { code } } }",
    "quotes": 'mutation($id: ID!) { done: postTweet(input: {quote: $id, text: "look"}) { userErrors { code } } }',
}


async def act(api: Api, name: str, by: Person, tweet_id: str) -> None:
    assert await api.data(ACTS[name], {"id": tweet_id}, by=by) == {"done": {"userErrors": []}}


async def page(api: Api, name: str, tweet_id: str, *, by: Person | None = None, **page: Any) -> dict[str, Any]:
    query = LISTS
    for each in NAMES:
        query = query.replace(each.upper(), str(each == name).lower())
    found: dict[str, Any] = (await api.data(query, {"id": tweet_id, **page}, by=by))["tweet"][name]
    return found


async def listed(api: Api, name: str, tweet_id: str, *, by: Person | None = None) -> list[str]:
    nodes = (await page(api, name, tweet_id, by=by))["nodes"]
    return [node.get("username") or node["author"]["username"] for node in nodes]


async def likes(api: Api, name: str, *, by: Person | None = None) -> list[str]:
    nodes = (await api.data(LIKES, {"name": name}, by=by))["user"]["likes"]["nodes"]
    return [node["text"] for node in nodes]


async def protect(runtime: Runtime, person: Person) -> None:
    async with runtime.database.write() as session:
        await session.execute(text("UPDATE users SET is_protected = true WHERE id = :id"), {"id": person.raw_id})


@pytest.mark.parametrize("name", NAMES)
async def test_the_latest_come_first_and_page_by_page(api: Api, people: People, name: str) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    assert await listed(api, name, tweet_id) == []
    for person in (people.bob, people.ann, people.cat):
        await act(api, name, person, tweet_id)
    assert await listed(api, name, tweet_id) == ["cat", "ann", "bob"]
    first = await page(api, name, tweet_id, first=2)
    assert (len(first["nodes"]), first["pageInfo"]["hasNextPage"]) == (2, True)
    second = await page(api, name, tweet_id, first=2, after=first["pageInfo"]["endCursor"])
    assert (len(second["nodes"]), second["pageInfo"]["hasNextPage"]) == (1, False)


@pytest.mark.parametrize("name", NAMES)
async def test_a_retweet_has_the_lists_of_its_original(api: Api, people: People, name: str) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    retweet = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } } }"
    retweet_id = (await api.data(retweet, {"id": tweet_id}, by=people.bob))["retweetTweet"]["retweet"]["id"]
    await act(api, name, people.cat, retweet_id)
    assert (await listed(api, name, retweet_id))[0] == "cat"
    assert await listed(api, name, retweet_id) == await listed(api, name, tweet_id)


@pytest.mark.parametrize("name", NAMES)
async def test_closed_accounts_are_left_out(api: Api, people: People, set_status: SetStatus, name: str) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    for person in (people.bob, people.cat):
        await act(api, name, person, tweet_id)
    await set_status(people.cat, "SUSPENDED")
    assert await listed(api, name, tweet_id) == ["bob"]


@pytest.mark.parametrize("name", NAMES)
async def test_what_protected_accounts_do_is_for_their_followers(
    api: Api, people: People, runtime: Runtime, name: str
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    await act(api, name, people.bob, tweet_id)
    await api.followed(people.cat, people.bob)
    await protect(runtime, people.bob)
    assert await listed(api, name, tweet_id, by=people.cat) == ["bob"]
    assert await listed(api, name, tweet_id, by=people.bob) == ["bob"]
    assert await listed(api, name, tweet_id, by=people.ann) == []
    assert await listed(api, name, tweet_id) == []


async def test_likes_are_in_the_order_of_liking(api: Api, people: People, set_status: SetStatus) -> None:
    one, two, three = [await api.tweeted(people.ann, text) for text in ("one", "two", "three")]
    four = await api.tweeted(people.cat, "four")
    for tweet_id in (two, three, four, one):
        await act(api, "likers", people.bob, tweet_id)
    assert await likes(api, "bob") == ["one", "four", "three", "two"]
    delete = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
    await api.data(delete, {"id": one}, by=people.ann)
    await set_status(people.cat, "SUSPENDED")
    assert await likes(api, "bob", by=people.bob) == ["three", "two"]


async def test_the_likes_of_a_protected_account_are_for_its_followers(
    api: Api, people: People, runtime: Runtime
) -> None:
    await act(api, "likers", people.bob, await api.tweeted(people.ann, "hello"))
    await api.followed(people.cat, people.bob)
    await protect(runtime, people.bob)
    for viewer, expected in ((people.bob, ["hello"]), (people.cat, ["hello"]), (people.ann, []), (None, [])):
        assert await likes(api, "bob", by=viewer) == expected
