"""`./chirp signing-key`: a new key for access tokens."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import click

from infra.settings import SigningKey

ROTATION = """\
To rotate, in CHIRP_SIGNING_KEYS of every API process:
  1. put it behind the present keys and restart, so that all verify it;
  2. put it first and restart, so that all sign with it;
  3. an hour later, when no token of the old key is left, take that away and restart."""


@click.command("signing-key")
def command() -> None:
    """Print a new signing key for CHIRP_SIGNING_KEYS, and how to rotate to it.

    The key goes to standard output, the rest to standard error.
    """
    key = SigningKey(kid=f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3)}", secret=secrets.token_urlsafe(48))
    click.echo(f"{key.kid}:{key.secret}")
    click.echo(ROTATION, err=True)
