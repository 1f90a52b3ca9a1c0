"""`./chirp api`: one API process, as production runs it."""

from __future__ import annotations

import resource
from pathlib import Path

import click

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

    # Each socket is a file, and many systems give a process 1,024 of them until it asks for more.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    serve(settings)
