"""Today in one screen: what needs somebody, four figures, the lines, and where people scan."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from starlette.responses import Response

from seriatim import history
from seriatim.areas import line, protection, recall
from seriatim.areas.line import Counts, Order
from seriatim.areas.line import store as line_store
from seriatim.areas.protection import Alert, CellCount
from seriatim.areas.recall import HeldUnits, Recall
from seriatim.base.db import Transaction
from seriatim.web.console.atlas import Atlas, atlas
from seriatim.web.pages import Page, Visit
from seriatim.web.ui import maps, words

STRIP_UNITS: Final = 60
SPARK_UNITS: Final = 240
SPARK_STEPS: Final = 24
ORDERS_CHECKED: Final = 20
ALERTS_SHOWN: Final = 1_000
SCAN_DAYS: Final = 30
EVENT_DAYS: Final = 15
WAFFLE: Final = 120
AGES: Final = ((3_600, "< 1 h"), (14_400, "< 4 h"), (86_400, "< 1 day"), (float("inf"), "older"))
RULE_ASKS: Final = {
    "guessing": (
        "products being guessed at",
        "Somebody tries made-up serials in numbers, and is slowed down.",
    ),
    "R13": (
        "taps that prove nothing",
        "An old or a made-up tap was shown; the units themselves may be fine.",
    ),
    "R1": ("serials that nobody issued", "Somebody made codes up: none of them ever left a line."),
    "R2": ("units scanned before they were made", "The code was known before the pack existed."),
    "R4": ("units that travel too fast", "One pack cannot be in two places."),
    "R4h": ("units in two places at once", "One pack cannot be in two places: very likely copied codes."),
    "R6": ("units that too many phones see", "Far more phones than such a pack ever meets."),
    "R6h": (
        "units with a burst of phones",
        "Many phones in one hour: a picture of the code may be going round.",
    ),
    "R7": ("units outside their market", "Real packs, sold where they were not sent to."),
    "recalled_seen": (
        "recalled lots still scanned",
        "Somebody has the pack in hand: it did not come back yet.",
    ),
    "blocked_seen": ("blocked units still scanned", "A blocked pack is still in somebody's hands."),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One row of work: what it is, why, and the act that helps."""

    state: str
    things: int
    what: str
    why: str
    since: datetime
    path: str
    act: str


@dataclass(frozen=True, slots=True)
class LineNow:
    """One line with its newest order and its last units."""

    order: Order
    counts: Counts
    marks: tuple[str, ...]

    @property
    def is_running(self) -> bool:
        return self.order.state in {"running", "packing"}

    @property
    def label(self) -> str:
        """The strip in words."""
        out, low = self.marks.count("out"), self.marks.count("low")
        return f"{self.order.line}, last {len(self.marks)} units: {out} rejected, {low} low grades"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the four tiles show."""

    spark: str
    spark_low: float
    days: tuple[tuple[int, float], ...]
    """Events and height of the bar, oldest day first."""
    ages: tuple[tuple[str, int], ...]
    reached: tuple[int, int]
    """Recalled units that are still at a place of ours or a partner's, and those sold."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A live recall with who holds its units."""

    recall: Recall
    holders: tuple[HeldUnits, ...]

    @property
    def places(self) -> int:
        return len({one.place for one in self.holders if one.place})


async def home(visit: Visit) -> Response:
    tx, names = visit.tx, await atlas(visit.tx)
    may_orders = visit.may("orders:read")
    lines = [await _line_now(tx, order) for order in await line_store.lines(tx)] if may_orders else []
    may_alerts, may_scans = visit.may("alerts:read"), visit.may("scans:read")
    alerts = await protection.alerts(tx, "open", None, ALERTS_SHOWN) if may_alerts else []
    recalls = await _recalls(visit)
    places = await protection.places(tx, visit.now - timedelta(days=SCAN_DAYS)) if may_scans else ()
    order_asks = await _order_asks(tx) if may_orders else []
    asks = [*_recall_asks(recalls, names), *order_asks, *_alert_asks(alerts, names)]
    template = "console/home_live.html" if visit.wants_fragment else "console/home.html"
    return visit.html(
        template,
        section="Home",
        headline=headline(lines if may_orders else None, sum(ask.things for ask in asks)),
        asks=asks,
        lines=lines,
        totals=_totals(lines),
        counts=await history.counts(tx),
        alerts=alerts,
        recalls=_in_earnest(recalls),
        figures=Figures(
            *await _yield_spark(tx, lines),
            await _days(tx, visit.now),
            _ages(alerts, visit.now),
            _reached(_in_earnest(recalls)),
        ),
        places=places,
        sessions=sum(cell.sessions for cell in places),
        countries=len({cell.country for cell in places if cell.country}),
        folded=sum(cell.sessions for cell in places if not cell.cell),
        map=heat(places) if may_scans else None,
        atlas=names,
        scan_days=SCAN_DAYS,
        event_days=EVENT_DAYS,
        waffle=WAFFLE,
    )


def headline(lines: Sequence[LineNow] | None, things: int) -> str:
    """The verdict of the day: what runs, and how much needs somebody. None: the reader may not see the lines."""
    running = sum(1 for one in lines or () if one.is_running)
    if lines is None:
        what = ""
    elif not lines:
        what = "No line has run yet."
    elif running:
        of = "" if running == len(lines) else f" of {words.number_word(len(lines))}"
        noun = "line" if len(lines) == 1 else "lines"
        what = f"{words.number_word(running).capitalize()}{of} {noun} {'runs' if running == 1 else 'run'}."
    else:
        what = f"{words.number_word(len(lines)).capitalize()} {'line' if len(lines) == 1 else 'lines'} ran."
    needs = "things need" if things > 1 else "thing needs" if things else "needs"
    return f"{what} {words.number_word(things).capitalize() if things else 'Nothing'} {needs} you.".strip()


def heat(places: Sequence[CellCount]) -> maps.Map:
    """The cells that may be shown, on the world."""
    return maps.world(
        (cell.latitude, cell.longitude, cell.sessions)
        for cell in places
        if cell.latitude is not None and cell.longitude is not None
    )


async def _line_now(tx: Transaction, order: Order) -> LineNow:
    seen = await line_store.inspections(tx, order.number, None, STRIP_UNITS)
    return LineNow(
        order, await line_store.counts(tx, order.number), tuple(mark(one) for one in reversed(seen))
    )


def mark(seen: line.Inspection) -> str:
    """How a unit is drawn in a strip: ok, low (C or worse, yet passed), out."""
    if not seen.passed:
        return "out"
    return "low" if seen.letter in {"C", "D", "F"} else "ok"


def _totals(lines: Sequence[LineNow]) -> tuple[int, int, int]:
    """Units first seen, good at once, rejected; of the orders shown."""
    return (
        sum(one.counts.triggers - one.counts.reworked for one in lines),
        sum(one.counts.first_pass for one in lines),
        sum(one.counts.rejected for one in lines),
    )


async def _yield_spark(tx: Transaction, lines: Sequence[LineNow]) -> tuple[str, float]:
    """The first-pass yield of the last units as a line in 240 x 48, and its lowest value."""
    seen = [
        one for now in lines for one in await line_store.inspections(tx, now.order.number, None, SPARK_UNITS)
    ]
    first = sorted(
        (one for one in seen if one.round == 0), key=lambda one: (one.inspected_at, one.trigger_no)
    )
    first = first[-SPARK_UNITS:]
    size = max(1, -(-len(first) // SPARK_STEPS))
    groups = [first[i : i + size] for i in range(0, len(first), size)]
    shares = [sum(one.passed for one in group) / len(group) for group in groups]
    if len(shares) < 2:
        return "", 0.0
    low = min(*shares, 0.9)
    step = 240 / (len(shares) - 1)
    points = (f"{i * step:.1f} {4 + (1 - share) / (1 - low) * 40:.1f}" for i, share in enumerate(shares))
    return "M" + "L".join(points), min(shares)


async def _days(tx: Transaction, now: datetime) -> tuple[tuple[int, float], ...]:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    start = today - timedelta(days=EVENT_DAYS - 1)
    by_day: Counter[int] = Counter()
    for hour, events in await history.events_by_hour(tx, start):
        by_day[(hour - start).days] += events
    most = max(by_day.values(), default=1)
    return tuple((by_day[i], by_day[i] / most * 46) for i in range(EVENT_DAYS))


def _ages(alerts: Sequence[Alert], now: datetime) -> tuple[tuple[str, int], ...]:
    counted = dict.fromkeys((word for _, word in AGES), 0)
    for alert in alerts:
        age = (now - alert.opened_at).total_seconds()
        counted[next(word for limit, word in AGES if age < limit)] += 1
    return tuple(counted.items())


async def _recalls(visit: Visit) -> list[Recalled]:
    if not visit.may("recalls:read"):
        return []
    open_ones = [*await recall.recalls(visit.tx, "live"), *await recall.recalls(visit.tx, "proposed")]
    return [Recalled(one, await recall.holders(visit.tx, one.id)) for one in open_ones]


def _in_earnest(recalls: Sequence[Recalled]) -> list[Recalled]:
    """Those that are live and no drills."""
    return [each for each in recalls if each.recall.state == "live" and not each.recall.drill]


def _reached(recalls: Sequence[Recalled]) -> tuple[int, int]:
    held = [one for each in recalls for one in each.holders]
    sold = sum(one.units for one in held if one.status in {"sold", "dispensed"})
    return sum(one.units for one in held) - sold, sold


def _recall_asks(recalls: Sequence[Recalled], names: Atlas) -> list[Ask]:
    asks = []
    for each in sorted(recalls, key=lambda each: each.recall.drill):
        one, product = each.recall, names.product(each.recall.gtin)
        path = f"/console/recalls/{one.id}"
        drill = "Drill" if one.drill else "Recall"
        if one.state == "proposed":
            what = f"{drill} {one.id}: a second person must launch it"
            asks.append(
                Ask(
                    "watch",
                    1,
                    what,
                    f"{product}, lot {one.lot}. {one.reason}",
                    one.proposed_at,
                    path,
                    "Look and launch",
                )
            )
        else:
            sold = sum(held.units for held in each.holders if held.status == "sold")
            what = f"{drill} {one.id}: {words.plural(one.units, 'unit')} of {product}, lot {one.lot}"
            why = f"{sold:,} were sold, {one.units - sold:,} stand at {words.plural(each.places, 'place')}. {one.reason}"
            state, act = ("watch", "Open drill") if one.drill else ("bad", "Open recall")
            asks.append(Ask(state, 1, what, why, one.launched_at or one.proposed_at, path, act))
    return asks


def _alert_asks(alerts: Sequence[Alert], names: Atlas) -> list[Ask]:
    asks = []
    for rule, count in Counter(alert.rule for alert in alerts).most_common():
        of_rule = [alert for alert in alerts if alert.rule == rule]
        noun, why = RULE_ASKS.get(rule, (words.rule_word(rule).lower(), ""))
        what = f"{words.number_word(count).capitalize()} {noun}"
        if count == 1:
            first = of_rule[0]
            what = f"{words.rule_word(rule)}: {names.product(first.gtin) if first.gtin else first.subject}"
            why = words.with_countries(first.text)
        path = f"/console/protection/{of_rule[0].id}" if count == 1 else f"/console/protection?rule={rule}"
        oldest = min(alert.opened_at for alert in of_rule)
        asks.append(
            Ask("watch", count, what, why, oldest, path, "Decide" if count == 1 else f"Decide {count}")
        )
    return asks


async def _order_asks(tx: Transaction) -> list[Ask]:
    asks = []
    for order in await line_store.orders(tx, None, ORDERS_CHECKED):
        if order.state != "closed":
            continue
        counts = await line_store.counts(tx, order.number)
        if not counts.adds_up:
            what = f"Order {order.number} does not add up"
            why = f"{counts.triggers:,} seen, {counts.passed:,} passed, {counts.rejected:,} rejected, {counts.commissioned:,} made."
            path = f"/console/orders/{order.number}"
            assert order.closed_at is not None, "a closed order has an end"
            asks.append(Ask("bad", 1, what, why, order.closed_at, path, "Open order"))
    return asks


PAGES: Final = (Page("/console", home, "products:read"),)
