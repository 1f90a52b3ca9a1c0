"""Posts and logins, each beside the least that must be done for it."""

from __future__ import annotations

import secrets

import click

from cli.measuring.systems import json_option, show, system


@click.command("post")
@click.option("--users", type=click.IntRange(min=2), default=10_000, show_default=True, help="People in the database.")
@click.option("--follows", type=click.IntRange(min=1), default=100, show_default=True, help="Whom each person follows.")
@click.option("--tweets", type=click.IntRange(min=1), default=300_000, show_default=True, help="Of all of them.")
@click.option("--posts", type=click.IntRange(min=1), default=500, show_default=True, help="In each run.")
@click.option("--per-second", type=click.FloatRange(min=1), default=50.0, show_default=True, help="Pace of the posts.")
@json_option
def post(users: int, follows: int, tweets: int, posts: int, per_second: float, as_json: bool) -> None:
    """Posts at a fixed pace while timelines are read at half of capacity, beside the rows of a post alone."""
    import uvloop

    from bench import report
    from bench.post import measure
    from bench.processes import running_floor
    from bench.raw_http import Server

    with system() as own, running_floor("bench.post_floor", own.running, own.folder) as floor:
        measured = uvloop.run(
            measure(
                own.running.settings,
                api=Server(own.running.settings.port, own.running.api_pid),
                floor=Server(*floor),
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
    from bench.raw_http import Server

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
                api=Server(own.running.settings.port, own.running.api_pid),
                floor=Server(*floor),
                logins=logins,
            )
        )
    show(measured, report.login, as_json=as_json)
