"""A document as it was understood: all of it, or, for who wants to go on, without the events that have faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from seriatim import epcis
from seriatim.areas.exchange.model import (
    ErrorBehaviour,
    event_list_in,
    faults,
    vocabulary_list_in,
    without_events,
)
from seriatim.areas.exchange.xml_forms import load_event_xml, without_events_xml
from seriatim.base import limits
from seriatim.epcis import Document, EPCISError, Event, Problem, Vocabulary
from seriatim.epcis.limits import PROBLEMS_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A document as it was understood."""

    events: tuple[Event, ...]
    places: tuple[int, ...]
    """Where each event stood in the document."""
    master_data: tuple[Vocabulary, ...] = ()
    problems: tuple[Problem, ...] = ()
    """What is wrong with the events that were left out (`proceed` only), the first `PROBLEMS_MAX` of it."""
    fault_count: int = 0
    """How many faults there are in all, described or not."""
    left_out: int = 0
    """How many events were left out."""
    warnings: tuple[Mapping[str, Any], ...] = ()
    listed_at: str
    """Where the events stand in the document (JSON Pointer)."""
    vocabularies_at: str
    """Where the master data stand in it."""


def read_document(data: bytes, behaviour: ErrorBehaviour) -> Reading:
    """Every event of the document; with `proceed` the faulty ones are left out and named.

    Raises EPCISError with every fault: always for the envelope and for master data, with `rollback` for any event.
    """
    problems: list[Problem] = []
    count = 0
    left_out: frozenset[int] = frozenset()
    rest = data
    while isinstance(document := _document(rest), EPCISError):
        indexes = document.event_indexes
        if behaviour == "rollback" or None in indexes:
            raise document
        faulty = {index for index in indexes if index is not None}
        standing = _standing(left_out, len(left_out) + 1 + max(faulty))
        found = document.problems if rest is data else map(_without_line, document.problems)
        problems += [_moved(problem, standing) for problem in found]
        count += document.count
        left_out |= {standing[index] for index in faulty}
        try:
            rest = (without_events_xml if epcis.is_xml(data) else without_events)(data, left_out)
        except msgspec.DecodeError:
            raise document from None  # the text itself is unsound: no part of it can be taken out
    _check_elements(document)
    return Reading(
        events=document.events,
        places=tuple(_standing(left_out, len(left_out) + len(document.events))),
        master_data=document.master_data,
        problems=tuple(problems[:PROBLEMS_MAX]),
        fault_count=count,
        left_out=len(left_out),
        warnings=tuple(faults(document.warnings)),
        listed_at=event_list_in(document.type),
        vocabularies_at=vocabulary_list_in(document.type),
    )


def _check_elements(document: Document) -> None:
    count = sum(len(vocabulary.elements) for vocabulary in document.master_data)
    if count > limits.MASTER_DATA_ELEMENTS:
        most = limits.MASTER_DATA_ELEMENTS
        message = f"the master data tell of {count} things, at most {most} are taken: split the document"
        raise EPCISError([Problem(vocabulary_list_in(document.type), "too_many_elements", message)])


def _document(data: bytes) -> Document | EPCISError:
    """The document, or all that is wrong with it."""
    try:
        return epcis.loads(data)
    except EPCISError as error:
        return error


def _standing(left_out: frozenset[int], count: int) -> list[int]:
    """The positions, in the whole document, of the events that are still in it."""
    return [index for index in range(count) if index not in left_out]


def _moved(problem: Problem, standing: Sequence[int]) -> Problem:
    """The same fault with the place that it has in the whole document."""
    index = problem.event_index
    assert index is not None, "faults of the envelope end the reading"
    head, _, rest = problem.path.partition(f"/eventList/{index}")
    return Problem(f"{head}/eventList/{standing[index]}{rest}", problem.code, problem.message, problem.line)


def _without_line(problem: Problem) -> Problem:
    """Lines of a document that something was taken out of are not those of the document that was sent."""
    return Problem(problem.path, problem.code, problem.message)


def read_event(data: bytes) -> Event:
    """One event in either syntax. Raises EPCISError."""
    return load_event_xml(data) if epcis.is_xml(data) else epcis.load_event(data)


def faults_of(data: bytes, *, alone: bool = False) -> list[Problem]:
    """The faults for which the door refuses a document, or an event that comes `alone`; empty when it can be read."""
    try:
        if alone:
            read_event(data)
        else:
            read_document(data, "rollback")
    except EPCISError as error:
        return error.problems
    return []
