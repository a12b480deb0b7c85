"""An order and what becomes of it: the values the packaging line works with."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from seriatim import gs1
from seriatim.base import limits
from seriatim.base.errors import BadInput, Refused
from seriatim.gs1.checksums import CSET82
from seriatim.symbols import Pose

OrderState = Literal["planned", "running", "packing", "closed"]
SerialState = Literal["sent", "printed", "verified", "commissioned", "rejected", "destroyed", "void"]

Image = NDArray[np.uint8]

NUMBER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""An order's number stands in addresses and in the URI of its transaction."""
CASE_MAX: Final = 10_000
"""Units in a case, cases on a pallet."""


class BadOrder(BadInput):
    """The order cannot be made like this."""

    code = "bad_order"


class OrderExists(Refused):
    """There is an order with this number already."""

    code = "order_exists"


class Order(msgspec.Struct, frozen=True):
    """What to make, how many, and what is printed on all of it."""

    number: str
    gtin: str
    lot: str
    expiry: date
    produced_on: date
    quantity: int
    line: str
    plant: str
    """GLN of the place that makes it: the read point of its commissioning."""
    market: str = ""
    """ISO 3166 country it is made for; empty where the product may go anywhere."""
    units_per_case: int = 24
    cases_per_pallet: int = 10
    state: OrderState = "planned"
    created_at: datetime | None = None
    started_at: datetime | None = None
    closed_at: datetime | None = None

    def checked(self) -> "Order":
        """The order itself, or BadOrder naming the first field that cannot be."""
        for field, holds, words in self._demands():
            if not holds:
                raise BadOrder(f"{field} is {getattr(self, field)!r}; {words}", field=field)
        return self

    def _demands(self) -> Iterator[tuple[str, bool, str]]:
        """Field, whether it is as it must be, and what it must be."""
        number, lot = self.number, self.lot
        yield (
            "number",
            1 <= len(number) <= 64 and bool(NUMBER.fullmatch(number)),
            "give 1 to 64 of A-Z a-z 0-9 . _ -",
        )
        yield "gtin", len(self.gtin) == 14 and _has_check_digit(self.gtin), "give a GTIN in 14 digits."
        yield "plant", len(self.plant) == 13 and _has_check_digit(self.plant), "give a GLN of 13 digits."
        yield (
            "lot",
            1 <= len(lot) <= 20 and set(lot) <= set(CSET82),
            "give 1 to 20 characters of GS1's set (AI 10).",
        )
        yield "line", 1 <= len(self.line) <= 64 and self.line.isprintable(), "give 1 to 64 characters."
        yield (
            "quantity",
            1 <= self.quantity <= limits.ORDER_UNITS_MAX,
            f"give 1 to {limits.ORDER_UNITS_MAX:,}.",
        )
        yield "expiry", self.expiry > self.produced_on, f"it must come after produced_on, {self.produced_on}."
        yield "units_per_case", 1 <= self.units_per_case <= CASE_MAX, f"give 1 to {CASE_MAX:,}."
        yield "cases_per_pallet", 1 <= self.cases_per_pallet <= CASE_MAX, f"give 1 to {CASE_MAX:,}."

    @property
    def expiry_yymmdd(self) -> str:
        """The expiry as AI 17 prints it."""
        return self.expiry.strftime("%y%m%d")


def _has_check_digit(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and gs1.check_digit(digits[:-1]) == digits[-1]


class Label(msgspec.Struct, frozen=True):
    """What is printed on one unit."""

    gtin: str
    lot: str
    expiry: date
    serial: str
    product: str = ""
    brand: str = ""
    order: str = ""
    line: str = ""
    market: str = ""
    produced: date | None = None

    def texts(self) -> Mapping[str, str]:
        """The placeholders of the label template (symbols.label)."""
        return {
            "gtin": self.gtin,
            "lot": self.lot,
            "expiry": self.expiry.isoformat(),
            "serial": self.serial,
            "product": self.product,
            "brand": self.brand,
            "order": self.order,
            "line": self.line,
            "market": self.market,
            **({"produced": self.produced.isoformat()} if self.produced else {}),
        }


def label_of(order: Order, serial: str, product: str, brand: str) -> Label:
    """The label of one unit of an order."""
    return Label(
        order.gtin,
        order.lot,
        order.expiry,
        serial,
        product,
        brand,
        order.number,
        order.line,
        order.market,
        order.produced_on,
    )


class Frame(msgspec.Struct, frozen=True):
    """One picture the line camera took."""

    image: Image
    """Gray, 8 bits, rows by columns."""
    roi: tuple[int, int, int, int] | None = None
    """Where the code should stand, taught in: left, top, right, bottom in pixels; None when nobody taught it."""
    fault: str = ""
    """Why there is no usable picture; empty when there is one."""
    pose: Pose | None = None
    """Which code of which size stands where in it, when that was taught in too."""


class FrameSource(Protocol):
    """A line camera.

    MUST take one picture for each trigger, in the order of the triggers.
    MUST be picklable, since pictures are taken and judged in worker processes.
    MUST answer an unusable picture with a Frame that names the fault, never with an exception.
    """

    def take(self, trigger: int, label: Label) -> Frame: ...


class Counts(msgspec.Struct, frozen=True):
    """The ledger of one order; `adds_up` is reconciliation R3 and R5 of the line."""

    triggers: int
    passed: int
    rejected: int
    commissioned: int
    reworked: int
    cases: int
    pallets: int
    by_reason: Mapping[str, int]
    by_letter: Mapping[str, int]
    first_pass: int
    """Units good the first time they passed the camera."""

    @property
    def adds_up(self) -> bool:
        return self.triggers == self.passed + self.rejected and self.passed == self.commissioned

    @property
    def first_pass_yield(self) -> float:
        """Good the first time, as a share of the units first seen (rework left out)."""
        first_seen = self.triggers - self.reworked
        return self.first_pass / first_seen if first_seen else 0.0


class Case(msgspec.Struct, frozen=True):
    """One closed case and what is in it."""

    sscc: str
    serials: tuple[str, ...]


class Pallet(msgspec.Struct, frozen=True):
    """One pallet and the cases on it."""

    sscc: str
    cases: tuple[Case, ...]


def case_sizes(units: int, per_case: int) -> tuple[int, ...]:
    """How many units each case takes; the last one may be partial.

    >>> case_sizes(50, 24)
    (24, 24, 2)
    """
    full, rest = divmod(units, per_case)
    return (per_case,) * full + ((rest,) if rest else ())


def packed(
    serials: Sequence[str], case_ssccs: Sequence[str], pallet_ssccs: Sequence[str], *, order: Order
) -> tuple[Pallet, ...]:
    """Units into cases into pallets, in the order they came off the line."""
    sizes = case_sizes(len(serials), order.units_per_case)
    assert len(sizes) == len(case_ssccs), "one SSCC for each case"
    cases, start = [], 0
    for sscc, size in zip(case_ssccs, sizes, strict=True):
        cases.append(Case(sscc, tuple(serials[start : start + size])))
        start += size
    step = order.cases_per_pallet
    groups = [tuple(cases[i : i + step]) for i in range(0, len(cases), step)]
    return tuple(Pallet(sscc, group) for sscc, group in zip(pallet_ssccs, groups, strict=True))


def as_builtins(value: Any) -> Any:
    """A msgspec value as plain JSON types."""
    return msgspec.to_builtins(value)
