"""Which thing a code speaks of: one identity, however it was spelled.

>>> from seriatim.gs1.element_string import parse_bracketed
>>> key = key_of(parse_bracketed("(01)09506000134352(10)LOT7(21)A1"))
>>> key
Key(scheme='sgtin', key='09506000134352', serial='A1', lot=None, is_class=False)
>>> key.digital_link("https://shop.example")
'https://shop.example/01/09506000134352/21/A1'
"""

from typing import NamedTuple

from seriatim.gs1.errors import GS1Error
from seriatim.gs1.escaping import escape_path
from seriatim.gs1.message import Message
from seriatim.gs1.table import KEYS
from seriatim.gs1.writing import GS1_DOMAIN


class Key(NamedTuple):
    """The identity of a thing or of a kind of thing; equal keys name the same, whatever the spelling was.

    A tuple, because millions of them are compared and hashed. Attributes such as dates do not belong to the identity;
    nor does the lot of a serialised unit (EPC Tag Data Standard 2.3 section 6).
    """

    scheme: str
    """EPC scheme: `sgtin`, `lgtin`, `gtin`, `upui`, `sscc`, `sgln`, `pgln`, `grai`, `giai`, `gdti`, `sgcn`, ..."""
    key: str
    """The GS1 key: 14 digits of a GTIN, 18 of an SSCC, 13 of a GLN; for a GRAI 14 digits with the leading 0."""
    serial: str | None
    """Serial number, GLN extension or the like, decoded; None when there is none."""
    lot: str | None
    """Batch or lot of a lot-level class, decoded."""
    is_class: bool
    """True for a kind of thing (a GTIN, a lot), False for one thing."""

    def path(self) -> str:
        """The path of its Digital Link: `/01/09506000134352/21/A1`."""
        key_ai, serial_ai = _AIS[self.scheme]
        if self.serial is None:
            path = f"/{key_ai}/{escape_path(self.key)}"
        elif serial_ai:
            path = f"/{key_ai}/{escape_path(self.key)}/{serial_ai}/{escape_path(self.serial)}"
        else:
            path = f"/{key_ai}/{escape_path(self.key + self.serial)}"
        return path if self.lot is None else f"{path}/10/{escape_path(self.lot)}"

    def digital_link(self, domain: str = GS1_DOMAIN) -> str:
        """Its Digital Link on `domain`, which is taken as it is but for a slash at its end."""
        return domain.rstrip("/") + self.path()

    def elements(self) -> tuple[tuple[str, str], ...]:
        """The elements that spell it, as a `Message` holds them."""
        key_ai, serial_ai = _AIS[self.scheme]
        inside = self.serial is not None and not serial_ai
        elements = [(key_ai, self.key + (self.serial or "") if inside else self.key)]
        if self.serial is not None and serial_ai:
            elements.append((serial_ai, self.serial))
        if self.lot is not None:
            elements.append(("10", self.lot))
        return tuple(elements)


# Scheme -> AI of the key, AI of the serial ("": the serial follows the key inside one value).
_AIS = {
    "sgtin": ("01", "21"),
    "upui": ("01", "235"),
    "lgtin": ("01", ""),
    "gtin": ("01", ""),
    "itip": ("8006", "21"),
    "sscc": ("00", ""),
    "sgln": ("414", "254"),
    "pgln": ("417", ""),
    "payto": ("415", "8020"),
    "grai": ("8003", ""),
    "giai": ("8004", ""),
    "gdti": ("253", ""),
    "sgcn": ("255", ""),
    "cpi": ("8010", "8011"),
    "gsrn": ("8018", "8019"),
    "gsrnp": ("8017", "8019"),
    "ginc": ("401", ""),
    "gsin": ("402", ""),
    "gmn": ("8013", ""),
}

_SCHEMES = {key_ai: scheme for scheme, (key_ai, _) in _AIS.items() if key_ai != "01"}
# Keys whose serial follows inside the same value, and where it begins.
_SPLITS = {"8003": 14, "253": 13, "255": 13}
_CLASSES = frozenset({"gmn"})
_NEED_SERIAL = frozenset({"grai", "gdti", "sgcn", "cpi", "itip"})


def key_of(message: Message) -> Key:
    """The identity in a message: its first GS1 key with what qualifies it; raises GS1Error `no_key`."""
    values = dict(message.elements)
    ai = next((ai for ai in values if ai in KEYS), None)
    if ai is None:
        raise GS1Error("no_key", "none of the elements is a GS1 key")
    value = values[ai]
    if ai == "01":
        return _trade_item(value, values)
    scheme = _SCHEMES[ai]
    if split := _SPLITS.get(ai):
        serial = value[split:] or None
        return Key(scheme, value[:split], serial, None, serial is None)
    serial = values.get(_AIS[scheme][1])
    if scheme == "sgln" and serial == "0":  # the EPC spelling of "no extension"
        serial = None
    lot = values.get("10") if scheme == "itip" and serial is None else None
    is_class = scheme in _CLASSES or (scheme in _NEED_SERIAL and serial is None)
    return Key(scheme, value, serial, lot, is_class)


def _trade_item(gtin: str, values: dict[str, str]) -> Key:
    if (serial := values.get("21")) is not None:
        return Key("sgtin", gtin, serial, None, False)
    if (code := values.get("235")) is not None:
        return Key("upui", gtin, code, None, False)
    lot = values.get("10")
    return Key("gtin" if lot is None else "lgtin", gtin, None, lot, True)
