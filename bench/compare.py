"""One bench of two revisions, in turns: medians of its figures, and what became of them.

A revision is unpacked from `git archive` into a temporary folder. Unlike a worktree it leaves nothing in the repository
however the run ends, and does not mind what is uncommitted; `.` is the working tree as it is. Each runs its own bench,
with the packages that are installed here.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import msgspec

from bench.figures import Machine, machine
from bench.progress import progress

WORKING_TREE = "."


class Figure(msgspec.Struct, frozen=True):
    """Medians of the rounds."""

    name: str
    a: float
    b: float
    ratio: float | None
    """B over A; null where A is 0."""


class Comparison(msgspec.Struct, frozen=True):
    machine: Machine
    bench: str
    a: str
    b: str
    rounds: int
    figures: list[Figure]
    """That both revisions print, in A's order."""


def measure(
    repository: Path, revisions: tuple[str, str], *, bench: str, options: Sequence[str], rounds: int
) -> Comparison:
    found = machine()
    with tempfile.TemporaryDirectory() as folder, progress(rounds * len(revisions)) as advance:
        trees = [
            _tree(repository, revision, Path(folder) / side) for revision, side in zip(revisions, "ab", strict=True)
        ]
        runs: tuple[list[dict[str, float]], list[dict[str, float]]] = ([], [])
        for _ in range(rounds):
            for tree, its_runs in zip(trees, runs, strict=True):
                its_runs.append(_figures(tree, bench, options))
                advance()
    a, b = map(_medians, runs)
    figures = [
        Figure(name, a[name], b[name], round(b[name] / a[name], 3) if a[name] else None) for name in a if name in b
    ]
    return Comparison(found, bench, *revisions, rounds, figures)


def _tree(repository: Path, revision: str, folder: Path) -> Path:
    if revision == WORKING_TREE:
        return repository
    command = ["git", "-C", str(repository), "archive", "--format=tar", revision]
    archive = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    if archive.returncode:
        raise RuntimeError(archive.stderr.decode().strip())
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder


def _figures(tree: Path, bench: str, options: Sequence[str]) -> dict[str, float]:
    """The numbers on the first level of what the bench prints for machines."""
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-P", "-m", "cli", "bench", bench, "--json", *options],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise RuntimeError(f"bench {bench} failed: {run.stderr.strip()}")
    printed = msgspec.json.decode(run.stdout.splitlines()[-1], type=dict[str, object])
    return {name: value for name, value in printed.items() if isinstance(value, int | float)}


def _medians(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}
