"""JSON routes that walk through several areas: a shipment leaves, a shipment arrives, a code is scanned by staff."""

from datetime import date
from typing import Annotated, TypeAlias

import msgspec

from seriatim import access, gs1
from seriatim.access import Call, Endpoint
from seriatim.areas import protection, warehouse
from seriatim.base import limits
from seriatim.base.errors import Unprocessable
from seriatim.journeys import ship_and_receive
from seriatim.journeys.reprint import Reprint, reprint
from seriatim.journeys.scan import scan

SSCCS_MAX = 10_000
Country: TypeAlias = Annotated[str, msgspec.Meta(pattern="^([A-Z]{2})?$")]
Nonce: TypeAlias = Annotated[str, msgspec.Meta(max_length=200)]


class NewShipment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Logistic units that leave a place for another; SSCCs in any spelling."""

    ssccs: list[str]
    from_gln: str
    to_gln: str


class Arrival(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was scanned at the place of arrival; SSCCs in any spelling."""

    gln: str
    ssccs: list[str]


class StaffScan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code read by staff, a partner or an inspector; never counted as a consumer's."""

    code: str
    country: Country = ""
    """ISO 3166-1 alpha-2."""
    nonce: Nonce = ""
    """Made by the device; the same nonce twice is one scan."""


class AskedReprint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label that is wanted again."""

    serial: str
    reason: str
    same_serial: bool = False
    """Print the same serial: only when its first label is recorded as destroyed."""


class ScanAnswer(msgspec.Struct, frozen=True):
    """What the scan is told."""

    state: str
    heading: str
    band: str
    score: float
    reasons: list[str]
    gtin: str | None
    serial: str | None
    product: str | None
    lot: str | None
    expiry: date | None
    scan_id: int


async def ship(call: Call[None, NewShipment]) -> warehouse.Shipment:
    asked = call.body
    return await ship_and_receive.ship(
        call.tx, _ssccs(asked.ssccs), asked.from_gln, asked.to_gln, actor=call.actor, now=call.now
    )


async def receive(call: Call[None, Arrival]) -> warehouse.Comparison:
    shipment = warehouse.api.shipment_id(call.path["id"])
    return await ship_and_receive.receive(
        call.tx, shipment, call.body.gln, _ssccs(call.body.ssccs), actor=call.actor, now=call.now
    )


async def print_again(call: Call[None, AskedReprint]) -> Reprint:
    asked = call.body
    return await reprint(
        call.tx,
        call.path["number"],
        asked.serial,
        asked.reason,
        same_serial=asked.same_serial,
        environment=call.environment,
        actor=call.actor,
        now=call.now,
    )


async def record_scan(call: Call[None, StaffScan]) -> ScanAnswer:
    if len(call.body.code.encode("utf-8", "replace")) > limits.RAW_CODE_BYTES:
        raise Unprocessable(f"code is longer than {limits.RAW_CODE_BYTES:,} bytes.", field="code")
    around = protection.Circumstances(channel="staff", country=call.body.country, nonce=call.body.nonce)
    answer = await scan(call.tx, call.body.code, around, environment=call.environment, now=call.now)
    key, item = answer.key, answer.item
    return ScanAnswer(
        state=answer.page.state,
        heading=answer.page.heading,
        band=answer.judgement.band,
        score=answer.judgement.score,
        reasons=[reason.text for reason in answer.judgement.reasons],
        gtin=key.key if key else None,
        serial=key.serial if key else None,
        product=answer.product.name if answer.product else None,
        lot=item.lot if item else None,
        expiry=item.expiry if item else None,
        scan_id=answer.scan_id,
    )


def _ssccs(codes: list[str]) -> list[str]:
    """The 18 digits of each code; raises GS1Error, or Unprocessable for a code that is no SSCC."""
    if not 1 <= len(codes) <= SSCCS_MAX:
        raise Unprocessable(f"ssccs has {len(codes)} entries; give 1 to {SSCCS_MAX:,}.", field="ssccs")
    return [_sscc(code) for code in codes]


def _sscc(code: str) -> str:
    key = gs1.canonical_key(f"(00){code}" if code.isdigit() and len(code) == 18 else code)
    if key.scheme != "sscc":
        raise Unprocessable(f"{code[:60]!r} is no SSCC; it begins with (00).", field="ssccs")
    return key.key


ENDPOINTS: tuple[access.Endpoint, ...] = (
    Endpoint(
        "POST",
        "/api/v1/shipments",
        "shipments:write",
        "Send logistic units to another place",
        ship,
        body=NewShipment,
        returns=warehouse.Shipment,
        status=201,
        tag="Shipments",
        description="Writes the shipment and its EPCIS event in one transaction.",
    ),
    Endpoint(
        "POST",
        "/api/v1/shipments/{id}/receive",
        "shipments:write",
        "Receive a shipment: found, missing, extra",
        receive,
        body=Arrival,
        returns=warehouse.Comparison,
        tag="Shipments",
    ),
    Endpoint(
        "POST",
        "/api/v1/orders/{number}/reprints",
        "line:operate",
        "Print a label again",
        print_again,
        body=AskedReprint,
        returns=Reprint,
        status=201,
        tag="Orders",
        description="The old label is void and its unit gets a new serial, unless the old one is recorded as destroyed "
        "and the same serial is asked for. Refused for a unit that passed the line.",
    ),
    Endpoint(
        "POST",
        "/api/v1/scans",
        "scans:record",
        "Verify a code",
        record_scan,
        body=StaffScan,
        returns=ScanAnswer,
        status=201,
        tag="Scans",
        secret_body=True,
        description="A bad code is an answer too: its state says why. Every scan is recorded.",
    ),
)
