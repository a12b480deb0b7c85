r"""Reads what a scanner sends: a symbology identifier such as ]d2, then the data of the symbol.

>>> parse_scan_data("]d2010950600013435210A1\x1d17261231").bracketed()
'(01)09506000134352(10)A1(17)261231'
>>> read_scan("]E09506000134352").message.elements
(('01', '09506000134352'),)

Sources: GS1 General Specifications 5.1.2 (symbology identifiers) and 5.11 (composites), ISO/IEC 15424.
"""

from typing import NamedTuple

from seriatim.gs1.associations import check_associations
from seriatim.gs1.checksums import weighted_sum
from seriatim.gs1.digital_link import SCHEMES, parse_digital_link
from seriatim.gs1.element_string import GS, parse_element_string, refuse_long
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.message import Message
from seriatim.gs1.options import STRICT, Options

AI_SYMBOLOGIES = {
    "]C1": "GS1-128",
    "]e0": "GS1 DataBar",
    "]d2": "GS1 Data Matrix",
    "]Q3": "GS1 QR Code",
    "]J1": "GS1 DotCode",
}
PLAIN_SYMBOLOGIES = {"]d1": "Data Matrix", "]Q1": "QR Code", "]J0": "DotCode"}
EAN_SYMBOLOGIES = {"]E0": ("EAN-13", 13), "]E4": ("EAN-8", 8)}


class Scan(NamedTuple):
    """What one symbol said."""

    symbology_identifier: str
    """`]d2` and the like."""
    symbology: str
    """Name of the symbology for people."""
    data: str
    r"""The data: `^` for FNC1 before AI data; plain text that itself begins with `^` gets a `\` in front."""
    message: Message | None
    """The GS1 message; None when the symbol carries plain text that is no GS1 Digital Link."""


def parse_scan_data(text: str, *, options: Options = STRICT) -> Message:
    """The GS1 message in scan data; raises GS1Error, `not_gs1` when the symbol carries other text."""
    scan = read_scan(text, options=options)
    if scan.message is None:
        error = GS1Error("not_gs1", f"this {scan.symbology} carries text that is not GS1 data")
        raise error.placed(text, len(scan.symbology_identifier))
    return scan.message


def read_scan(text: str, *, options: Options = STRICT) -> Scan:
    """What a scanner read; raises GS1Error when it promises GS1 data that is not valid."""
    refuse_long(text)
    identifier, data = text[:3], text[3:]
    if name := AI_SYMBOLOGIES.get(identifier):
        return Scan(identifier, name, *_ai_data(text, 3, options))
    if name := PLAIN_SYMBOLOGIES.get(identifier):
        message = _link(text, data, options) if data.startswith(SCHEMES) else None
        shown = "\\" + data if data.lstrip("\\").startswith("^") else data
        return Scan(identifier, name, shown, message)
    if identifier in EAN_SYMBOLOGIES:
        return _ean(text, identifier, data, options)
    raise GS1Error("bad_symbology_identifier" if text else "empty").placed(text, 0, 3)


def _link(text: str, data: str, options: Options) -> Message:
    try:
        return parse_digital_link(data, options=options)
    except GS1Error as error:
        raise error.moved(text, len(text) - len(data)) from None


def _ai_data(text: str, start: int, options: Options) -> tuple[str, Message]:
    """The data of `text` from `start` on, as element string and message."""
    if (fnc1 := text.find("^", start)) >= 0:
        raise GS1Error("fnc1_in_value").placed(text, fnc1, fnc1 + 1)
    shown = "^" + text[start:].replace(GS, "^")
    try:
        return shown, parse_element_string(shown, options=options)
    except GS1Error as error:
        raise error.moved(text, start - 1) from None


def _ean(text: str, identifier: str, data: str, options: Options) -> Scan:
    """EAN-13 (UPC-A arrives with a leading 0) or EAN-8, perhaps with the composite part of the same item."""
    name, length = EAN_SYMBOLOGIES[identifier]
    digits, composite, rest = data.partition("|]e0")
    if len(digits) != length or not (digits.isascii() and digits.isdigit()):
        error = GS1Error("value_wrong_length", f"an {name} symbol holds exactly {length} digits")
        raise error.placed(text, len(identifier), len(identifier) + len(digits))
    gtin = digits.zfill(14)
    if weighted_sum(gtin) % 10:
        raise GS1Error("incorrect_check_digit", ai="01", value=gtin, position=13, length=1)
    elements = [("01", gtin)]
    if composite:
        alone = Options(associations=False, unknown_ais=options.unknown_ais)
        shown, message = _ai_data(text, len(text) - len(rest), alone)
        elements += message.elements
        digits += "|" + shown
    if options.associations:
        check_associations(elements)  # over all that marks the item
    return Scan(identifier, name, digits, Message(tuple(elements)))
