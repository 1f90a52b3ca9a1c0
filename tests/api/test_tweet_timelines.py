"""viewer.mentions and hashtag. What is left out for whom is in test_visibility_matrix.py, bad arguments in
test_bad_arguments.py."""

from __future__ import annotations

from typing import Any

import pytest

from domain import ids
from tests.api.errors import only_error
from tests.api.user_lists import made
from tests.client import Api, People, Person

PAGE = """
edges { cursor node { ... on TimelineTweet {
  tweet { ... on Tweet { text } } reason { code via { id } } rank { score }
} } }
pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
freshness { state source }
"""
ARGUMENTS = "$first: Int, $after: Cursor, $last: Int, $before: Cursor"
GIVEN = "first: $first, after: $after, last: $last, before: $before"
QUERIES = {
    "mentions": f"query({ARGUMENTS}) {{ viewer {{ mentions({GIVEN}) {{ {PAGE} }} }} }}",
    "hashtag": f'query({ARGUMENTS}) {{ hashtag(name: "tea") {{ tweets({GIVEN}) {{ {PAGE} }} }} }}',
}
CODES = {"mentions": "MENTION", "hashtag": "HASHTAG"}


async def page(api: Api, name: str, by: Person, **variables: Any) -> dict[str, Any]:
    found: dict[str, Any] = await api.data(QUERIES[name], variables, by=by)
    while "edges" not in found:
        [found] = found.values()
    return found


def texts(found: dict[str, Any]) -> list[str]:
    return [edge["node"]["tweet"]["text"] for edge in found["edges"]]


@pytest.mark.parametrize("name", QUERIES)
async def test_a_page_is_newest_first_and_says_why(api: Api, people: People, name: str) -> None:
    await api.tweeted(people.bob, "@ann #tea one")
    await api.tweeted(people.bob, "nothing")
    two = await api.tweeted(people.cat, "#TEA for @ANN and @ann: #tea two")
    found = await page(api, name, people.ann)
    cursors = [edge["cursor"] for edge in found["edges"]]
    assert found == {
        "edges": [
            {
                "cursor": cursor,
                "node": {"tweet": {"text": text}, "reason": {"code": CODES[name], "via": []}, "rank": None},
            }
            for cursor, text in zip(cursors, ["#TEA for @ANN and @ann: #tea two", "@ann #tea one"], strict=True)
        ],
        "pageInfo": {
            "hasNextPage": False,
            "hasPreviousPage": False,
            "startCursor": cursors[0],
            "endCursor": cursors[1],
        },
        "freshness": {"state": "LIVE", "source": "DATABASE"},
    }
    assert ids.cursor_key(name, cursors[0]) == ids.raw_id(two, "Tweet")


@pytest.mark.parametrize("name", QUERIES)
async def test_pages_join_in_both_directions_while_others_come(api: Api, people: People, name: str) -> None:
    written = [f"@ann #tea {n}" for n in range(7)]
    for text in written:
        await api.tweeted(people.bob, text)
    forward: list[str] = []
    after = None
    while True:
        found = await page(api, name, people.ann, first=3, after=after)
        await api.tweeted(people.bob, "@ann #tea meanwhile")
        forward, after = forward + texts(found), found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert forward == written[::-1]
    backward: list[str] = []
    before = None
    while True:
        found = await page(api, name, people.ann, last=4, before=before)
        backward, before = texts(found) + backward, found["pageInfo"]["startCursor"]
        if not found["pageInfo"]["hasPreviousPage"]:
            break
    assert backward == ["@ann #tea meanwhile"] * 3 + written[::-1]


async def test_only_the_name_with_its_sign_in_anothers_tweet_is_a_mention(api: Api, people: People) -> None:
    anns = await api.tweeted(people.ann, "hello @ann")
    await api.tweeted(people.bob, "a reply without a name", in_reply_to=anns)
    await api.tweeted(people.bob, "ann, @ann_, @cat and @ann/list")
    named = await api.tweeted(people.bob, "a reply, @ann", in_reply_to=anns)
    retweet = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { userErrors { code } } }"
    await api.data(retweet, {"id": named}, by=people.cat)
    assert texts(await page(api, "mentions", people.ann)) == ["a reply, @ann"]


async def test_mentions_are_the_viewers_own(api: Api, people: People) -> None:
    await api.tweeted(people.cat, "@ann")
    await api.tweeted(people.cat, "@bob")
    assert texts(await page(api, "mentions", people.bob)) == ["@bob"]
    assert await api.data("{ viewer { mentions { nodes { id } } } }") == {"viewer": None}


@pytest.mark.parametrize("name", ["tea", "#tea", "＃TEA", " #Tea ", "#ｔｅａ"])
async def test_spellings_of_a_hashtag_are_one(api: Api, people: People, name: str) -> None:
    await api.tweeted(people.bob, "#Tea")
    query = "query($name: String!) { hashtag(name: $name) { name tweets { nodes { text } } } }"
    found = await api.data(query, {"name": name})
    assert found == {"hashtag": {"name": "tea", "tweets": {"nodes": [{"text": "#Tea"}]}}}


async def test_a_tag_that_no_tweet_has_is_empty(api: Api, people: People) -> None:
    await api.tweeted(people.bob, "#teapot")
    nothing = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    found = await page(api, "hashtag", people.ann)
    assert found == {"edges": [], "pageInfo": nothing, "freshness": {"state": "LIVE", "source": "DATABASE"}}


async def test_several_hashtags_are_one_statement(api: Api, people: People, statements: list[str]) -> None:
    for text in ("#a one", "#b two", "#a #b three"):
        await api.tweeted(people.bob, text)
    statements.clear()
    fields = " ".join(f'{tag}: hashtag(name: "{tag}") {{ tweets(first: 1) {{ nodes {{ text }} }} }}' for tag in "abc")
    assert await api.data(f"{{ {fields} }}") == {
        "a": {"tweets": {"nodes": [{"text": "#a #b three"}]}},
        "b": {"tweets": {"nodes": [{"text": "#a #b three"}]}},
        "c": {"tweets": {"nodes": []}},
    }
    assert len(statements) == 2, "the listing, and its tweets"


async def test_deleted_and_edited_tweets_leave_at_once(api: Api, people: People) -> None:
    gone, changed = [await api.tweeted(people.bob, f"@ann #tea {n}") for n in range(2)]
    await api.data(
        "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }", {"id": gone}, by=people.bob
    )
    edit = 'mutation($id: ID!) { editTweet(input: {tweetId: $id, text: "nothing"}) { userErrors { code } } }'
    assert await api.data(edit, {"id": changed}, by=people.bob) == {"editTweet": {"userErrors": []}}
    for name in QUERIES:
        assert texts(await page(api, name, people.ann)) == []


BOB = 'user(by: {username: "bob"}) { ... on User'
NEW = {
    "list": (
        "{ viewer { lists { nodes { timeline { newCountSince(cursor: %s) { value precision } } } } } }",
        "viewer.lists.nodes.0.timeline",
    ),
    "home": ("{ viewer { homeTimeline { newCountSince(cursor: %s) { value precision } } } }", "viewer.homeTimeline"),
    "catchUp": (
        "{ viewer { catchUp(since: %s) { newCountSince(cursor: %s) { value precision } } } }",
        "viewer.catchUp",
    ),
    "tweets": (
        f"{{ {BOB} {{ tweets {{ newCountSince(cursor: %s) {{ value precision }} }} }} }} }}",
        "user.tweets",
    ),
    "tweets without replies": (
        f"{{ {BOB} {{ tweets(filter: TWEETS) {{ newCountSince(cursor: %s) {{ value precision }} }} }} }} }}",
        "user.tweets",
    ),
    "mentions": ("{ viewer { mentions { newCountSince(cursor: %s) { value precision } } } }", "viewer.mentions"),
    "hashtag": (
        '{ hashtag(name: "tea") { tweets { newCountSince(cursor: %s) { value precision } } } }',
        "hashtag.tweets",
    ),
}


def steps(path: str) -> list[str | int]:
    return [int(step) if step.isdigit() else step for step in path.split(".")]


@pytest.mark.parametrize("name", NEW)
async def test_what_is_newer_than_a_cursor_is_counted_up_to_a_hundred(api: Api, people: People, name: str) -> None:
    query, path = NEW[name]
    await api.followed(people.ann, people.bob)
    await made(api, people.ann, people.bob)
    seen = [await api.tweeted(people.bob, f"@ann #tea {n}") for n in range(101)]

    async def counted(tweet_id: str) -> tuple[int, str]:
        raw = ids.raw_id(tweet_id, "Tweet")
        assert raw is not None
        cursor = ids.cursor("home" if name == "catchUp" else name, raw)
        found: Any = await api.data(query.replace("%s", f'"{cursor}"'), by=people.ann)
        for step in steps(path):
            found = found[step]
        return found["newCountSince"]["value"], found["newCountSince"]["precision"]

    assert await counted(seen[-1]) == (0, "EXACT")
    assert await counted(seen[-3]) == (2, "EXACT")
    assert await counted(seen[0]) == (100, "EXACT")
    await api.tweeted(people.bob, "@ann #tea more")
    assert await counted(seen[0]) == (100, "AT_LEAST")
    block = "mutation($id: ID!) { blockUser(input: {userId: $id}) { userErrors { code } } }"
    await api.data(block, {"id": people.bob.id}, by=people.ann)
    assert await counted(seen[0]) == (0, "EXACT")


@pytest.mark.parametrize("name", NEW)
async def test_another_timelines_cursor_counts_nothing(api: Api, people: People, name: str) -> None:
    query, path = NEW[name]
    since, foreign = ids.cursor("home", 1), ids.cursor("followers", 1)
    await made(api, people.ann, people.bob)
    asked = query.replace("%s", f'"{since}"', 1).replace("%s", f'"{foreign}"') if name == "catchUp" else None
    for bad in (foreign, "garbage", ""):
        wrong = asked or query.replace("%s", f'"{bad}"')
        assert await only_error(api, wrong, by=people.ann) == ("BAD_CURSOR", [*steps(path), "newCountSince"])
