"""`./chirp dev`: everything on one machine, from an empty folder to a running API."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import click

from cli import ports
from cli.children import Children
from cli.environment import names_servers, plain_environment, with_embedded
from cli.options import data_dir_option, host_option, port_option
from infra.embedded import EmbeddedServers
from infra.settings import Settings

READY_WITHIN_S = 60.0
CHECK_EVERY_S = 0.2
READ = '{ user(by: {username: "ann"}) { ... on User { username displayName } } }'
LOG_IN = (
    'mutation { logIn(input: {login: "ann", password: "ann-dev-password"}) { accessToken userErrors { message } } }'
)
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command("dev")
@data_dir_option
@host_option
@port_option
def command(data_dir: Path, host: str, port: int) -> None:
    """Run everything here: PostgreSQL, Redis, the API, a worker and the playground.

    Needs no server: PostgreSQL and Redis come with the Python packages and keep their data in --data-dir. Set
    CHIRP_DATABASE_URL or CHIRP_REDIS_URL to use real ones. Ctrl-C stops everything; a second one at once.
    """
    problem = ports.problem_with(host, port)
    if problem:
        raise click.ClickException(f"{problem}; choose another port with --port")
    children = Children()
    _stop_on_signals(children)
    with ExitStack() as stack:
        stack.callback(click.echo, "stopped")
        env, embedded = _servers(stack, data_dir)
        env |= {"CHIRP_ENV": "dev", "CHIRP_HOST": host, "CHIRP_PORT": str(port)}
        _prepare_database(Settings.from_environment(env))
        stack.callback(children.stop)
        logs = data_dir.resolve() / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        children.start("api", env=env, log=logs / "api.log")
        children.start("worker", env=env, log=logs / "worker.log")
        children.start("playground", env=env, log=None)
        _wait_until_ready(host, port, children)
        click.echo(_welcome(ports.origin(host, port), logs))
        while True:
            children.check()
            if embedded:
                embedded.check()
            time.sleep(CHECK_EVERY_S)


def _stop_on_signals(children: Children) -> None:
    """The first signal unwinds the stack, which stops everything in order; the second kills."""

    def kill(_number: int, _frame: FrameType | None) -> None:
        children.kill()
        os._exit(130)  # the servers get their death signal from the kernel

    def unwind(_number: int, _frame: FrameType | None) -> None:
        for stop_signal in STOP_SIGNALS:
            signal.signal(stop_signal, kill)
        raise SystemExit(0)

    for stop_signal in STOP_SIGNALS:
        signal.signal(stop_signal, unwind)


def _servers(stack: ExitStack, data_dir: Path) -> tuple[dict[str, str], EmbeddedServers | None]:
    if names_servers():
        click.echo("using the servers of CHIRP_DATABASE_URL and CHIRP_REDIS_URL")
        return plain_environment(data_dir), None
    started_at = time.monotonic()
    embedded = EmbeddedServers(data_dir)
    urls = stack.enter_context(embedded)
    click.echo(f"PostgreSQL and Redis are running ({time.monotonic() - started_at:.1f} s)")
    return with_embedded(urls, data_dir), embedded


def _prepare_database(settings: Settings) -> None:
    from cli.people import ensure_dev_people
    from infra import migrations

    started_at = time.monotonic()
    migrations.upgrade(settings.database_url)
    asyncio.run(ensure_dev_people(settings))
    click.echo(f"the database is ready ({time.monotonic() - started_at:.1f} s)")


def _wait_until_ready(host: str, port: int, children: Children) -> None:
    started_at = time.monotonic()
    while not ports.api_is_ready(host, port):
        children.check()
        if time.monotonic() - started_at > READY_WITHIN_S:
            raise click.ClickException(f"the API was not ready within {READY_WITHIN_S:.0f} s; see its log")
        time.sleep(0.05)
    click.echo(f"the API is ready ({time.monotonic() - started_at:.1f} s)")


def _welcome(origin: str, logs: Path) -> str:
    graphql = f"{origin}/graphql"
    curl = f"curl {graphql} -H 'content-type: application/json' -d"
    return f"""
Chirp is running; Ctrl-C stops it.

  playground   {graphql}
  WebSocket    {graphql.replace("http", "ws", 1)}
  mails        {origin}/dev/mails
  logs         {logs / "api.log"}
               {logs / "worker.log"}

Read something:

  {curl} '{json.dumps({"query": READ})}'

Log in as ann (bob and cat exist too, each with the password NAME-dev-password):

  {curl} '{json.dumps({"query": LOG_IN})}'
"""
