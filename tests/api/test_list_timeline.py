"""UserList.timeline. What is left out for whom is in test_visibility_matrix.py and test_list_timeline_law.py."""

from __future__ import annotations

from typing import Any

import pytest

from domain import ids
from domain.tweets import checked_text
from services import accounts, filled_pages, lists, tweets
from services.accounts import Registration
from services.runtime import Runtime
from services.tweets import Draft
from tests.api.user_lists import made
from tests.client import Api, People, Person

TIMELINE = """
query Timeline($id: ID!, $first: Int, $after: Cursor, $last: Int, $before: Cursor) {
  list(id: $id) {
    timeline(first: $first, after: $after, last: $last, before: $before) {
      nodes { text }
      edges { cursor node { ... on TimelineTweet { tweet { ... on Tweet { kind text } } reason { code } } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""


async def page(api: Api, list_id: str, *, by: Person | None = None, **variables: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(TIMELINE, {"id": list_id, **variables}, by=by))["list"]["timeline"]
    return found


def texts(found: dict[str, Any]) -> list[str]:
    return [node["text"] for node in found["nodes"]]


async def test_what_members_write_and_retweet_is_in_it_newest_first(api: Api, people: People) -> None:
    list_id = await made(api, people.ann, people.bob, people.cat)
    dan = await api.registered("dan")
    dans = await api.tweeted(dan, "dan's")
    bobs = await api.tweeted(people.bob, "bob's")
    await api.data(
        "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { replayed } }", {"id": dans}, by=people.cat
    )
    quote = 'mutation($id: ID!) { postTweet(input: {text: "quoted", quote: $id}) { replayed } }'
    await api.data(quote, {"id": dans}, by=people.bob)
    await api.tweeted(people.ann, "of the owner")
    found = await page(api, list_id, by=people.ann)
    cursors = [edge["cursor"] for edge in found["edges"]]
    kinds = [("QUOTE", "quoted"), ("RETWEET", ""), ("ORIGINAL", "bob's")]
    assert found == {
        "nodes": [{"text": text} for _, text in kinds],
        "edges": [
            {"cursor": cursor, "node": {"tweet": {"kind": kind, "text": text}, "reason": {"code": "LIST"}}}
            for cursor, (kind, text) in zip(cursors, kinds, strict=True)
        ],
        "pageInfo": {
            "hasNextPage": False,
            "hasPreviousPage": False,
            "startCursor": cursors[0],
            "endCursor": cursors[-1],
        },
    }
    assert await page(api, list_id) == found
    assert ids.cursor_key("list", cursors[-1]) == ids.raw_id(bobs, "Tweet")


async def test_a_reply_is_in_it_when_it_answers_a_member(api: Api, people: People) -> None:
    list_id = await made(api, people.ann, people.bob, people.cat)
    anns, bobs = await api.tweeted(people.ann, "ann's"), await api.tweeted(people.bob, "bob's")
    cats = await api.tweeted(people.cat, "cat's")
    await api.tweeted(people.bob, "bob to ann", in_reply_to=anns)
    await api.tweeted(people.bob, "bob to bob", in_reply_to=bobs)
    await api.tweeted(people.bob, "bob to cat", in_reply_to=cats)
    await api.tweeted(people.ann, "ann to bob", in_reply_to=bobs)
    for viewer in (people.ann, people.bob, None):
        assert texts(await page(api, list_id, by=viewer)) == ["bob to cat", "bob to bob", "cat's", "bob's"]


async def test_pages_join_to_the_first_tweet_in_both_directions_while_others_come(api: Api, people: People) -> None:
    list_id = await made(api, people.ann, people.bob, people.cat)
    written = [f"tweet {n}" for n in range(7)]
    for number, each in enumerate(written):
        await api.tweeted((people.bob, people.cat)[number % 2], each)
    forward: list[str] = []
    after = None
    while True:
        found = await page(api, list_id, first=3, after=after)
        await api.tweeted(people.bob, "meanwhile")
        forward, after = forward + texts(found), found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert forward == written[::-1]

    backward: list[str] = []
    before = None
    while True:
        found = await page(api, list_id, last=3, before=before)
        backward, before = texts(found) + backward, found["pageInfo"]["startCursor"]
        if not found["pageInfo"]["hasPreviousPage"]:
            break
    assert backward == ["meanwhile"] * 3 + written[::-1]


async def test_fifty_entries_are_the_default_page_and_of_lists_twenty(
    api: Api, people: People, runtime: Runtime
) -> None:
    list_id = await made(api, people.ann, people.bob)
    await posted(runtime, people.bob.raw_id, 51)
    found = await page(api, list_id)
    assert (len(found["edges"]), found["pageInfo"]["hasNextPage"]) == (50, True)
    for _ in range(20):
        await made(api, people.ann)
    listed = await api.data("{ viewer { lists { nodes { id } pageInfo { hasNextPage } } } }", by=people.ann)
    assert len(listed["viewer"]["lists"]["nodes"]) == 20
    assert listed["viewer"]["lists"]["pageInfo"] == {"hasNextPage": True}


async def test_timelines_of_several_lists_are_each_their_own(api: Api, people: People) -> None:
    for name, members in (("bobs", [people.bob]), ("nobody", []), ("both", [people.bob, people.cat])):
        await made(api, people.ann, *members, name=name)
    await api.tweeted(people.bob, "bob's")
    await api.tweeted(people.cat, "cat's")
    query = "{ viewer { lists { nodes { name timeline(first: 1) { nodes { text } pageInfo { hasNextPage } } } } } }"
    data = await api.data(query, by=people.ann)
    assert data["viewer"]["lists"]["nodes"] == [
        {"name": "both", "timeline": {"nodes": [{"text": "cat's"}], "pageInfo": {"hasNextPage": True}}},
        {"name": "nobody", "timeline": {"nodes": [], "pageInfo": {"hasNextPage": False}}},
        {"name": "bobs", "timeline": {"nodes": [{"text": "bob's"}], "pageInfo": {"hasNextPage": False}}},
    ]


async def retweeted(api: Api, tweet_id: str, *, by: Person) -> str:
    """The cursor of the retweet."""
    query = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { retweet { rawId } } }"
    retweet = (await api.data(query, {"id": tweet_id}, by=by))["retweetTweet"]["retweet"]
    return ids.cursor("list", int(retweet["rawId"]))


async def test_what_several_members_retweet_is_once_in_each_list(api: Api, people: People) -> None:
    ann, bob, cat, dan = people.ann, people.bob, people.cat, await api.registered("dan")
    for name, members in (("all", [bob, cat, dan]), ("both", [bob, cat]), ("cat", [cat]), ("own", [bob, ann, cat])):
        await made(api, ann, *members, name=name)
    tweet_id = await api.tweeted(dan, "dan's")
    retweets = {by.name: await retweeted(api, tweet_id, by=by) for by in (bob, ann, cat)}
    await api.followed(ann, cat)
    query = """{ viewer { lists { nodes { name timeline(first: 5) { edges { cursor node { ... on TimelineTweet {
        retweetedBy { username } retweeterCount } } } pageInfo { hasNextPage } } } } } }"""
    shown = {"retweetedBy": [{"username": "cat"}], "retweeterCount": 1}
    assert (await api.data(query, by=ann))["viewer"]["lists"]["nodes"] == [
        {
            "name": name,
            "timeline": {
                "edges": [{"cursor": cursor, "node": shown} for cursor in cursors],
                "pageInfo": {"hasNextPage": False},
            },
        }
        for name, cursors in (
            ("own", [retweets["ann"], retweets["bob"]]),
            ("cat", [retweets["cat"]]),
            ("both", [retweets["bob"]]),
            ("all", [ids.cursor("list", raw(tweet_id))]),
        )
    ]


def raw(tweet_id: str) -> int:
    raw_id = ids.raw_id(tweet_id, "Tweet")
    assert raw_id is not None
    return raw_id


async def test_pages_through_repeats_are_full_or_lead_on(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_id = await made(api, people.ann, people.bob, people.cat, dan := await api.registered("dan"))
    tweet_id = await api.tweeted(people.ann, "ann's")
    bobs, cats, _ = [await retweeted(api, tweet_id, by=by) for by in (people.bob, people.cat, dan)]
    found = await page(api, list_id, first=1)
    assert (found["nodes"], found["pageInfo"]["endCursor"]) == ([{"text": ""}], bobs)
    assert not found["pageInfo"]["hasNextPage"]
    monkeypatch.setattr(filled_pages, "MAX_ROUNDS", 1)
    found = await page(api, list_id, first=1)
    assert (found["nodes"], found["pageInfo"]) == (
        [],
        {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": cats},
    )
    assert (await page(api, list_id, first=1, after=cats))["pageInfo"]["endCursor"] == bobs


MAX_STATEMENTS = {"lists": 8, "timeline": 7}
"""Who asks, the listings, and one statement for each kind of thing shown."""
QUERIES = {
    "lists": """{ viewer { lists(first: 20) { nodes { name memberCount { value } followerCount { value }
        viewerState { isMember } members(first: 3) { nodes { username } } timeline(first: 3) { nodes { text } }
    } } } }""",
    "timeline": """{ viewer { lists(last: 1) { nodes { timeline(first: 100) { nodes {
        text likeCount { value } viewerState { liked } author { ... on User { username } }
    } } } } } }""",
}


@pytest.mark.parametrize("name", QUERIES)
async def test_one_entry_and_fifty_cost_the_same(
    api: Api, people: People, runtime: Runtime, statements: list[str], name: str
) -> None:
    first = await made(api, people.ann)
    sent: list[list[str]] = []
    for count in (1, 49):
        members = await peopled(runtime, first, people.ann, count)
        for member_id in members:
            await posted(runtime, member_id, 1)
        statements.clear()
        await api.data(QUERIES[name], by=people.ann)
        sent.append(list(statements))
        for _ in range(10):
            await made(api, people.ann, people.bob)
    few, many = sent
    assert 0 < len(few) == len(many) <= MAX_STATEMENTS[name], "\n".join([*few, "---", *many])


async def peopled(runtime: Runtime, list_id: str, owner: Person, count: int) -> list[int]:
    """The ids of so many new people in the list."""
    names = [f"{runtime.snowflakes.next():x}"[-12:] + f"{n}" for n in range(count)]
    new = await accounts.prepared(runtime, [Registration(n, n, f"{n}@example.com", "password") for n in names])
    async with runtime.database.write() as session:
        members = [user.id for user in await accounts.add(session, new)]
        for member_id in members:
            await lists.add_member(
                session,
                ids.raw_id(list_id, "UserList"),
                membership_id=runtime.snowflakes.next(),
                user_id=member_id,
                owner_id=owner.raw_id,
            )
    return members


async def posted(runtime: Runtime, author_id: int, count: int) -> None:
    new_id, now = runtime.snowflakes.next, runtime.now()
    async with runtime.database.write() as session:
        await tweets.post(session, [Draft(new_id(), author_id, checked_text("hello"), now) for _ in range(count)])
