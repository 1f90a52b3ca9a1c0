"""`./chirp role`: appointing the people who may do more."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from cli.environment import server_environment
from cli.options import data_dir_option
from domain.permissions import Role
from infra.database import Database
from stores import administration


@click.command("role")
@click.argument("username")
@click.argument("role", type=click.Choice([role.value for role in Role], case_sensitive=False))
@data_dir_option
def command(username: str, role: str, data_dir: Path) -> None:
    """Make the account USERNAME a USER, MODERATOR or ADMIN, from its next request on.

    Moderators suspend accounts; admins verify them, too. The first admin can only be made here.
    """
    with server_environment(data_dir, needed=["CHIRP_DATABASE_URL"]) as env:
        found = asyncio.run(_appointed(env["CHIRP_DATABASE_URL"], username, Role(role)))
    if found is None:
        raise click.ClickException(f"nobody is called {username}")
    click.echo(f"{found} is {role} now")


async def _appointed(database_url: str, username: str, role: Role) -> str | None:
    database = Database(database_url, pool_size=1)
    try:
        async with database.write() as session:
            return await administration.set_role(session, username, role)
    finally:
        await database.close()
