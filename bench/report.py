"""Measured figures as text for people."""

from __future__ import annotations

from bench.figures import Latency, Machine
from bench.like import Liking
from bench.live_latency import LiveLatency


def live_latency(measured: LiveLatency) -> str:
    rows: list[tuple[str, Latency]] = [
        ("post to live event, one after another", measured.one_after_another),
        (f"post to live event, {measured.paced_per_second:g} posts/s", measured.paced),
        ("the post's own answer", measured.post_answered),
        ("floor: GET /livez", measured.http_floor),
        ("floor: Redis publish to receive", measured.publish_floor),
    ]
    idle = f"{measured.worker_idle_cpu_percent:.1f} % of one core, polling every {measured.job_poll_s * 1000:g} ms"
    return _report(rows, [f"idle worker: {idle}"], measured.machine)


def like(measured: Liking) -> str:
    rows: list[tuple[str, Latency]] = [
        ("a like, one after another", measured.alone),
        (f"{measured.spread.samples} likes at once, a tweet each", measured.spread),
        (f"{measured.likes} likes and {measured.unlikes} unlikes at once, one tweet", measured.hot),
    ]
    remarks = [
        f"p99 of one hot tweet / a tweet each: {measured.ratio:.2f}; / one after another: {measured.ratio_alone:.2f}",
        f"counted {measured.counted} of {measured.likes} likes: {'exact' if measured.is_exact else 'WRONG'}",
    ]
    return _report(rows, remarks, measured.machine)


def _report(rows: list[tuple[str, Latency]], remarks: list[str], on: Machine) -> str:
    lines = [f"{'milliseconds':<50}{'n':>6}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}"]
    lines += [f"{name:<50}{t.samples:>6}{t.p50:>9.1f}{t.p95:>9.1f}{t.p99:>9.1f}{t.max:>9.1f}" for name, t in rows]
    machine = f"{on.cpu}, {on.cores} cores, load {on.load_before} before the run, Python {on.python}, {on.date}"
    return "\n".join([*lines, "", *remarks, machine])
