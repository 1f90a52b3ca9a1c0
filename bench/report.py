"""Measured figures as text for people."""

from __future__ import annotations

from bench.figures import Latency
from bench.live_latency import LiveLatency


def table(measured: LiveLatency) -> str:
    rows: list[tuple[str, Latency]] = [
        ("post to live event, one after another", measured.one_after_another),
        (f"post to live event, {measured.paced_per_second:g} posts/s", measured.paced),
        ("the post's own answer", measured.post_answered),
        ("floor: GET /livez", measured.http_floor),
        ("floor: Redis publish to receive", measured.publish_floor),
    ]
    lines = [f"{'milliseconds':<42}{'n':>6}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}"]
    lines += [f"{name:<42}{t.samples:>6}{t.p50:>9.1f}{t.p95:>9.1f}{t.p99:>9.1f}{t.max:>9.1f}" for name, t in rows]
    on = measured.machine
    idle = f"{measured.worker_idle_cpu_percent:.1f} % of one core, polling every {measured.job_poll_s * 1000:g} ms"
    lines += [
        "",
        f"idle worker: {idle}",
        f"{on.cpu}, {on.cores} cores, load {on.load_before} before the run, Python {on.python}, {on.date}",
    ]
    return "\n".join(lines)
