"""The hub over a real log: what a stream is told while commits come in any order and processes and connections go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

from domain.changes import Change, ChangeKind, Place, Snapshot, Told
from domain.errors import FutureCursor
from domain.records import GapReason
from infra.database import ReadSession, WriteSession
from services import live, watches
from services.live import LiveHub, Missed, Topic
from services.live_topics import Home, ViewerState
from services.runtime import Runtime
from stores import changes, wakeups
from stores.changes import NewChange
from tests.client import Api, People
from tests.waiting import DEADLINE_S

ANN, BOB = Home(1), Home(2)


class Stream:
    """What a stream is told, one change of mutes after another."""

    def __init__(self, pieces: AsyncIterator[Told | Missed]) -> None:
        self._pieces = pieces
        self.place: Place | None = None

    async def told(self) -> list[int]:
        """The ids of the changes in the next piece; a heartbeat has none."""
        async with asyncio.timeout(DEADLINE_S):
            piece = await anext(self._pieces)
        assert isinstance(piece, Told)
        self.place = Place(piece.until)
        return [concern.change.id for concern in piece.concerns]

    async def missed(self) -> GapReason:
        async with asyncio.timeout(DEADLINE_S):
            piece = await anext(self._pieces)
        assert isinstance(piece, Missed)
        self.place = Place(piece.until)
        return piece.reason


@asynccontextmanager
async def streaming(hub: LiveHub, topic: Topic, after: Place | None = None) -> AsyncIterator[Stream]:
    async with aclosing(hub.stream(topic, after)) as pieces:
        stream = Stream(pieces)
        if after is None:
            assert await stream.told() == []
        yield stream


@pytest.fixture
async def hub(runtime: Runtime) -> AsyncIterator[LiveHub]:
    hub = LiveHub(runtime.database)
    async with hub.listening():
        yield hub


async def muted(session: WriteSession, topic: Home, times: int = 1) -> None:
    await changes.record(session, [NewChange(ChangeKind.MUTES_CHANGED, topic.viewer_id)] * times)


async def committed(runtime: Runtime, topic: Home, times: int = 1) -> None:
    async with runtime.database.write() as session:
        await muted(session, topic, times)


async def log_ids(runtime: Runtime) -> list[int]:
    async with runtime.database.read() as session:
        found, _ = await changes.since(session, Snapshot(1, 1))
    return [change.id for change in found]


async def test_a_stream_is_told_what_concerns_it_when_it_is_committed(runtime: Runtime, hub: LiveHub) -> None:
    async with streaming(hub, ANN) as anns, streaming(hub, ANN) as again, streaming(hub, BOB) as bobs:
        await committed(runtime, BOB)
        await committed(runtime, ANN)
        bobs_id, anns_id = await log_ids(runtime)
        assert await anns.told() == await again.told() == [anns_id]
        assert await bobs.told() == [bobs_id]


async def test_a_transaction_that_began_first_and_ends_last_is_told(runtime: Runtime, hub: LiveHub) -> None:
    """Its id, its time and its transaction are smaller than those that a client has seen."""
    async with streaming(hub, ANN) as stream, runtime.database.write() as slow:
        await muted(slow, ANN)
        await committed(runtime, ANN)
        [second] = await log_ids(runtime)
        assert await stream.told() == [second]
        before = stream.place
        await slow.execute(text("COMMIT AND CHAIN"))
        first = min(await log_ids(runtime))
        assert first < second
        assert await stream.told() == [first]
    async with streaming(hub, ANN, before) as resumed:
        assert await resumed.told() == [first]
        assert await resumed.told() == []


async def test_a_stream_is_left_between_any_two_of_what_waited_in_the_order_of_commits(
    runtime: Runtime, hub: LiveHub
) -> None:
    async with streaming(hub, ANN) as stream:
        async with runtime.database.write() as slow:
            await muted(slow, ANN)
            await committed(runtime, ANN)
            await hub.tell()
        await hub.tell()
        ids = await log_ids(runtime)
        async with asyncio.timeout(DEADLINE_S):
            piece = await anext(stream._pieces)
    assert isinstance(piece, Told)
    for number, (concern, place) in enumerate(piece.placed()):
        assert concern.change.id == ids[number]
        async with streaming(hub, ANN, place) as resumed:
            assert await resumed.told() == ids[number + 1 :]


async def test_what_is_rolled_back_is_not_told(runtime: Runtime, hub: LiveHub) -> None:
    async with streaming(hub, ANN) as stream:
        async with runtime.database.write() as session:
            await muted(session, ANN)
            await session.execute(text("ROLLBACK AND CHAIN"))
        await committed(runtime, ANN)
        assert await stream.told() == await log_ids(runtime)


async def test_each_place_resumes_on_another_process(runtime: Runtime, hub: LiveHub) -> None:
    async with streaming(hub, ANN) as stream:
        start = stream.place
        async with runtime.database.write() as session:
            await muted(session, ANN, 3)
        ids = await log_ids(runtime)
        async with asyncio.timeout(DEADLINE_S):
            piece = await anext(stream._pieces)
    assert isinstance(piece, Told)
    places = [start, *(place for _, place in piece.placed())]
    other = LiveHub(runtime.database)
    async with other.listening():
        for told, place in enumerate(places):
            async with streaming(other, ANN, place) as resumed:
                if told < len(ids):
                    assert await resumed.told() == ids[told:]
                assert await resumed.told() == []


async def test_what_comes_while_a_stream_reads_the_log_is_told_once(
    runtime: Runtime, hub: LiveHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Committed after the stream was registered and before it reads, and again after it has read."""
    read = Home.since

    async with streaming(hub, ANN) as stream:
        start = stream.place

    async def with_commits_around(self: Home, *args: object, **options: object) -> object:
        await committed(runtime, ANN)
        await hub.tell()
        found = await read(self, *args, **options)  # type: ignore[arg-type]
        await committed(runtime, ANN)
        await hub.tell()
        return found

    monkeypatch.setattr(Home, "since", with_commits_around)
    async with streaming(hub, ANN, start) as resumed:
        first = await resumed.told()
        assert await resumed.told() == []
        assert [*first, *await resumed.told()] == await log_ids(runtime)


async def test_a_stream_that_falls_behind_reads_the_log_and_misses_nothing(
    runtime: Runtime, hub: LiveHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "HELD", 3)
    async with streaming(hub, ANN) as stalled:
        for _ in range(3):
            await committed(runtime, ANN, 2)
            await hub.tell()
        assert await stalled.told() == await log_ids(runtime)
        await committed(runtime, ANN)
        assert await stalled.told() == (await log_ids(runtime))[6:]


async def test_more_than_a_stream_may_be_told_is_a_gap_with_both_ends(
    runtime: Runtime, hub: LiveHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "HELD", 1)
    monkeypatch.setattr(live, "MAX_READ", 3)
    async with streaming(hub, ANN) as stalled:
        start = stalled.place
        await committed(runtime, ANN, 4)
        assert await stalled.missed() is GapReason.SLOW_CONSUMER
        await committed(runtime, ANN)
        last = (await log_ids(runtime))[-1:]
        assert await stalled.told() == last
    async with streaming(hub, ANN, start) as resumed:
        assert await resumed.missed() is GapReason.RETENTION
        assert await resumed.told() == []


async def test_a_place_from_before_the_log_is_a_gap(runtime: Runtime, hub: LiveHub) -> None:
    async with streaming(hub, ANN) as stream:
        start = stream.place
        await committed(runtime, ANN, 2)
        await stream.told()
        middle = stream.place
    await committed(runtime, ANN)
    for _ in range(2):
        async with runtime.database.write() as session:
            await changes.forget(session, before=runtime.now() + timedelta(minutes=1), limit=2)
        async with streaming(hub, ANN, start) as resumed:
            assert await resumed.missed() is GapReason.RETENTION
            assert await resumed.told() == []
    async with streaming(hub, ANN, middle) as resumed:
        assert await resumed.missed() is GapReason.RETENTION


async def test_what_is_forgotten_while_a_stream_reads_it_is_a_gap(
    runtime: Runtime, hub: LiveHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with streaming(hub, ANN) as stream:
        start = stream.place
    await committed(runtime, ANN)
    await hub.tell()
    concerned = Home.concerned

    async def too_late(*args: object) -> object:
        async with runtime.database.write() as session:
            await changes.forget(session, before=runtime.now() + timedelta(minutes=1), limit=1)
        return await concerned(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Home, "concerned", staticmethod(too_late))
    async with streaming(hub, ANN, start) as resumed:
        assert await resumed.missed() is GapReason.RETENTION


async def test_a_place_that_no_snapshot_has_come_to_is_refused(runtime: Runtime, hub: LiveHub) -> None:
    far = Snapshot(hub.seen.low, hub.seen.high + 1_000_000)
    for place in (Place(far), Place(hub.seen, far, 0)):
        async with streaming(hub, ANN, place) as stream:
            with pytest.raises(FutureCursor):
                await stream.told()


async def test_what_a_newer_version_writes_is_passed_over(runtime: Runtime, hub: LiveHub) -> None:
    async with streaming(hub, ANN) as stream:
        async with runtime.database.write() as session:
            await session.execute(text("INSERT INTO changes (kind, user_id) VALUES (32000, 1)"))
        await committed(runtime, ANN)
        [known] = await log_ids(runtime)
        assert await stream.told() == [known]
    async with streaming(hub, ANN, Place(Snapshot(1, 1))) as stream:
        assert await stream.told() == [known]


async def test_streams_outlive_a_log_that_cannot_be_read(
    runtime: Runtime, hub: LiveHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = changes.since
    failures = 0

    async def failing(*args: object) -> object:
        nonlocal failures
        failures += 1
        raise OSError("gone")

    async with streaming(hub, ANN) as stream:
        monkeypatch.setattr(changes, "since", failing)
        await committed(runtime, ANN)
        async with asyncio.timeout(DEADLINE_S):
            while failures < 2:  # noqa: ASYNC110 - counted by the hub's own attempts
                await asyncio.sleep(0)
        monkeypatch.setattr(changes, "since", read)
        assert await stream.told() == await log_ids(runtime)


async def test_what_takes_too_long_for_all_streams_of_a_kind_holds_up_nobody(
    runtime: Runtime, hub: LiveHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    concerned = Home.concerned

    async def too_much(session: ReadSession, topics: Sequence[Home], found: Sequence[Change]) -> object:
        if len(topics) > 1:
            await session.execute(text("SELECT pg_cancel_backend(pg_backend_pid())"))
        return await concerned(session, topics, found)

    monkeypatch.setattr(Home, "concerned", staticmethod(too_much))
    async with streaming(hub, ANN) as anns, streaming(hub, BOB) as bobs, streaming(hub, ViewerState(1)) as state:
        async with runtime.database.write() as session:
            like = NewChange(ChangeKind.LIKE_CHANGED, 1, subject_id=1)
            await changes.record(session, [like, NewChange(ChangeKind.MUTES_CHANGED, 1)])
        liked, anns_id = await log_ids(runtime)
        assert await state.told() == [liked]
        assert await anns.told() == [anns_id]
        assert await bobs.told() == []


async def test_a_lost_wake_up_costs_time_only(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    async def deaf(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(wakeups, "listen_forever", deaf)
    monkeypatch.setattr(live, "POLL_S", 0.01)
    hub = LiveHub(runtime.database)
    async with hub.listening(), streaming(hub, ANN) as stream:
        await committed(runtime, ANN)
        assert await stream.told() == await log_ids(runtime)


async def test_silence_is_filled_with_heartbeats_that_come_forward(
    runtime: Runtime, hub: LiveHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.01)
    async with streaming(hub, ANN) as stream:
        start = stream.place
        await committed(runtime, BOB)
        await hub.tell()
        assert await stream.told() == []
        assert start is not None
        assert stream.place is not None
        assert start.seen.is_older_than(stream.place.seen)


async def test_a_stream_that_ends_leaves_nothing_behind(hub: LiveHub) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(streaming(hub, ANN))
        assert hub.stream_count == 3
    assert hub.stream_count == 0
    assert not hub._watches


async def test_a_tweet_concerns_its_author_and_followers_and_a_retweet_those_of_who_retweeted(
    api: Api, people: People, runtime: Runtime, hub: LiveHub
) -> None:
    await api.followed(people.ann, people.bob)
    await hub.tell()
    async with AsyncExitStack() as stack:
        anns, bobs, cats = [
            await stack.enter_async_context(streaming(hub, Home(person.raw_id)))
            for person in (people.ann, people.bob, people.cat)
        ]
        tweet_id = await api.tweeted(people.cat, "hello")
        retweet = "mutation($id: ID!) { retweetTweet(input: {tweetId: $id}) { userErrors { code } } }"
        await api.data(retweet, {"id": tweet_id}, by=people.bob)
        tweeted, retweeted = (await log_ids(runtime))[-2:]
        assert await anns.told() == [retweeted]
        assert await bobs.told() == [retweeted]
        assert await cats.told() == [tweeted]
        delete = "mutation($id: ID!) { deleteTweet(input: {tweetId: $id}) { userErrors { code } } }"
        start = anns.place
        await api.data(delete, {"id": tweet_id}, by=people.cat)
        [deleted] = (await log_ids(runtime))[-1:]
        assert await anns.told() == await bobs.told() == [deleted]
        assert await cats.told() == [deleted]
        async with streaming(hub, Home(people.ann.raw_id), start) as resumed:
            assert await resumed.told() == [deleted]
