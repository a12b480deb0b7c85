"""What goes into a code, checked by GS1's rules before any encoder sees it.

A barcode library checks next to nothing: it accepts a month 13 and a wrong check digit. So every text becomes a
`Content` here first: what people read beside the code, the bytes a reader will transmit, what the library is handed.
"""

import re
from dataclasses import dataclass
from typing import Final

from seriatim import gs1
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.formats import Format

__all__ = ["Content", "content_of"]

_URI = re.compile(r"(https?)://([^/?#]+)", re.IGNORECASE)
_PRIMARY_KEY = re.compile(r"/(?:0[01]|25[35]|40[12]|41[47]|800[346]|801[037]|8018)/")
_GROUP_SEPARATOR: Final = "\x1d"
_LIMITED_INDICATORS: Final = "01"


@dataclass(frozen=True, slots=True)
class Content:
    """What one symbol says."""

    text: str
    """For people: bracketed elements, a GTIN's digits, or the text as given."""
    data: bytes
    """What a reader transmits: no leading FNC1, separators as GS (0x1D)."""
    identifier: str
    """Symbology identifier."""
    handed: str
    """What the library is given."""
    is_gs1: bool
    """The library is told to put FNC1 in first place."""
    hri: tuple[str, ...]
    """Human readable interpretation, one part for each element; a line may break between parts only."""


def content_of(text: str, form: Format, *, upper_link: bool = False) -> Content:
    """The content of a symbol. Raises `gs1.GS1Error`, which names the AI, and `SymbolError` `content`."""
    if form.carries == "GTIN":
        return _gtin(text, form)
    # Element strings begin with a bracket, FNC1 (`^` or GS) or a symbology identifier; all else is plain.
    if text[0] in f"(^{_GROUP_SEPARATOR}]":
        return _element_string(text, form)
    if not form.plain_identifier:
        raise SymbolError(
            f"{form.name} carries GS1 element strings only, such as (00)..., not {text[:40]!r}",
            code="content",
        )
    return _plain(text, form, upper_link=upper_link)


def _element_string(text: str, form: Format) -> Content:
    message = gs1.parse(text)
    # The library takes bracketed input only; a bracket inside a value must be escaped, as ours are, or it is refused.
    bracketed = message.bracketed()
    data = message.element_string().removeprefix("^").replace("^", _GROUP_SEPARATOR).encode("ascii")
    hri = tuple([f"({ai}){value}" for ai, value in message.elements])
    # DataBar Expanded is GS1 data by birth, and the library refuses to be told so for its smaller sisters.
    return Content(bracketed, data, form.identifier, bracketed, form.identifier != "]e0", hri)


def _plain(text: str, form: Format, *, upper_link: bool) -> Content:
    start = _URI.match(text)
    if start and _PRIMARY_KEY.search(text):
        gs1.parse(text)  # raises: a Digital Link with a wrong check digit must not be printed
    if upper_link:
        if not start:
            raise SymbolError(f"upper_link is for a web address, not for {text[:40]!r}", code="option")
        # Scheme and host know no case (RFC 3986, 6.2.2.1); in capitals they fit the denser alphanumeric mode of QR.
        text = start[0].upper() + text[start.end() :]
    return Content(text, text.encode(), form.plain_identifier, text, is_gs1=False, hri=(text,))


def _gtin(text: str, form: Format) -> Content:
    """A GTIN alone: `(01)` and 14 digits, or the digits as this format prints them."""
    digits = text.removeprefix("(01)")
    if not (digits.isascii() and digits.isdigit()):
        raise SymbolError(
            f"{form.name} carries one GTIN, as (01) and 14 digits, not {text[:40]!r}", code="content"
        )
    short = 14 - form.gtin_digits
    if len(digits) == 14 and digits[:short] != "0" * short:
        raise SymbolError(
            f"{form.name} prints {form.gtin_digits} digits; {digits} has 14 that count", code="content"
        )
    if len(digits) not in {14, form.gtin_digits}:
        raise SymbolError(
            f"{form.name} expects {form.gtin_digits} digits with the check digit, or 14; got {len(digits)}",
            code="content",
        )
    gtin = digits.rjust(14, "0")
    gs1.parse(f"(01){gtin}")  # raises: the check digit
    if form.name == "databar-limited" and gtin[0] not in _LIMITED_INDICATORS:
        raise SymbolError(
            f"databar-limited carries GTINs that begin with 0 or 1; {gtin} begins with {gtin[0]}",
            code="content",
        )
    if form.identifier == "]e0":
        return Content(f"(01){gtin}", f"01{gtin}".encode(), "]e0", gtin, is_gs1=False, hri=(f"(01){gtin}",))
    printed = gtin[short:]
    # A reader reports UPC-A as the EAN-13 it is a part of.
    sent = printed.rjust(13, "0") if form.name == "upc-a" else printed
    return Content(printed, sent.encode(), form.identifier, printed, is_gs1=False, hri=(printed,))
