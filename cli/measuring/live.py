"""Tweets on their way to those who watch."""

from __future__ import annotations

import asyncio

import click

from cli import open_files
from cli.measuring.systems import json_option, show, system


@click.command("live-latency")
@click.option("--posts", type=click.IntRange(min=1), default=1_000, show_default=True, help="Posts in each run.")
@click.option(
    "--per-second", type=click.FloatRange(min=1), default=50.0, show_default=True, help="Pace of the second run."
)
@json_option
def live_latency(posts: int, per_second: float, as_json: bool) -> None:
    """Time from sending a post until its event is on a follower's WebSocket."""
    from bench import report
    from bench.live_latency import measure

    with system() as own:
        measured = asyncio.run(
            measure(
                own.running.api_url,
                own.running.settings.database_url,
                posts=posts,
                per_second=per_second,
                worker_pid=own.running.worker_pid,
                job_poll_s=own.running.settings.job_poll_s,
            )
        )
    show(measured, report.live_latency, as_json=as_json)


@click.command("live")
@click.option(
    "--subscribers", type=click.IntRange(min=1, max=10_000), default=500, show_default=True, help="Each a follower."
)
@click.option("--processes", type=click.IntRange(min=1), default=1, show_default=True, help="Of the API.")
@json_option
def live(subscribers: int, processes: int, as_json: bool) -> None:
    """A tweet to many subscribers of their home timelines, beside bare sockets that are sent the same bytes."""
    import uvloop

    from bench import report
    from bench.live import measure
    from bench.processes import more_apis, running_floor

    open_files.as_many_as_allowed()
    with (
        system(CHIRP_SOCKETS_PER_ADDRESS=str(subscribers)) as own,
        more_apis(own.environment, own.folder, processes - 1) as others,
        running_floor("bench.live_floor", own.running, own.folder) as floor,
    ):
        apis = [own.running.api, *others]
        measured = uvloop.run(measure(own.running.settings, apis=apis, floor=floor, subscribers=subscribers))
    show(measured, report.live, as_json=as_json)
