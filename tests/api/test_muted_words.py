"""addMutedWord, removeMutedWord and Viewer.mutedWords; what is found in which text is in tests/domain."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services import muted_words
from tests.api.conftest import Stored
from tests.api.errors import USER_ERRORS, invalid
from tests.client import Api, People, Person
from tests.queue import Queue

WORD = "{ id phrase wholeWord expiresAt }"
ADD = f"mutation Add($i: AddMutedWordInput!) {{ addMutedWord(input: $i) {{ mutedWord {WORD} {USER_ERRORS} }} }}"
REMOVE = f"""
mutation Remove($id: ID!) {{ removeMutedWord(input: {{mutedWordId: $id}}) {{ removedMutedWordId {USER_ERRORS} }} }}
"""
WORDS = f"""
query Words($first: Int, $after: Cursor) {{
  viewer {{ mutedWords(first: $first, after: $after) {{ nodes {WORD} edges {{ cursor }} pageInfo {{ hasNextPage }} }} }}
}}
"""
SHOWN = """
query Shown($hub: ID!) {
  viewer { homeTimeline { nodes { text } } }
  tweet(id: $hub) { ... on Tweet { replies { nodes { text } } replyCount { value } } }
}
"""
NO_SUCH_WORD = {
    "__typename": "NotFoundError",
    "code": "NOT_FOUND",
    "message": "There is no such muted word.",
    "path": ["input", "mutedWordId"],
}
LATER = "2999-12-31T00:00:00.000Z"


async def added(api: Api, by: Person, phrase: str, **options: Any) -> dict[str, Any]:
    payload = (await api.data(ADD, {"i": {"phrase": phrase, **options}}, by=by))["addMutedWord"]
    assert payload["userErrors"] == []
    word: dict[str, Any] = payload["mutedWord"]
    return word


async def words(api: Api, by: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.data(WORDS, by=by))["viewer"]["mutedWords"]["nodes"]
    return found


async def test_a_word_is_muted_from_the_next_read_on_and_until_it_is_removed(
    api: Api, people: People, queue: Queue
) -> None:
    await api.followed(people.ann, people.bob)
    hub = await api.tweeted(people.ann, "Tea, anyone?")
    for said in ("TEA please", "teapots", "no thanks"):
        await api.tweeted(people.bob, said, in_reply_to=hub)
    await queue.drained()

    async def shown() -> tuple[list[str], list[str], int]:
        data = await api.data(SHOWN, {"hub": hub}, by=people.ann)
        texts = [
            [node["text"] for node in nodes]
            for nodes in (data["viewer"]["homeTimeline"]["nodes"], data["tweet"]["replies"]["nodes"])
        ]
        return texts[0], texts[1], data["tweet"]["replyCount"]["value"]

    everything = (["no thanks", "teapots", "TEA please", "Tea, anyone?"], ["TEA please", "teapots", "no thanks"], 3)
    assert await shown() == everything
    word = await added(api, people.ann, "tea")
    assert await shown() == (["no thanks", "teapots", "Tea, anyone?"], ["teapots", "no thanks"], 3)
    part = await added(api, people.ann, "tea", wholeWord=False)
    assert await shown() == (["no thanks", "Tea, anyone?"], ["no thanks"], 3)
    for gone in (word, part):
        data = await api.data(REMOVE, {"id": gone["id"]}, by=people.ann)
        assert data == {"removeMutedWord": {"removedMutedWordId": gone["id"], "userErrors": []}}
    assert await shown() == everything


async def test_muting_the_same_again_changes_its_spelling_and_end_in_place(api: Api, people: People) -> None:
    first = await added(api, people.ann, " Good  morning! ")
    assert first == {"id": first["id"], "phrase": "Good morning!", "wholeWord": True, "expiresAt": None}
    second = await added(api, people.ann, "good, MORNING", expiresAt=LATER)
    assert second == {"id": first["id"], "phrase": "good, MORNING", "wholeWord": True, "expiresAt": LATER}
    inside = await added(api, people.ann, "good morning", wholeWord=False)
    assert await words(api, people.ann) == [inside, second]
    assert await words(api, people.bob) == []


async def test_signs_that_are_wildcards_to_the_database_stand_for_themselves(
    api: Api, people: People, queue: Queue
) -> None:
    hub = await api.tweeted(people.ann, "hub")
    for said in ("snake_case", "snakexcase", "snake case"):
        await api.tweeted(people.bob, said, in_reply_to=hub)
    await added(api, people.ann, "snake_case")
    shown = await api.data(SHOWN, {"hub": hub}, by=people.ann)
    assert [node["text"] for node in shown["tweet"]["replies"]["nodes"]] == ["snakexcase", "snake case"]


@pytest.mark.parametrize(
    ("phrase", "constraint", "limit", "actual"),
    [("", "REQUIRED", None, None), ("  ?! ", "REQUIRED", None, None), ("x" * 101, "TOO_LONG", 100, 101)],
)
async def test_a_phrase_that_cannot_be_muted(
    api: Api, people: People, stored: Stored, phrase: str, constraint: str, limit: int | None, actual: int | None
) -> None:
    before = await stored()
    payload = (await api.data(ADD, {"i": {"phrase": phrase}}, by=people.ann))["addMutedWord"]
    [error] = payload["userErrors"]
    assert payload["mutedWord"] is None
    assert error == invalid("phrase", constraint, error["message"], limit=limit, actual=actual)
    assert await stored() == before


async def test_a_word_cannot_end_in_the_past(api: Api, people: People, stored: Stored) -> None:
    before = await stored()
    variables = {"i": {"phrase": "tea", "expiresAt": "2020-01-01T00:00:00Z"}}
    payload = (await api.data(ADD, variables, by=people.ann))["addMutedWord"]
    assert payload["userErrors"] == [invalid("expiresAt", "IN_THE_PAST", "It would have ended already.")]
    assert await stored() == before


async def test_there_are_at_most_so_many_also_when_added_at_once(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(muted_words, "MAX_MUTED_WORDS", 2)
    answers = await asyncio.gather(*(api.data(ADD, {"i": {"phrase": f"word{n}"}}, by=people.ann) for n in range(6)))
    refused = [answer["addMutedWord"]["userErrors"] for answer in answers if answer["addMutedWord"]["userErrors"]]
    assert refused == [[invalid("phrase", "TOO_MANY", "There can be 2 muted words.", limit=2, actual=3)]] * 4
    muted = await words(api, people.ann)
    assert len(muted) == 2
    assert await added(api, people.ann, muted[0]["phrase"].upper(), expiresAt=LATER), "one that is there is renewed"
    await added(api, people.bob, "somebody else's")


@pytest.mark.parametrize("whose", ["someone else's", "removed", "a user", "nonsense"])
async def test_only_an_own_word_can_be_removed(api: Api, people: People, stored: Stored, whose: str) -> None:
    word = await added(api, people.ann if whose == "removed" else people.bob, "tea")
    if whose == "removed":
        await api.data(REMOVE, {"id": word["id"]}, by=people.ann)
    named = {"a user": people.bob.id, "nonsense": "nonsense"}.get(whose, word["id"])
    before = await stored()
    data = await api.data(REMOVE, {"id": named}, by=people.ann)
    assert data == {"removeMutedWord": {"removedMutedWordId": None, "userErrors": [NO_SUCH_WORD]}}
    assert await stored() == before


async def test_the_list_is_paged_newest_first(api: Api, people: People) -> None:
    for phrase in ("one", "two", "three"):
        await added(api, people.ann, phrase)
    first = (await api.data(WORDS, {"first": 2}, by=people.ann))["viewer"]["mutedWords"]
    rest = await api.data(WORDS, {"first": 2, "after": first["edges"][1]["cursor"]}, by=people.ann)
    assert [word["phrase"] for word in first["nodes"]] == ["three", "two"]
    assert [word["phrase"] for word in rest["viewer"]["mutedWords"]["nodes"]] == ["one"]
    assert first["pageInfo"] == {"hasNextPage": True}


async def test_a_muted_word_is_no_node(api: Api, people: People) -> None:
    word = await added(api, people.ann, "tea")
    assert await api.data("query($id: ID!) { node(id: $id) { id } }", {"id": word["id"]}, by=people.ann) == {
        "node": None
    }
