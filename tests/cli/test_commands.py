"""The commands as processes: what they say, and their exit codes."""

from __future__ import annotations

import importlib
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click
import pytest

from cli.main import COMMANDS
from infra.embedded import EmbeddedServers

PROJECT_ROOT = Path(__file__).resolve().parents[2]
UNREACHABLE = {
    "CHIRP_DATABASE_URL": "postgresql://chirp:the-secret@127.0.0.1:1/chirp",
    "CHIRP_REDIS_URL": "redis://:the-secret@127.0.0.1:1/0",
}


def run(
    *arguments: str | Path, cwd: Path = PROJECT_ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CHIRP_")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "cli", *arguments],
        cwd=cwd,
        env={**plain, "PYTHONPATH": str(PROJECT_ROOT), "COLUMNS": "200", **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_argument_and_help_list_every_command() -> None:
    for answer in (run(), run("--help")):
        assert (answer.returncode, answer.stderr) == (0, "")
        listed = [line.split()[0] for line in answer.stdout.partition("Commands:\n")[2].splitlines() if line.strip()]
        assert listed[: len(COMMANDS)] == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_of_the_table_exists_and_explains_itself(name: str) -> None:
    command = importlib.import_module(COMMANDS[name].module).command
    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.help


def test_a_missing_setting_is_one_sentence_with_exit_code_2(tmp_path: Path) -> None:
    for command in ("api", "worker"):
        refused = run(command, "--data-dir", tmp_path)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr == (
            "Error: CHIRP_DATABASE_URL: is not set; './chirp dev' runs with embedded servers instead\n"
        )


SERVING = """
import resource, sys, types
sys.modules["app.main"] = types.SimpleNamespace(serve=lambda _: print(resource.getrlimit(resource.RLIMIT_NOFILE)))
from cli.main import chirp
chirp(["api"])
"""


def test_the_api_may_open_as_many_files_as_its_hard_limit_says() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    served = subprocess.run(
        [sys.executable, "-P", "-c", SERVING],
        env={**os.environ, **UNREACHABLE, "PYTHONPATH": str(PROJECT_ROOT), "CHIRP_ENV": "dev"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert served.stdout == f"{(hard, hard)}\n"


def test_an_unexpected_error_is_one_line_and_a_traceback_on_request() -> None:
    short = run("migrate", env=UNREACHABLE)
    assert (short.returncode, short.stderr.count("\n")) == (1, 1)
    assert short.stderr.startswith("Error: ConnectionRefusedError: ")
    long = run("migrate", env={**UNREACHABLE, "CHIRP_TRACEBACK": "1"})
    assert (long.returncode, long.stderr.splitlines()[0]) == (1, "Traceback (most recent call last):")


def test_dev_names_the_option_when_its_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run("dev", "--port", str(port), "--data-dir", tmp_path / "data")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"Error: cannot listen on 127.0.0.1:{port}: address already in use; choose another port with --port\n"
    )
    assert not (tmp_path / "data").exists()


def test_migrate_starts_servers_for_itself_and_doctor_looks_at_the_running_ones(tmp_path: Path) -> None:
    assert "migrated from an empty database to" in run("migrate", "--data-dir", tmp_path).stdout
    with EmbeddedServers(tmp_path):
        well = run("doctor", "--data-dir", tmp_path)
        password = (tmp_path / "password").read_text()
    assert well.returncode == 0, well.stdout
    assert f"{tmp_path} (in use)" in well.stdout
    assert ", the newest" in well.stdout
    assert password not in well.stdout


def test_doctor_names_each_problem_and_no_secret(tmp_path: Path) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = str(stranger.getsockname()[1])
        sick = run("doctor", "--data-dir", tmp_path, "--port", port, env=UNREACHABLE)
    problems = [line.split()[1] for line in sick.stdout.splitlines() if line.startswith("problem")]
    assert problems == ["settings", "PostgreSQL", "Redis", "port"]
    assert sick.returncode == 1
    assert "the-secret" not in sick.stdout + sick.stderr


def test_test_runs_what_the_caller_names_and_passes_the_exit_code_on(tmp_path: Path) -> None:
    (tmp_path / "test_two.py").write_text("def test_good(): pass\ndef test_bad(): assert False\n")
    bad = run("test", "./test_two.py::test_bad", "-p", "no:cacheprovider", cwd=tmp_path)
    assert (bad.returncode, bad.stdout.splitlines()[-1].partition(" in ")[0]) == (1, "1 failed"), bad.stdout
