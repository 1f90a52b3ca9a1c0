"""./chirp replay: recordings played into the real API with its outbox running."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from cli import replay as command_module
from cli.replaying import trend_list
from cli.replaying.accounts import Account
from cli.replaying.posting import Posted
from cli.replaying.recording import Recording, read
from cli.replaying.replay import Wishes, replay
from cli.replaying.report import LagMs, Report, TopTrend, lag
from cli.replaying.server import Server
from cli.replaying.watchers import Check, Entry, Watcher, checked, sample
from infra.settings import Settings
from services.runtime import Runtime
from tests.cli.recordings import recording_of
from tests.client import Api
from tests.conftest import ROOT
from tests.queue import Queue

REAL = ROOT.parent / "shared" / "data" / "fight-tweets.csv.gz"


class NoMeter:
    def begin(self, what: str, total: int) -> None: ...

    def advance(self) -> None: ...


async def played(
    http_url: str,
    recording: Recording,
    *,
    watchers: int = 3,
    limit: int | None = None,
    settings: Settings | None = None,
) -> Report:
    wishes = Wishes(speed=None, limit=limit, watchers=watchers, concurrency=4)
    rank = partial(trend_list.rank_now, settings) if settings else None
    async with Server(http_url, connections=4) as server:
        return await replay(server, recording, wishes, NoMeter(), rank_trends=rank)


async def stored_texts(runtime: Runtime) -> list[tuple[str, str]]:
    async with runtime.database.read() as session:
        rows = await session.execute(
            text("SELECT username, text FROM tweets JOIN users ON users.id = author_id ORDER BY tweets.id")
        )
        return [(row.username, row.text) for row in rows]


def test_a_watcher_follows_the_same_part_of_any_part_of_a_recording() -> None:
    authors = [f"fan{number}" for number in range(5_000)]
    assert [len(sample(authors, number)) for number in (0, 1, 9)] == pytest.approx([1_000, 500, 100], rel=0.25)
    assert sample(authors, 3) == sample(list(reversed(authors)), 3)
    assert sample(authors[:40], 0) == frozenset(authors[:40])


def test_a_wrong_timeline_is_noticed() -> None:
    watcher = Watcher(Account("watcher", "id", "token", is_new=True, newest_tweet=0), frozenset({"ann", "bob"}))
    posted = {
        number: Posted(number, author, is_new=True, sent_at_s=0.0)
        for number, author in ((1, "ann"), (2, "bob"), (3, "ann"), (4, "cat"))
    }
    right = [Entry(3, "ann"), Entry(2, "bob"), Entry(1, "ann")]
    assert checked(watcher, right, posted) == Check(3, frozenset(), duplicates=0, out_of_order=0, strangers=0)
    assert checked(watcher, right[1:], posted).missing == {3}
    assert checked(watcher, [right[0], *right], posted).duplicates == 1
    assert checked(watcher, right[::-1], posted).out_of_order == 2
    assert checked(watcher, [Entry(4, "cat"), *right], posted).strangers == 1


def test_lag_percentiles() -> None:
    assert lag([]) is None
    assert lag([0.5]) == LagMs(500.0, 500.0, 500.0, 500.0)
    assert lag([number / 1000 for number in range(101)]) == LagMs(50.0, 95.0, 99.0, 100.0)


async def test_a_recording_arrives_in_every_timeline_once_and_a_second_run_posts_nothing(
    runtime: Runtime,
    http_url: str,
    queue: Queue,
    tmp_path: Path,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    rows = [(f"fan{number % 6}", f"round {number} #fight") for number in range(30)]
    rows += [("Zoë!", "derived name"), ("fan1", "x" * 281), ("fan1", "same"), ("fan1", "same"), ("fan2", " ")]
    recording = recording_of(tmp_path / "fight.csv", rows)
    async with queue.running():
        first = await played(http_url, recording, settings=settings)
        before = await stored_texts(runtime)
        second = await played(http_url, recording, settings=settings)
    assert (first.tweets, first.posted, first.already_there) == (35, 33, 0)
    assert first.refused == {"VALIDATION_FAILED/TOO_LONG": 1, "VALIDATION_FAILED/REQUIRED": 1}
    assert (first.authors_registered, first.authors_logged_in) == (7, 0)
    # A machine that slept through its lease refuses ids until it has another.
    assert first.retries == 0 or "the id lease of worker" in caplog.text
    assert first.timelines.are_right
    assert (first.timelines.checked, first.timelines.delivered) == (3, 3 * 33)
    assert (first.live.watchers, first.live.expected, first.live.seen) == (2, 66, 66)
    assert (first.live.duplicates, first.live.gaps, first.live.reconnects) == (0, 0, 0)
    assert first.trends.top == (TopTrend(1, "#fight", 30, 6),)
    assert first.is_right
    accepted = [said for name, said in rows if name == "fan1" and len(said) <= 280]
    assert [said for name, said in before if name == "fan1"] == accepted

    assert (second.posted, second.already_there, second.refused) == (0, 33, first.refused)
    assert (second.authors_registered, second.authors_logged_in) == (0, 7)
    assert second.timelines == first.timelines
    assert second.is_right
    assert await stored_texts(runtime) == before


async def test_playing_on_after_a_part_posts_the_rest(
    runtime: Runtime, http_url: str, queue: Queue, tmp_path: Path
) -> None:
    recording = recording_of(tmp_path / "fight.csv", [(f"fan{number % 5}", f"{number}") for number in range(12)])
    async with queue.running():
        part = await played(http_url, recording, limit=7)
        whole = await played(http_url, recording)
    assert (part.posted, part.already_there, part.is_right) == (7, 0, True)
    assert (whole.posted, whole.already_there, whole.is_right) == (5, 7, True)
    assert len(await stored_texts(runtime)) == 12


async def test_an_account_of_somebody_else_is_a_refusal(api: Api, http_url: str, queue: Queue, tmp_path: Path) -> None:
    await api.registered("ann")
    recording = recording_of(tmp_path / "two.csv", [("ann", "not me"), ("bob", "me")])
    async with queue.running():
        report = await played(http_url, recording)
    assert (report.posted, report.refused, report.is_right) == (1, {"author UNAUTHENTICATED": 1}, True)


@asynccontextmanager
async def unreliable(http_url: str, *, every: int) -> AsyncIterator[str]:
    """In front of the API: every so many-th connection is cut as soon as its first answer should come."""
    host, _, port = http_url.removeprefix("http://").partition(":")
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        is_cut = connections % every == 0
        upstream_reader, upstream_writer = await asyncio.open_connection(host, int(port))

        async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool) -> None:
            while chunk := await source.read(65536):
                if answers:
                    answered.append(chunk)
                    # A connection serves three answers: the next request finds a new one, which may be cut.
                    if is_cut or len(answered) > 3:
                        break
                sink.write(chunk)
                await sink.drain()
            sink.close()

        answered: list[bytes] = []
        await asyncio.gather(
            copy(reader, upstream_writer, answers=False),
            copy(upstream_reader, writer, answers=True),
            return_exceptions=True,
        )
        upstream_writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_answers_that_are_lost_post_nothing_twice(
    runtime: Runtime, http_url: str, queue: Queue, tmp_path: Path
) -> None:
    rows = [(f"fan{number % 4}", f"{number}") for number in range(20)]
    recording = recording_of(tmp_path / "fight.csv", rows)
    async with queue.running(), unreliable(http_url, every=3) as url:
        report = await played(url, recording, watchers=0)
    assert (report.posted, report.already_there, report.refused) == (20, 0, {})
    assert report.retries >= 3
    stored = await stored_texts(runtime)
    assert sorted(stored) == sorted(rows)
    for author in ("fan0", "fan1", "fan2", "fan3"):
        assert [row for row in stored if row[0] == author] == [row for row in rows if row[0] == author]


async def test_the_command_reports_as_json(runtime: Runtime, http_url: str, queue: Queue, tmp_path: Path) -> None:
    recording_of(tmp_path / "fight.csv", [("ann", "hello"), ("bob", "world")])
    with (tmp_path / "fight.csv").open("ab") as file:
        file.write(b"nothing\n")
    arguments = [str(tmp_path / "fight.csv"), "--url", http_url, "--subscribers", "1", "--json"]
    async with queue.running():
        result = await asyncio.to_thread(CliRunner().invoke, command_module.command, arguments)
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert (report["posted"], report["malformed"]) == (2, [{"line": 4, "problem": "1 fields, not 3"}])
    assert report["trends"]["note"] == "There is no list of trends yet: the worker makes one every 5 minutes."


def test_without_a_server_the_command_says_how_to_start_one(tmp_path: Path) -> None:
    recording_of(tmp_path / "fight.csv", [("ann", "hello")])
    arguments = [str(tmp_path / "fight.csv"), "--data-dir", str(tmp_path), "--port", "1"]
    result = CliRunner().invoke(command_module.command, arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: no API is ready at http://127.0.0.1:1; start './chirp dev', or name a server with --url\n"
    )


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "nan", "inf"])
def test_a_speed_is_a_positive_number_or_max(tmp_path: Path, speed: str) -> None:
    recording_of(tmp_path / "fight.csv", [("ann", "hello")])
    result = CliRunner().invoke(command_module.command, [str(tmp_path / "fight.csv"), "--speed", speed])
    assert result.exit_code == 2
    assert f"'{speed}' is neither a positive number nor 'max'" in result.stderr


@pytest.mark.skipif(not REAL.exists(), reason="needs the recorded evening in ../shared/data")
async def test_the_beginning_of_a_real_evening(
    runtime: Runtime, http_url: str, queue: Queue, settings: Settings
) -> None:
    recording = read(REAL)
    assert (len(recording.tweets), len(recording.authors), recording.malformed) == (12_118, 11_037, [])
    async with queue.running():
        report = await played(http_url, recording, limit=200, settings=settings)
    assert (report.posted, report.refused, report.is_right) == (200, {}, True)
    assert report.trends.top[0].topic == "#mayweathervmcgregor"
