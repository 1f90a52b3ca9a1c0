"""`./chirp dead-letters`: events that failed too often, and sending them round again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from cli.environment import server_environment
from cli.options import data_dir_option
from infra.database import Database
from stores import outbox
from stores.outbox import DeadLetter

LISTED = 100


@click.group("dead-letters")
def command() -> None:
    """Look at events whose handling kept failing, and replay them once the cause is mended."""


@command.command("list")
@data_dir_option
def list_(data_dir: Path) -> None:
    """Show the oldest hundred with their errors."""
    with server_environment(data_dir, needed=["CHIRP_DATABASE_URL"]) as env:
        letters = asyncio.run(_listed(env["CHIRP_DATABASE_URL"]))
    if not letters:
        click.echo("there are no dead letters")
        return
    table = Table("id", "event", "attempts", "failed at", "error")
    for letter in letters:
        failed_at = letter.failed_at.isoformat(timespec="seconds")
        table.add_row(str(letter.id), letter.payload, str(letter.attempts), failed_at, letter.error)
    Console().print(table)


@command.command("replay")
@click.argument("ids", nargs=-1, type=int, required=True)
@data_dir_option
def replay(ids: tuple[int, ...], data_dir: Path) -> None:
    """Put the dead letters IDS back into the outbox."""
    with server_environment(data_dir, needed=["CHIRP_DATABASE_URL"]) as env:
        revived = asyncio.run(_revived(env["CHIRP_DATABASE_URL"], ids))
    click.echo(f"{revived} of {len(ids)} are on their way again")


async def _listed(database_url: str) -> list[DeadLetter]:
    database = Database(database_url, pool_size=1)
    try:
        async with database.read() as session:
            return await outbox.dead_letters(session, limit=LISTED)
    finally:
        await database.close()


async def _revived(database_url: str, ids: tuple[int, ...]) -> int:
    database = Database(database_url, pool_size=1)
    try:
        async with database.write() as session:
            return await outbox.revive(session, ids)
    finally:
        await database.close()
