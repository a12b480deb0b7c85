"""Units: the list with its filters, and the page of one: what it is, what happened to it, where it stands, its code."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, cast

from markupsafe import Markup
from starlette.responses import Response

from seriatim import gs1, history, identity, symbols
from seriatim.areas import protection
from seriatim.areas.line import Inspection
from seriatim.areas.line import store as line_store
from seriatim.areas.protection import ScanRow
from seriatim.base import limits
from seriatim.gs1 import Key
from seriatim.history import Item, Position, Standing, UnitFilter
from seriatim.web.console.asking import ROWS, text_in, unit_key
from seriatim.web.console.atlas import Atlas, atlas
from seriatim.web.console.moment import asked_moment, bar_of, kept_moment, moment_address
from seriatim.web.console.standing import lead_at, packing_at, route_of, stood_at, where_word
from seriatim.web.console.story import Story, story_of
from seriatim.web.pages import Page, Visit
from seriatim.web.ui import maps, words
from seriatim.web.ui.addresses import with_query
from seriatim.web.ui.words import State

SCANS_SHOWN: Final = 50
MADE: Final = words.step_word("commissioning")
FILTERS: Final = {"gtin": "Product", "lot": "Lot", "status": "State", "order": "Order"}


@dataclass(frozen=True, slots=True)
class Row:
    """One unit in the list."""

    item: Item
    state: State
    place: str | None

    @property
    def serial(self) -> str:
        return self.item.key.serial or ""


async def listing(visit: Visit) -> Response:
    asked = {name: value for name in FILTERS if (value := text_in(visit, name))}
    wanted = UnitFilter(
        gtin=asked.get("gtin"),
        lot=asked.get("lot"),
        status=asked.get("status"),
        order_number=asked.get("order"),
    )
    names = await atlas(visit.tx)
    page = await history.units(visit.tx, wanted, limit=ROWS, after=visit.query.get("after") or None)
    parents = {
        item.parent: await history.position(visit.tx, item.parent) for item in page.items if item.parent
    }
    chips = [(name, FILTERS[name], _chip(name, value, names)) for name, value in asked.items()]
    return visit.html(
        "console/units.html",
        section="Units",
        rows=[_row(item, parents.get(item.parent) if item.parent else None, names) for item in page.items],
        page=page,
        asked=asked,
        chips=chips,
        counts=await history.counts(visit.tx),
        lots=await history.lots(visit.tx, asked.get("gtin"), limit=limits.PAGE_ROWS),
        statuses=history.STATUSES,
        atlas=names,
    )


def _chip(name: str, value: str, names: Atlas) -> str:
    """A filter's value as people say it."""
    if name == "status":
        return words.state_of(value).word
    return names.product(value) if name == "gtin" else value


def _row(item: Item, root: Position | None, names: Atlas) -> Row:
    """A packed unit stands where its case stands."""
    place, status = item.place, item.status
    if root is not None and item.is_live and root.status in {"in_transit", "in_stock"}:
        place, status = root.place, root.status
    standings = tuple(standing.kind for standing in item.standings)
    return Row(item, names.state(status, place, standings), place)


@dataclass(frozen=True, slots=True)
class Twin:
    """Everything that the page of one unit shows."""

    item: Item
    position: Position
    """Now, or at the moment that the page shows."""
    standings: tuple[Standing, ...]
    state: State
    story: Story
    inspections: list[Inspection]
    scans: list[ScanRow]
    alerts: list[protection.Alert]

    @property
    def passed(self) -> Inspection | None:
        """The look at the line that let it pass."""
        return next((one for one in reversed(self.inspections) if one.passed), None)

    @property
    def open_alerts(self) -> int:
        return sum(1 for alert in self.alerts if alert.state == "open")


async def one(visit: Visit) -> Response:
    tx, names, at = visit.tx, await atlas(visit.tx), asked_moment(visit)
    key = unit_key(visit.path["gtin"], visit.path["serial"])
    serial = cast("str", key.serial)
    item = await history.item(tx, key)
    scans = (
        await protection.scans(tx, serial, key.key, None, None, SCANS_SHOWN)
        if visit.may("scans:read")
        else []
    )
    if item is None:
        return await _never_made(visit, key, names, scans)
    alerts = await protection.alerts(tx, None, None, SCANS_SHOWN, serial) if visit.may("alerts:read") else []
    seen = [
        each
        for each in await line_store.inspections_of_serial(tx, serial)
        if each.order_number == item.order_number
    ]
    order = await line_store.order(tx, item.order_number) if item.order_number else None
    passed = next((each for each in reversed(seen) if each.passed), None)
    stood = await stood_at(tx, item, at)
    twin = Twin(
        item,
        stood.position,
        stood.standings,
        stood.shown_by(names),
        with_look(await story_of(tx, key, names), passed, order.line if order else ""),
        seen,
        scans,
        [alert for alert in alerts if alert.gtin == key.key],
    )
    return visit.html(
        "console/unit.html",
        section="Units",
        key=key,
        serial=serial,
        twin=twin,
        item=item,
        packing=packing_at(twin.story, stood.chain, at),
        chain=stood.chain,
        bar=bar_of(visit, at, twin.story.told),
        moment_address=moment_address,
        then=kept_moment(at),
        order=order,
        product=names.products.get(key.key),
        lead=lead_of(twin, names) if at is None else lead_at(stood, at, names),
        days_left=(item.expiry - visit.now.date()).days if item.expiry else None,
        symbol=drawn(key, item.lot, item.expiry, twin.passed),
        grade_wording=symbols.Conditions().wording,
        map=scan_map(scans),
        route=route_of(twin.story, names, at),
        atlas=names,
    )


async def _never_made(visit: Visit, key: Key, names: Atlas, scans: list[ScanRow]) -> Response:
    """A serial without a story: lent to a line and never made, or never issued at all."""
    told = None  # not asked, as nobody here may ask, or as there is nothing to ask about
    if key.key in names.products and visit.may("issuance:read"):
        told = await identity.look_up(
            visit.tx,
            key.key,
            cast("str", key.serial),
            actor=visit.actor,
            now=visit.now,
            master_key=visit.app.environment.master_key,
        )
    return visit.html(
        "console/unit_unknown.html",
        404,
        section="Units",
        key=key,
        serial=key.serial,
        told=told,
        lease=told and told.lease,
        scans=scans,
        product=names.products.get(key.key),
        map=scan_map(scans),
        atlas=names,
    )


def lead_of(twin: Twin, names: Atlas) -> tuple[str, str]:
    """The sentence of the page: what is so, and what else one should know."""
    last = twin.story.told[0].at if twin.story.told else twin.item.last_event_time
    day = f"{last.day} {last:%B}"
    if twin.state.kind == "bad":
        standing = twin.standings[0]
        what = f"{twin.state.word} since {standing.since.day} {standing.since:%B}."
        last_known = names.state(twin.position.status, twin.position.place).word.lower()
        rest = f"Last known: {last_known}{where_word(twin.position, names)}, {day}."
        return what, rest
    is_sold = twin.position.status == "sold"
    what = f"{twin.state.word}{where_word(twin.position, names)}"
    rest = f"on {day}" if is_sold else f"since {day}"
    if twin.position.depth:
        rest += ", inside a sealed case" if twin.position.depth == 1 else ", inside a case on a pallet"
    odd = words.plural(twin.open_alerts, "open alert")
    return what, f"{rest}. {odd + '.' if twin.open_alerts else 'Nothing unusual.'}"


def drawn(key: Key, lot: str | None, expiry: date | None, passed: Inspection | None) -> Markup | None:
    """The unit's own Data Matrix as SVG: what the camera read, or what its label must say."""
    content = passed.read_text if passed else ""
    if not content.startswith("(01)"):
        dated = f"(17){expiry:%y%m%d}" if expiry else ""
        content = f"(01){key.key}{dated}{f'(10){lot}' if lot else ''}(21){key.serial}"
    try:
        picture = symbols.encode(content, "datamatrix").svg()
    except (gs1.GS1Error, symbols.SymbolError):
        return None  # a partner's serial may hold what no Data Matrix of ours carries
    # Ours from end to end: the SVG holds numbers only, no text of the unit.
    return Markup(picture)  # noqa: S704


def scan_map(scans: list[ScanRow]) -> maps.Map | None:
    """Where the unit was scanned, oldest first; None when no place is known."""
    stops = [
        (
            scan.latitude,
            scan.longitude,
            words.country(scan.country),
            f"{scan.received_at.day} {scan.received_at:%b %H:%M}",
        )
        for scan in reversed(scans)
        if scan.latitude is not None and scan.longitude is not None
    ]
    return maps.journey(stops) if stops else None


def with_look(story: Story, seen: Inspection | None, line: str) -> Story:
    """The story with what the camera saw, in the chapter where the unit was made."""
    if seen is None:
        return story
    look = f"{line}, code read in {seen.milliseconds:.1f} ms, grade {seen.letter}"
    made = [replace(one, where=look) if one.what.startswith(MADE) else one for one in story.told]
    return replace(story, told=tuple(made))


async def of_product(visit: Visit) -> Response:
    """An address without a serial asks for the units of the product."""
    return visit.go(with_query("/console/units", {}, gtin=visit.path["gtin"]))


PAGES: Final = (
    Page("/console/units", listing, "units:read"),
    Page("/console/units/{gtin}", of_product, "units:read"),
    Page("/console/units/{gtin}/{serial:path}", one, "units:read"),
)
