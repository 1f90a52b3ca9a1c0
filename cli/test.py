"""`./chirp test`: pytest on the whole project or on what the arguments name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from cli.options import PROJECT_ROOT

IN_PARALLEL = ("-n", "logical", "--maxprocesses", "8", "--dist", "worksteal")
"""A process for each core, each with servers of its own, which a run of a few files would start for little."""


@click.command("test", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Run the tests: all of them, on all cores, or those that ARGUMENTS name.

    ARGUMENTS go to pytest, whose exit code is this command's: './chirp test tests/domain -k text -x';
    './chirp test -h' shows pytest's own options.
    """
    pytest = [sys.executable, "-P", "-m", "pytest", "-c", "pyproject.toml"]
    pytest += [_from_here(argument) for argument in arguments] or IN_PARALLEL
    os.chdir(PROJECT_ROOT)
    os.execv(sys.executable, pytest)  # noqa: S606


def _from_here(argument: str) -> str:
    """pytest runs in the project's root: a path of the caller's folder keeps its meaning there."""
    path, separator, test = argument.partition("::")
    is_path = (os.sep in path or path.endswith(".py")) and Path(path).exists()
    return f"{Path(path).absolute()}{separator}{test}" if is_path else argument
