"""bookmarkTweet, unbookmarkTweet and Viewer.bookmarks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain import ids
from tests.api.conftest import Stored
from tests.api.errors import NO_SUCH_TWEET, USER_ERRORS, only_error
from tests.client import Api, People, Person
from tests.queue import Queue

_FIELDS = f"""
{{ tweet {{ id bookmarkCount {{ value precision }} viewerState {{ bookmarked bookmarkFolderId }} }} {USER_ERRORS} }}
"""
BOOKMARK = f"mutation($id: ID!, $folder: ID) {{ bookmarkTweet(input: {{tweetId: $id, folderId: $folder}}) {_FIELDS} }}"
UNBOOKMARK = f"mutation($id: ID!) {{ unbookmarkTweet(input: {{tweetId: $id}}) {_FIELDS} }}"
CREATE = "mutation($name: String!) { createBookmarkFolder(input: {name: $name}) { folder { id } } }"
BOOKMARKS = """
query Bookmarks($folder: ID, $first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  viewer { bookmarks(folderId: $folder, first: $first, after: $after, last: $last, before: $before) {
    nodes { text } edges { cursor node { text } } pageInfo { hasNextPage hasPreviousPage endCursor }
  } }
}
"""
NO_SUCH_FOLDER = {
    "__typename": "NotFoundError",
    "code": "NOT_FOUND",
    "message": "There is no such bookmark folder.",
    "path": ["input", "folderId"],
}
ALREADY = {
    "__typename": "DuplicateError",
    "code": "DUPLICATE",
    "message": "You have bookmarked this tweet already.",
    "path": ["input", "tweetId"],
}


def tweet(tweet_id: str, count: int, *, bookmarked: bool = True, folder: str | None = None) -> dict[str, Any]:
    return {
        "id": tweet_id,
        "bookmarkCount": {"value": count, "precision": "EXACT"},
        "viewerState": {"bookmarked": bookmarked, "bookmarkFolderId": folder},
    }


async def bookmarked(api: Api, by: Person, tweet_id: str, folder: str | None = None) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(BOOKMARK, {"id": tweet_id, "folder": folder}, by=by))["bookmarkTweet"]
    return payload


async def folder_of(api: Api, by: Person, name: str) -> str:
    folder_id: str = (await api.data(CREATE, {"name": name}, by=by))["createBookmarkFolder"]["folder"]["id"]
    return folder_id


async def listed(api: Api, by: Person, **variables: Any) -> list[str]:
    found = (await api.data(BOOKMARKS, variables, by=by))["viewer"]["bookmarks"]["nodes"]
    return [node["text"] for node in found]


async def test_a_bookmark_is_made_moved_and_taken_back(api: Api, people: People, queue: Queue, stored: Stored) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    tea, milk = [await folder_of(api, people.bob, name) for name in ("tea", "milk")]
    for folder in (None, tea, milk, None, tea):
        payload = await bookmarked(api, people.bob, tweet_id, folder)
        assert payload == {"tweet": tweet(tweet_id, 1, folder=folder), "userErrors": []}
        before = await stored()
        again = await bookmarked(api, people.bob, tweet_id, folder)
        assert again == {"tweet": tweet(tweet_id, 1, folder=folder), "userErrors": [ALREADY]}
        assert await stored() == before
    assert await listed(api, people.bob) == await listed(api, people.bob, folder=tea) == ["hello"]
    assert await listed(api, people.bob, folder=milk) == []
    await queue.drained()
    for _ in range(2):
        data = await api.data(UNBOOKMARK, {"id": tweet_id}, by=people.bob)
        assert data == {"unbookmarkTweet": {"tweet": tweet(tweet_id, 0, bookmarked=False), "userErrors": []}}
    assert await listed(api, people.bob) == await listed(api, people.bob, folder=tea) == []


async def test_only_the_number_is_seen_by_others(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    for person, count in ((people.bob, 1), (people.cat, 2)):
        assert await bookmarked(api, person, tweet_id) == {"tweet": tweet(tweet_id, count), "userErrors": []}
    query = """
    query($id: ID!) { tweet(id: $id) { ... on Tweet { bookmarkCount { value } viewerState { bookmarked } } } }
    """
    assert await api.data(query, {"id": tweet_id}, by=people.ann) == {
        "tweet": {"bookmarkCount": {"value": 2}, "viewerState": {"bookmarked": False}}
    }
    assert await listed(api, people.ann) == []


async def test_what_a_retweet_shows_is_bookmarked(api: Api, people: People) -> None:
    original = await api.tweeted(people.ann, "hello")
    retweet = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { id } } }"
    retweet_id = (await api.data(retweet, {"id": original}, by=people.bob))["retweetTweet"]["retweet"]["id"]
    assert await bookmarked(api, people.cat, retweet_id) == {"tweet": tweet(original, 1), "userErrors": []}
    assert await listed(api, people.cat) == ["hello"]


@pytest.mark.parametrize("tweet_id", ["garbage", ids.global_id("Tweet", 1), ids.global_id("User", 1)])
async def test_an_unknown_tweet_has_no_bookmarks(api: Api, people: People, stored: Stored, tweet_id: str) -> None:
    before = await stored()
    refused = {"tweet": None, "userErrors": [NO_SUCH_TWEET]}
    assert await bookmarked(api, people.bob, tweet_id) == refused
    assert await api.data(UNBOOKMARK, {"id": tweet_id}, by=people.bob) == {"unbookmarkTweet": refused}
    assert await stored() == before


@pytest.mark.parametrize("folder", ["garbage", ids.global_id("BookmarkFolder", 1), "SOMEONE ELSES", "A TWEET"])
async def test_what_is_no_folder_of_ones_own_takes_no_bookmark(
    api: Api, people: People, stored: Stored, folder: str
) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    of_ann = await folder_of(api, people.ann, "tea")
    folder = {"SOMEONE ELSES": of_ann, "A TWEET": tweet_id}.get(folder, folder)
    before = await stored()
    refused = {"tweet": tweet(tweet_id, 0, bookmarked=False), "userErrors": [NO_SUCH_FOLDER]}
    assert await bookmarked(api, people.bob, tweet_id, folder) == refused
    assert await stored() == before
    error = await only_error(api, BOOKMARKS, {"folder": folder}, by=people.bob)
    assert error == ("VALIDATION_FAILED", ["viewer", "bookmarks"])


async def test_bookmarks_show_what_the_viewer_has_muted_and_nothing_they_may_not_see(api: Api, people: People) -> None:
    kept = [await api.tweeted(people.bob, text) for text in ("one", "two")]
    for tweet_id in (*kept, await api.tweeted(people.cat, "three")):
        await bookmarked(api, people.ann, tweet_id)
    await api.data(
        "mutation($id: ID!) { muteUser(input: {userId: $id}) { replayed } }", {"id": people.cat.id}, by=people.ann
    )
    delete = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { replayed } }"
    await api.data(delete, {"id": kept[0]}, by=people.bob)
    assert await listed(api, people.ann) == ["three", "two"]
    await api.data(
        "mutation($id: ID!) { blockUser(input: {userId: $id}) { replayed } }", {"id": people.ann.id}, by=people.bob
    )
    assert await listed(api, people.ann) == ["three"]


async def test_bookmarks_are_paged_by_the_moment_of_keeping(api: Api, people: People) -> None:
    tea = await folder_of(api, people.bob, "tea")
    tweet_ids = [await api.tweeted(people.ann, f"{n}") for n in range(6)]
    for tweet_id in reversed(tweet_ids):
        await bookmarked(api, people.bob, tweet_id, tea if tweet_id in tweet_ids[1:] else None)

    async def page(**variables: Any) -> tuple[list[str], bool, bool, str]:
        found = (await api.data(BOOKMARKS, variables, by=people.bob))["viewer"]["bookmarks"]
        info = found["pageInfo"]
        assert [edge["node"] for edge in found["edges"]] == found["nodes"]
        return (
            [node["text"] for node in found["nodes"]],
            info["hasNextPage"],
            info["hasPreviousPage"],
            info["endCursor"],
        )

    texts, has_next, has_previous, end = await page(first=3)
    assert (texts, has_next, has_previous) == (["0", "1", "2"], True, False)
    assert (await page(first=3, after=end))[:3] == (["3", "4", "5"], False, True)
    assert (await page(last=2))[:3] == (["4", "5"], False, True)
    assert (await page(first=3, folder=tea))[:3] == (["1", "2", "3"], True, False)


async def test_fifty_bookmarks_are_read_with_as_many_statements_as_one(
    api: Api, people: People, statements: list[str]
) -> None:
    tea = await folder_of(api, people.bob, "tea")
    query = """
    query($folder: ID) { viewer { bookmarks(first: 50, folderId: $folder) {
      nodes { text bookmarkCount { value } viewerState { bookmarkFolderId } author { ... on User { username } } }
    } } }
    """
    sent = []
    for n in range(50):
        await bookmarked(api, people.bob, await api.tweeted(people.ann, f"{n}"), tea)
        if n in {0, 49}:
            for folder in (None, tea):
                statements.clear()
                data = await api.data(query, {"folder": folder}, by=people.bob)
                assert len(data["viewer"]["bookmarks"]["nodes"]) == n + 1
                sent.append(len(statements))
    assert sent[:2] == sent[2:]


async def test_many_bookmarks_of_one_person_at_once_are_one(api: Api, people: People) -> None:
    tweet_id = await api.tweeted(people.ann, "hello")
    payloads = await asyncio.gather(*(bookmarked(api, people.bob, tweet_id) for _ in range(8)))
    assert sorted((payload["userErrors"] for payload in payloads), key=len) == [[]] + [[ALREADY]] * 7
    query = "query($id: ID!) { tweet(id: $id) { ... on Tweet { bookmarkCount { value } } } }"
    assert await api.data(query, {"id": tweet_id}) == {"tweet": {"bookmarkCount": {"value": 1}}}
