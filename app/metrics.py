"""What a Prometheus server may collect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app import live_metrics
from app.open_sockets import OpenSockets
from execution.engine import Engine
from services.live import LiveHub
from services.runtime import Runtime
from stores import changes, fan_outs, outbox, reconciler

CONTENT_TYPE = CONTENT_TYPE_LATEST
LATEST_FAN_OUTS = 1_000


async def exposition(runtime: Runtime, engine: Engine, live: LiveHub, sockets: OpenSockets) -> bytes:
    """In Prometheus' text format. What is not said to be of this process is read from the database at this moment, and
    the same whichever process tells it."""
    async with runtime.database.read() as session:
        progress = await reconciler.progress(session)
        backlog = await outbox.backlog(session)
        ages = await outbox.age_of_oldest(session)
        lags = await fan_outs.recent_lags(session, latest=LATEST_FAN_OUTS)
        log = await changes.extent(session, live.seen)
    drifts = CounterMetricFamily(
        "chirp_count_drifts", "Counts that were not the number of their rows, and were mended.", labels=["count"]
    )
    rounds = CounterMetricFamily(
        "chirp_reconciler_rounds", "Times that every count of this subject was compared.", labels=["subject"]
    )
    for walk in progress:
        rounds.add_metric([walk.subject], walk.rounds)
        for count, found in walk.found.items():
            drifts.add_metric([f"{walk.subject}_{count}"], found)
    waiting = GaugeMetricFamily("chirp_outbox_events", "Events that no worker has finished yet.", value=backlog)
    oldest = GaugeMetricFamily(
        "chirp_outbox_oldest_seconds", "Age of the oldest event that no worker has finished yet.", labels=["lane"]
    )
    for lane, age in ages.items():
        oldest.add_metric([lane.name.lower()], age)
    lag = GaugeMetricFamily(
        "chirp_fanout_lag_ms",
        f"From posting to the followers' timelines: the median of the medians, and the 99th percentile of the 99th "
        f"percentiles, among the latest {LATEST_FAN_OUTS:,} tweets delivered.",
        labels=["strategy", "quantile"],
    )
    for strategy, recent in lags.items():
        lag.add_metric([strategy.lower(), "0.5"], recent.p50_ms)
        lag.add_metric([strategy.lower(), "0.99"], recent.p99_ms)
    registry = CollectorRegistry()
    fallbacks = CounterMetricFamily(
        "chirp_executor_fallbacks",
        "Operations of this process that only graphql-core's own executor could execute.",
        value=engine.fallbacks,
    )
    of_live = live_metrics.families(live, sockets, log)
    registry.register(_Collected([drifts, rounds, waiting, oldest, lag, fallbacks, *of_live]))
    return generate_latest(registry)


class _Collected(Collector):
    """Families that were read before the registry asks for them: reading is asynchronous, asking is not."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families
