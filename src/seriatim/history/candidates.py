"""An event on its way in: with a name, a time of record, and the id that its content gives it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from seriatim import epcis
from seriatim.epcis import Event, Instant
from seriatim.history.ids import event_id_of
from seriatim.history.keys import Kind, kinds_of
from seriatim.history.model import Outcome, Verdict
from seriatim.history.registers import INDEXED_BYTES_MAX, is_indexable
from seriatim.history.rules import UnusableEvent

YEAR_MIN: Final = 1900
YEAR_MAX: Final = 2999
"""Other years are faults of a clock; the driver takes the very first and last moment for infinity."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One event on its way in."""

    index: int
    event: Event
    """With its eventID and record time."""
    strict_hash: bytes
    id: int
    """The id it would have if no other event had it."""

    @property
    def declares_error(self) -> bool:
        return self.event.error_declaration is not None

    @property
    def name(self) -> str:
        """Its eventID."""
        assert self.event.event_id is not None, "every candidate has a name"
        return self.event.event_id

    @property
    def content(self) -> tuple[bytes, bool]:
        """What makes two events one: the same statement, declared wrong or not (EPCIS 2.0, 7.4.1.2)."""
        return self.strict_hash, self.declares_error

    def kinds(self) -> set[Kind]:
        """The kinds of everything it names."""
        event = self.event
        parent = () if event.parent_id is None else (event.parent_id,)
        lists = (parent, event.epc_list, event.child_epcs, event.input_epc_list, event.output_epc_list)
        return {kind for epcs in lists if epcs for kind in kinds_of(epcs)}

    def verdict(self, outcome: Outcome, *, code: str | None = None, reason: str | None = None) -> Verdict:
        return Verdict(
            index=self.index,
            outcome=outcome,
            event_id=self.name,
            strict_hash=self.strict_hash.hex(),
            code=code,
            reason=reason,
            event=self.id if outcome in {"ACCEPTED", "DUPLICATE"} else None,
        )


def candidates_of(events: Iterable[Event], now: datetime) -> list[Candidate]:
    """The events of a document, all recorded `now`."""
    recorded = Instant(now, now.isoformat(timespec="microseconds").replace("+00:00", "Z"))
    return [_candidate(index, event, recorded) for index, event in enumerate(events)]


def _candidate(index: int, event: Event, recorded: Instant) -> Candidate:
    name = epcis.event_hash(event, "strict")
    digest = bytes.fromhex(name.partition(";")[2].partition("?")[0])
    named = msgspec.structs.replace(event, event_id=event.event_id or name, record_time=recorded)
    return Candidate(index, named, digest, event_id_of(event.event_time, digest))


def refuse_unusable(candidates: Sequence[Candidate], verdicts: dict[int, Verdict]) -> list[Candidate]:
    """Those whose identifiers and time the store can hold; the others get their verdict."""
    kept = []
    for one in candidates:
        reason = _unusable(one.event)
        if reason is None:
            kept.append(one)
        else:
            verdicts[one.index] = one.verdict("REJECTED", code=UnusableEvent.code, reason=reason)
    return kept


def _unusable(event: Event) -> str | None:
    if not YEAR_MIN <= event.event_time.year <= YEAR_MAX:
        return f"The year of {event.event_time_text} is not from {YEAR_MIN} to {YEAR_MAX}."
    for text in (*_indexed(event), *(() if _all_plain(event) else event.epcs())):
        if not is_indexable(text):
            return f"{text[:60]!r}... is longer than {INDEXED_BYTES_MAX} octets or holds a null character."
    return None


def _indexed(event: Event) -> Iterator[str]:
    """Every text of an event that goes into an index, but for the things themselves."""
    yield event.type
    for word in (event.event_id, event.biz_step, event.disposition):
        if word is not None:
            yield word
    for place in (event.read_point, event.biz_location):
        if place is not None:
            yield place.id


def _all_plain(event: Event) -> bool:
    """Whether no identifier needs a look of its own: letters and signs of ASCII, none of them long."""
    epcs = tuple(event.epcs())
    together = "".join(epcs)
    return (
        together.isascii() and "\x00" not in together and max(map(len, epcs), default=0) <= INDEXED_BYTES_MAX
    )
