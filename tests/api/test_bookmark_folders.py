"""createBookmarkFolder, renameBookmarkFolder, deleteBookmarkFolder and Viewer.bookmarkFolders."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain import ids
from services import bookmarks
from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, invalid
from tests.api.test_bookmark_tweet import NO_SUCH_FOLDER, bookmarked, listed
from tests.client import Api, People, Person

_FOLDER = f"folder {{ id name bookmarkCount {{ value precision }} }} {USER_ERRORS}"
CREATE = f"mutation($name: String!) {{ createBookmarkFolder(input: {{name: $name}}) {{ {_FOLDER} }} }}"
RENAME = f"""
mutation($id: ID!, $name: String!) {{ renameBookmarkFolder(input: {{folderId: $id, name: $name}}) {{ {_FOLDER} }} }}
"""
DELETE = f"mutation($id: ID!) {{ deleteBookmarkFolder(input: {{folderId: $id}}) {{ deletedFolderId {USER_ERRORS} }} }}"
FOLDERS = """
query($first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  viewer { bookmarkFolders(first: $first, after: $after, last: $last, before: $before) {
    nodes { name bookmarkCount { value } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } }
}
"""


async def created(api: Api, by: Person, name: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(CREATE, {"name": name}, by=by))["createBookmarkFolder"]
    return payload


async def renamed(api: Api, by: Person, folder_id: str, name: str) -> dict[str, Any]:
    variables = {"id": folder_id, "name": name}
    payload: dict[str, Any] = (await api.data(RENAME, variables, by=by))["renameBookmarkFolder"]
    return payload


async def deleted(api: Api, by: Person, folder_id: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await api.data(DELETE, {"id": folder_id}, by=by))["deleteBookmarkFolder"]
    return payload


async def names(api: Api, by: Person) -> list[str]:
    found = (await api.data(FOLDERS, by=by))["viewer"]["bookmarkFolders"]["nodes"]
    return [node["name"] for node in found]


def taken(name: str) -> dict[str, Any]:
    return {
        "__typename": "DuplicateError",
        "code": "DUPLICATE",
        "message": f"You have a bookmark folder called {name} already.",
        "path": ["input", "name"],
    }


async def test_a_folder_is_made_renamed_and_deleted(api: Api, people: People) -> None:
    payload = await created(api, people.ann, " Café \u2615 ")
    folder_id = payload["folder"]["id"]
    folder = {"id": folder_id, "name": "Café \u2615", "bookmarkCount": {"value": 0, "precision": "EXACT"}}
    assert payload == {"folder": folder, "userErrors": []}
    for _ in range(2):
        payload = await renamed(api, people.ann, folder_id, "CAFÉ")
        assert payload == {"folder": {**folder, "name": "CAFÉ"}, "userErrors": []}
    assert await names(api, people.ann) == ["CAFÉ"]
    assert await names(api, people.bob) == []
    assert await deleted(api, people.ann, folder_id) == {"deletedFolderId": folder_id, "userErrors": []}
    assert await names(api, people.ann) == []
    assert await deleted(api, people.ann, folder_id) == {"deletedFolderId": None, "userErrors": [NO_SUCH_FOLDER]}


async def test_bookmarks_of_a_deleted_folder_stay(api: Api, people: People) -> None:
    folder_id = (await created(api, people.ann, "tea"))["folder"]["id"]
    tweet_id = await api.tweeted(people.bob, "hello")
    await bookmarked(api, people.ann, tweet_id, folder_id)
    await deleted(api, people.ann, folder_id)
    assert await listed(api, people.ann) == ["hello"]
    query = "query($id: ID!) { tweet(id: $id) { ... on Tweet { viewerState { bookmarked bookmarkFolderId } } } }"
    assert await api.data(query, {"id": tweet_id}, by=people.ann) == {
        "tweet": {"viewerState": {"bookmarked": True, "bookmarkFolderId": None}}
    }


async def test_a_name_is_unique_for_one_person_in_any_case(api: Api, people: People, stored: Stored) -> None:
    await created(api, people.ann, "Tea")
    milk = (await created(api, people.ann, "milk"))["folder"]
    assert (await created(api, people.bob, "tea"))["userErrors"] == []
    before = await stored()
    assert await created(api, people.ann, "tEA") == {"folder": None, "userErrors": [taken("tEA")]}
    assert await renamed(api, people.ann, milk["id"], "TEA") == {"folder": milk, "userErrors": [taken("TEA")]}
    assert await stored() == before


async def test_of_many_folders_of_one_name_at_once_one_is_made(api: Api, people: People) -> None:
    payloads = await asyncio.gather(*(created(api, people.ann, "tea") for _ in range(6)))
    assert sorted((payload["userErrors"] for payload in payloads), key=len) == [[]] + [[taken("tea")]] * 5
    assert await names(api, people.ann) == ["tea"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        (" ", invalid("name", "REQUIRED", "'name' has 0 characters; it needs at least 1.", limit=1, actual=0)),
        ("x" * 26, invalid("name", "TOO_LONG", "'name' has 26 characters; the limit is 25.", limit=25, actual=26)),
        ("a\nb", invalid("name", "INVALID_CHARACTERS", "'name' cannot contain control characters.")),
    ],
)
async def test_a_name_that_is_none_is_refused(
    api: Api, people: People, stored: Stored, name: str, error: dict[str, Any]
) -> None:
    folder = (await created(api, people.ann, "tea"))["folder"]
    before = await stored()
    assert await created(api, people.ann, name) == {"folder": None, "userErrors": [error]}
    assert await renamed(api, people.ann, folder["id"], name) == {"folder": folder, "userErrors": [error]}
    assert await stored() == before


@pytest.mark.parametrize("folder", ["garbage", ids.global_id("BookmarkFolder", 1), "SOMEONE ELSES", "A PERSON"])
async def test_what_is_no_folder_of_ones_own_is_not_changed(
    api: Api, people: People, stored: Stored, folder: str
) -> None:
    of_bob = (await created(api, people.bob, "tea"))["folder"]["id"]
    folder = {"SOMEONE ELSES": of_bob, "A PERSON": people.bob.id}.get(folder, folder)
    before = await stored()
    assert await renamed(api, people.ann, folder, "mine") == {"folder": None, "userErrors": [NO_SUCH_FOLDER]}
    assert await deleted(api, people.ann, folder) == {"deletedFolderId": None, "userErrors": [NO_SUCH_FOLDER]}
    assert await stored() == before


async def test_there_are_as_many_folders_as_the_limit_however_many_come_at_once(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bookmarks.MAX_FOLDERS == 100
    monkeypatch.setattr(bookmarks, "MAX_FOLDERS", 3)
    payloads = await asyncio.gather(*(created(api, people.ann, f"{n}") for n in range(6)))
    error = invalid("name", "TOO_MANY", "There can be 3 bookmark folders.", limit=3, actual=4)
    assert sorted((payload["userErrors"] for payload in payloads), key=len) == [[]] * 3 + [[error]] * 3
    assert len(await names(api, people.ann)) == 3


async def test_folders_are_paged_with_their_counts(api: Api, people: People, statements: list[str]) -> None:
    tweet_ids = [await api.tweeted(people.bob, f"{n}") for n in range(3)]
    for n in range(5):
        folder_id = (await created(api, people.ann, f"{n}"))["folder"]["id"]
        if n < 3:
            await bookmarked(api, people.ann, tweet_ids[n], folder_id)

    async def page(**arguments: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await api.data(FOLDERS, arguments, by=people.ann))["viewer"]["bookmarkFolders"]
        return found

    sent = []
    for size in (1, 5):
        statements.clear()
        found = await page(first=size)
        sent.append(len(statements))
    assert sent[0] == sent[1]
    assert found["nodes"] == [{"name": f"{n}", "bookmarkCount": {"value": int(n < 3)}} for n in range(5)]
    first = await page(first=2)
    rest = await page(first=3, after=first["pageInfo"]["endCursor"])
    assert [node["name"] for node in first["nodes"] + rest["nodes"]] == list("01234")
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    back = await page(last=2, before=rest["pageInfo"]["startCursor"])
    assert [node["name"] for node in back["nodes"]] == ["0", "1"]


async def test_a_folder_is_no_node(api: Api, people: People) -> None:
    folder_id = (await created(api, people.ann, "tea"))["folder"]["id"]
    assert await api.data("query($id: ID!) { node(id: $id) { id } }", {"id": folder_id}, by=people.ann) == {
        "node": None
    }
