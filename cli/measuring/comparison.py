"""Two revisions beside each other."""

from __future__ import annotations

import click

from cli.measuring.systems import json_option, show
from cli.options import PROJECT_ROOT


@click.command("compare")
@click.argument("a")
@click.argument("b")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@click.option("--bench", default="timeline", show_default=True, help="Which of the others.")
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True, help="Runs of each revision.")
@json_option
def compare(a: str, b: str, options: tuple[str, ...], bench: str, rounds: int, as_json: bool) -> None:
    """One bench of the revisions A and B, in turns; "." is the working tree, with what is not committed.

    OPTIONS after "--" go to the bench: './chirp bench compare HEAD . --bench thread -- --users 1000'.
    """
    from bench import report
    from bench.compare import measure

    measured = measure(PROJECT_ROOT, (a, b), bench=bench, options=options, rounds=rounds)
    show(measured, report.compare, as_json=as_json)
