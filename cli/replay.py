"""`./chirp replay`: a recorded stream of tweets, posted by the people who wrote them."""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from cli import ports
from cli.environment import with_embedded
from cli.options import data_dir_option, host_option, port_option
from cli.replaying import trend_list
from cli.replaying.recording import NotARecording, Recording, read
from cli.replaying.replay import Wishes, replay
from cli.replaying.report import Report, show
from cli.replaying.server import Refused, Server, ServerSilent
from infra.embedded import running
from infra.settings import Settings


class Speed(click.ParamType[float | None]):
    name = "X|max"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float | None:
        if value == "max" or value is None:
            return None
        try:
            speed = float(str(value))
        except ValueError:
            speed = math.nan
        if not (math.isfinite(speed) and speed > 0):
            self.fail(f"'{value}' is neither a positive number nor 'max'", param, ctx)
        return speed


@click.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--speed", type=Speed(), default="max", show_default=True, help="X times as fast as recorded.")
@click.option("--limit", type=click.IntRange(1), help="Play the first so many tweets only.")
@click.option("--url", help="The server; by default the one of './chirp dev' on --host and --port.")
@click.option(
    "--subscribers",
    type=click.IntRange(0, 99),
    default=20,
    show_default=True,
    help="Accounts that follow some of the authors; half of them watch live.",
)
@click.option(
    "--concurrency", type=click.IntRange(1, 500), default=16, show_default=True, help="Requests under way at once."
)
@click.option("--json", "as_json", is_flag=True, help="Report as JSON on standard output.")
@data_dir_option
@host_option
@port_option
def command(
    file: Path,
    speed: float | None,
    limit: int | None,
    url: str | None,
    subscribers: int,
    concurrency: int,
    as_json: bool,
    data_dir: Path,
    host: str,
    port: int,
) -> None:
    """Post a recorded stream of tweets through the API, and check that it arrives.

    FILE is CSV in UTF-8, plain or .gz, with the columns created_at, screen_name and text. Every screen name becomes
    an account (its password: USERNAME-replay-password). Tweets are sent in the order of the file; rows that are not
    tweets are reported and skipped. Within 24 hours the same row of the same file is posted once, however often it is
    played: after an interruption, run the same command again.

    Ends with status 1 when a timeline is not what it should be.
    """
    wishes = Wishes(speed=speed, limit=limit, watchers=subscribers, concurrency=concurrency)
    try:
        recording = read(file)
        report = asyncio.run(
            _replay(url or ports.origin(host, port), recording, wishes, rank_trends=None if url else _ranking(data_dir))
        )
    except NotARecording as error:
        raise click.ClickException(str(error)) from error
    except ServerSilent as error:
        raise click.ClickException(f"{error}; run the same command again to go on") from error
    except Refused as refused:
        raise click.ClickException(f"the server refuses what a replay needs: {refused}") from refused
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
    else:
        show(report, Console())
    if not report.is_right:
        sys.exit(1)


def _ranking(data_dir: Path) -> Callable[[], Awaitable[bool]] | None:
    """On a development server of this machine nobody has to wait five minutes for the next list."""
    urls = running(data_dir)
    if urls is None:
        return None
    return partial(trend_list.rank_now, Settings.from_environment(with_embedded(urls, data_dir)))


async def _replay(
    url: str, recording: Recording, wishes: Wishes, *, rank_trends: Callable[[], Awaitable[bool]] | None
) -> Report:
    async with Server(url, connections=wishes.concurrency) as server:
        if not await server.is_ready():
            raise click.ClickException(f"no API is ready at {url}; start './chirp dev', or name a server with --url")
        columns = (TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(stderr=True)
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            return await replay(server, recording, wishes, Bars(progress), rank_trends=rank_trends)


class Bars:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def begin(self, what: str, total: int) -> None:
        self._task = self._progress.add_task(what, total=total)

    def advance(self) -> None:
        if self._task is not None:
            self._progress.advance(self._task)
