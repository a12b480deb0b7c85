"""The packaging line for tests: an order, its labels, a template, what a camera would have seen."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from tests.factories.plant import GTIN, PLANT_GLN

from seriatim.areas.line import Label, Order, SeenCode, Shot, Sighting, Target
from seriatim.symbols import LabelTemplate

LOT = "H26K20"
EXPIRY = date(2027, 11, 20)
TEMPLATE = LabelTemplate.load(Path(__file__).resolve().parents[2] / "examples" / "pilot" / "label.toml")


def make_order(**fields: Any) -> Order:
    """An order of ten bags in cases of four, two cases on a pallet."""
    usual: dict[str, Any] = {
        "number": "4711",
        "gtin": GTIN,
        "lot": LOT,
        "expiry": EXPIRY,
        "produced_on": date(2026, 11, 20),
        "quantity": 10,
        "line": "Line 1",
        "plant": PLANT_GLN,
        "units_per_case": 4,
        "cases_per_pallet": 2,
    }
    return Order(**(usual | fields))


def make_label(serial: str, **fields: Any) -> Label:
    usual: dict[str, Any] = {
        "gtin": GTIN,
        "lot": LOT,
        "expiry": EXPIRY,
        "product": "Huila",
        "brand": "Alboral",
    }
    return Label(serial=serial, **(usual | fields))


def make_target(serials: Sequence[str], **fields: Any) -> Target:
    numbered = {serial: index for index, serial in enumerate(serials)}
    return msgspec.structs.replace(Target(GTIN, LOT, "271120", numbered), **fields)


def make_code(serial: str, elements: Mapping[str, str] | None = None, **fields: Any) -> SeenCode:
    """A good code of the order; `elements` change it, an empty one is left out."""
    printed = {"01": GTIN, "17": "271120", "10": LOT, "21": serial} | dict(elements or {})
    kept = {ai: value for ai, value in printed.items() if value}
    usual: dict[str, Any] = {
        "text": "".join(f"({ai}){value}" for ai, value in kept.items()),
        "symbology_id": "]d2",
        "elements": kept,
        "fault": "",
        "rescued": False,
        "grade": 4.0,
        "letter": "A",
        "contrast": 0.8,
        "unused_error_correction": 1.0,
        "corners": ((1.0, 2.0), (3.0, 2.0), (3.0, 4.0), (1.0, 4.0)),
    }
    return SeenCode(**(usual | fields))


def make_sighting(serial: str, **fields: Any) -> Sighting:
    return Sighting((make_code(serial, **fields),), something_there=True, milliseconds=3.5)


def make_shots(sightings: Sequence[Sighting], first_trigger: int = 0) -> list[Shot]:
    """One picture for each sighting; the picture itself is a few bytes that name its trigger."""
    return [Shot(t, seen, f"picture {t}".encode()) for t, seen in enumerate(sightings, first_trigger)]
