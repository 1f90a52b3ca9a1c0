"""`./chirp seed`: a world full of people who know each other."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from cli.environment import names_servers, server_environment
from cli.filling import PASSWORD, AlreadySeeded, Filled, fill
from cli.options import data_dir_option
from cli.world import graph, likes
from domain.errors import UsernameTaken
from infra import migrations
from infra.settings import Settings
from services.runtime import running

HELP = f"""Fill the database with a believable world: people, follows, tweets, replies, likes, hashtags.

Goes through the same services as the API. Fills the servers of CHIRP_DATABASE_URL and CHIRP_REDIS_URL, or those of a
running './chirp dev', or starts the embedded ones of --data-dir for as long as it takes. The same numbers and
--random-seed make the same world, except for its times, which lead up to now.

Everybody's password is {PASSWORD}; it works in development and tests only, so with CHIRP_ENV=production
this command does nothing. A database takes one seeded world.
"""


@click.command("seed", help=HELP)
@click.option("--users", type=click.IntRange(2, 1_000_000), default=1_000, show_default=True, help="How many people.")
@click.option(
    "--tweets", type=click.IntRange(0, 10_000_000), default=10_000, show_default=True, help="How many tweets."
)
@click.option("--random-seed", type=int, default=1, show_default=True, help="Another number, another world.")
@data_dir_option
def command(users: int, tweets: int, random_seed: int, data_dir: Path) -> None:
    # Without it, an environment that names its servers is a production one (infra/settings).
    if os.environ.get("CHIRP_ENV", "production" if names_servers() else "dev") == "production":
        raise click.ClickException(
            "seed makes accounts with a known password, so it does not run in production; set CHIRP_ENV=dev to use it"
        )
    with server_environment(data_dir) as env:
        settings = Settings.from_environment(env)
        migrations.upgrade(settings.database_url)
        started_at = time.monotonic()
        try:
            filled = asyncio.run(_fill(settings, users=users, tweets=tweets, random_seed=random_seed))
        except AlreadySeeded:
            raise click.ClickException(
                "this database holds a seeded world already, perhaps an unfinished one; "
                "give an empty one (another --data-dir, or another CHIRP_DATABASE_URL)"
            ) from None
        except UsernameTaken as error:
            raise click.ClickException(
                f"{error.message} The world needs that name; try another --random-seed"
            ) from None
    click.echo(_summary(filled, seconds=time.monotonic() - started_at))


async def _fill(settings: Settings, *, users: int, tweets: int, random_seed: int) -> Filled:
    columns = (
        TextColumn("{task.description:>8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    async with running(settings) as runtime:
        console = Console(stderr=True)
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            follow_count, like_count = users * graph.follows_per_person(users), tweets * likes.LIKES_PER_TWEET
            totals = {
                "people": users,
                "tweets": tweets,
                "likes": like_count,
                "follows": follow_count,
                "events": tweets + like_count + users,
            }
            bars = {kind: progress.add_task(kind, total=total, start=False) for kind, total in totals.items()}

            def advance(kind: str, count: int) -> None:
                if count:
                    progress.start_task(bars[kind])
                    progress.advance(bars[kind], count)

            filled = await fill(runtime, users=users, tweets=tweets, random_seed=random_seed, advance=advance)
            for bar in progress.tasks:  # how many likes, follows and events there are is known only now
                progress.update(bar.id, total=bar.completed)
            return filled


def _summary(filled: Filled, *, seconds: float) -> str:
    done = (
        f"{len(filled.people):,} people, {filled.follows:,} follows, {filled.tweets:,} tweets and "
        f"{filled.likes:,} likes in {seconds:.0f} s"
    )
    left = (
        f"{filled.unfinished_events:,} events are left in the outbox for the worker"
        if filled.unfinished_events
        else "the outbox is empty and trends are listed"
    )
    return f"{done}; {left}\nlog in as {filled.people[-1].username}, or anybody else, with the password {PASSWORD}"
