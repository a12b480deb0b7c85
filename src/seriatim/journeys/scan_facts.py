"""The steps of a scan: what each floor of the house knows of a code, turned into the facts of the next."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from seriatim import gs1, history, identity
from seriatim.areas import content, protection, recall
from seriatim.areas.protection import Circumstances, Seen, UnitFacts
from seriatim.base.db import Transaction
from seriatim.base.environment import Environment
from seriatim.identity import nfc

GONE: Final = frozenset({"destroyed", "decommissioned"})
"""A unit in such a state must not be met by anybody: its code counts as blocked."""
OURS: Final = frozenset({"owner", "maker"})


def read(raw: str) -> tuple[Seen, gs1.Key | None]:
    """What a scanned text says; a text that is no GS1 code keeps its fault instead."""
    try:
        message = gs1.parse(raw.strip(), options=gs1.LENIENT)
        key = gs1.key_of(message)
    except gs1.GS1Error as error:
        return Seen(raw, fault=error.code), None
    gtin = key.key if key.scheme in {"gtin", "lgtin", "sgtin"} else ""
    serial = (key.serial or "") if gtin else ""
    return Seen(raw, gtin, serial, message.get("10") or ""), key


async def origin_of(
    tx: Transaction, seen: Seen, product: identity.Product | None, master_key: bytes
) -> identity.Provenance:
    """Which lease the serial came from, if it is of a product of ours; and whether "none" may be believed."""
    if product is None or not seen.serial:
        return identity.Provenance(None, is_in_doubt=False)
    return await identity.provenance(tx, seen.gtin, seen.serial, master_key)


async def tap(
    tx: Transaction,
    raw: str,
    seen: Seen,
    product: identity.Product | None,
    environment: Environment,
    now: datetime,
) -> tuple[protection.Tap, content.TapState | None]:
    """What the tap in a scanned link means, if there is one; the link is taken raw: the proof covers its characters."""
    query = raw.strip().partition("#")[0].partition("?")[2]
    if product is None or not query:
        return "", None
    verdict = await nfc.judge_link(
        tx, query, gtin=seen.gtin, serial=seen.serial or None, master_key=environment.master_key, now=now
    )
    return tap_of(verdict)


def tap_of(verdict: nfc.TapVerdict | nfc.TapRefused | None) -> tuple[protection.Tap, content.TapState | None]:
    """What a tap means to the rules and to the reader."""
    if verdict is None:
        return "", None
    if isinstance(verdict, nfc.TapRefused) or verdict.outcome in {"unknown_tag", "other_unit"}:
        return "refused", "refused"
    if verdict.outcome == "replayed":
        return "replayed", "replayed"
    is_opened = verdict.tamper in {"opened", "opened_and_closed"}
    if verdict.outcome == "already_seen":
        return "already_seen", "opened" if is_opened else "already_seen"
    return "jumped" if verdict.is_jump else "accepted", "opened" if is_opened else "verified"


async def ship_to(tx: Transaction, position: history.Position | None) -> str:
    """Country of the place the unit was delivered to; empty while it is still with its maker, or when unknown."""
    place = position.place if position else None
    location = await identity.location(tx, place) if place else None
    party = await identity.party(tx, location.party_gln) if location else None
    return location.country if location and party and party.kind not in OURS else ""


async def notice_of(tx: Transaction, seen: Seen, item: history.Item | None) -> recall.Notice | None:
    """The live recall of the unit, or of the lot when the code names no unit."""
    if item is None:
        return await recall.notice_of_lot(tx, seen.gtin, seen.lot) if seen.lot and not seen.serial else None
    reference = next((standing.reference for standing in item.standings if standing.kind == "recalled"), None)
    return await recall.notice_of(tx, reference) if reference else None


def without_client(circumstances: Circumstances) -> Circumstances:
    """Of a code that is none of ours nothing is kept that could point to a person."""
    return replace(circumstances, client="", tab="", latitude=None, longitude=None, loc_source="none")


def unit_facts(
    seen: Seen,
    product: identity.Product | None,
    item: history.Item | None,
    shipped_to: str,
    *,
    is_leased: bool,
) -> UnitFacts:
    """What the rules must know. A unit that some event merely mentions has not been issued by that."""
    is_active = item is not None and item.status != "uncommissioned"
    lot = item.lot if item and item.lot else seen.lot
    kinds = {standing.kind for standing in item.standings} if item else set()
    return UnitFacts(
        code=f"(01){seen.gtin}(21){seen.serial}",
        issued=is_leased or is_active,
        active=is_active,
        markets=(shipped_to,) if shipped_to else (product.markets if product else ()),
        shipped_to=shipped_to,
        shipped_at=item.last_event_time if item and shipped_to else None,
        lot=f"(01){seen.gtin}(10){lot}" if lot else "",
        recalled="recalled" in kinds,
        blocked="blocked" in kinds or (item is not None and item.status in GONE),
    )


def standing_of(
    seen: Seen,
    product: identity.Product | None,
    item: history.Item | None,
    unit: UnitFacts,
    *,
    is_recalled: bool,
    is_suspended: bool = False,
) -> content.Standing:
    """What the page must know. A product that is none of ours has no page but `unknown`.

    `is_suspended`: a restored database may have forgotten that it issued this; then nobody says that it did not (F19).
    """
    return content.Standing(
        readable=not is_suspended,
        single=product is None or bool(seen.serial),
        issued=product is not None and unit.issued,
        active=unit.active,
        recalled=unit.recalled or is_recalled,
        blocked=unit.blocked,
        expiry=item.expiry if item else None,
    )


def subject_of(seen: Seen, product: identity.Product | None, item: history.Item | None) -> content.Subject:
    """What the page is about, as printed on the pack."""
    if product is None:
        return content.Subject()
    return content.Subject(
        product=product.name,
        lot=(item.lot if item else None) or seen.lot,
        expiry=item.expiry if item else None,
        serial=seen.serial,
        look_for=product.look_for,
    )
