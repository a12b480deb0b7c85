"""The visual language: templates, macros and the filters that write ids, numbers and times the way the house does.

>>> str(grouped_gtin("09506000134352"))
'<b>0950</b><b>6000</b><b>1343</b><b>52</b>'
>>> ago(datetime(2026, 11, 20, 10, 0, tzinfo=UTC), datetime(2026, 11, 20, 12, 5, tzinfo=UTC))
'2 h'
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from seriatim.web.ui import addresses, maps, words
from seriatim.web.ui.maps import land

STATIC: Final = Path(__file__).resolve().parent.parent / "static"


def render(template: str, **values: Any) -> str:
    """The template with these values; a name that is not given is an error, not a blank."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("seriatim.web.ui", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "grouped_gtin": grouped_gtin,
        "grouped_serial": grouped_serial,
        "thousands": thousands,
        "day": day,
        "clock": clock,
        "moment": moment,
        "percent": percent,
        "lower_first": lower_first,
    }
    environment.globals |= {
        "ago": ago,
        "asset": asset,
        "land": land,
        "strip_paths": strip_paths,
        "words": words,
        "unit_address": addresses.unit_address,
        "container_address": addresses.container_address,
        "key_address": addresses.key_address,
        "order_address": addresses.order_address,
        "with_query": addresses.with_query,
    }
    return environment


@cache
def asset(name: str) -> str:
    """The address of a static file, with its hash, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def _groups(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)]


def grouped_gtin(digits: str) -> Markup:
    """Digits in groups of four; the gaps are drawn, not typed, so that a copy carries none."""
    return Markup("").join(Markup("<b>{}</b>").format(group) for group in _groups(digits, 4))


def grouped_serial(serial: str) -> Markup:
    """A serial in groups of four inside `.ser`, where hyphens are drawn."""
    groups = Markup("").join(Markup("<b>{}</b>").format(group) for group in _groups(serial, 4))
    return Markup('<span class="ser">{}</span>').format(groups)


def thousands(number: float) -> str:
    """12480 as 12,480."""
    return f"{number:,.0f}"


def percent(share: float, digits: int = 1) -> str:
    """0.986 as 98.6; the unit is set beside it."""
    return f"{share * 100:.{digits}f}"


def day(value: date) -> str:
    """5 Nov 2027."""
    return f"{value.day} {value:%b %Y}"


def clock(value: datetime) -> str:
    """10:42 UTC."""
    return f"{value.astimezone(UTC):%H:%M}"


def moment(value: datetime) -> str:
    """5 Nov 2026, 10:42 UTC."""
    return f"{day(value)}, {clock(value)} UTC"


def lower_first(text: str) -> str:
    """`In stock` inside a sentence: `in stock`."""
    return text[:1].lower() + text[1:]


def ago(then: datetime, now: datetime) -> str:
    """How long since, in one unit: 28 min, 26 h, 2 d."""
    seconds = max((now - then).total_seconds(), 0)
    for unit, length in (("d", 172_800), ("h", 7_200), ("min", 60)):
        if seconds >= length or unit == "min":
            step = {"d": 86_400, "h": 3_600, "min": 60}[unit]
            return f"{seconds / step:.0f} {unit}" if seconds >= 60 else "now"
    return "now"


def strip_paths(marks: Sequence[str], pitch: float = 4.0, width: float = 2.6) -> dict[str, str]:
    """Unit marks as SVG path data by kind: `ok` low, `low` taller, `out` tallest; newest right."""
    heights = {"ok": 10, "low": 17, "out": 24}
    paths: dict[str, str] = {"ok": "", "low": "", "out": ""}
    for i, kind in enumerate(marks):
        height = heights[kind]
        paths[kind] += f"M{i * pitch:g} {24 - height}h{width}v{height}h-{width}z"
    return paths


__all__ = ["addresses", "asset", "escape", "land", "maps", "render", "words"]
