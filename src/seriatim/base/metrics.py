"""The few figures that tell whether Seriatim is well; read by Prometheus at `/metrics`, one registry per process."""

from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

REGISTRY: Final = CollectorRegistry(auto_describe=True)

REQUEST_SECONDS: Final = Histogram(
    "seriatim_request_seconds",
    "Time until the answer to a request begins, by door and status.",
    ["door", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
REFUSALS: Final = Counter(
    "seriatim_refusals", "Requests and scans refused, by reason.", ["code"], registry=REGISTRY
)
OUTBOX_HANDLED: Final = Counter(
    "seriatim_outbox_handled", "Messages handled.", ["handler"], registry=REGISTRY
)
OUTBOX_FAILED: Final = Counter("seriatim_outbox_failed", "Pages that failed.", ["handler"], registry=REGISTRY)
OUTBOX_AGE: Final = Gauge(
    "seriatim_outbox_age_seconds",
    "Age of the oldest message not yet handled.",
    ["handler"],
    registry=REGISTRY,
)
DELIVERIES: Final = Counter(
    "seriatim_deliveries", "Documents sent to subscribers, by outcome.", ["outcome"], registry=REGISTRY
)
ISSUING_FROZEN: Final = Gauge(
    "seriatim_issuing_frozen",
    "1 while no number is issued, as the database has gone back.",
    registry=REGISTRY,
)
ISSUING_EPOCH: Final = Gauge("seriatim_issuing_epoch", "Which life of the installation.", registry=REGISTRY)
HIGH_WATER_MARKS: Final = Gauge(
    "seriatim_high_water_marks", "Counters with a mark outside the database.", registry=REGISTRY
)
NUMBERS_AHEAD: Final = Gauge(
    "seriatim_numbers_ahead", "Numbers that have left and that the database does not know.", registry=REGISTRY
)
LOG_ENTRIES: Final = Gauge(
    "seriatim_log_entries", "Entries under the newest checkpoint of the verifiable log.", registry=REGISTRY
)
LOG_WAITING: Final = Gauge(
    "seriatim_log_waiting", "Deeds and events that no checkpoint holds yet.", registry=REGISTRY
)


def exposition() -> bytes:
    """All figures in Prometheus' text format."""
    return generate_latest(REGISTRY)
