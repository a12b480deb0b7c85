"""EPCIS documents: reading with every check, and the fingerprint of each event."""

from collections.abc import Iterator
from itertools import cycle

from bench.events import at, observed, unit
from bench.figures import Figure, Sizes, figure, rates
from seriatim import epcis

EVENTS = 1_000


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Documents of 1,000 events of one EPC; together more EPCs than any cache of identifiers holds."""
    numbers = range(max(2, sizes.inputs // 250))
    documents = [_document(number) for number in numbers]
    events = [epcis.loads(data).events for data in documents]
    case = f"documents of {EVENTS:,} object events of one EPC, {len(documents[0]) // EVENTS} bytes each"
    texts, parsed = cycle(documents), cycle(events)

    def hash_document() -> None:
        for event in next(parsed):
            epcis.event_hash(event)

    reading = rates(lambda: epcis.loads(next(texts)), EVENTS, sizes)
    yield figure("epcis.loads", reading, "events/s", f"JSON-LD, {case}, every check")
    yield figure("epcis.hash", rates(hash_document, EVENTS, sizes), "events/s", f"strict, {case}")
    writing = rates(lambda: epcis.dumps(next(parsed)), EVENTS, sizes)
    yield figure("epcis.dumps", writing, "events/s", f"JSON-LD, {case}")


def _document(number: int) -> bytes:
    first = number * EVENTS
    return epcis.dumps([observed([unit(f"{i:012}")], at(i)) for i in range(first, first + EVENTS)])
