"""`./chirp playground`: builds the page that `/graphql` shows in a browser."""

from __future__ import annotations

import sys

import click

from app.playground.build import LOG, NotBuilt, ensure_built
from app.playground.packages import NotFetched


@click.command("playground")
def command() -> None:
    """Build the page of the GraphQL playground, unless it is built."""
    try:
        ensure_built(click.echo)
    except (NotBuilt, NotFetched) as problem:
        click.echo(f"The playground is not built: {problem}\nThe log is {LOG}.", err=True)
        sys.exit(1)
