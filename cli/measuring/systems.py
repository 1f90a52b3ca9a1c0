"""What the commands have in common: a system of their own, and how figures are shown."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
import msgspec

from cli.environment import server_environment

if TYPE_CHECKING:
    from bench.processes import Running

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")
users_option = click.option(
    "--users", type=click.IntRange(min=2), default=10_000, show_default=True, help="People in the database."
)
_follows_option = click.option(
    "--follows", type=click.IntRange(min=1), default=100, show_default=True, help="Whom each person follows."
)
_tweets_option = click.option(
    "--tweets", type=click.IntRange(min=1), default=300_000, show_default=True, help="Of all of them."
)
Command = TypeVar("Command", bound=Callable[..., None])
Measured = TypeVar("Measured", bound=msgspec.Struct)


class System(msgspec.Struct, frozen=True):
    folder: Path
    environment: Mapping[str, str]
    running: Running


@contextmanager
def system(**settings: str) -> Iterator[System]:
    """An API and a worker with these settings, on servers of their own or on those that the environment names."""
    from bench.processes import running

    with tempfile.TemporaryDirectory() as path, server_environment(Path(path)) as environment:
        folder, env = Path(path), {**environment, **settings}
        with running(env, folder) as api_and_worker:
            yield System(folder, env, api_and_worker)


def timelines_options(command: Command) -> Command:
    """Of the population whose timelines are read."""
    return users_option(_follows_option(_tweets_option(command)))


def show(measured: Measured, table: Callable[[Measured], str], *, as_json: bool) -> None:
    click.echo(table(measured))
    if as_json:
        click.echo(msgspec.json.encode(measured))
