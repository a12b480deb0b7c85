"""A pilot as a value: what its files say, and what its seed decides.

Everything random is decided here, before anything runs, so that the truth is known: which units the line gets wrong,
which codes are copied, which units are diverted.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final, TypeVar

import msgspec

from seriatim.areas.content import ProductText
from seriatim.areas.line import EXPECTED_REASONS, FaultKind
from seriatim.base.errors import BadInput, SeriatimError
from seriatim.identity import Location, Party, Product
from seriatim.journeys.run_order import LABELS_PER_LEASE
from seriatim.symbols import LabelTemplate, SymbolError

Kind = TypeVar("Kind")

UNITS_MAX: Final = 1_000_000
FILES: Final = ("products.toml", "partners.toml", "pilot.toml", "label.toml", "content.toml")


class BadPilot(BadInput):
    """The pilot's files cannot be used."""

    code = "bad_pilot"


class PlannedOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One order of the pilot; its share of all units."""

    gtin: str
    line: str
    lot: str
    share: float


class Market(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happens after the shelves are filled."""

    sold: float
    scanned: float
    rescanned: float
    clones: int
    clone_scans: int
    made_up: int
    diverted: int


class PlannedRecall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lot that is taken back."""

    lot: str
    reason: str
    instructions: str


class City(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place where consumers scan."""

    name: str
    country: str
    latitude: float
    longitude: float


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`pilot.toml`."""

    plant: str
    warehouse: str
    shops: tuple[str, ...]
    orders: tuple[PlannedOrder, ...]
    faults: Mapping[str, float]
    market: Market
    recall: PlannedRecall
    cities: tuple[City, ...]
    far_cities: tuple[City, ...]
    days: int = 14


class _Products(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    products: tuple[Product, ...]


class _Partners(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    parties: tuple[Party, ...]
    locations: tuple[Location, ...]


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    texts: tuple[ProductText, ...]


class Pilot(msgspec.Struct, frozen=True):
    """All five files, checked."""

    products: tuple[Product, ...]
    parties: tuple[Party, ...]
    locations: tuple[Location, ...]
    scenario: Scenario
    label: LabelTemplate
    texts: tuple[ProductText, ...]

    @classmethod
    def load(cls, folder: Path) -> "Pilot":
        """The pilot in a folder; raises BadPilot naming the file and what is wrong in it."""
        texts = {name: _text(folder / name) for name in FILES}
        products = _decoded(folder, texts, "products.toml", _Products).products
        partners = _decoded(folder, texts, "partners.toml", _Partners)
        scenario = _decoded(folder, texts, "pilot.toml", Scenario)
        content = _decoded(folder, texts, "content.toml", _Content)
        label = _label(folder / "label.toml")
        pilot = cls(products, partners.parties, partners.locations, scenario, label, content.texts)
        pilot._check()
        return pilot

    def _check(self) -> None:
        scenario, glns = self.scenario, {place.gln for place in self.locations}
        gtins = {product.gtin for product in self.products}
        for gln in (scenario.plant, scenario.warehouse, *scenario.shops):
            if gln not in glns:
                raise BadPilot(f"pilot.toml names the place {gln}, which partners.toml does not know.")
        for order in scenario.orders:
            if order.gtin not in gtins:
                raise BadPilot(f"pilot.toml orders {order.gtin}, which products.toml does not know.")
        if unknown := set(scenario.faults) - set(EXPECTED_REASONS):
            raise BadPilot(
                f"pilot.toml plans unknown faults {sorted(unknown)}; known are {sorted(EXPECTED_REASONS)}."
            )
        if abs(sum(order.share for order in scenario.orders) - 1) > 1e-6:
            raise BadPilot("The shares of the orders in pilot.toml must add up to 1.")
        if scenario.recall.lot not in {order.lot for order in scenario.orders}:
            raise BadPilot(f"pilot.toml recalls lot {scenario.recall.lot}, which no order makes.")
        if not (scenario.shops and scenario.cities and scenario.far_cities):
            raise BadPilot("pilot.toml needs at least one shop, one city and one far city.")

    def quantities(self, units: int) -> tuple[int, ...]:
        """How many units each order makes, at least one; the largest takes what rounding leaves. Raises BadPilot."""
        orders = self.scenario.orders
        if units < len(orders):
            raise BadPilot(f"{units} units are too few for {len(orders)} orders.")
        counts = [max(round(units * order.share), 1) for order in orders]
        largest = counts.index(max(counts))
        counts[largest] += units - sum(counts)
        return tuple(counts)

    def with_lots(self, names: Mapping[str, str]) -> "Pilot":
        """The same pilot with its lots renamed, the recalled one too."""
        replace, scenario = msgspec.structs.replace, self.scenario
        orders = tuple(replace(order, lot=names[order.lot]) for order in scenario.orders)
        recall = replace(scenario.recall, lot=names[scenario.recall.lot])
        return replace(self, scenario=replace(scenario, orders=orders, recall=recall))

    def product(self, gtin: str) -> Product:
        return next(product for product in self.products if product.gtin == gtin)

    def location(self, gln: str) -> Location:
        return next(place for place in self.locations if place.gln == gln)


def _text(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadPilot(f"Cannot read {path}: {error.strerror}. Copy examples/pilot and edit it.") from error


def _decoded(folder: Path, texts: Mapping[str, bytes], name: str, kind: type[Kind]) -> Kind:
    try:
        return msgspec.toml.decode(texts[name], type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, SeriatimError) as error:
        raise BadPilot(f"{folder / name}: {error}") from error


def _label(path: Path) -> LabelTemplate:
    try:
        return LabelTemplate.load(path)
    except (SymbolError, UnicodeDecodeError) as error:
        raise BadPilot(f"{path}: {error}") from error


def planned_faults(rates: Mapping[str, float], units: int, rng: Random) -> dict[int, FaultKind]:
    """Which triggers the line gets wrong, and how; a duplicate needs two units before it in its print run."""
    free = [trigger for trigger in range(units) if trigger % LABELS_PER_LEASE >= 2]
    rng.shuffle(free)
    faults: dict[int, FaultKind] = {}
    for kind, rate in sorted(rates.items()):
        for _ in range(min(round(rate * units), len(free))):
            faults[free.pop()] = kind  # type: ignore[assignment]  # the names were checked when the file was read
    # A copy of a label that is itself spoilt would be that fault, not a duplicate.
    return {
        trigger: "absent" if kind == "duplicate" and trigger - 2 in faults else kind
        for trigger, kind in faults.items()
    }


class Visit(msgspec.Struct, frozen=True):
    """One scan by a consumer, planned."""

    gtin: str
    serial: str
    city: City
    client: int
    """Which phone."""
    after: timedelta
    """Since the shelves were filled."""
    truth: str
    """`honest`, `clone`, `made_up` or `diverted`."""


class Traffic(msgspec.Struct, frozen=True):
    """What consumers will scan, and the truth about it."""

    sold: tuple[tuple[str, str, str], ...]
    """Shop GLN, GTIN, serial."""
    visits: tuple[Visit, ...]
    """In the order of time."""
    clones: frozenset[str]
    made_up: frozenset[str]
    diverted: frozenset[str]


def planned_traffic(
    pilot: Pilot, shelves: Sequence[tuple[str, str, str]], rng: Random, alphabet: str
) -> Traffic:
    """Sales and scans of the units on the shelves (shop GLN, GTIN, serial); pure, given the random source."""
    market, scenario = pilot.scenario.market, pilot.scenario
    stock = list(shelves)
    rng.shuffle(stock)
    sold = stock[: round(market.sold * len(stock))]
    special = sold[: market.clones + market.diverted]
    clones, diverted = special[: market.clones], special[market.clones :]
    plan = _Plan(pilot, rng)
    for shop, gtin, serial in sold[len(special) :]:
        if rng.random() < market.scanned:
            city = plan.near(shop)
            plan.add(gtin, serial, city, "honest")
            if rng.random() < market.rescanned:
                plan.add(gtin, serial, city, "honest", same_client=True)
    for shop, gtin, serial in clones:
        first = plan.add(gtin, serial, plan.near(shop), "clone", at=plan.of_late())
        for step in range(market.clone_scans):
            soon = first + timedelta(minutes=9 * (step + 1))
            plan.add(gtin, serial, rng.choice(scenario.far_cities), "clone", at=soon)
    for _, gtin, serial in diverted:
        plan.add(gtin, serial, rng.choice(scenario.far_cities), "diverted")
    invented = tuple("".join(rng.choices(alphabet, k=12)) for _ in range(market.made_up))
    for serial in invented:
        plan.add(scenario.orders[0].gtin, serial, rng.choice(scenario.far_cities), "made_up")
    return Traffic(
        sold=tuple(sold),
        visits=tuple(sorted(plan.visits, key=lambda visit: visit.after)),
        clones=frozenset(serial for _, _, serial in clones),
        made_up=frozenset(invented),
        diverted=frozenset(serial for _, _, serial in diverted),
    )


class _Plan:
    """Collects visits; each gets a phone of its own unless it says otherwise."""

    def __init__(self, pilot: Pilot, rng: Random) -> None:
        self.visits: list[Visit] = []
        self._pilot = pilot
        self._rng = rng
        self._window = timedelta(days=max(pilot.scenario.days - 8, 1))

    def near(self, shop: str) -> City:
        """A city in the shop's country, where its customers live."""
        country = self._pilot.location(shop).country
        cities = [city for city in self._pilot.scenario.cities if city.country == country]
        return self._rng.choice(cities or list(self._pilot.scenario.cities))

    def of_late(self) -> timedelta:
        """A moment of the last day: old scans of a copy weigh less, and its page would calm down."""
        return self._window - timedelta(days=self._rng.random())

    def add(
        self,
        gtin: str,
        serial: str,
        city: City,
        truth: str,
        *,
        at: timedelta | None = None,
        same_client: bool = False,
    ) -> timedelta:
        last = self.visits[-1] if same_client else None
        if last is not None:
            after = last.after + timedelta(hours=self._rng.uniform(5, 60))
        else:
            after = at if at is not None else self._window * self._rng.random()
        client = last.client if last is not None else len(self.visits)
        self.visits.append(Visit(gtin, serial, city, client, after, truth))
        return after
