"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

PROJECT_ROOT = Path(__file__).resolve().parents[1]

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    envvar="CHIRP_DATA_DIR",
    default=PROJECT_ROOT / ".chirp",
    show_default=".chirp beside ./chirp",
    help="Folder of the embedded servers' data and of the logs.",
)
host_option = click.option(
    "--host", envvar="CHIRP_HOST", default="127.0.0.1", show_default=True, help="Address to listen on."
)
port_option = click.option(
    "--port",
    envvar="CHIRP_PORT",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on.",
)
