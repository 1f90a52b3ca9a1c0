"""`./chirp playground`: builds the page that `/graphql` shows in a browser."""

from __future__ import annotations

import sys

import click

from app.playground.build import ensure_built


@click.command("playground")
def command() -> None:
    """Build the page of the GraphQL playground, unless it is built."""
    problem = ensure_built(click.echo)
    if problem:
        click.echo(problem, err=True)
        sys.exit(1)
