"""The embedded servers as real processes: their data survives, they themselves never outlive their parent."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis

from infra.embedded import (
    DataFolderBusy,
    DataFolderUnusable,
    DiskFull,
    EmbeddedServers,
    ServerDidNotStart,
    ServerEnded,
    ServerUrls,
    data_folder,
    running,
    servers,
)
from infra.embedded.processes import is_alive

PROJECT_ROOT = Path(__file__).resolve().parents[2]
HOLD_SERVERS = """
import sys, time
from pathlib import Path
from infra.embedded import EmbeddedServers
EmbeddedServers(Path(sys.argv[1])).start()
print("started", flush=True)
time.sleep(600)
"""


async def query(urls: ServerUrls, statement: str) -> object:
    connection = await asyncpg.connect(urls.database_url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def redis_of(urls: ServerUrls) -> redis.Redis:
    return redis.Redis.from_url(urls.redis_url, decode_responses=True)


def working_in(folder: Path) -> list[psutil.Process]:
    """The server processes of a data folder."""
    return [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] in ("postgres", "redis-server") and str(process.info["cwd"]).startswith(str(folder))
    ]


def parent_holding(data_dir: Path) -> subprocess.Popen[str]:
    """Another process that has started the servers of `data_dir`."""
    parent = subprocess.Popen(
        [sys.executable, "-c", HOLD_SERVERS, str(data_dir)], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent.stdout:
        assert parent.stdout.readline() == "started\n"
    return parent


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


async def test_a_second_start_keeps_what_was_written(tmp_path: Path) -> None:
    data_dir = tmp_path / "a folder with spaces"
    with EmbeddedServers(data_dir) as urls:
        await query(urls, "CREATE TABLE kept AS SELECT 'häll🐦' AS word")
        with redis_of(urls) as client:
            client.set("kept", "yes")
    with EmbeddedServers(data_dir) as urls:
        assert await query(urls, "SELECT word FROM kept") == "häll🐦"
        with redis_of(urls) as client:
            assert client.get("kept") == "yes"
    assert working_in(data_dir) == []


async def test_commits_reach_the_disk_except_in_tests(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path) as urls:
        assert await query(urls, "SHOW fsync") == "on"
    with EmbeddedServers(tmp_path, for_tests=True) as urls:
        assert await query(urls, "SHOW fsync") == "off"


async def test_both_servers_want_the_password_and_only_the_owner_can_read_it(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, for_tests=True) as urls:
        password = (tmp_path / "password").read_text()
        wrong = ServerUrls(urls.database_url.replace(password, "guessed"), urls.redis_url.replace(password, "guessed"))
        with pytest.raises(asyncpg.InvalidPasswordError):
            await query(wrong, "SELECT 1")
        with redis_of(wrong) as client, pytest.raises(redis.AuthenticationError):
            client.ping()
        for name in ("password", "servers.json"):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        command_lines = " ".join(word for process in working_in(tmp_path) for word in process.cmdline())
        assert password not in command_lines


def test_running_servers_are_found_and_attached_to(tmp_path: Path) -> None:
    assert running(tmp_path) is None
    with EmbeddedServers(tmp_path, for_tests=True) as urls:
        assert running(tmp_path) == urls
        with servers(tmp_path) as attached:
            assert attached == urls
        with redis_of(urls) as client:
            assert client.ping() is True
    assert running(tmp_path) is None


async def test_servers_are_started_for_a_block_when_none_run(tmp_path: Path) -> None:
    with servers(tmp_path) as urls:
        assert await query(urls, "SELECT current_user || current_database()") == "chirpchirp"
    assert working_in(tmp_path) == []


def test_two_folders_run_side_by_side(tmp_path: Path) -> None:
    with (
        EmbeddedServers(tmp_path / "one", for_tests=True) as one,
        EmbeddedServers(tmp_path / "two", for_tests=True) as two,
        redis_of(one) as of_one,
        redis_of(two) as of_two,
    ):
        of_one.set("whose", "one")
        of_two.set("whose", "two")
        assert (of_one.get("whose"), of_two.get("whose")) == ("one", "two")


def test_a_folder_in_use_is_refused_and_its_servers_go_on(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, for_tests=True) as urls:
        with pytest.raises(DataFolderBusy, match=rf"another chirp .* \(pid {os.getpid()}\)") as refused:
            EmbeddedServers(tmp_path).start()
        assert refused.value.pid == os.getpid()
        assert running(tmp_path) == urls
        with redis_of(urls) as client:
            assert client.ping() is True


async def test_servers_end_with_a_killed_parent_and_committed_rows_stay(tmp_path: Path) -> None:
    parent = parent_holding(tmp_path)
    urls = running(tmp_path)
    assert urls is not None
    await query(urls, "CREATE TABLE kept AS SELECT 7 AS number")
    left = working_in(tmp_path)
    kill(parent)
    ends_by = time.monotonic() + 5
    while any(map(is_alive, left)):
        assert time.monotonic() < ends_by
    assert running(tmp_path) is None
    with EmbeddedServers(tmp_path, for_tests=True) as urls:
        assert await query(urls, "SELECT number FROM kept") == 7


async def test_servers_that_outlived_a_killed_parent_are_ended_by_the_next_start(tmp_path: Path) -> None:
    parent = parent_holding(tmp_path)
    left = working_in(tmp_path)
    for process in left:
        process.send_signal(signal.SIGSTOP)  # a stopped process does not act on its death signal
    kill(parent)
    assert working_in(tmp_path) == left
    with EmbeddedServers(tmp_path, for_tests=True) as urls:
        assert await query(urls, "SELECT 1") == 1
        assert not any(map(is_alive, left))


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, for_tests=True):
        told = (tmp_path / "postgres" / "postmaster.pid").read_text()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        lines = told.splitlines()
        (tmp_path / "postgres" / "postmaster.pid").write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
        with EmbeddedServers(tmp_path, for_tests=True) as urls, redis_of(urls) as client:
            assert client.ping() is True
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


async def test_an_interrupted_creation_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")
    with EmbeddedServers(tmp_path, for_tests=True) as urls:
        assert await query(urls, "SELECT current_database()") == "chirp"
    assert not (tmp_path / "postgres.new").exists()


def test_a_port_taken_between_choosing_and_binding_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        free_port = data_folder._free_port
        ports = [taken.getsockname()[1]] * 2
        monkeypatch.setattr(data_folder, "_free_port", lambda: ports.pop() if ports else free_port())
        with EmbeddedServers(tmp_path, for_tests=True) as urls, redis_of(urls) as client:
            assert client.ping() is True
    assert ports == []


def test_a_file_in_the_folder_s_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataFolderUnusable) as refused:
        EmbeddedServers(tmp_path / "file" / "data").start()
    assert str(refused.value) == (
        f"cannot use the data folder {tmp_path}/file/data: it is not a folder; choose another with --data-dir"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DataFolderUnusable) as refused:
        EmbeddedServers(tmp_path / "data").start()
    assert refused.value.reason == "it may not be written by this user"


def test_too_little_space_is_told_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_folder, "NEW_CLUSTER_MB", 10**9)
    with pytest.raises(DiskFull) as refused:
        EmbeddedServers(tmp_path).start()
    assert refused.value.needed_mb == 10**9
    assert not (tmp_path / "postgres").exists()


async def test_a_server_that_refuses_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, for_tests=True):
        pass
    version = tmp_path / "postgres" / "PG_VERSION"
    version.write_text("9.0\n")
    with pytest.raises(ServerDidNotStart, match=r"PostgreSQL did not start: .*FATAL") as refused:
        EmbeddedServers(tmp_path, for_tests=True).start()
    assert refused.value.log == tmp_path / "logs" / "postgres.log"
    assert working_in(tmp_path) == []
    version.write_text("18\n")
    with EmbeddedServers(tmp_path, for_tests=True) as urls:
        assert await query(urls, "SELECT 1") == 1


def test_a_server_that_goes_away_is_noticed(tmp_path: Path) -> None:
    embedded = EmbeddedServers(tmp_path, for_tests=True)
    with embedded:
        embedded.check()
        (victim,) = (process for process in working_in(tmp_path) if process.name() == "redis-server")
        victim.kill()
        victim.wait()
        with pytest.raises(ServerEnded) as ended:
            embedded.check()
    assert ended.value.server == "Redis"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the servers as somebody else")
def test_as_root_folders_above_the_data_become_passable_and_it_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedServers(closed / "data", for_tests=True):
        assert {process.username() for process in working_in(closed)} <= {"postgres", "nobody"}
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701
    assert f"chmod o+x {closed}:" in caplog.text
