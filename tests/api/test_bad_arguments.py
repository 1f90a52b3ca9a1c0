"""Arguments that only executing can judge: the field is refused, with its path."""

from __future__ import annotations

from typing import Any

import pytest

from domain import ids
from tests.api.conftest import Stored
from tests.client import Api, People

# Each connection: the query around it, the path of its field, its name in cursors.
CONNECTIONS = {
    "home": ("{ viewer { homeTimeline%s { nodes { id } } } }", ["viewer", "homeTimeline"]),
    "mentions": ("{ viewer { mentions%s { nodes { id } } } }", ["viewer", "mentions"]),
    "hashtag": ('{ hashtag(name: "tea") { tweets%s { nodes { id } } } }', ["hashtag", "tweets"]),
    "tweets": (
        '{ user(by: {username: "ann"}) { ... on User { tweets%s { nodes { id } } } } }',
        ["user", "tweets"],
    ),
    "followers": (
        '{ user(by: {username: "ann"}) { ... on User { followers%s { nodes { id } } } } }',
        ["user", "followers"],
    ),
    "following": (
        '{ user(by: {username: "ann"}) { ... on User { following%s { nodes { id } } } } }',
        ["user", "following"],
    ),
    "knownFollowers": (
        '{ user(by: {username: "ann"}) { ... on User { knownFollowers%s { nodes { id } } } } }',
        ["user", "knownFollowers"],
    ),
    "followRequests": ("{ viewer { followRequests%s { nodes { id } } } }", ["viewer", "followRequests"]),
    "sentFollowRequests": ("{ viewer { sentFollowRequests%s { nodes { id } } } }", ["viewer", "sentFollowRequests"]),
    "replies": ('{ tweet(id: "TWEET") { ... on Tweet { replies%s { nodes { id } } } } }', ["tweet", "replies"]),
}


def bad_pages(listing: str) -> dict[str, str]:
    """Error code by arguments."""
    foreign = ids.cursor("tweets" if listing == "home" else "home", 1)
    sizes = (
        "(first: 0)",
        "(first: -1)",
        "(first: 101)",
        "(first: 100000)",
        "(last: 0)",
        "(last: -1)",
        "(last: 101)",
        "(first: 1, last: 1)",
        "(first: 101, last: 101)",
    )
    cursors = ("", "garbage", foreign, ids.global_id("Tweet", 1), ids.cursor(listing, 1) + "A", "\\u0000")
    return {
        **dict.fromkeys(sizes, "VALIDATION_FAILED"),
        **{f'({argument}: "{text}")': "BAD_CURSOR" for argument in ("after", "before") for text in cursors},
    }


@pytest.mark.parametrize("listing", CONNECTIONS)
async def test_a_bad_page_is_refused_never_the_first_page_instead(
    api: Api, people: People, stored: Stored, listing: str
) -> None:
    query, path = CONNECTIONS[listing]
    query = query.replace("TWEET", await api.tweeted(people.ann, "hello"))
    before = await stored()
    for arguments, code in bad_pages(listing).items():
        [error] = (await api.answer(query % arguments, by=people.ann))["errors"]
        assert (error["extensions"]["code"], error["path"]) == (code, path), arguments
    for arguments in ("(first: 1)", "(last: 100)", "(first: null, last: 1)", f'(after: "{ids.cursor(listing, 1)}")'):
        await api.data(query % arguments, by=people.ann)
    assert await stored() == before


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ('{ node(id: "garbage") { id } }', ["node"]),
        ('{ node(id: "") { id } }', ["node"]),
        (f'{{ nodes(ids: ["{ids.global_id("User", 1)}", "garbage"]) {{ id }} }}', ["nodes", 1]),
        ('{ tweet(id: "garbage") { __typename } }', ["tweet"]),
        (f'{{ tweet(id: "{ids.global_id("User", 1)}") {{ __typename }} }}', ["tweet"]),
        ('{ user(by: {id: "garbage"}) { __typename } }', ["user"]),
        (f'{{ user(by: {{id: "{ids.global_id("Tweet", 1)}"}}) {{ __typename }} }}', ["user"]),
        ('{ searchUsers(query: "ann", last: 0) { nodes { id } } }', ["searchUsers"]),
        (f'{{ searchUsers(query: "{"x" * 51}") {{ nodes {{ id }} }} }}', ["searchUsers"]),
        ('{ autocompleteUsers(prefix: "ann", first: 0) { id } }', ["autocompleteUsers"]),
        ('{ autocompleteUsers(prefix: "ann", first: 21) { id } }', ["autocompleteUsers"]),
        (f'{{ autocompleteUsers(prefix: "{"x" * 51}") {{ id }} }}', ["autocompleteUsers"]),
        ('{ hashtag(name: "") { name } }', ["hashtag"]),
        ('{ hashtag(name: "#") { name } }', ["hashtag"]),
        ('{ hashtag(name: "12") { name } }', ["hashtag"]),
        ('{ hashtag(name: "tea time") { name } }', ["hashtag"]),
        ('{ hashtag(name: "#tea #time") { name } }', ["hashtag"]),
        ('{ hashtag(name: "@tea") { name } }', ["hashtag"]),
        ('{ hashtag(name: "tea.com") { name } }', ["hashtag"]),
        ('{ hashtag(name: "\\u0000") { name } }', ["hashtag"]),
        (f'{{ hashtag(name: "{"x" * 101}") {{ name }} }}', ["hashtag"]),
        (f'{{ hashtag(name: "{"x" * 20_000}") {{ name }} }}', ["hashtag"]),
        ("{ trends(first: 0) { region } }", ["trends"]),
        ("{ trends(first: 51) { region } }", ["trends"]),
        ('{ trends(region: "se") { region } }', ["trends"]),
        ('{ trends(region: "global") { region } }', ["trends"]),
        ('{ trends(region: "\\u0000") { region } }', ["trends"]),
    ],
)
async def test_a_malformed_argument_is_refused(api: Api, stored: Stored, query: str, path: list[str]) -> None:
    [error] = (await api.answer(query))["errors"]
    assert (error["extensions"]["code"], error["path"]) == ("VALIDATION_FAILED", path)


@pytest.mark.parametrize("by", ['{username: "ann", rawId: "1"}', "{}", "{id: null}", "{id: null, username: null}"])
async def test_a_lookup_names_exactly_one_key(api: Api, by: str) -> None:
    in_document = await api.answer(f"{{ user(by: {by}) {{ __typename }} }}")
    assert [error["extensions"]["code"] for error in in_document["errors"]] == ["VALIDATION_FAILED"]
    assert "data" not in in_document


async def test_a_malformed_id_spoils_only_its_own_entry(api: Api, people: People) -> None:
    answer = await api.answer("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["garbage", people.ann.id]})
    assert answer["data"] == {"nodes": [None, {"id": people.ann.id}]}


async def test_a_refused_field_leaves_its_siblings(api: Api, people: People) -> None:
    query = '{ bad: user(by: {id: "garbage"}) { __typename } good: user(by: {username: "ann"}) { __typename } }'
    answer: dict[str, Any] = await api.answer(query)
    [error] = answer["errors"]
    assert answer["data"] == {"bad": None, "good": {"__typename": "User"}}
    assert (error["extensions"]["code"], error["path"]) == ("VALIDATION_FAILED", ["bad"])
