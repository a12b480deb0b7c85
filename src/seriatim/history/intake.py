"""Takes events in: keeps each once, and lets the things they name follow. All of it in the caller's transaction."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

from seriatim import epcis
from seriatim.access import Actor, audit_each
from seriatim.base import outbox
from seriatim.base.db import Transaction
from seriatim.base.errors import Refused
from seriatim.epcis import Event
from seriatim.history import naming, parking, store, terms
from seriatim.history.births import follow
from seriatim.history.candidates import Candidate, candidates_of, refuse_unusable
from seriatim.history.changes import changes_of
from seriatim.history.keys import ItemKey, Kind, item_key, place_of
from seriatim.history.model import Captured, Policy, Verdict
from seriatim.history.policy import contradictions, note
from seriatim.history.rebuild import recompute
from seriatim.history.rules import EventIdTaken, Judged, NotCommissioned, UnusableEvent, births
from seriatim.history.statements import QUERIES

TOPIC: Final = "history.captured"
TOPIC_PARKED: Final = "history.parked"
SETTLE_TOPICS: Final = (TOPIC, TOPIC_PARKED)
WAITS: Final = "It names things that were never commissioned; it is held and kept the moment they are."
PROBES_MAX: Final = 64
"""Events of one millisecond with the same 22 bits; more than a few means that somebody makes them so."""


async def capture(
    tx: Transaction,
    events: Sequence[Event],
    *,
    actor: Actor,
    now: datetime,
    enforce: bool = False,
    may_park: bool = True,
    apart: bool = False,
) -> Captured:
    """Keep the events of one document: rows, item index, item state, containment, audit entry, outbox message.

    Idempotent by the strict hash: an event that is there already is a DUPLICATE and changes nothing (T10). An eventID
    that stands for other content is REJECTED (T09); the others are kept, and the caller decides whether to go on.
    What contradicts the known history is treated by the policy of the sender, else of the installation, else kept:
    see `set_policy`. `enforce` refuses it whatever the policy, before anything is written (T12): raises AlreadyPacked,
    NotCommissioned, NotPacked and the other IllegalHistory; also EventIdTaken and UnusableEvent instead of a
    REJECTED verdict. Where the policy is to hold events that came too early, they are PARKED, and kept in the
    transaction that brings their cause; without `may_park` they are refused.
    `apart`: each event was sent by itself, and has a line of its own in the audit trail.
    Source: EPCIS 2.0, section 8.2; the late and the early event give the same state (I4).
    """
    asked: Policy | None = "enforce" if enforce else None
    captured = await _capture(tx, events, actor=actor, now=now, asked=asked, may_park=may_park, apart=apart)
    for verdict in captured.rejected if enforce else ():
        raise _refusal(verdict)
    return captured


def _refusal(verdict: Verdict) -> Refused:
    error = EventIdTaken if verdict.code == EventIdTaken.code else UnusableEvent
    return error(verdict.reason or "", event_id=verdict.event_id, event_index=verdict.index)


async def _capture(
    tx: Transaction,
    events: Sequence[Event],
    *,
    actor: Actor,
    now: datetime,
    asked: Policy | None,
    may_park: bool = True,
    apart: bool = False,
) -> Captured:
    candidates = candidates_of(events, now)
    verdicts: dict[int, Verdict] = {}
    captured_by = f"{actor.kind}:{actor.id}"
    usable = refuse_unusable(candidates, verdicts)
    wanted = _kinds_in(usable)
    seen = await store.look(
        tx,
        wanted,
        {one.name for one in usable},
        {one.id for one in usable},
        captured_by,
    )
    named = naming.refuse_taken(seen, usable, verdicts)
    new = await _leave_out_known(tx, named, verdicts, seen.events)
    if asked == "enforce" and any(verdict.outcome == "REJECTED" for verdict in verdicts.values()):
        raise _refusal(min((v for v in verdicts.values() if v.outcome == "REJECTED"), key=lambda v: v.index))

    if len(new) < len(usable):
        wanted = _kinds_in(new)
    kinds = await store.enter_kinds(tx, wanted, seen.kinds)
    policy = asked or seen.policies.get(captured_by) or seen.policies.get("") or "off"
    found: list[Judged] = []
    if policy != "off" and new:
        hold = policy == "park" and may_park
        found = await contradictions(tx, kinds, new, policy, hold=hold, actor=actor)
        new = await _park(tx, kinds, new, found, verdicts, actor, now)
    intake = _Intake(tx, kinds, verdicts, now, captured_by)
    accepted, declared = await _keep(intake, seen, candidates, new)
    await terms.enter(tx, accepted, declared)
    await note(tx, kinds, accepted, found, now)

    ids = tuple(one.id for one in accepted)
    released: tuple[int, ...] = ()
    if ids:
        await outbox.post(tx, TOPIC, [{"events": list(ids)}])
        deeds = [[one] for one in accepted] if apart else [accepted]
        await audit_each(tx, actor, "history.capture", [_audited(deed) for deed in deeds], now)
    if ids and seen.waiting:
        born = {item_key(epc) for one in accepted for epc in births(one.event)}
        released = await _settle(tx, store.row_keys(kinds, born), now)
    return Captured(
        accepted=len(ids),
        duplicates=sum(verdict.outcome == "DUPLICATE" for verdict in verdicts.values()),
        verdicts=tuple(verdicts[one.index] for one in candidates),
        events=ids,
        released=released,
    )


def _kinds_in(candidates: Sequence[Candidate]) -> set[Kind]:
    """The kinds of everything that the events name."""
    return {kind for one in candidates for kind in one.kinds()}


async def _park(
    tx: Transaction,
    kinds: dict[Kind, int],
    new: Sequence[Candidate],
    found: Sequence[Judged],
    verdicts: dict[int, Verdict],
    actor: Actor,
    now: datetime,
) -> list[Candidate]:
    """Hold those that came before their cause; answers the others."""
    waiting = {one.index: one.waits_for for one in found if one.waits_for}
    for one in new if waiting else ():
        if one.index in waiting:
            rows = store.row_keys(kinds, waiting[one.index])
            await parking.park(tx, one, rows, actor=actor, now=now)
            verdicts[one.index] = one.verdict("PARKED", code=NotCommissioned.code, reason=WAITS)
    if waiting:
        # Whoever ends last of this transaction and that of the cause finds the other one's work done.
        await outbox.post(tx, TOPIC_PARKED, [{"events": len(waiting)}])
    return [one for one in new if one.index not in waiting]


async def settle(tx: Transaction, messages: Sequence[outbox.Message]) -> None:
    """Keep what was held for a cause that came in the same moment; for the outbox, topics `SETTLE_TOPICS`."""
    rows = await tx.rows(QUERIES.born_meanwhile)
    if rows:
        now = max(message.created_at for message in messages)
        await _settle(tx, [store.RowKey(row["class"], row["serial"]) for row in rows], now)


async def _settle(tx: Transaction, born: Sequence[store.RowKey], now: datetime) -> tuple[int, ...]:
    """What was only waiting for these is kept, in the order in which it happened; findings that missed them end."""
    if not born:
        return ()
    await tx.execute(QUERIES.resolve_findings, *store.arrays(born), now)
    released: list[int] = []
    for held in await parking.take_due(tx, born):
        captured = await _capture(tx, [held.event], actor=held.actor, now=now, asked="warn")
        (verdict,) = captured.verdicts
        if verdict.outcome == "REJECTED":
            await parking.put_back(tx, held, verdict, now=now)
        released += [*captured.events, *captured.released]
    return tuple(released)


class _Intake(NamedTuple):
    """What every step of one capture needs."""

    tx: Transaction
    kinds: dict[Kind, int]
    verdicts: dict[int, Verdict]
    now: datetime
    captured_by: str


async def _keep(
    intake: _Intake, seen: store.Seen, candidates: Sequence[Candidate], new: Sequence[Candidate]
) -> tuple[list[Candidate], set[str]]:
    """Keep the events and let everything follow: in one statement when all are plain and new, else step by step.

    Answers those that are kept, and which of their names are declared wrong by now.
    """
    if not new and not naming.nameless(seen, candidates, intake.verdicts):
        return [], set()
    free: set[int] | None = None
    if _all_plain(seen, candidates, new):
        # In the order of ids: two captures of the same events wait for each other, and never in a circle.
        rows = [_row(one) for one in sorted(new, key=lambda one: one.id)]
        changes = changes_of((one.id, one.event, True) for one in new)
        free, is_done = await store.keep_events(
            intake.tx, intake.kinds, rows, changes, record_time=intake.now, captured_by=intake.captured_by
        )
        if is_done:
            if not store.are_few(changes):
                await follow(intake.tx, intake.kinds, changes)
            intake.verdicts.update((one.index, one.verdict("ACCEPTED")) for one in new)
            await store.let_contents_leave(intake.tx, intake.kinds, _packed_or_emptied(new))
            return list(new), set()
    accepted = await _insert(intake, new, free)
    declared = await naming.save(
        intake.tx, intake.verdicts, naming.nameless(seen, candidates, intake.verdicts), accepted
    )
    await _apply(intake.tx, intake.kinds, accepted, declared)
    return accepted, declared


def _all_plain(seen: store.Seen, candidates: Sequence[Candidate], new: Sequence[Candidate]) -> bool:
    """All of the document is new, nothing declares or was declared wrong, and no two share a name."""
    names = {one.name for one in new}
    return (
        len(new) == len(candidates) == len(names)
        and not any(one.declares_error for one in new)
        and not any(wrong for _, wrong in seen.names.values())
    )


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
            break
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
    for one in pending:
        reason = (
            "Too many events have its time and a hash that begins alike; give it an eventTime of its own."
        )
        verdicts[one.index] = one.verdict("REJECTED", code=UnusableEvent.code, reason=reason)
    return sorted(new, key=lambda one: one.index)


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
        event_id=one.name,
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


async def _apply(
    tx: Transaction, kinds: dict[Kind, int], accepted: Sequence[Candidate], declared: set[str]
) -> None:
    """Let the items follow: one upsert for the whole document. What was declared wrong counts for nothing."""
    changes = changes_of((one.id, one.event, one.name not in declared) for one in accepted)
    if not changes.of:
        return
    await follow(tx, kinds, changes)
    await store.let_contents_leave(tx, kinds, _packed_or_emptied(accepted))
    wrong = {item_key(epc) for one in accepted if one.name in declared for epc in one.event.epcs()}
    if others := await _named_besides(tx, accepted) - wrong:
        await store.lock(tx, await store.kinds_of(tx, others), others)
        wrong |= others
    if wrong:
        await recompute(tx, wrong)


async def _named_besides(tx: Transaction, accepted: Sequence[Candidate]) -> set[ItemKey]:
    """What events name that were kept before and are declared wrong now in other words than their own."""
    declaring = {one.name: one.strict_hash for one in accepted if one.declares_error}
    rows = await tx.rows(QUERIES.names, sorted(declaring)) if declaring else []
    ids = [
        number
        for row in rows
        if row["strict_hash"] not in {None, declaring[row["event_id"]]}
        for number in row["events"]
    ]
    told = await tx.rows(QUERIES.event_content, ids) if ids else []
    events = (epcis.load_event(row["document"], written=True) for row in told)
    return {item_key(epc) for event in events if event.error_declaration is None for epc in event.epcs()}


def _packed_or_emptied(accepted: Sequence[Candidate]) -> Iterable[ItemKey]:
    return {
        item_key(one.event.parent_id)
        for one in accepted
        if one.event.type == "AggregationEvent" and one.event.action != "OBSERVE" and one.event.parent_id
    }


def _audited(accepted: Sequence[Candidate]) -> tuple[str, dict[str, object]]:
    """What the audit keeps of a capture: the first event, how many there were, and one hash over all of theirs."""
    root = hashlib.sha256(b"".join(sorted(one.strict_hash for one in accepted)))
    return str(accepted[0].id), {"events": len(accepted), "sha256": root.hexdigest()}
