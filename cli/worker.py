"""`./chirp worker`: one process of background work, as production runs it."""

from __future__ import annotations

from pathlib import Path

import click

from cli.environment import running_environment
from cli.options import data_dir_option
from infra.settings import Settings


@click.command("worker")
@data_dir_option
def command(data_dir: Path) -> None:
    """Run one background worker until SIGTERM or Ctrl-C.

    Needs CHIRP_DATABASE_URL and CHIRP_REDIS_URL, or a running './chirp dev', whose servers it then uses.
    """
    settings = Settings.from_environment(running_environment(data_dir))
    from workers.main import run

    run(settings)
