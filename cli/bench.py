"""`./chirp bench`: figures of this machine, each next to its floor."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import click
import msgspec

from cli.environment import server_environment


@click.group("bench")
def command() -> None:
    """Measure latency and throughput.

    Starts servers of its own in a temporary folder, or uses those of CHIRP_DATABASE_URL and CHIRP_REDIS_URL.
    """


@command.command("live-latency")
@click.option("--posts", type=click.IntRange(min=1), default=1_000, show_default=True, help="Posts in each run.")
@click.option(
    "--per-second", type=click.FloatRange(min=1), default=50.0, show_default=True, help="Pace of the second run."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")
def live_latency(posts: int, per_second: float, as_json: bool) -> None:
    """Time from sending a post until its event is on a follower's WebSocket."""
    from bench import report
    from bench.live_latency import measure
    from bench.processes import running

    with (
        tempfile.TemporaryDirectory() as folder,
        server_environment(Path(folder)) as env,
        running(env, Path(folder)) as system,
    ):
        measured = asyncio.run(
            measure(
                system.api_url,
                system.settings.redis_url,
                posts=posts,
                per_second=per_second,
                worker_pid=system.worker_pid,
                job_poll_s=system.settings.job_poll_s,
            )
        )
    click.echo(report.live_latency(measured))
    if as_json:
        click.echo(msgspec.json.encode(measured))


@command.command("like")
@click.option("--likes", type=click.IntRange(min=1), default=500, show_default=True, help="Likes at once.")
@click.option("--unlikes", type=click.IntRange(min=0), default=100, show_default=True, help="Unlikes at once.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")
def like(likes: int, unlikes: int, as_json: bool) -> None:
    """Likes of one tweet by many people at once, beside likes of a tweet each. Ends with 1 when the count is wrong."""
    from bench import report
    from bench.like import measure
    from bench.processes import running

    with (
        tempfile.TemporaryDirectory() as folder,
        server_environment(Path(folder)) as env,
        running(env, Path(folder)) as system,
    ):
        measured = asyncio.run(measure(system.api_url, likes=likes, unlikes=unlikes))
    click.echo(report.like(measured))
    if as_json:
        click.echo(msgspec.json.encode(measured))
    if not measured.is_exact:
        sys.exit(1)
