"""EPCIS documents: reading with every check, and the fingerprint of each event."""

from collections.abc import Iterator
from itertools import cycle

from bench.events import at, observed, unit
from bench.figures import Figure, Sizes, not_installed, rate
from bench.peers import Peer
from seriatim import epcis

EVENTS = 1_000


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Documents of 1,000 events of one EPC; together more EPCs than any cache of identifiers holds."""
    numbers = range(max(2, sizes.inputs // 250))
    documents = [_document(number) for number in numbers]
    events = [epcis.loads(data).events for data in documents]
    case = f"documents of {EVENTS:,} object events of one EPC, {len(documents[0]) // EVENTS} bytes each"
    in_xml = [epcis.dumps(one, "xml") for one in events]
    texts, xml_texts, parsed = cycle(documents), cycle(in_xml), cycle(events)

    def hash_document() -> None:
        for event in next(parsed):
            epcis.event_hash(event)

    def read_document() -> None:
        epcis.loads(next(texts))

    def read_xml() -> None:
        epcis.loads(next(xml_texts))

    def write_xml() -> None:
        epcis.dumps(next(parsed), "xml")

    def reference_hashes() -> None:
        epcis.event_hashes(next(texts))

    def write_document() -> None:
        epcis.dumps(next(parsed))

    yield rate("epcis.loads", read_document, EVENTS, "events/s", f"JSON-LD, {case}, every check", sizes)
    yield rate("epcis.hash", hash_document, EVENTS, "events/s", f"strict, {case}", sizes)
    yield rate("epcis.dumps", write_document, EVENTS, "events/s", f"JSON-LD, {case}", sizes)
    yield rate("epcis.loads_xml", read_xml, EVENTS, "events/s", f"XML 2.0, {case}, every check", sizes)
    yield rate("epcis.dumps_xml", write_xml, EVENTS, "events/s", f"XML 2.0, {case}", sizes)
    yield rate(
        "epcis.hash_reference",
        reference_hashes,
        EVENTS,
        "events/s",
        f"reference mode, reading included, {case}",
        sizes,
    )
    yield _reference_generator(documents[0], case, sizes)


def _reference_generator(document: bytes, case: str, sizes: Sizes) -> Figure:
    """GS1's reference generator over the same text, reading included."""
    name = "peer.epcis_event_hash_generator.hash"
    peer = Peer("epcis_event_hash_generator")
    if not peer.installed:
        return not_installed(name, "events/s", peer.package)
    reader, generator = peer.module("json_to_py"), peer.module("hash_generator")
    text = document.decode()

    def hash_document() -> None:
        generator.epcis_hashes_from_events(reader.event_list_from_epcis_document_str(text))

    return rate(name, hash_document, EVENTS, "events/s", f"JSON-LD, reading included, {case}", sizes)


def _document(number: int) -> bytes:
    first = number * EVENTS
    return epcis.dumps([observed([unit(f"{i:012}")], at(i)) for i in range(first, first + EVENTS)])
