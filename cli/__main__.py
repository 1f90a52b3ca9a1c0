"""`python -m cli`: runs a command; an error is one sentence on stderr (CHIRP_TRACEBACK=1 shows where it arose)."""

from __future__ import annotations

import os
import sys

import click

from cli.children import ChildEnded
from cli.main import chirp
from infra.embedded.errors import EmbeddedServersError
from infra.settings import InvalidSetting


def main() -> None:
    try:
        chirp(prog_name="./chirp")
    except Exception as error:
        if os.environ.get("CHIRP_TRACEBACK"):
            raise
        click.echo(f"Error: {_sentence(error)}", err=True)
        sys.exit(2 if isinstance(error, InvalidSetting) else 1)


def _sentence(error: Exception) -> str:
    if isinstance(error, EmbeddedServersError | InvalidSetting | ChildEnded):
        return str(error)
    message = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {message} (CHIRP_TRACEBACK=1 shows where)"


if __name__ == "__main__":
    main()
