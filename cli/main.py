"""The table of commands. A command's module is imported when it is invoked, so that --help stays quick."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

import click


@dataclass(frozen=True, slots=True)
class Entry:
    module: str
    """Has a click command named `command`."""
    summary: str


COMMANDS = {
    "dev": Entry("cli.dev", "Run everything here: servers, API, worker, playground."),
    "test": Entry("cli.test", "Run the tests; arguments go to pytest."),
    "seed": Entry("cli.seed", "Fill the database with people, tweets and follows."),
    "replay": Entry("cli.replay", "Play a file of recorded events into the server."),
    "bench": Entry("cli.bench", "Measure latency and throughput."),
    "doctor": Entry("cli.doctor", "Say what is configured and what is wrong."),
    "migrate": Entry("cli.migrate", "Bring the database to the newest schema."),
    "export-schema": Entry("cli.export_schema", "Write schema/schema.graphql, or check it."),
    "playground": Entry("cli.playground", "Build the page of the GraphQL playground."),
    "mails": Entry("cli.mails", "Show the mails that were kept for want of a mail server."),
    "dead-letters": Entry("cli.dead_letters", "List and replay events whose handling kept failing."),
    "role": Entry("cli.role", "Make somebody a moderator or an admin."),
    "signing-key": Entry("cli.signing_key", "Print a new key for access tokens, and how to rotate to it."),
    "api": Entry("cli.api", "Run one API process."),
    "worker": Entry("cli.worker", "Run one background worker."),
}


class CommandTable(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = importlib.import_module(entry.module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


@click.command(
    cls=CommandTable,
    invoke_without_command=True,
    epilog="Start with './chirp dev'. './chirp COMMAND --help' explains a command.",
)
@click.pass_context
def chirp(ctx: click.Context) -> None:
    """Chirp: a GraphQL API server for a Twitter-like platform."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
