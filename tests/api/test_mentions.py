"""Whom a tweet mentions: decided when it is posted."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import text

from services.runtime import Runtime
from tests.api.conftest import Stored
from tests.api.races import are_blocked
from tests.client import Api, People
from tests.waiting import until

POST = """
mutation Post($input: PostTweetInput!) {
  postTweet(input: $input) {
    tweet { id entities { ... on MentionEntity { username listSlug user { ... on User { username } } } } }
    userErrors { code }
  }
}
"""
MENTIONS = """
query($id: ID!) {
  tweet(id: $id) { ... on Tweet { entities { ... on MentionEntity { username user { ... on User { username } } } } } }
}
"""


async def posted(api: Api, people: People, written: str) -> dict[str, Any]:
    payload = (await api.data(POST, {"input": {"text": written}}, by=people.ann))["postTweet"]
    assert payload["userErrors"] == []
    tweet: dict[str, Any] = payload["tweet"]
    return tweet


async def execute(runtime: Runtime, statement: str, **parameters: object) -> None:
    async with runtime.database.write() as session:
        await session.execute(text(statement), parameters)


async def test_each_person_is_mentioned_once_and_nobody_else(api: Api, people: People, stored: Stored) -> None:
    tweet = await posted(api, people, "@bob @BOB @nobody @ann @cat/friends")
    assert tweet["entities"] == [
        {"username": "bob", "listSlug": None, "user": {"username": "bob"}},
        {"username": "BOB", "listSlug": None, "user": {"username": "bob"}},
        {"username": "nobody", "listSlug": None, "user": None},
        {"username": "ann", "listSlug": None, "user": {"username": "ann"}},
        {"username": "cat", "listSlug": "friends", "user": {"username": "cat"}},
    ]
    mentioned = [row.strip("()").split(",")[0] for row in (await stored())["tweet_mentions"]]
    assert sorted(mentioned) == sorted([str(people.ann.raw_id), str(people.bob.raw_id)])


async def test_an_account_that_is_being_purged_is_no_obstacle(api: Api, people: People, runtime: Runtime) -> None:
    async with runtime.database.write() as session:
        await session.execute(text("DELETE FROM users WHERE id = :id"), {"id": people.bob.raw_id})
        posting = asyncio.create_task(posted(api, people, "@bob"))
        await until(partial(are_blocked, runtime, 1))
    assert (await posting)["entities"] == [{"username": "bob", "listSlug": None, "user": {}}]


async def test_a_mention_stays_with_the_person_whoever_takes_the_name(
    api: Api, people: People, runtime: Runtime
) -> None:
    tweet = await posted(api, people, "@bob")
    await execute(runtime, "UPDATE users SET username = 'robert' WHERE id = :id", id=people.bob.raw_id)
    await execute(runtime, "UPDATE users SET username = 'bob' WHERE id = :id", id=people.cat.raw_id)
    mention = {"username": "bob", "user": {"username": "robert"}}
    assert await api.data(MENTIONS, {"id": tweet["id"]}) == {"tweet": {"entities": [mention]}}


async def test_a_name_that_nobody_had_then_is_nobodys_later(api: Api, people: People) -> None:
    tweet = await posted(api, people, "@dan")
    await api.registered("dan")
    mention = {"username": "dan", "user": None}
    assert await api.data(MENTIONS, {"id": tweet["id"]}) == {"tweet": {"entities": [mention]}}


async def test_a_name_given_up_means_its_last_owner_while_they_hold_it(
    api: Api, people: People, runtime: Runtime
) -> None:
    held = (
        "INSERT INTO former_usernames (username_lower, user_id, given_up_at, held_until) "
        "VALUES (:name, :id, now() - interval '1 day', now() + :left)"
    )
    for name, left in (("robert", timedelta(days=1)), ("rob", timedelta(seconds=-1))):
        await execute(runtime, held, name=name, id=people.bob.raw_id, left=left)
    assert (await posted(api, people, "@Robert @rob"))["entities"] == [
        {"username": "Robert", "listSlug": None, "user": {"username": "bob"}},
        {"username": "rob", "listSlug": None, "user": None},
    ]


async def test_who_blocks_the_author_is_not_mentioned(
    api: Api, people: People, runtime: Runtime, stored: Stored
) -> None:
    block = "INSERT INTO blocks (blocker_id, blocked_id, id) VALUES (:bob, :ann, 1)"
    await execute(runtime, block, bob=people.bob.raw_id, ann=people.ann.raw_id)
    assert (await posted(api, people, "@bob"))["entities"] == [{"username": "bob", "listSlug": None, "user": None}]
    assert (await stored())["tweet_mentions"] == []


async def test_names_cost_one_statement_however_many(api: Api, people: People, statements: list[str]) -> None:
    sent = []
    for written in ("@bob", "@bob @cat @ann @nobody"):
        statements.clear()
        await api.data(
            "mutation($t: String!) { postTweet(input: {text: $t}) { userErrors { code } } }",
            {"t": written},
            by=people.ann,
        )
        sent.append(list(statements))
    assert len(sent[0]) == len(sent[1]), "\n".join([*sent[0], "---", *sent[1]])
