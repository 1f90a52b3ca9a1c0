"""`./chirp bench`: figures of this machine, each next to its floor."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import click
import msgspec

from cli.environment import server_environment
from cli.measuring import comparison, endurance, reads, writes


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


@command.command("live")
@click.option(
    "--subscribers", type=click.IntRange(min=1, max=10_000), default=500, show_default=True, help="Each a follower."
)
@click.option("--processes", type=click.IntRange(min=1), default=1, show_default=True, help="Of the API.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")
def live(subscribers: int, processes: int, as_json: bool) -> None:
    """A tweet to many subscribers of their home timelines, beside bare sockets that are sent the same bytes."""
    import uvloop

    from bench import report
    from bench.live import measure
    from bench.processes import more_apis, running, running_floor

    with tempfile.TemporaryDirectory() as folder, server_environment(Path(folder)) as env:
        all_from_here = {**env, "CHIRP_SOCKETS_PER_ADDRESS": str(subscribers)}
        with (
            running(all_from_here, Path(folder)) as system,
            more_apis(all_from_here, Path(folder), processes - 1) as others,
            running_floor("bench.live_floor", system, Path(folder)) as floor,
        ):
            apis = [(system.settings.port, system.api_pid), *others]
            measured = uvloop.run(measure(system.settings, apis=apis, floor=floor, subscribers=subscribers))
    click.echo(report.live(measured))
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


@command.command("fanout")
@click.option(
    "--followers",
    "listed",
    default="1000,10000,100000",
    show_default=True,
    callback=lambda _context, _option, value: [int(count) for count in value.split(",")],
    help="Of one author each, divided by commas.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")
def fanout(listed: list[int], as_json: bool) -> None:
    """Deliveries of a post to the timelines of many followers, beside raw writes on the same Redis."""
    from bench import report
    from bench.fanout import measure
    from bench.processes import running

    with tempfile.TemporaryDirectory() as folder, server_environment(Path(folder)) as env:
        push_to_all = {"CHIRP_FANOUT_POPULAR_FROM": str(max(listed) + 1)}
        with running({**env, **push_to_all}, Path(folder)) as system:
            measured = asyncio.run(measure(system.settings, followers=listed))
    click.echo(report.fan_out(measured))
    if as_json:
        click.echo(msgspec.json.encode(measured))


@command.command("execution")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")
def execution(as_json: bool) -> None:
    """A page in memory by the breadth-first and by the stock executor, beside a dict written by hand."""
    import uvloop

    from bench import report
    from bench.execution import measure

    measured = uvloop.run(measure())
    click.echo(report.execution(measured))
    if as_json:
        click.echo(msgspec.json.encode(measured))


for measurement in (
    reads.timeline,
    reads.thread,
    reads.profile,
    reads.search,
    writes.post,
    writes.login,
    endurance.scaling,
    endurance.growth,
    comparison.compare,
):
    command.add_command(measurement)
