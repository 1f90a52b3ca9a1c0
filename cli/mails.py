"""`./chirp mails`: the mails that were kept for want of a mail server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click

from cli.environment import server_environment
from cli.options import data_dir_option
from infra.database import Database
from infra.mail import Mail
from stores import emails

LISTED = 100


@click.command("mails")
@click.option("--to", "recipient", metavar="ADDRESS", help="Only the mails to this address.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@data_dir_option
def command(recipient: str | None, as_json: bool, data_dir: Path) -> None:
    """Show the newest hundred mails that were kept because CHIRP_SMTP_URL names no mail server, newest first."""
    with server_environment(data_dir, needed=["CHIRP_DATABASE_URL"]) as env:
        mails = asyncio.run(_kept(env["CHIRP_DATABASE_URL"], recipient))
    if as_json:
        for mail in mails:
            click.echo(json.dumps(_fields(mail), ensure_ascii=False))
    elif mails:
        click.echo("\n".join(map(_shown, mails)))
    else:
        click.echo("there are no mails")


def _fields(mail: Mail) -> dict[str, str]:
    written_at = mail.written_at.isoformat(timespec="seconds")
    return {"to": mail.recipient, "subject": mail.subject, "writtenAt": written_at, "body": mail.body}


def _shown(mail: Mail) -> str:
    fields = _fields(mail)
    return f"To: {fields['to']}\nDate: {fields['writtenAt']}\nSubject: {fields['subject']}\n\n{fields['body']}"


async def _kept(database_url: str, recipient: str | None) -> list[Mail]:
    database = Database(database_url, pool_size=1)
    try:
        async with database.read() as session:
            return await emails.kept_mails(session, limit=LISTED, recipient=recipient)
    finally:
        await database.close()
