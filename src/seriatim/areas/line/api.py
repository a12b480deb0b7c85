"""JSON routes of the line: orders, what was printed, what the camera saw."""

from datetime import date

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.areas.line import actions, store
from seriatim.areas.line.model import Counts, Order
from seriatim.areas.line.store import CaseRow, Inspection, PrintJob
from seriatim.base import limits
from seriatim.base.http import Moment, Page, PageRows, RowId, page_of, read_position


class NewOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order as an ERP sends it."""

    number: str
    gtin: str
    lot: str
    expiry: date
    produced_on: date
    quantity: int
    line: str
    plant: str
    market: str = ""
    units_per_case: int = 24
    cases_per_pallet: int = 10


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of a list."""

    after: str = ""
    limit: PageRows = limits.PAGE_ROWS


class InspectionListing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which inspections of an order, newest first."""

    after: str = ""
    limit: PageRows = limits.PAGE_ROWS
    rejects: bool = False


class OrderReport(msgspec.Struct, frozen=True):
    """An order with its ledger."""

    order: Order
    counts: Counts
    first_pass_yield: float
    adds_up: bool
    print_jobs: list[PrintJob]
    cases: list[CaseRow]


async def create(call: Call[None, NewOrder]) -> Order:
    order = msgspec.convert(msgspec.structs.asdict(call.body), Order)
    return await actions.create_order(call.tx, order, actor=call.actor, now=call.now)


async def listing(call: Call[Listing, None]) -> Page[Order]:
    after = call.query.after
    position = read_position(after, tuple[Moment, str]) if after else None
    limit = call.query.limit
    return page_of(await store.orders(call.tx, position, limit + 1), limit, "created_at", "number")


async def report(call: Call[None, None]) -> OrderReport:
    order = await actions.known_order(call.tx, call.path["number"])
    counts = await store.counts(call.tx, order.number)
    return OrderReport(
        order,
        counts,
        counts.first_pass_yield,
        counts.adds_up,
        await store.print_jobs(call.tx, order.number),
        await store.cases(call.tx, order.number),
    )


async def inspections(call: Call[InspectionListing, None]) -> Page[Inspection]:
    order = await actions.known_order(call.tx, call.path["number"])
    after = call.query.after
    before = read_position(after, tuple[RowId])[0] if after else None
    limit = call.query.limit
    rows = await store.inspections(call.tx, order.number, before, limit + 1, rejects_only=call.query.rejects)
    return page_of(rows, limit, "trigger_no")


ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v1/orders",
        "orders:write",
        "Plan an order",
        create,
        body=NewOrder,
        returns=Order,
        status=201,
        tag="Orders",
    ),
    Endpoint(
        "GET",
        "/api/v1/orders",
        "orders:read",
        "Orders, newest first",
        listing,
        query=Listing,
        returns=Page[Order],
        tag="Orders",
    ),
    Endpoint(
        "GET",
        "/api/v1/orders/{number}",
        "orders:read",
        "One order with its ledger",
        report,
        returns=OrderReport,
        tag="Orders",
    ),
    Endpoint(
        "GET",
        "/api/v1/orders/{number}/inspections",
        "orders:read",
        "What the camera saw, newest first",
        inspections,
        query=InspectionListing,
        returns=Page[Inspection],
        tag="Orders",
    ),
)
