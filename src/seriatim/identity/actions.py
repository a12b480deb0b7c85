"""What one may do with identities: keep master data, lease serials, number cases and pallets, tell a serial's lease."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from seriatim import access
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused, Unprocessable
from seriatim.base.http import Page, page_of
from seriatim.identity import store
from seriatim.identity.model import (
    BadField,
    Lease,
    LeaseState,
    Location,
    Party,
    Product,
    Runway,
    SerialPolicy,
    gtin14,
    runway_of,
)
from seriatim.identity.serials import counter_of
from seriatim.identity.ssccs import checked_extension, sscc_capacity, ssccs_of
from seriatim.identity.store import LeaseFilter, PrefixOverlap, Saved

LEASE_FOR: Final = timedelta(days=30)
RUNWAY_OVER: Final = timedelta(days=30)
RECORDS_MAX: Final = 10_000
"""Most products, parties or locations saved at once: one statement, one audit row."""
SSCCS_MAX: Final = 100_000
REFERENCE_MAX: Final = 80


class Twice(Unprocessable):
    """The same key stands twice in what was sent; nothing was kept."""

    code = "twice"


class UnknownParty(Unprocessable):
    """A location belongs to a party that is not kept yet; save the party first."""

    code = "unknown_party"


class SerialsExhausted(Refused):
    """The product has no serials left in this form: more would make a guess likelier than 1 in 10,000."""

    code = "serials_exhausted"


class SerialsIssued(Refused):
    """Serials of this form have been issued already, so the form stays."""

    code = "serials_issued"


class LeaseEnded(Refused):
    """The lease has ended already."""

    code = "lease_ended"


class SsccsExhausted(Refused):
    """The company prefix has no SSCCs left for this extension digit; take another digit."""

    code = "ssccs_exhausted"


class CompanyPrefixOverlaps(Refused):
    """Another company prefix in use counts through the same SSCCs; one of the two has a wrong length."""

    code = "company_prefix_overlaps"


async def save_products(
    tx: Transaction, products: Sequence[Product], *, actor: Actor, now: datetime
) -> Saved:
    """Keeps products, new and changed, all or none; a new one gets the default serial policy. Raises Twice."""
    _refuse_twice([product.gtin for product in products])
    saved = await store.save_products(tx, products, now)
    if saved.created:
        await store.add_policies(tx, SerialPolicy(saved.created[0]), saved.created)
    await _audit_saved(tx, actor, "products.saved", saved, {p.gtin: p for p in products}, now)
    return saved


async def product(tx: Transaction, gtin: str) -> Product | None:
    """The product of a GTIN of 8 to 14 digits; None when it is not kept. Raises BadGtin."""
    return await store.product(tx, gtin14(gtin))


async def known_product(tx: Transaction, gtin: str) -> Product:
    """The product, or NotFound."""
    found = await product(tx, gtin)
    if found is None:
        raise NotFound(f"There is no product {gtin}.", gtin=gtin)
    return found


async def products(tx: Transaction, *, after: str = "", limit: int = limits.PAGE_ROWS) -> Page[Product]:
    """A page of products in the order of their GTINs, after the GTIN `after`."""
    return page_of(await store.products(tx, after, limit + 1), limit, "gtin")


async def save_parties(tx: Transaction, parties: Sequence[Party], *, actor: Actor, now: datetime) -> Saved:
    """Keeps parties, new and changed, all or none. Raises Twice."""
    _refuse_twice([party.gln for party in parties])
    saved = await store.save_parties(tx, parties)
    await _audit_saved(tx, actor, "parties.saved", saved, {p.gln: p for p in parties}, now)
    return saved


async def party(tx: Transaction, gln: str) -> Party | None:
    """The party of a GLN; None when it is not kept."""
    return await store.party(tx, gln)


async def parties(tx: Transaction, *, after: str = "", limit: int = limits.PAGE_ROWS) -> Page[Party]:
    """A page of parties in the order of their GLNs, after the GLN `after`."""
    return page_of(await store.parties(tx, after, limit + 1), limit, "gln")


async def save_locations(
    tx: Transaction, locations: Sequence[Location], *, actor: Actor, now: datetime
) -> Saved:
    """Keeps locations, new and changed, all or none. Raises Twice, UnknownParty."""
    _refuse_twice([location.gln for location in locations])
    strangers = await store.unknown_parties(tx, sorted({location.party_gln for location in locations}))
    if strangers:
        raise UnknownParty(f"There is no party {strangers[0]}; save it first.", party_glns=strangers)
    saved = await store.save_locations(tx, locations)
    await _audit_saved(tx, actor, "locations.saved", saved, {place.gln: place for place in locations}, now)
    return saved


async def location(tx: Transaction, gln: str) -> Location | None:
    """The location of a GLN; None when it is not kept."""
    return await store.location(tx, gln)


async def locations(tx: Transaction) -> tuple[Location, ...]:
    """Every location, in the order of their GLNs."""
    return tuple(await store.locations(tx, "", None))


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


async def lease(
    tx: Transaction,
    gtin: str,
    count: int,
    *,
    line: str,
    order_number: str,
    actor: Actor,
    now: datetime,
    valid_for: timedelta = LEASE_FOR,
) -> Lease:
    """Lends the next `count` serials to a line, for ever; commit before one of them leaves (REL-R2).

    Raises BadGtin, BadField, NotFound, SerialsExhausted with the numbers.
    """
    key = gtin14(gtin)
    _check_lease(count, line, order_number, valid_for)
    granted = await store.grant_lease(tx, key, count, line, order_number, now, now + valid_for)
    if granted is None:
        form = await policy(tx, key)
        raise SerialsExhausted(
            f"{count:,} serials of {key} were asked for; {form.issued:,} of {form.capacity:,} are issued, "
            f"{form.left:,} are left. Give the product longer serials.",
            gtin=key,
            asked=count,
            issued=form.issued,
            capacity=form.capacity,
            left=form.left,
        )
    # The high-water mark belongs into the log: a restored database is recognised by it (I15).
    detail = {"gtin": key, "first": granted.first, "past": granted.past, "line": line, "order": order_number}
    await access.audit(tx, actor, "lease.granted", granted.id, detail, now)
    return granted


async def known_lease(tx: Transaction, lease_id: str) -> Lease:
    """The lease, or NotFound."""
    found = await store.lease(tx, _uuid(lease_id))
    if found is None:
        raise NotFound(f"There is no lease {lease_id}.", lease=lease_id)
    return found


async def leases(
    tx: Transaction, which: LeaseFilter, *, before: str | None = None, limit: int = limits.PAGE_ROWS
) -> Page[Lease]:
    """A page of leases, newest first, older than the lease `before`."""
    rows = await store.leases(tx, which, _uuid(before) if before else None, limit + 1)
    return page_of(rows, limit, "id")


async def end_lease(
    tx: Transaction, lease_id: str, state: LeaseState, *, actor: Actor, now: datetime
) -> Lease:
    """Ends a granted lease: `used` up, `returned` or `void`; what is unused stays a gap, nobody gets it again.

    Saying the same twice changes nothing. Raises NotFound, BadField, LeaseEnded.
    """
    if state == "granted":
        raise BadField("state must be used, returned or void.", field="state")
    ended = await store.end_lease(tx, _uuid(lease_id), state, now)
    if ended is None:
        kept = await known_lease(tx, lease_id)
        if kept.state != state:
            raise LeaseEnded(f"Lease {lease_id} is {kept.state} already.", state=kept.state)
        return kept
    await access.audit(tx, actor, f"lease.{state}", ended.id, {"gtin": ended.gtin, "line": ended.line}, now)
    return ended


async def issued_to(tx: Transaction, gtin: str, serial: str, master_key: bytes) -> Lease | None:
    """The lease that a serial came from; None when Seriatim never issued it, or the GTIN is none of ours.

    Told from the serial itself, no unit has a row. A serial never issued takes the same road through the database
    as an issued one, so that the time of an answer says nothing (T13). Raises BadGtin.
    """
    key = gtin14(gtin)
    form = await store.policy(tx, key)
    counter = None if form is None else counter_of(serial, form, master_key)
    generation = 0 if form is None else form.generation
    return await store.lease_at(tx, key, generation, -1 if counter is None else counter)


async def runway(tx: Transaction, gtin: str, *, now: datetime, over: timedelta = RUNWAY_OVER) -> Runway:
    """When the serials of a product run out at the rate of the time `over`. Raises BadGtin, NotFound."""
    form = await policy(tx, gtin)
    return runway_of(form, await store.leased_since(tx, form.gtin, now - over, now), over, now)


async def allocate_ssccs(
    tx: Transaction, gcp: str, count: int, *, extension: str = "0", actor: Actor, now: datetime
) -> list[str]:
    """Fresh SSCCs (18 digits) of a company prefix, never given before.

    Raises BadCompanyPrefix, BadExtension, BadField, SsccsExhausted with the numbers, CompanyPrefixOverlaps.
    """
    capacity = sscc_capacity(gcp)
    checked_extension(extension)
    if not 1 <= count <= SSCCS_MAX:
        raise BadField(f"count is {count}; give 1 to {SSCCS_MAX:,}.", field="count")
    try:
        first = None if count > capacity else await store.take_ssccs(tx, gcp, extension, capacity, count)
    except PrefixOverlap as error:
        raise CompanyPrefixOverlaps(gcp=gcp, extension=extension) from error
    if first is None:
        issued = await store.ssccs_issued(tx, gcp, extension)
        raise SsccsExhausted(
            f"{count:,} SSCCs of {gcp} with extension {extension} were asked for; {issued:,} of {capacity:,} are gone.",
            asked=count,
            issued=issued,
            capacity=capacity,
        )
    ssccs = ssccs_of(gcp, extension, range(first, first + count))
    detail = {"count": count, "first": ssccs[0], "last": ssccs[-1]}
    await access.audit(tx, actor, "ssccs.allocated", f"{extension}{gcp}", detail, now)
    return ssccs


def _check_lease(count: int, line: str, order_number: str, valid_for: timedelta) -> None:
    if not 1 <= count <= limits.LEASE_UNITS_MAX:
        raise BadField(f"count is {count}; give 1 to {limits.LEASE_UNITS_MAX:,}.", field="count")
    for field, text in (("line", line), ("order_number", order_number)):
        if len(text) > REFERENCE_MAX or "\0" in text:
            raise BadField(f"{field} must have {REFERENCE_MAX} characters at most.", field=field)
    if not line:
        raise BadField("line is empty; a lease belongs to one line.", field="line")
    if valid_for <= timedelta(0):
        raise BadField("a lease must be valid for some time.", field="valid_for")


def _refuse_twice(keys: Sequence[str]) -> None:
    if len(keys) > RECORDS_MAX:
        raise BadField(f"{len(keys):,} records were sent; {RECORDS_MAX:,} is the most.", field="records")
    twice = sorted(key for key, times in Counter(keys).items() if times > 1)
    if twice:
        raise Twice(f"{twice[0]} stands twice in what was sent; nothing was kept.", keys=twice)


async def _audit_saved(
    tx: Transaction, actor: Actor, deed: str, saved: Saved, records: dict[str, Any], now: datetime
) -> None:
    touched = [*saved.created, *saved.changed]
    if not touched:
        return
    subject = touched[0] if len(touched) == 1 else f"{len(touched)} records"
    detail = {
        "created": list(saved.created),
        "changed": list(saved.changed),
        "records": [msgspec.to_builtins(records[key]) for key in touched],
    }
    await access.audit(tx, actor, deed, subject, detail, now)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(f"There is no lease {text[:80]}.") from error
