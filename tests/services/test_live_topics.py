"""What changes mean to streams, asked once for all streams of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text

from domain import ids
from domain.changes import OF_THE_USER, ChangeKind, Snapshot
from services.live_topics import Conversation, Home, ListTimeline, Seen, Tagged, UserTimeline
from services.runtime import Runtime
from stores import changes
from stores.changes import NewChange
from tests.api.user_lists import made
from tests.client import Api, People

VIEWERS = (*range(1, 51), None)


@pytest.mark.parametrize("kind", [UserTimeline, ListTimeline, Tagged, Conversation])
async def test_many_who_watch_cost_one_statement_and_each_is_told_of_what_is_theirs(
    api: Api, people: People, runtime: Runtime, statements: list[str], kind: type[Seen[Any]]
) -> None:
    list_id = ids.raw_id(await made(api, people.ann, people.bob), "UserList")
    tweet_id = ids.raw_id(await api.tweeted(people.bob, "#tea"), "Tweet")
    async with runtime.database.write() as session:
        await changes.record(session, [NewChange(ChangeKind.FOLLOWS_CHANGED, viewer_id) for viewer_id in (7, 99)])
    subjects = {UserTimeline: people.bob.raw_id, ListTimeline: list_id, Tagged: "tea", Conversation: tweet_id}
    others = {UserTimeline: people.cat.raw_id, ListTimeline: 1, Tagged: "coffee", Conversation: 1}
    topics: Sequence[Seen[Any]] = [
        kind(subject, viewer_id) for subject in (subjects[kind], others[kind]) for viewer_id in VIEWERS
    ]
    async with runtime.database.read() as session:
        found, _ = await changes.since(session, Snapshot(1, 1))
        found = [change for change in found if change.kind not in OF_THE_USER]
        statements.clear()
        told = dict(await type(topics[0]).concerned(session, topics, found))
    assert len(statements) == 1
    posted = [change.id for change in found if change.kind is ChangeKind.TWEET_POSTED]
    followed = [change.id for change in found if change.user_id == 7]
    if kind is ListTimeline:
        posted = [change.id for change in found if change.kind is ChangeKind.LIST_CHANGED] + posted
    for topic in topics:
        of_subject = posted if topic.subject == subjects[kind] else []
        of_viewer = followed if topic.viewer_id == 7 else []
        assert [concern.change.id for concern in told.get(topic, ())] == of_subject + of_viewer


@pytest.mark.parametrize("followers", [2, 1_000_000], ids=["read", "too many to read"])
async def test_an_author_of_any_size_is_told_to_themselves_and_who_follows_them(
    api: Api, people: People, runtime: Runtime, followers: int
) -> None:
    await api.followed(people.ann, people.bob)
    await api.tweeted(people.bob, "tea")
    async with runtime.database.write() as session:
        await session.execute(
            text("UPDATE user_counts SET followers = :followers WHERE user_id = :id"),
            {"followers": followers, "id": people.bob.raw_id},
        )
    async with runtime.database.read() as session:
        found, _ = await changes.since(session, Snapshot(1, 1))
        posted = [change for change in found if change.kind is ChangeKind.TWEET_POSTED]
        told = await Home.concerned(
            session, [Home(person.raw_id) for person in (people.ann, people.bob, people.cat)], posted
        )
    assert {topic for topic, _ in told} == {Home(people.ann.raw_id), Home(people.bob.raw_id)}
