"""./chirp bench compare: whose figures it prints, and that it leaves the repository as it was."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bench.compare import Comparison, Figure, measure

BENCH = """
import json, pathlib, sys
with pathlib.Path({log!r}).open("a") as log:
    print({figure}, *sys.argv[1:], file=log)
runs = pathlib.Path({log!r}).read_text().split("\\n").count("{figure} " + " ".join(sys.argv[1:]))
print("a table")
print(json.dumps({{"cpu_ms": {figure} * runs, "failed": 0, "only_{figure}": 1, "cpu": "a name", "at": []}}))
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Its first commit measures 2, its second 3, what is not committed 5; each run as many times that."""
    root = tmp_path / "repository"
    (root / "cli").mkdir(parents=True)
    (root / ".gitignore").write_text("__pycache__/\n")
    _git(root, "init", "--quiet", "--initial-branch=main")
    for figure in (2, 3):
        _measures(root, figure)
        _git(root, "add", ".")
        _git(root, "commit", "--quiet", "--message", f"Measures {figure}")
    _measures(root, 5)
    return root


def test_revisions_take_turns_and_medians_are_compared(repository: Path) -> None:
    compared = measure(repository, ("main~1", "main"), bench="thread", options=["--users", "5"], rounds=3)
    assert _without_machine(compared) == (
        "thread",
        "main~1",
        "main",
        3,
        [Figure("cpu_ms", 4, 6, 1.5), Figure("failed", 0, 0, None)],
    )
    ran = ["2 bench thread --json --users 5", "3 bench thread --json --users 5"]
    assert (repository.parent / "log").read_text().splitlines() == ran * 3


def test_the_working_tree_is_a_dot_and_stays_as_it_is(repository: Path) -> None:
    before = _state(repository)
    compared = measure(repository, ("main", "."), bench="thread", options=[], rounds=1)
    assert compared.figures[0] == Figure("cpu_ms", 3, 5, 1.667)
    assert _state(repository) == before


def test_an_unknown_revision_is_named(repository: Path) -> None:
    before = _state(repository)
    with pytest.raises(RuntimeError, match="nowhere"):
        measure(repository, ("main", "nowhere"), bench="thread", options=[], rounds=1)
    assert _state(repository) == before


def _measures(root: Path, figure: int) -> None:
    source = BENCH.format(log=str(root.parent / "log"), figure=figure)
    (root / "cli" / "__main__.py").write_text(source)


def _state(root: Path) -> tuple[str, ...]:
    return _git(root, "status", "--porcelain"), _git(root, "worktree", "list"), _git(root, "diff")


def _git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=ann", "-c", "user.email=ann@example.com")
    done = subprocess.run(["git", *identity, *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


def _without_machine(compared: Comparison) -> tuple[object, ...]:
    return compared.bench, compared.a, compared.b, compared.rounds, compared.figures
