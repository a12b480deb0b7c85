"""The index of what events name beside things and words: kinds and lots with quantities, parties, places around places.

Most events name none of these and cost nothing here. A term is found in `history_event_term`; that an event has it says
that it may match, the event itself says whether it does.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import structlog

from seriatim import epcis
from seriatim.base.db import Database, Queries, Transaction
from seriatim.epcis import Event
from seriatim.history.candidates import Candidate
from seriatim.history.keys import place_of
from seriatim.history.registers import is_indexable
from seriatim.history.sight import gln_of, party_term, told_term

QUERIES: Final = Queries.load(__package__, "terms.sql")
CATCH_UP_EVENTS: Final = 2_000
CATCH_UP_OCTETS: Final = 8 << 20
"""Events of one step of catching up, and how long their documents are together."""
TOLD_EVERY: Final = 100_000
"""Events; ten million take some minutes, in which the server does not answer yet."""

LOG = structlog.stdlib.get_logger(__name__)


def terms_of(event: Event) -> frozenset[str]:
    """Under which terms the event is found.

    >>> from datetime import UTC, datetime
    >>> amount = epcis.Quantity(epc_class="urn:epc:class:lgtin:9506000.013435.L1")
    >>> sorted(terms_of(epcis.object_event(action="ADD", event_time=datetime.now(UTC), quantity_list=[amount])))
    ['class:https://id.gs1.org/01/09506000134352/10/L1']
    """
    quantities = (
        *event.quantity_list,
        *event.child_quantity_list,
        *event.input_quantity_list,
        *event.output_quantity_list,
    )
    terms = {class_term(one.epc_class) for one in quantities}
    parties = [one.id for one in event.source_list] + [one.id for one in event.destination_list]
    terms.update(indexable(party_term(gln_of(party))) for party in parties)
    for place in (event.read_point, event.biz_location):
        # A place that is a GLN itself stands in its column; only the GLN around a finer one needs a term.
        if place is not None and gln_of(place.id) != place_of(place.id):
            terms.add(indexable(party_term(gln_of(place.id))))
    return frozenset(terms)


def class_term(epc_class: str) -> str:
    """How the index calls a kind or lot, in any spelling."""
    return indexable(f"class:{epcis.canonical_identifier(epc_class)}")


def indexable(term: str) -> str:
    """The term itself, or a hash of one that no index can hold."""
    if is_indexable(term):
        return term
    return f"sha256:{hashlib.sha256(term.encode('utf-8', 'surrogatepass')).hexdigest()}"


async def enter(tx: Transaction, kept: Sequence[Candidate], declared: Iterable[str]) -> None:
    """Index events that were just kept; `declared` are the names among theirs that were declared wrong."""
    await _enter(tx, [(term, one.id) for one in kept for term in terms_of(one.event)])
    if names := sorted(declared):
        await tx.execute(QUERIES.enter_tellers, names)


async def forget(tx: Transaction, gone: Iterable[tuple[int, Event]], tellers: Iterable[str]) -> None:
    """Events that are gone for good are found under nothing; `tellers` have told what those among them declare wrong."""
    told = frozenset(map(told_term, tellers))
    entries = [(term, number) for number, event in gone for term in terms_of(event) | told]
    await tx.execute(QUERIES.forget_terms, [term for term, _ in entries], [number for _, number in entries])


async def _enter(tx: Transaction, found: list[tuple[str, int]]) -> None:
    if found:
        found.sort()
        await tx.execute(QUERIES.enter_terms, [term for term, _ in found], [event for _, event in found])


async def enter_missing(database: Database) -> int:
    """Index the events that were kept before there was this index; how many. Nothing to do but once after an upgrade."""
    entered = 0
    while True:
        async with database.transaction() as tx:
            rows = await tx.rows(QUERIES.not_entered, CATCH_UP_EVENTS, CATCH_UP_OCTETS)
            events = [(row["id"], epcis.load_event(row["document"], written=True)) for row in rows]
            await _enter(tx, [(term, number) for number, event in events for term in terms_of(event)])
            declared = {row["event_id"] for row in rows if row["declares_error"]}
            if declared:
                await tx.execute(QUERIES.enter_tellers, sorted(declared))
            await tx.execute(QUERIES.entered, min((number for number, _ in events), default=None))
        if not events:
            return entered
        if entered // TOLD_EVERY != (entered + len(events)) // TOLD_EVERY or not entered:
            LOG.info("events_of_an_older_version_are_indexed", so_far=entered + len(events))
        entered += len(events)
