"""`./chirp bench`: figures of this machine, each next to its floor."""

from __future__ import annotations

import click

from cli.measuring import comparison, endurance, live, reads, writes


@click.group("bench")
def command() -> None:
    """Measure latency and throughput.

    Starts servers of its own in a temporary folder, or uses those of CHIRP_DATABASE_URL and CHIRP_REDIS_URL.
    """


for measurement in (
    reads.timeline,
    reads.thread,
    reads.profile,
    reads.search,
    reads.execution,
    writes.post,
    writes.like,
    writes.login,
    writes.fanout,
    live.live,
    live.live_latency,
    endurance.scaling,
    endurance.growth,
    comparison.compare,
):
    command.add_command(measurement)
