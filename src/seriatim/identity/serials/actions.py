"""What one may do with serial policies: give a product its form, and go over to another generation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from seriatim import access
from seriatim.access import Actor
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused, Unprocessable
from seriatim.identity import marks
from seriatim.identity.catalogue.model import BadField, gtin14
from seriatim.identity.serials import store
from seriatim.identity.serials.form import CSET32, SERIAL_LENGTH, BadSerialPolicy, SerialForm
from seriatim.identity.serials.number_list import NumberList
from seriatim.identity.serials.policy import GENERATION_MAX, SerialPolicy, Source
from seriatim.identity.serials.presets import with_room_for

REASON_MAX: Final = 500


class SerialsIssued(Refused):
    """Serials of this form have been issued already, so the form stays; rotate to go over to another one."""

    code = "serials_issued"


class FormTooSmall(Unprocessable):
    """The form has no room for one more serial than were ever issued for the product."""

    code = "form_too_small"


class GenerationsExhausted(Refused):
    """The product has had a hundred generations of serials; more would slow down every look-up."""

    code = "generations_exhausted"


async def give_policies(tx: Transaction, gtins: Sequence[str]) -> None:
    """The default form for the serials of new products; those that have one keep it."""
    if gtins:
        await store.add_policies(tx, SerialForm(), gtins)


async def policy(tx: Transaction, gtin: str) -> SerialPolicy:
    """The generation that issues a product's serials, with those before it. Raises BadGtin, NotFound."""
    found = await store.policy(tx, gtin14(gtin))
    if found is None:
        raise NotFound(f"There is no product {gtin}.", gtin=gtin)
    return found


async def change_policy(
    tx: Transaction,
    gtin: str,
    *,
    alphabet: str = CSET32,
    length: int = SERIAL_LENGTH,
    prefix: str = "",
    below: int | None = None,
    actor: Actor,
    now: datetime,
) -> SerialPolicy:
    """Another form for a generation that has issued no serial yet.

    Raises BadGtin, BadSerialPolicy, DomainTooSmall, FormTooSmall, NotFound, SerialsIssued.
    """
    form = SerialForm(alphabet=alphabet, length=length, prefix=prefix, below=below)
    before = await _held(tx, gtin)
    if before.source == "imported":
        raise BadSerialPolicy(
            f"The numbers of {before.gtin} come from outside and have their issuer's form; rotate it to keyed serials.",
            field="source",
        )
    _check_room(form, before.issued_before)
    if not await store.change_form(tx, before.gtin, before.generation, form):
        raise SerialsIssued(gtin=before.gtin, issued=before.issued)
    detail = {"generation": before.generation} | {
        field: [getattr(before, field), getattr(form, field)]
        for field in form.__struct_fields__
        if getattr(before, field) != getattr(form, field)
    }
    await access.audit(tx, actor, "serial_policy.changed", before.gtin, detail, now)
    return await policy(tx, gtin)


async def rotate(
    tx: Transaction,
    gtin: str,
    *,
    reason: str,
    form: SerialForm | None = None,
    source: Source = "keyed",
    actor: Actor,
    now: datetime,
) -> SerialPolicy:
    """The next generation of a product's serials: a fresh key, a fresh count, the same form or another.

    The one before never issues again; leases that it gave stay printable, its serials stay known. With the source
    `imported` the product takes numbers from outside from now on, see `import_numbers`.
    Raises BadGtin, BadField, FormTooSmall, GenerationsExhausted, NotFound, IssuingFrozen.
    """
    if not reason.strip() or len(reason) > REASON_MAX or "\0" in reason:
        raise BadField(f"reason must say why, in {REASON_MAX} characters at most.", field="reason")
    if source == "imported" and form is not None:
        raise BadField("numbers from outside have their issuer's form; leave the form out.", field="form")
    # A database that has gone back in time must not begin a generation that has begun already.
    marks.require_issuing(tx)
    ended = await _held(tx, gtin)
    if ended.generation >= GENERATION_MAX:
        raise GenerationsExhausted(gtin=ended.gtin)
    begun = _next(ended, form, source, reason)
    await store.rotate(tx, ended, begun, now)
    detail = {
        "generation": begun.generation,
        "reason": reason,
        "issued_ever": begun.issued_before,
        "from": _described(ended),
        "to": _described(begun),
    }
    await access.audit(tx, actor, "serial_policy.rotated", begun.gtin, detail, now)
    return await policy(tx, gtin)


async def number_lists(tx: Transaction, gtin: str) -> list[NumberList]:
    """The number lists of a product, newest first: how full each is, and until when. Raises BadGtin, NotFound."""
    return await store.lists_of_product(tx, (await policy(tx, gtin)).gtin)


async def _held(tx: Transaction, gtin: str) -> SerialPolicy:
    await store.hold(tx, gtin14(gtin))
    return await policy(tx, gtin)


def _next(ended: SerialPolicy, form: SerialForm | None, source: Source, reason: str) -> SerialPolicy:
    common: dict[str, Any] = {
        "gtin": ended.gtin,
        "generation": ended.generation + 1,
        "source": source,
        "issued_before": ended.issued_ever,
        "reason": reason,
    }
    if source == "imported":
        return SerialPolicy(alphabet="", length=0, **common)
    keyed = [one.form for one in (*ended.older, ended) if one.source == "keyed"]
    assert keyed, "the first generation is always keyed"
    taken = form or keyed[-1]
    _check_room(taken, ended.issued_ever)
    return SerialPolicy(**msgspec.structs.asdict(taken), **common)


def _check_room(form: SerialForm, issued: int) -> None:
    """The law of capacity, over all generations. Raises FormTooSmall."""
    if form.capacity > issued:
        return
    roomier = " or ".join(preset.name for preset in with_room_for(issued)[:2])
    raise FormTooSmall(
        f"{issued:,} serials of the product are issued already, and this form has room for {form.capacity:,}, so that "
        f"a guess is right once in 10,000 times at most. Take {roomier}.",
        field="length",
        issued=issued,
        capacity=form.capacity,
    )


def _described(generation: SerialPolicy) -> dict[str, Any]:
    form = msgspec.structs.asdict(generation.form) if generation.source == "keyed" else {}
    return {"source": generation.source, **form}
