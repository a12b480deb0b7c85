"""Where things live in the console: one address for each.

>>> unit_address("09506000134352", "A/1")
'/console/units/09506000134352/A%2F1'
>>> with_query("/console/units", {"lot": "L1", "after": "x"}, after=None, status="sold")
'/console/units?lot=L1&status=sold'
"""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from seriatim.gs1 import Key


def unit_address(gtin: str, serial: str) -> str:
    return f"/console/units/{gtin}/{quote(serial, safe='')}"


def container_address(sscc: str) -> str:
    return f"/console/containers/{sscc}"


def key_address(key: Key) -> str | None:
    """The page of a thing; None for what has no page."""
    if key.scheme == "sgtin" and key.serial is not None:
        return unit_address(key.key, key.serial)
    if key.scheme == "sscc":
        return container_address(key.key)
    if key.scheme in {"gtin", "lgtin"}:
        lot = f"?lot={quote(key.lot, safe='')}" if key.lot else ""
        return f"/console/products/{key.key}{lot}"
    return None


def order_address(number: str) -> str:
    return f"/console/orders/{quote(number, safe='')}"


def with_query(path: str, query: Mapping[str, str], **changes: str | None) -> str:
    """The path with its query, some values changed; None takes a value out."""
    values = {name: value for name, value in {**query, **changes}.items() if value}
    return f"{path}?{urlencode(values)}" if values else path
