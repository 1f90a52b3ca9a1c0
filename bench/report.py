"""Measured figures as text for people."""

from __future__ import annotations

from bench.compare import Comparison
from bench.execution import Execution
from bench.fanout import ENTRIES, FLOOR_ENTRIES, FanOut
from bench.figures import Latency, Machine
from bench.growth import Growth
from bench.like import Liking
from bench.live import Live
from bench.live_latency import LiveLatency
from bench.login import Logins
from bench.post import Posts
from bench.raw_http import Load
from bench.reads import BesideFloor, Reads
from bench.scaling import Scaling
from bench.timeline import TimelinePages


def live_latency(measured: LiveLatency) -> str:
    rows: list[tuple[str, Latency]] = [
        ("post to live event, one after another", measured.one_after_another),
        (f"post to live event, {measured.paced_per_second:g} posts/s", measured.paced),
        ("the post's own answer", measured.post_answered),
        ("floor: GET /livez", measured.http_floor),
        ("floor: Postgres notify to receive", measured.notify_floor),
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


def fan_out(measured: FanOut) -> str:
    lines = [f"{'followers':>10}{'cached':>9}{'ms':>10}{'deliveries/s':>14}{'floor/s':>10}{'ratio':>8}"]
    lines += [
        f"{reach.followers:>10}{reach.cached_share:>8.0%} {reach.ms:>10.1f}{reach.deliveries_per_s:>14}"
        f"{reach.floor_per_s:>10}{reach.ratio:>8.2f}"
        for reach in measured.reaches
    ]
    remarks = [
        f"floor: raw ZADD + ZREMRANGEBYRANK into as many sets of {FLOOR_ENTRIES} entries",
        f"a cached timeline of {ENTRIES} entries: {measured.bytes_per_timeline} bytes",
    ]
    return "\n".join([*lines, "", *remarks, _machine(measured.machine)])


def live(measured: Live) -> str:
    told = f"a tweet to {measured.subscribers} subscribers"
    lines = [f"{told:<34}{'last ms':>9}{'CPU us each':>13}{'KB idle':>9}"]
    lines += [
        f"{name:<34}{last_ms:>9.1f}{cpu_us:>13.1f}{idle / 1024:>9.1f}"
        for name, last_ms, cpu_us, idle in (
            (
                f"API processes: {measured.processes}",
                measured.last_delivery_ms,
                measured.delivery_us,
                measured.bytes_per_idle_subscription,
            ),
            (
                "floor: bare ASGI sockets",
                measured.floor_last_ms,
                measured.floor_us,
                measured.floor_bytes_per_idle_socket,
            ),
        )
    ]
    remarks = [f"CPU per delivery over the floor's: {measured.ratio}; {measured.delivery_bytes} bytes each"]
    return "\n".join([*lines, "", *remarks, _machine(measured.machine)])


def timeline(measured: TimelinePages) -> str:
    rows = [
        (name, at.concurrency, on)
        for at in measured.at
        for name, on in (("warm", at.warm), ("cold", at.cold), ("floor", at.floor))
    ]
    remarks = [
        f"CPU per request over the floor's: {measured.cpu_ratio_warm} warm, {measured.cpu_ratio_cold} cold",
        f"the stock executor's over ours, warm: {measured.stock_over_ours}",
        f"{measured.statements:g} statements for a warm page of {measured.page_bytes} bytes; {measured.rss_mb} MB",
    ]
    return _loads("pages of a home timeline", rows, remarks, measured.machine)


def reads(measured: Reads) -> str:
    remarks = [
        f"CPU per request over the floor's: {measured.cpu_ratio}",
        f"{measured.statements:g} statements; answers of up to {measured.answer_bytes} bytes; {measured.rss_mb} MB",
    ]
    return _loads(measured.what, _beside_floor(measured.at), remarks, measured.machine)


def login(measured: Logins) -> str:
    remarks = [
        f"CPU per request over the floor's: {measured.cpu_ratio}",
        f"{measured.rss_mb} MB",
    ]
    return _loads("logins", _beside_floor(measured.at), remarks, measured.machine)


def post(measured: Posts) -> str:
    lines = _loads("posts alone", _beside_floor(measured.at), [], measured.machine)
    paced = [
        f"{name:<34}{p50:>9.1f}{p99:>9.1f}"
        for name, p50, p99 in (
            (f"{measured.posts_per_s:g} posts/s", measured.p50_ms, measured.p99_ms),
            ("floor: the rows of a post", measured.floor_p50_ms, measured.floor_p99_ms),
            (f"{measured.reads_per_s:.0f} timelines/s read meanwhile", measured.reads_p50_ms, measured.reads_p99_ms),
        )
    ]
    remarks = [
        f"CPU per post over the floor's: {measured.cpu_ratio}; {measured.rss_mb} MB",
        f"timelines are read at half of the {measured.capacity_per_s:.0f} a second that the API can do",
    ]
    return "\n".join([f"{'':<34}{'p50 ms':>9}{'p99 ms':>9}", *paced, "", *remarks, "", lines])


def scaling(measured: Scaling) -> str:
    rows = [("one process", measured.concurrency, measured.one), ("two processes", measured.concurrency, measured.two)]
    remarks = [
        f"two processes over one: {measured.throughput_ratio}; this machine has CPU for {measured.possible_ratio}",
        f"CPU per request, two over one: {measured.cpu_ratio}; {measured.machine_cpu_ms} ms on the whole machine",
    ]
    return _loads("pages of a home timeline", rows, remarks, measured.machine)


def growth(measured: Growth) -> str:
    lines = [f"{'requests':>10}{'MB resident':>14}"]
    lines += [f"{sample.requests:>10}{sample.rss_mb:>14.1f}" for sample in measured.samples]
    remarks = [
        f"after warming up: {measured.mb_per_100000_requests} MB in 100,000 requests (least squares)",
        f"{measured.documents} documents; {measured.requests_per_s:.0f} requests/s",
    ]
    return "\n".join([*lines, "", *remarks, _machine(measured.machine)])


def compare(measured: Comparison) -> str:
    lines = [f"{measured.bench:<34}{measured.a[:20]:>22}{measured.b[:20]:>22}{'B / A':>9}"]
    lines += [
        f"{figure.name:<34}{figure.a:>22g}{figure.b:>22g}"
        + (f"{'':>9}" if figure.ratio is None else f"{figure.ratio:>9.3f}")
        for figure in measured.figures
    ]
    return "\n".join([*lines, "", f"medians of {measured.rounds} runs each, in turns", _machine(measured.machine)])


def _beside_floor(at: list[BesideFloor]) -> list[tuple[str, int, Load]]:
    return [(name, each.concurrency, on) for each in at for name, on in (("ours", each.ours), ("floor", each.floor))]


def execution(measured: Execution) -> str:
    lines = [f"{'one page in memory':<30}{'ms':>8}{'over the floor':>16}"]
    lines += [
        f"{name:<30}{ms:>8.3f}{ratio:>16.2f}"
        for name, ms, ratio in (
            ("a dict written by hand", measured.floor_ms, 1.0),
            ("breadth-first executor", measured.ours_ms, measured.ratio),
            ("stock executor", measured.stock_ms, measured.stock_ratio),
        )
    ]
    remarks = [
        f"{measured.fields} fields, JSON included; the stock executor takes {measured.stock_over_ours} times as long"
    ]
    return "\n".join([*lines, "", *remarks, _machine(measured.machine)])


def _loads(what: str, rows: list[tuple[str, int, Load]], remarks: list[str], on: Machine) -> str:
    lines = [f"{what:<26}{'at once':>8}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}"]
    lines += [
        f"{name:<26}{at_once:>8}{run.requests_per_s:>12.0f}{run.p50_ms:>9.1f}{run.p99_ms:>9.1f}{run.cpu_ms:>9.2f}"
        for name, at_once, run in rows
    ]
    return "\n".join([*lines, "", *remarks, _machine(on)])


def _report(rows: list[tuple[str, Latency]], remarks: list[str], on: Machine) -> str:
    lines = [f"{'milliseconds':<50}{'n':>6}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}"]
    lines += [f"{name:<50}{t.samples:>6}{t.p50:>9.1f}{t.p95:>9.1f}{t.p99:>9.1f}{t.max:>9.1f}" for name, t in rows]
    return "\n".join([*lines, "", *remarks, _machine(on)])


def _machine(on: Machine) -> str:
    return f"{on.cpu}, {on.cores} cores, load {on.load_before} before the run, Python {on.python}, {on.date}"
