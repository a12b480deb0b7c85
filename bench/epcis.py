"""EPCIS documents: reading with every check, and the fingerprint of each event."""

from collections.abc import Iterator
from itertools import cycle

from bench.events import at, observed, unit
from bench.figures import Figure, Sizes, rate
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

    def read_document() -> None:
        epcis.loads(next(texts))

    def write_document() -> None:
        epcis.dumps(next(parsed))

    yield rate("epcis.loads", read_document, EVENTS, "events/s", f"JSON-LD, {case}, every check", sizes)
    yield rate("epcis.hash", hash_document, EVENTS, "events/s", f"strict, {case}", sizes)
    yield rate("epcis.dumps", write_document, EVENTS, "events/s", f"JSON-LD, {case}", sizes)


def _document(number: int) -> bytes:
    first = number * EVENTS
    return epcis.dumps([observed([unit(f"{i:012}")], at(i)) for i in range(first, first + EVENTS)])
