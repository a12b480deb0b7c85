"""What one may do with serial policies: give a product its form, and take the next serials of it."""

from collections.abc import Sequence
from datetime import datetime

from seriatim import access
from seriatim.access import Actor
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused
from seriatim.identity.catalogue.model import gtin14
from seriatim.identity.serials import store
from seriatim.identity.serials.policy import SerialPolicy
from seriatim.identity.serials.store import Taken


class SerialsExhausted(Refused):
    """The product has no serials left in this form: more would make a guess likelier than 1 in 10,000."""

    code = "serials_exhausted"


class SerialsIssued(Refused):
    """Serials of this form have been issued already, so the form stays."""

    code = "serials_issued"


async def give_policies(tx: Transaction, gtins: Sequence[str]) -> None:
    """The default form for the serials of new products; those that have one keep it."""
    if gtins:
        await store.add_policies(tx, SerialPolicy(gtins[0]), gtins)


async def policy(tx: Transaction, gtin: str) -> SerialPolicy:
    """The form of a product's serials and how many are issued. Raises BadGtin, NotFound."""
    found = await store.policy(tx, gtin14(gtin))
    if found is None:
        raise NotFound(f"There is no product {gtin}.", gtin=gtin)
    return found


async def change_policy(
    tx: Transaction, gtin: str, *, alphabet: str, length: int, actor: Actor, now: datetime
) -> SerialPolicy:
    """Another form for the serials of a product that has none yet.

    Raises BadGtin, BadSerialPolicy, DomainTooSmall, NotFound, SerialsIssued.
    """
    form = SerialPolicy(gtin14(gtin), alphabet=alphabet, length=length)
    before = await policy(tx, gtin)
    if not await store.change_policy(tx, form):
        raise SerialsIssued(gtin=form.gtin, issued=before.issued)
    detail = {"alphabet": [before.alphabet, alphabet], "length": [before.length, length]}
    await access.audit(tx, actor, "serial_policy.changed", form.gtin, detail, now)
    return form


async def take(tx: Transaction, gtin: str, count: int) -> Taken:
    """The next `count` counters of a product (GTIN in 14 digits), for ever.

    Raises NotFound, SerialsExhausted with the numbers.
    """
    taken = await store.take(tx, gtin, count)
    if taken is None:
        form = await policy(tx, gtin)
        raise SerialsExhausted(
            f"{count:,} serials of {gtin} were asked for; {form.issued:,} of {form.capacity:,} are issued, "
            f"{form.left:,} are left. Give the product longer serials.",
            gtin=gtin,
            asked=count,
            issued=form.issued,
            capacity=form.capacity,
            left=form.left,
        )
    return taken
