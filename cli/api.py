"""`./chirp api`: one API process, as production runs it."""

from __future__ import annotations

from pathlib import Path

import click

from cli import open_files
from cli.environment import running_environment
from cli.options import data_dir_option, host_option, port_option
from infra.settings import Settings


@click.command("api")
@data_dir_option
@host_option
@port_option
def command(data_dir: Path, host: str, port: int) -> None:
    """Run one API process until SIGTERM or Ctrl-C.

    Needs CHIRP_DATABASE_URL and CHIRP_REDIS_URL, or a running './chirp dev', whose servers it then uses.
    """
    settings = Settings.from_environment(running_environment(data_dir) | {"CHIRP_HOST": host, "CHIRP_PORT": str(port)})
    from app.main import serve

    open_files.as_many_as_allowed()
    serve(settings)
