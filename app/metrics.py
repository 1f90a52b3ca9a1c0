"""What a Prometheus server may collect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from services.runtime import Runtime
from stores import outbox, reconciler

CONTENT_TYPE = CONTENT_TYPE_LATEST


async def exposition(runtime: Runtime) -> bytes:
    """In Prometheus' text format; read from the database at this moment, so that every process tells the same."""
    async with runtime.database.read() as session:
        progress = await reconciler.progress(session)
        backlog = await outbox.backlog(session)
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
    registry = CollectorRegistry()
    registry.register(_Collected([drifts, rounds, waiting]))
    return generate_latest(registry)


class _Collected(Collector):
    """Families that were read before the registry asks for them: reading is asynchronous, asking is not."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families
