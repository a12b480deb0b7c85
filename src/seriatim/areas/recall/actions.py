"""What one may do with recalls: look what it would mean, propose, launch as a second person, close."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from seriatim import access, history, identity
from seriatim.access import Actor
from seriatim.areas.recall import store
from seriatim.areas.recall.model import (
    STANDING,
    HeldUnits,
    Notice,
    Preview,
    Recall,
    check_words,
    id_of,
    reference_of,
)
from seriatim.base import outbox
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused, Unprocessable

LAUNCHED: Final = "recall.launched"
TOPICS: Final = (history.TOPIC, LAUNCHED)
"""What `cover_late_units` listens to. A launch belongs to it: units captured while a launch was under way were seen by
neither of the two transactions."""


class NeedsSecondPerson(Refused):
    """A recall is launched by another person than the one who proposed it."""

    code = "needs_second_person"


class NeedsPerson(Refused):
    """A recall is launched by a person who is signed in; a key may belong to the one who proposed it. A drill may be launched by a key."""

    code = "needs_person"


class AlreadyRecalled(Refused):
    """This lot is being recalled already."""

    code = "already_recalled"


class WrongRecallState(Refused):
    """The recall is not in the state that this needs."""

    code = "wrong_recall_state"


async def preview(tx: Transaction, gtin: str, lot: str) -> Preview:
    """Units of a lot and who holds them, as of now."""
    held = await _held(tx, gtin, lot)
    places = len({one.place for one in held if one.place is not None})
    return Preview(gtin, lot, sum(one.units for one in held), places, held)


async def propose(
    tx: Transaction,
    gtin: str,
    lot: str,
    reason: str,
    instructions: str,
    *,
    actor: Actor,
    now: datetime,
    drill: bool = False,
) -> Recall:
    """Put a recall before a second person. Raises Unprocessable, and NotFound for a product that is not ours."""
    check_words(lot, reason, instructions)
    gtin = (await identity.known_product(tx, gtin)).gtin
    recall_id = await store.propose(
        tx, gtin, lot, reason.strip(), instructions.strip(), drill=drill, by=_who(actor), now=now
    )
    detail = {"gtin": gtin, "lot": lot, "drill": drill, "reason": reason}
    await access.audit(tx, actor, "recall.proposed", str(recall_id), detail, now)
    return await recall(tx, recall_id)


async def launch(tx: Transaction, recall_id: int, *, actor: Actor, now: datetime) -> Recall:
    """Recall every unit of the lot, in one statement. Raises NotFound, NeedsPerson, NeedsSecondPerson, WrongRecallState,
    AlreadyRecalled.
    """
    proposal = await store.hold(tx, recall_id)
    if proposal is None:
        raise NotFound(f"There is no recall {recall_id}.")
    if proposal.state != "proposed":
        raise WrongRecallState(
            f"Recall {recall_id} is {proposal.state}; only a proposed one can be launched."
        )
    if actor.kind == "key" and not proposal.drill:
        raise NeedsPerson
    if proposal.proposed_by == _who(actor):
        raise NeedsSecondPerson
    if not proposal.drill and (twin := await store.live_twin(tx, proposal.gtin, proposal.lot)) is not None:
        raise AlreadyRecalled(
            f"Lot {proposal.lot} is being recalled already, by recall {twin}.", blocking=twin
        )
    await store.launch(tx, recall_id, _who(actor), now)
    held = await _held(tx, proposal.gtin, proposal.lot)
    await store.keep_holders(tx, recall_id, held)
    units = sum(one.units for one in held)
    if not proposal.drill:
        units = await _stand(tx, proposal, now)
        await outbox.post(tx, LAUNCHED, [{"recall": recall_id}])
    await store.add_units(tx, recall_id, units)
    detail = {"gtin": proposal.gtin, "lot": proposal.lot, "drill": proposal.drill, "units": units}
    await access.audit(tx, actor, "recall.launched", str(recall_id), detail, now)
    return await recall(tx, recall_id)


async def close(tx: Transaction, recall_id: int, reason: str, *, actor: Actor, now: datetime) -> Recall:
    """End a recall (or drop a proposal); its units stand as they did before. Raises NotFound, Unprocessable, WrongRecallState."""
    known = await store.hold(tx, recall_id)
    if known is None:
        raise NotFound(f"There is no recall {recall_id}.")
    if not reason.strip():
        raise Unprocessable("Say why the recall is closed.", field="reason")
    if not await store.close(tx, recall_id, _who(actor), reason.strip(), now):
        raise WrongRecallState(f"Recall {recall_id} is closed already.")
    lifted = 0
    if known.state == "live" and not known.drill:
        lifted = await history.lift(tx, STANDING, known.reference, now=now)
    await access.audit(tx, actor, "recall.closed", str(recall_id), {"reason": reason, "units": lifted}, now)
    return await recall(tx, recall_id)


async def cover_late_units(tx: Transaction, messages: Sequence[outbox.Message]) -> None:
    """Units that were reported after the launch are recalled as well; for the outbox, topics `TOPICS`."""
    if not messages:
        return
    for live in await store.live(tx):
        fresh = await _stand(tx, live, max(message.created_at for message in messages))
        if fresh:
            await store.add_units(tx, live.id, fresh)


async def recall(tx: Transaction, recall_id: int) -> Recall:
    """One recall. Raises NotFound."""
    found = await store.recall(tx, recall_id)
    if found is None:
        raise NotFound(f"There is no recall {recall_id}.")
    return found


async def holders(tx: Transaction, recall_id: int) -> tuple[HeldUnits, ...]:
    """Who held the units when the recall was launched; before that, who holds them now. Raises NotFound."""
    known = await recall(tx, recall_id)
    if known.launched_at is None:
        return await _held(tx, known.gtin, known.lot)
    return tuple(await store.holders(tx, recall_id))


async def notice_of(tx: Transaction, reference: str) -> Notice | None:
    """What the recall behind a unit's standing says to consumers; None when the reference is no recall."""
    recall_id = id_of(reference)
    found = await store.recall(tx, recall_id) if recall_id is not None else None
    return None if found is None else Notice(found.id, found.reason, found.instructions)


async def notice_of_lot(tx: Transaction, gtin: str, lot: str) -> Notice | None:
    """What the live recall of a lot says to consumers; None when there is none."""
    recall_id = await store.live_twin(tx, gtin, lot)
    return None if recall_id is None else await notice_of(tx, reference_of(recall_id))


async def _stand(tx: Transaction, live: Recall, now: datetime) -> int:
    """How many units the standing was new for."""
    return await history.stand_lot(tx, STANDING, live.gtin, live.lot, live.reference, now=now)


async def _held(tx: Transaction, gtin: str, lot: str) -> tuple[HeldUnits, ...]:
    held = await history.holders_of_lot(tx, gtin, lot)
    return tuple(HeldUnits(one.place, one.status, one.units) for one in held)


def _who(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"
