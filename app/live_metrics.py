"""What this process' live clients are doing."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from app.open_sockets import OpenSockets
from domain.records import GapReason
from services.live import LiveHub
from stores.changes import Extent


def families(live: LiveHub, sockets: OpenSockets, log: Extent) -> Iterator[Metric]:
    yield GaugeMetricFamily("chirp_live_sockets", "Open WebSockets of this process.", value=sockets.count)
    yield GaugeMetricFamily(
        "chirp_live_operations",
        "Operations that run on this process' WebSockets, and its event streams.",
        value=sockets.running_operations,
    )
    yield CounterMetricFamily(
        "chirp_live_events", "Events of subscriptions that this process has sent.", value=sockets.sent_events
    )
    streams = GaugeMetricFamily("chirp_live_streams", "What this process' clients watch.", labels=["topic"])
    for topic, count in live.streams_by_kind().items():
        streams.add_metric([topic.__name__.lower()], count)
    yield streams
    gaps = CounterMetricFamily(
        "chirp_live_gaps", "Times that a stream of this process could not be told everything.", labels=["reason"]
    )
    for reason in GapReason:
        gaps.add_metric([reason.lower()], live.gaps[reason])
    yield gaps
    yield GaugeMetricFamily(
        "chirp_live_waiting", "What waits for streams of this process that have not taken it.", value=live.depth
    )
    yield CounterMetricFamily(
        "chirp_live_failures", "Times that this process could not read the log of changes.", value=live.failures
    )
    yield GaugeMetricFamily(
        "chirp_live_lag_seconds",
        "Age of the oldest change that this process has not told its streams of.",
        value=log.oldest_unseen_s,
    )
    yield GaugeMetricFamily(
        "chirp_live_log_changes",
        "Changes in the log, at most: those of transactions that failed are counted too.",
        value=log.size,
    )
