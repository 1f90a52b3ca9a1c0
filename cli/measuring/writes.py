"""Posts, what follows from them, likes and logins, each beside the least that must be done for it."""

from __future__ import annotations

import asyncio
import secrets
import sys

import click

from cli.measuring.systems import json_option, show, system, timelines_options


@click.command("post")
@timelines_options
@click.option("--posts", type=click.IntRange(min=1), default=150, show_default=True, help="In each paced run.")
@click.option("--per-second", type=click.FloatRange(min=1), default=50.0, show_default=True, help="Pace of the posts.")
@json_option
def post(users: int, follows: int, tweets: int, posts: int, per_second: float, as_json: bool) -> None:
    """Posts at a fixed pace while timelines are read at half of capacity, beside the rows of a post alone."""
    import uvloop

    from bench import report
    from bench.post import measure
    from bench.processes import running_floor

    with system() as own, running_floor("bench.post_floor", own.running, own.folder) as floor:
        measured = uvloop.run(
            measure(
                own.running.settings,
                api=own.running.api,
                floor=floor,
                population=(users, follows, tweets),
                posts=posts,
                per_second=per_second,
            )
        )
    show(measured, report.post, as_json=as_json)


@click.command("login")
@click.option("--logins", type=click.IntRange(min=1), default=64, show_default=True, help="In each run, a person each.")
@json_option
def login(logins: int, as_json: bool) -> None:
    """Logins at production's cost of a password, beside the check of a password alone."""
    import uvloop

    from bench import report
    from bench.login import measure
    from bench.processes import running_floor

    as_in_production = {
        "CHIRP_ENV": "production",
        "CHIRP_SIGNING_KEYS": f"bench:{secrets.token_hex(32)}",
        "CHIRP_SMTP_URL": "smtp://127.0.0.1:9",
        "CHIRP_MAIL_FROM": "bench@example.com",
        "CHIRP_PUBLIC_URL": "https://bench.example.com",
        "CHIRP_RATE_LIMITS": "off",
    }
    with (
        system(**as_in_production) as own,
        running_floor("bench.login_floor", own.running, own.folder) as floor,
    ):
        measured = uvloop.run(
            measure(
                own.running.settings,
                api=own.running.api,
                floor=floor,
                logins=logins,
            )
        )
    show(measured, report.login, as_json=as_json)


@click.command("like")
@click.option("--likes", type=click.IntRange(min=1), default=500, show_default=True, help="Likes at once.")
@click.option("--unlikes", type=click.IntRange(min=0), default=100, show_default=True, help="Unlikes at once.")
@json_option
def like(likes: int, unlikes: int, as_json: bool) -> None:
    """Likes of one tweet by many people at once, beside likes of a tweet each. Ends with 1 when the count is wrong."""
    from bench import report
    from bench.like import measure

    with system() as own:
        measured = asyncio.run(measure(own.running.api_url, likes=likes, unlikes=unlikes))
    show(measured, report.like, as_json=as_json)
    if not measured.is_exact:
        sys.exit(1)


@click.command("fanout")
@click.option(
    "--followers",
    "listed",
    default="1000,10000,100000",
    show_default=True,
    callback=lambda _context, _option, value: [int(count) for count in value.split(",")],
    help="Of one author each, divided by commas.",
)
@json_option
def fanout(listed: list[int], as_json: bool) -> None:
    """Deliveries of a post to the timelines of many followers, beside raw writes on the same Redis."""
    from bench import report
    from bench.fanout import measure

    with system(CHIRP_FANOUT_POPULAR_FROM=str(max(listed) + 1)) as own:  # all are pushed to
        measured = asyncio.run(measure(own.running.settings, followers=listed))
    show(measured, report.fan_out, as_json=as_json)
