"""What becomes of one API process under many requests, and of many requests under two."""

from __future__ import annotations

from contextlib import nullcontext

import click

from cli.measuring.systems import json_option, show, system, timelines_options


@click.command("scaling")
@timelines_options
@click.option(
    "--share",
    type=click.FloatRange(min=0.01, max=1),
    default=1,
    show_default=True,
    help="Of a core, for each API process: held to so little, two have it on a small machine, too. Below 1 as root.",
)
@json_option
def scaling(users: int, follows: int, tweets: int, share: float, as_json: bool) -> None:
    """Pages of home timelines from two API processes beside one, and how much this machine has CPU for."""
    import uvloop

    from bench import report
    from bench.processes import more_apis
    from bench.scaling import measure
    from bench.shares import held_to

    with system() as own, more_apis(own.environment, own.folder, 1) as (other,):
        apis = [own.running.api, other]
        with held_to(share, [api.pid for api in apis]) if share < 1 else nullcontext():
            measured = uvloop.run(measure(own.running.settings, apis=apis, users=users, follows=follows, tweets=tweets))
    show(measured, report.scaling, as_json=as_json)


@click.command("growth")
@click.option("--requests", type=click.IntRange(min=20), default=1_000_000, show_default=True, help="In 20 parts.")
@json_option
def growth(requests: int, as_json: bool) -> None:
    """Memory of the API under a mix of 500 documents: reads of all kinds, writes and mistakes."""
    import uvloop

    from bench import report
    from bench.growth import measure

    with system() as own:
        measured = uvloop.run(measure(own.running.settings, api=own.running.api, requests=requests))
    show(measured, report.growth, as_json=as_json)
