"""`./chirp export-schema`: the committed SDL, which makes an API change a diff in review."""

from __future__ import annotations

import difflib
import sys

import click

from cli.options import PROJECT_ROOT

FILE = PROJECT_ROOT / "schema" / "schema.graphql"


@click.command("export-schema")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 with a diff when the file is out of date.")
def command(*, check: bool) -> None:
    """Write the API's SDL to schema/schema.graphql."""
    from app.schema_export import sdl

    exported = sdl()
    if not check:
        FILE.write_text(exported)
        click.echo(f"wrote {FILE}")
        return
    committed = FILE.read_text() if FILE.exists() else ""
    if committed == exported:
        click.echo("schema/schema.graphql is up to date")
        return
    lines = difflib.unified_diff(
        committed.splitlines(), exported.splitlines(), "schema/schema.graphql", "the code", lineterm=""
    )
    click.echo("\n".join(lines))
    click.echo("schema/schema.graphql is out of date: run './chirp export-schema'", err=True)
    sys.exit(1)
