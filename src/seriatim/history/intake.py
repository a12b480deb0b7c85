"""Takes events in: keeps each once, and lets the things they name follow. All of it in the caller's transaction."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from seriatim import epcis
from seriatim.access import Actor, audit
from seriatim.base import outbox
from seriatim.base.db import Transaction
from seriatim.epcis import Event, Instant
from seriatim.history import store
from seriatim.history.changes import changes_of
from seriatim.history.ids import event_id_of
from seriatim.history.keys import ItemKey, item_key, place_of
from seriatim.history.model import Captured, Outcome, Verdict
from seriatim.history.rebuild import recompute
from seriatim.history.registers import INDEXED_BYTES_MAX, is_indexable
from seriatim.history.rules import EventIdTaken, UnusableEvent, first_breach
from seriatim.history.store import QUERIES

TOPIC: Final = "history.captured"
PROBES_MAX: Final = 64
"""Events of one millisecond with the same 22 bits; more than a few means that somebody makes them so."""

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
    def content(self) -> tuple[bytes, bool]:
        """What makes two events one: the same statement, declared wrong or not (EPCIS 2.0, 7.4.1.2)."""
        return self.strict_hash, self.declares_error

    def verdict(self, outcome: Outcome, *, code: str | None = None, reason: str | None = None) -> Verdict:
        assert self.event.event_id is not None, "every candidate has a name"
        return Verdict(
            index=self.index,
            outcome=outcome,
            event_id=self.event.event_id,
            strict_hash=self.strict_hash.hex(),
            code=code,
            reason=reason,
            event=self.id if outcome != "REJECTED" else None,
        )


async def capture(
    tx: Transaction, events: Sequence[Event], *, actor: Actor, now: datetime, enforce: bool = False
) -> Captured:
    """Keep the events of one document: rows, item index, item state, containment, audit entry, outbox message.

    Idempotent by the strict hash: an event that is there already is a DUPLICATE and changes nothing (T10). An eventID
    that stands for other content is REJECTED (T09); the others are kept, and the caller decides whether to go on.
    `enforce` refuses what contradicts the known history before anything is written (T12): raises AlreadyPacked,
    NotCommissioned, NotPacked and the other IllegalHistory; also EventIdTaken and UnusableEvent instead of a
    REJECTED verdict.
    Source: EPCIS 2.0, section 8.2; the late and the early event give the same state (I4).
    """
    candidates = [_candidate(index, event, now) for index, event in enumerate(events)]
    verdicts: dict[int, Verdict] = {}
    usable = _refuse_unusable(candidates, verdicts)
    items = {item_key(epc) for one in usable for epc in one.event.epcs()}
    seen = await store.look(
        tx, {key[:2] for key in items}, {_name(one) for one in usable}, {one.id for one in usable}
    )
    named = _refuse_taken_names(seen, usable, verdicts)
    new = await _leave_out_known(tx, named, verdicts, seen.events)
    for verdict in sorted(verdicts.values(), key=lambda one: one.index) if enforce else ():
        if verdict.outcome == "REJECTED":
            error = EventIdTaken if verdict.code == EventIdTaken.code else UnusableEvent
            raise error(verdict.reason or "", event_id=verdict.event_id, event_index=verdict.index)

    if len(new) < len(usable):
        items = {item_key(epc) for one in new for epc in one.event.epcs()}
    kinds = await store.enter_kinds(tx, items, seen.kinds)
    if enforce:
        await _enforce(tx, kinds, items, new)
    intake = _Intake(tx, kinds, verdicts, now, f"{actor.kind}:{actor.id}")
    accepted = await _keep(intake, seen, candidates, new)

    ids = tuple(one.id for one in accepted)
    if ids:
        await outbox.post(tx, TOPIC, [{"events": list(ids)}])
        await audit(tx, actor, "history.capture", str(ids[0]), _audited(accepted), now)
    return Captured(
        accepted=len(ids),
        duplicates=sum(verdict.outcome == "DUPLICATE" for verdict in verdicts.values()),
        verdicts=tuple(verdicts[one.index] for one in candidates),
        events=ids,
    )


class _Intake(NamedTuple):
    """What every step of one capture needs."""

    tx: Transaction
    kinds: dict[tuple[str, str], int]
    verdicts: dict[int, Verdict]
    now: datetime
    captured_by: str


async def _keep(
    intake: _Intake, seen: store.Seen, candidates: Sequence[Candidate], new: Sequence[Candidate]
) -> list[Candidate]:
    """Keep the events and let everything follow: in one statement when all are plain and new, else step by step."""
    if not new and not _to_name(seen, candidates, intake.verdicts):
        return []
    free: set[int] | None = None
    if _all_plain(seen, candidates, new):
        # In the order of ids: two captures of the same events wait for each other, and never in a circle.
        rows = [_row(one) for one in sorted(new, key=lambda one: one.id)]
        changes = changes_of((one.id, one.event, True) for one in new)
        free, is_done = await store.keep_events(
            intake.tx, intake.kinds, rows, changes, record_time=intake.now, captured_by=intake.captured_by
        )
        if is_done:
            intake.verdicts.update((one.index, one.verdict("ACCEPTED")) for one in new)
            await store.let_contents_leave(intake.tx, intake.kinds, _packed_or_emptied(new))
            return list(new)
    accepted = await _insert(intake, new, free)
    declared = await _save_names(intake, _to_name(seen, candidates, intake.verdicts), accepted)
    await _apply(intake.tx, intake.kinds, accepted, declared)
    return accepted


def _all_plain(seen: store.Seen, candidates: Sequence[Candidate], new: Sequence[Candidate]) -> bool:
    """All of the document is new, nothing declares or was declared wrong, and no two share a name."""
    names = {_name(one) for one in new}
    return (
        len(new) == len(candidates) == len(names)
        and not any(one.declares_error for one in new)
        and not any(wrong for _, wrong in seen.names.values())
    )


def _to_name(
    seen: store.Seen, candidates: Sequence[Candidate], verdicts: Mapping[int, Verdict]
) -> list[Candidate]:
    """Those that are there, or will be, and whose name may not have been given yet."""
    return [
        one
        for one in candidates
        if (one.index not in verdicts or verdicts[one.index].outcome != "REJECTED")
        and not (
            one.index in verdicts
            and verdicts[one.index].outcome == "DUPLICATE"
            and not one.declares_error
            and seen.names.get(_name(one), (None, False))[0] == one.strict_hash
        )
    ]


def _candidate(index: int, event: Event, now: datetime) -> Candidate:
    name = epcis.event_hash(event, "strict")
    digest = bytes.fromhex(name.partition(";")[2].partition("?")[0])
    recorded = msgspec.structs.replace(
        event,
        event_id=event.event_id or name,
        record_time=Instant(now, now.isoformat(timespec="microseconds").replace("+00:00", "Z")),
    )
    return Candidate(index, recorded, digest, event_id_of(event.event_time, digest))


def _name(one: Candidate) -> str:
    assert one.event.event_id is not None, "every candidate has a name"
    return one.event.event_id


def _refuse_unusable(candidates: Sequence[Candidate], verdicts: dict[int, Verdict]) -> list[Candidate]:
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
    for text in _indexed(event):
        if not is_indexable(text):
            return f"{text[:60]!r}... is longer than {INDEXED_BYTES_MAX} octets or holds a null character."
    return None


def _indexed(event: Event) -> Iterator[str]:
    """Every text of an event that goes into an index."""
    yield event.type
    yield from event.epcs()
    for word in (event.event_id, event.biz_step, event.disposition):
        if word is not None:
            yield word
    for place in (event.read_point, event.biz_location):
        if place is not None:
            yield place.id


def _refuse_taken_names(
    seen: store.Seen, candidates: Sequence[Candidate], verdicts: dict[int, Verdict]
) -> list[Candidate]:
    """Those whose eventID is free or their own; the others get their verdict. A declaration may share a name (D4)."""
    owners = {name: digest for name, (digest, _) in seen.names.items() if digest is not None}
    kept = []
    for one in candidates:
        owner = one.strict_hash if one.declares_error else owners.setdefault(_name(one), one.strict_hash)
        if owner == one.strict_hash:
            kept.append(one)
            continue
        reason = f"The eventID {_name(one)} belongs to another event; the first one stays as it is."
        verdicts[one.index] = one.verdict("REJECTED", code=EventIdTaken.code, reason=reason)
    return kept


async def _leave_out_known(
    tx: Transaction,
    candidates: Sequence[Candidate],
    verdicts: dict[int, Verdict],
    seen: Mapping[int, tuple[bytes, bool]] | None = None,
) -> list[Candidate]:
    """Those that are new, each under a free id; the others get their verdict. `seen` is what stands under their ids."""
    new: list[Candidate] = []
    mine: dict[int, tuple[bytes, bool]] = {}
    pending = list(candidates)
    kept = seen
    for _ in range(PROBES_MAX):
        if not pending:
            return sorted(new, key=lambda one: one.index)
        if kept is None:
            rows = await tx.rows(QUERIES.events_with_ids, sorted({one.id for one in pending}))
            kept = {row["id"]: (row["strict_hash"], row["declares_error"]) for row in rows}
        again = []
        for one in pending:
            stands = kept.get(one.id) or mine.get(one.id)
            if stands is None:
                mine[one.id] = one.content
                new.append(one)
            elif stands == one.content:
                verdicts[one.index] = one.verdict("DUPLICATE")
            else:
                again.append(replace(one, id=one.id + 1))
        pending, kept = again, None
    raise AssertionError(f"more than {PROBES_MAX} events with the same time and the same bits of their hash")


async def _enforce(
    tx: Transaction, kinds: dict[tuple[str, str], int], items: Iterable[ItemKey], new: Sequence[Candidate]
) -> None:
    """Row locks on sorted keys first: two stations may claim one unit in the same second (R3)."""
    known = await store.lock_known(tx, kinds, items)
    children = {
        item_key(epc)
        for one in new
        if one.event.type == "AggregationEvent" and one.event.action == "ADD"
        for epc in one.event.child_epcs
    }
    heights = await store.heights_of(tx, kinds, children & known.keys())
    breach = first_breach([(one.index, one.id, one.event) for one in new], known, heights)
    if breach is not None:
        blocking = await tx.value(QUERIES.event_name_of, breach.blocking)
        raise breach.refusal(blocking)


async def _insert(intake: _Intake, new: Sequence[Candidate], free: set[int] | None) -> list[Candidate]:
    """Keep the event rows; those that another capture has kept in the same moment turn into duplicates.

    `free` are the ids that have been kept already, when that was tried.
    """
    accepted: list[Candidate] = []
    pending = sorted(new, key=lambda one: one.id)
    while pending:
        if free is None:
            rows = [_row(one) for one in pending]
            free = await store.insert_events(
                intake.tx, rows, record_time=intake.now, captured_by=intake.captured_by
            )
        for one in pending:
            if one.id in free:
                intake.verdicts[one.index] = one.verdict("ACCEPTED")
                accepted.append(one)
        lost = [one for one in pending if one.id not in free]
        pending, free = await _leave_out_known(intake.tx, lost, intake.verdicts), None
    return sorted(accepted, key=lambda one: one.index)


def _row(one: Candidate) -> store.NewEvent:
    event = one.event
    return store.NewEvent(
        id=one.id,
        strict_hash=one.strict_hash,
        declares_error=one.declares_error,
        event_id=_name(one),
        type=event.type,
        action=event.action,
        biz_step=event.biz_step,
        disposition=event.disposition,
        read_point=place_of(event.read_point.id) if event.read_point else None,
        biz_location=place_of(event.biz_location.id) if event.biz_location else None,
        event_time=event.event_time,
        event_time_zone_offset=event.event_time_zone_offset,
        document=epcis.event_bytes(event),
    )


async def _save_names(
    intake: _Intake, nameless: Sequence[Candidate], accepted: Sequence[Candidate]
) -> set[str]:
    """Give the events their names, duplicates under another name too; answers the names declared wrong."""
    ids = {index: verdict.event for index, verdict in intake.verdicts.items() if verdict.event is not None}
    for declaring in (False, True):
        # Once per name: the first of the document that carries it.
        named = {_name(one): one for one in reversed(nameless) if one.declares_error is declaring}
        if not named:
            continue
        rows = await intake.tx.rows(
            QUERIES.save_names,
            list(named),
            [None if declaring else one.strict_hash for one in named.values()],
            [ids[one.index] for one in named.values()],
            declaring,
        )
        lost = named.keys() - {row["event_id"] for row in rows}
        if lost:
            raise EventIdTaken(event_id=min(lost))
    rows = await intake.tx.rows(QUERIES.names, sorted({_name(one) for one in accepted}))
    return {row["event_id"] for row in rows if row["is_declared_wrong"]}


async def _apply(
    tx: Transaction, kinds: dict[tuple[str, str], int], accepted: Sequence[Candidate], declared: set[str]
) -> None:
    """Let the items follow: one upsert for the whole document. What was declared wrong counts for nothing."""
    changes = changes_of((one.id, one.event, _name(one) not in declared) for one in accepted)
    if not changes.of:
        return
    await store.merge_items(tx, kinds, changes)
    await store.let_contents_leave(tx, kinds, _packed_or_emptied(accepted))
    wrong = {item_key(epc) for one in accepted if _name(one) in declared for epc in one.event.epcs()}
    if wrong:
        await recompute(tx, wrong)


def _packed_or_emptied(accepted: Sequence[Candidate]) -> Iterable[ItemKey]:
    return {
        item_key(one.event.parent_id)
        for one in accepted
        if one.event.type == "AggregationEvent" and one.event.action != "OBSERVE" and one.event.parent_id
    }


def _audited(accepted: Sequence[Candidate]) -> dict[str, object]:
    """What the audit keeps of a capture: how many events, and one hash over all of theirs."""
    root = hashlib.sha256(b"".join(sorted(one.strict_hash for one in accepted)))
    return {"events": len(accepted), "sha256": root.hexdigest()}
