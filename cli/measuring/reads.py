"""Reads, each beside a bare endpoint that answers the same bytes, or beside a dict where there is no endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.measuring.systems import json_option, show, system, timelines_options, users_option

if TYPE_CHECKING:
    from bench.reads import Read


@click.command("timeline")
@timelines_options
@json_option
def timeline(users: int, follows: int, tweets: int, as_json: bool) -> None:
    """Pages of home timelines with a warm and with a cold cache, beside a bare endpoint that answers the same bytes.

    The same pages by an API under graphql-core's own executor are measured beside it.
    """
    import uvloop

    from bench import report
    from bench.processes import more_apis, running_floor
    from bench.timeline import measure

    with (
        system() as own,
        more_apis({**own.environment, "CHIRP_BREADTH_FIRST": "off"}, own.folder, 1) as (stock,),
        running_floor("bench.timeline_floor", own.running, own.folder) as floor,
    ):
        measured = uvloop.run(
            measure(
                own.running.settings,
                api=own.running.api,
                stock=stock,
                floor=floor,
                users=users,
                follows=follows,
                tweets=tweets,
            )
        )
    show(measured, report.timeline, as_json=as_json)


@click.command("thread")
@users_option
@json_option
def thread(users: int, as_json: bool) -> None:
    """A tweet with 10 tweets above it and 30 replies, beside a bare endpoint that answers the same bytes."""
    from bench.thread import READ

    _read("thread", READ, users=users, as_json=as_json)


@click.command("profile")
@users_option
@json_option
def profile(users: int, as_json: bool) -> None:
    """A profile with its 20 newest tweets, beside a bare endpoint that answers the same bytes."""
    from bench.profile import READ

    _read("profile", READ, users=users, as_json=as_json)


@click.command("search")
@users_option
@json_option
def search(users: int, as_json: bool) -> None:
    """People by the beginnings of their names, beside a bare endpoint that answers the same bytes."""
    from bench.search import READ

    _read("search", READ, users=users, as_json=as_json)


def _read(name: str, read: Read, *, users: int, as_json: bool) -> None:
    import uvloop

    from bench import report
    from bench.processes import running_floor
    from bench.reads import measure

    with system() as own, running_floor(f"bench.{name}_floor", own.running, own.folder) as floor:
        measured = uvloop.run(
            measure(
                own.running.settings,
                read,
                api=own.running.api,
                floor=floor,
                users=users,
            )
        )
    show(measured, report.reads, as_json=as_json)


@click.command("execution")
@json_option
def execution(as_json: bool) -> None:
    """A page in memory by the breadth-first and by the stock executor, beside a dict written by hand."""
    import uvloop

    from bench import report
    from bench.execution import measure

    show(uvloop.run(measure()), report.execution, as_json=as_json)
