r"""What a scanner would send for a symbol: used to play the scanner in tests and simulations.

>>> write_scan("datamatrix", "^010950600013435210A1^17261231")
']d2010950600013435210A1\x1d17261231'
>>> write_scan("ean-13", "9506000134352")
']E09506000134352'

Data as in `Scan.data`: `^` for FNC1 before AI data, a composite part after `|`, plain text otherwise.
Sources: as `scanning`.
"""

import re

from seriatim.gs1.checksums import check_digit, weighted_sum
from seriatim.gs1.element_string import GS, parse_element_string, refuse_long
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.options import Options
from seriatim.gs1.table import ENTRIES

# Name -> symbology identifier of AI data, of plain data.
_MATRIX = {"qrcode": ("]Q3", "]Q1"), "datamatrix": ("]d2", "]d1"), "dotcode": ("]J1", "]J0")}
_LINEAR = {"gs1-128": "]C1", "databar-expanded": "]e0"}
_DATABAR_GTIN = frozenset({"databar-omni", "databar-limited"})
_EAN_DIGITS = {"ean-13": 13, "ean-8": 8, "upc-a": 12, "upc-e": 12}
_PLAIN_FNC1 = re.compile(r"\\+\^")
_SYNTAX_ONLY = Options(associations=False)

# A UPC-A number that the six digits of a UPC-E symbol can stand for (GS1 General Specifications 5.2.2.4).
_ZERO_SUPPRESSED = re.compile(
    r"[01](?:[0-9]{2}[012]0000[0-9]{3}|[0-9]{3}00000[0-9]{2}|[0-9]{4}00000[0-9]|[0-9]{5}0000[5-9])[0-9]"
)


def write_scan(symbology: str, data: str) -> str:
    """Scan data for `data` in a symbol of `symbology`: `qrcode`, `datamatrix`, `dotcode`, `gs1-128`,
    `databar-expanded`, `databar-omni`, `databar-limited`, `ean-13`, `ean-8`, `upc-a`, `upc-e`.

    Raises GS1Error: `unknown_symbology`, or why the symbol cannot hold the data.
    """
    refuse_long(data)
    if symbology in _MATRIX:
        return _matrix(*_MATRIX[symbology], data)
    linear, bar, composite = data.partition("|")
    if bar:
        _check(composite)
    if symbology in _LINEAR:
        _check(linear)
        if not bar:
            return _LINEAR[symbology] + _sent(linear)
        return "]e0" + _sent(linear) + _join(linear) + _sent(composite)
    if symbology in _DATABAR_GTIN:
        gtin = _gtin(linear, 14)
        if symbology == "databar-limited" and gtin[0] not in "01":
            raise GS1Error("bad_gtin", "GS1 DataBar Limited holds a GTIN that begins with 0 or 1")
        return f"]e001{gtin}{_sent(composite) if bar else ''}"
    if symbology in _EAN_DIGITS:
        return _ean(symbology, linear) + (f"|]e0{_sent(composite)}" if bar else "")
    raise GS1Error("unknown_symbology", f"no scan data can be written for {symbology[:40]!a}")


def _matrix(with_ais: str, plain: str, data: str) -> str:
    if not data.startswith("^"):
        return plain + (data[1:] if _PLAIN_FNC1.match(data) else data)
    _check(data)
    return with_ais + _sent(data)


def _check(data: str) -> None:
    parse_element_string(data, options=_SYNTAX_ONLY)


def _sent(data: str) -> str:
    return data[1:].replace("^", GS)


def _join(linear: str) -> str:
    """The separator between linear and composite part, needed unless the last length is predefined."""
    last = parse_element_string(linear, options=_SYNTAX_ONLY).elements[-1][0]
    return "" if ENTRIES[last].predefined or linear.endswith("^") else GS


def _ean(symbology: str, data: str) -> str:
    digits = _EAN_DIGITS[symbology]
    gtin = _gtin(data, digits)
    if gtin.strip("0") and len(gtin.lstrip("0")) > digits:
        raise GS1Error("bad_gtin", f"{symbology} holds a GTIN of {digits} digits")
    if symbology == "upc-e" and not _ZERO_SUPPRESSED.fullmatch(gtin[2:]):
        raise GS1Error("bad_gtin", "this GTIN-12 has no UPC-E form")
    return f"]E4{gtin[-8:]}" if symbology == "ean-8" else f"]E0{gtin[-13:]}"


def _gtin(data: str, digits: int) -> str:
    """The GTIN-14 in `^01...` or in plain digits, which may lack the check digit."""
    if data.startswith("^"):
        _check(data)
        if len(data) != 17 or not data.startswith("^01"):
            raise GS1Error("bad_gtin", "expected AI (01) and nothing else")
        return data[3:]
    if len(data) == digits - 1:
        data += check_digit(data)
    if len(data) != digits or not (data.isascii() and data.isdigit()):
        raise GS1Error("bad_gtin", f"expected {digits} digits")
    if weighted_sum(data) % 10:
        raise GS1Error("incorrect_check_digit")
    return data.zfill(14)
