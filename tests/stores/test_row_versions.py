"""What a process keeps of rows: whatever happens to them, it reads what a process that keeps nothing reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from random import Random
from typing import Any

import pytest
from sqlalchemy import TextClause, text

import stores.home_timelines
from domain.pages import PageRequest
from infra.database import Database, ReadSession, Values, WriteSession
from infra.generations import Generations
from services import follows, home_timelines
from services.runtime import Runtime
from stores import home_entries, tweets, users
from stores.row_versions import Version, VersionedTable
from tests.stores.conftest import World

STEPS = 60
CHANGES = {
    "a tweet is edited": ("UPDATE tweets SET text = :word, version = version + 1, edited_at = now() WHERE id = :tweet"),
    "a tweet is deleted or restored": (
        "UPDATE tweets SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END WHERE id = :tweet"
    ),
    "a reply is hidden or not": (
        "UPDATE tweets SET hidden_at = CASE WHEN hidden_at IS NULL THEN now() END WHERE id = :tweet"
    ),
    "a tweet is pulled or pushed": (
        "UPDATE tweets SET delivery = CASE delivery WHEN 'PULL' THEN 'PUSH_ALL' ELSE 'PULL' END WHERE id = :tweet"
    ),
    "a tweet becomes sensitive or not": "UPDATE tweets SET is_sensitive = NOT is_sensitive WHERE id = :tweet",
    "a place": (
        "UPDATE tweets SET place = jsonb_build_object('latitude', 1.5, 'longitude', 2, 'name', CAST(:word AS text)) "
        "WHERE id = :tweet"
    ),
    "somebody is renamed": "UPDATE users SET display_name = :word, version = version + 1 WHERE id = :user",
    "somebody is suspended or not": (
        "UPDATE users SET status = CASE status WHEN 'ACTIVE' THEN 'SUSPENDED' ELSE 'ACTIVE' END WHERE id = :user"
    ),
    "somebody is protected or not": "UPDATE users SET is_protected = NOT is_protected WHERE id = :user",
    "somebody is verified": (
        "UPDATE users SET verified_kind = 'PERSON', verified_issuer = :word, verified_at = now() WHERE id = :user"
    ),
    "somebody blocks": (
        "INSERT INTO blocks (id, blocker_id, blocked_id) VALUES (:new_id, :user, :viewer) ON CONFLICT DO NOTHING"
    ),
    "nobody blocks any more": "DELETE FROM blocks",
    "somebody is muted": (
        "INSERT INTO mutes (id, muter_id, muted_id) VALUES (:new_id, :viewer, :user) ON CONFLICT DO NOTHING"
    ),
    "nobody is muted any more": "DELETE FROM mutes",
    "the viewer likes": (
        "INSERT INTO likes (id, user_id, tweet_id) VALUES (:new_id, :viewer, :tweet) ON CONFLICT DO NOTHING"
    ),
    "nobody likes": "DELETE FROM likes",
    "it is counted": "INSERT INTO tweet_count_deltas (tweet_id, likes) VALUES (:tweet, 1)",
}


class Timeline:
    """Of somebody who follows everybody else, as it is read by a process that keeps rows and by one that does not."""

    def __init__(self, runtime: Runtime, people: Sequence[int], tweet_ids: Sequence[int], forgetful: Database) -> None:
        self.runtime = runtime
        self.viewer_id, *_ = self.people = people
        self.tweet_ids = tweet_ids
        self._forgetful = forgetful

    async def read(self) -> list[Any]:
        return await self._read(self.runtime.database)

    async def read_anew(self) -> list[Any]:
        self._forgetful._kept.clear()
        return await self._read(self._forgetful)

    async def change(self, session: WriteSession, chance: Random) -> str:
        what = chance.choice(list(CHANGES))
        asked = {
            "tweet": chance.choice(self.tweet_ids),
            "user": chance.choice(self.people[1:]),
            "viewer": self.viewer_id,
            "word": str(chance.random()),
            "new_id": self.runtime.snowflakes.next(),
        }
        await session.execute(text(CHANGES[what]), asked)
        return what

    async def _read(self, database: Database) -> list[Any]:
        newest = PageRequest(size=len(self.tweet_ids))
        pages = [
            page
            for hydrated in (False, True)
            for page in (
                await home_timelines.page(database, self.runtime.redis, self.viewer_id, newest, hydrated=hydrated),
                await home_timelines.Reader(database, self.viewer_id, hydrated).page_from_postgres(newest),
            )
        ]
        async with database.read() as session:
            return [
                [page.entries for page in pages],
                await tweets.by_id(session, self.tweet_ids, viewer_id=self.viewer_id),
                await users.by_id(session, self.people, viewer_id=self.viewer_id),
            ]


@pytest.fixture
async def timeline(runtime: Runtime, world: World) -> AsyncIterator[Timeline]:
    viewer_id, *others = people = await world.people("ann", "bob", "cat", "dan")
    tweet_ids = [tweet_id for author_id in people for tweet_id in await world.tweets(author_id, 4)]
    async with runtime.database.write() as session:
        await follows.follow(session, [(runtime.snowflakes.next(), viewer_id, other) for other in others])
    forgetful = Database(runtime.settings.database_url)
    yield Timeline(runtime, people, tweet_ids, forgetful)
    await forgetful.close()


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_kept_is_never_out_of_date(timeline: Timeline, seed: int) -> None:
    chance = Random(seed)
    done = []
    for _ in range(STEPS):
        async with timeline.runtime.database.write() as session:
            done.append(await timeline.change(session, chance))
        assert await timeline.read() == await timeline.read_anew(), done


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_read_meanwhile_is_never_out_of_date_afterwards(timeline: Timeline, seed: int) -> None:
    chance = Random(seed)

    async def changed() -> None:
        """Several times in one transaction, which may come to nothing."""
        async with timeline.runtime.database.write() as session:
            for _ in range(3):
                await timeline.change(session, chance)
                await tweets.by_id(session, timeline.tweet_ids, viewer_id=timeline.viewer_id)
                await users.by_id(session, timeline.people, viewer_id=timeline.viewer_id)
            if chance.random() < 0.3:
                await session.execute(text("ROLLBACK AND CHAIN"))

    for _ in range(STEPS // 3):
        await asyncio.gather(changed(), *(timeline.read() for _ in range(4)))
        assert await timeline.read() == await timeline.read_anew()


async def test_a_transaction_reads_its_own_changes_and_shows_them_to_nobody(timeline: Timeline) -> None:
    tweet_id = timeline.tweet_ids[0]
    before = await timeline.read()
    async with timeline.runtime.database.write() as session:
        for word in ("once", "twice"):
            await session.execute(text("UPDATE tweets SET text = :word WHERE id = :id"), {"word": word, "id": tweet_id})
            assert (await tweets.by_id(session, [tweet_id], viewer_id=None))[tweet_id].tweet.text == word
        assert await timeline.read() == before
    async with timeline.runtime.database.read() as reading:
        assert (await tweets.by_id(reading, [tweet_id], viewer_id=None))[tweet_id].tweet.text == "twice"


async def test_what_is_known_is_not_sent_again(timeline: Timeline, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    made = VersionedTable.version

    def recorded(table: VersionedTable[Any], content: Sequence[Any]) -> Version[Any]:
        sent.append(table.name)
        return made(table, content)

    monkeypatch.setattr(VersionedTable, "version", recorded)
    first = await timeline.read()
    assert set(sent) == {"tweets", "users"}
    sent.clear()
    runtime, viewer_id = timeline.runtime, timeline.viewer_id
    page = await home_timelines.page(runtime.database, runtime.redis, viewer_id, PageRequest(size=50))
    assert page.entries == first[0][0]
    assert not sent


async def test_an_unchanged_row_is_the_same_record_wherever_it_was_found(timeline: Timeline) -> None:
    newest, oldest = PageRequest(size=len(timeline.tweet_ids)), PageRequest(size=len(timeline.tweet_ids), backward=True)
    pages = [
        await home_timelines.page(timeline.runtime.database, timeline.runtime.redis, timeline.viewer_id, request)
        for request in (newest, oldest, newest)
    ]
    assert len(pages[0].entries) > 1
    for other in pages[1:]:
        for one, again in zip(pages[0].entries, other.entries, strict=True):
            assert one.tweet is again.tweet
            assert one.author is again.author


@pytest.mark.parametrize("times", [1, home_entries.TRIES + 1])
async def test_a_row_that_changes_between_the_statements_is_read_again(
    timeline: Timeline, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """As often as it is read: at last both statements are of one moment."""
    words = [str(number) for number in range(2 * times)]
    fetched = ReadSession.rows

    async def change() -> None:
        async with timeline.runtime.database.write() as writing:
            statement = text("UPDATE tweets SET text = :word WHERE id = :id")
            await writing.execute(statement, {"word": words.pop(0), "id": timeline.tweet_ids[0]})

    async def changed_around(session: ReadSession, asked: TextClause, values: Values) -> Sequence[Sequence[Any]]:
        if asked not in stores.home_timelines._PAGES.values() or not words:
            return await fetched(session, asked, values)
        await change()
        rows = await fetched(session, asked, values)
        await change()
        return rows

    monkeypatch.setattr(ReadSession, "rows", changed_around)
    newest = PageRequest(size=len(timeline.tweet_ids))
    page = await home_timelines.Reader(timeline.runtime.database, timeline.viewer_id).page_from_postgres(newest)
    seen = [entry.tweet.text for entry in page.entries if entry.tweet.id == timeline.tweet_ids[0]]
    assert seen == ["1" if times == 1 else str(2 * home_entries.TRIES)]
    assert await timeline.read() == await timeline.read_anew()


def test_rows_are_kept_by_number_and_by_size() -> None:
    few: Generations[int, Version[str]] = Generations(max_entries=4, max_bytes=1_000)
    small: Generations[int, Version[str]] = Generations(max_entries=1_000, max_bytes=400)
    for row_id in range(100):
        for kept in (few, small):
            kept.keep(row_id, Version(1, str(row_id), 100))
            assert kept.each([0]) == [Version(1, "0", 100)]
    for kept in (few, small):
        known = [version.record for version in kept.each(range(100)) if version is not None]
        assert {"0", "99"} <= set(known)
        assert len(known) <= 4


def test_the_latest_version_is_kept() -> None:
    kept: Generations[int, Version[str]] = Generations()
    kept.keep(1, Version(7, "old", 1))
    kept.keep(1, Version(8, "new", 1))
    assert kept.each([1, 2]) == [Version(8, "new", 1), None]
    kept.clear()
    assert kept.each([1]) == [None]
