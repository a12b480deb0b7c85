"""What is done with events that contradict what is known: each sender has a policy, and so has the whole installation.

The record itself takes everything (EPCIS note, section 12): the rules are a policy on top of it. Our own lines and stations
are always refused; for partners the policy says.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from seriatim.access import Actor, audit
from seriatim.base import limits
from seriatim.base.db import Row, Transaction
from seriatim.history import events, store
from seriatim.history.absent import absent_by_name
from seriatim.history.candidates import Candidate
from seriatim.history.keys import ItemKey, Kind, item_key, key_of
from seriatim.history.model import POLICIES, Finding, Policy
from seriatim.history.partners import sight_of
from seriatim.history.rules import Breach, IllegalHistory, Judged, judge
from seriatim.history.statements import QUERIES


async def set_policy(tx: Transaction, policy: Policy, *, of: str = "", actor: Actor, now: datetime) -> None:
    """From now on contradictions of this sender (`kind:id`, as `captured_by` of events) are treated so; `""` is everybody."""
    assert policy in POLICIES, policy
    await tx.execute(QUERIES.set_policy, of, policy)
    await audit(tx, actor, "history.set_policy", of or "everybody", {"policy": policy}, now)


async def policies(tx: Transaction) -> dict[str, Policy]:
    """Every policy that was set, by sender; `""` is everybody."""
    return {row["captured_by"]: row["policy"] for row in await tx.rows(QUERIES.policies)}


async def findings(tx: Transaction, *, limit: int = limits.PAGE_ROWS) -> tuple[Finding, ...]:
    """Events that are kept although they contradict what is known, the newest first; resolved ones are left out."""
    return tuple(map(finding_of, await tx.rows(QUERIES.findings, limit)))


def finding_of(row: Row) -> Finding:
    """The finding in a row that has its event's name and its thing's kind."""
    return Finding(
        event_id=row["event_id"],
        thing=key_of(ItemKey(row["scheme"], row["key"], row["serial"])),
        code=row["code"],
        message=row["message"],
        blocking_event=row["blocking_event"],
        found_at=row["found_at"],
    )


async def contradictions(
    tx: Transaction,
    kinds: dict[Kind, int],
    new: Sequence[Candidate],
    policy: Policy,
    *,
    hold: bool,
    actor: Actor,
) -> list[Judged]:
    """What is wrong with the events of a document. Raises the first breach, unless the policy lets it through.

    Row locks on sorted keys first: two stations may claim one unit in the same second (R3).
    """
    known = await store.lock_known(tx, kinds, {item_key(epc) for one in new for epc in one.event.epcs()})
    children = {
        item_key(epc)
        for one in new
        if one.event.type == "AggregationEvent" and one.event.action == "ADD"
        for epc in one.event.child_epcs
    }
    heights = await store.heights_of(tx, kinds, children & known.keys())
    found: list[Judged] = []
    for judged in judge([(one.index, one.id, one.event) for one in new], known, heights, hold=hold):
        if judged.breach is not None and policy != "warn":
            raise await _refusal(tx, judged.breach, actor)
        found.append(judged)
    return found


async def _refusal(tx: Transaction, breach: Breach, actor: Actor) -> IllegalHistory:
    """The error to raise. A partner is not told which event stands in its way, nor of what that speaks, unless it sees
    the event (ADR-0018).
    """
    name: str | None = await tx.value(QUERIES.event_name_of, breach.blocking)
    if actor.role == "partner" and name is not None:
        sight = await sight_of(tx, actor)
        if not (await events.event(tx, name, sight=sight) or await absent_by_name(tx, name, sight=sight)):
            return replace(breach, parent=None).refusal(None)
    return breach.refusal(name)


async def note(
    tx: Transaction,
    kinds: dict[Kind, int],
    accepted: Sequence[Candidate],
    found: Sequence[Judged],
    now: datetime,
) -> None:
    """Keep the findings of the events that were kept all the same."""
    ids = {one.index: one.id for one in accepted}
    rows = [
        (
            ids[judged.index],
            kinds[breach.thing.scheme, breach.thing.group],
            breach.thing.serial,
            breach.error.code,
            breach.refusal(None).message,
            breach.blocking,
        )
        for judged in found
        if (breach := judged.breach) is not None and judged.index in ids
    ]
    if rows:
        await tx.execute(QUERIES.note_findings, *map(list, zip(*rows, strict=True)), now)
