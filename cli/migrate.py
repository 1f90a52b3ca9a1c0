"""`./chirp migrate`: the database gets the tables of this version."""

from __future__ import annotations

from pathlib import Path

import click

from cli.environment import server_environment
from cli.options import data_dir_option
from infra import migrations


@click.command("migrate")
@data_dir_option
def command(data_dir: Path) -> None:
    """Bring the database to the newest schema; does nothing on one that has it."""
    with server_environment(data_dir, needed=["CHIRP_DATABASE_URL"]) as env:
        database_url = env["CHIRP_DATABASE_URL"]
        before = migrations.status(database_url)
        if before.is_current:
            click.echo(f"the database is at {before.head} already")
            return
        migrations.upgrade(database_url)
        click.echo(f"migrated from {before.current or 'an empty database'} to {before.head}")
