"""Do two spellings name the same thing? URN, Digital Link, brackets and element string meet here.

>>> canonical_key("https://shop.example/01/09506000134352/21/A1?17=261231")
Key(scheme='sgtin', key='09506000134352', serial='A1', lot=None, is_class=False)
>>> canonical_key("urn:epc:id:sgtin:9506000.013435.A1") == canonical_key("(01)09506000134352(21)A1")
True
>>> canonical_key("https://shop.example/about")
Traceback (most recent call last):
seriatim.gs1.errors.GS1Error: this is neither a GS1 message, nor a GS1 Digital Link, nor an EPC URN
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat

from seriatim.gs1.checksums import weighted_sum
from seriatim.gs1.digital_link import HOST, SCHEMES, URI_MAX, parse_digital_link
from seriatim.gs1.element_string import parse_bracketed, parse_element_string, refuse_long
from seriatim.gs1.epc import from_urn
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.keys import Key, key_of
from seriatim.gs1.options import Options
from seriatim.gs1.scanning import parse_scan_data

_OPTIONS = Options(short_gtins=True, words=True, trailing_slash=True, any_order=True)
_PLAIN_SERIAL = re.compile(r"[A-Za-z0-9\-._]{1,20}")
_PLAIN_SERIALS = re.compile(r"[A-Za-z0-9]{1,20}+(?: [A-Za-z0-9]{1,20}+)*+")
_PREFIXES_MAX = 4096
_UNIT_LINK = "https://id.gs1.org/01/"
_SERIAL_AT = len(_UNIT_LINK) + 14 + len("/21/")
_SERIAL_MAX = 20

# Beginnings of Digital Links seen to be well formed: there are few domains and many units.
_good_prefixes: set[str] = set()


def canonical_key(text: str) -> Key:
    """The identity that `text` names: EPC URN, Digital Link (any domain; query, stem and fragment do not matter),
    bracketed or raw element string, scan data.

    Raises GS1Error: `not_gs1` for a text or URI of another kind, otherwise what is wrong with it.
    """
    if text.startswith("http"):
        return _plain_link(text) or _link(text)
    if text.startswith("urn:"):
        return key_of(from_urn(text))
    first = text[:1]
    if first == "(":
        return key_of(parse_bracketed(text, options=_OPTIONS))
    if first in {"^", "\x1d"}:
        return key_of(parse_element_string(text, options=_OPTIONS))
    if first == "]":
        return key_of(parse_scan_data(text, options=_OPTIONS))
    if text.startswith(SCHEMES):
        return _link(text)
    raise GS1Error("not_gs1" if text else "empty").placed(text)


def units_of_one_product(uris: Sequence[str]) -> tuple[str, list[str]] | None:
    """GTIN and serials, when all are canonical links of units of one product and no serial has a sign to decode.

    None says only that they must be read one by one. A list of 10,000 units costs a tenth of that here.

    >>> units_of_one_product(["https://id.gs1.org/01/09506000134352/21/A1", "https://id.gs1.org/01/09506000134352/21/B2"])
    ('09506000134352', ['A1', 'B2'])
    >>> units_of_one_product(["https://id.gs1.org/01/09506000134352/21/A%2F1"])
    """
    beginning = uris[0][:_SERIAL_AT] if uris else ""
    gtin = _gtin_of(beginning)
    if gtin is None:
        return None
    if not (min(uris).startswith(beginning) and max(uris).startswith(beginning)):
        return None  # what stands between two texts that begin so begins so
    serials = list(map(str.removeprefix, uris, repeat(beginning)))
    together = " ".join(serials)
    plain = together.count(" ") == len(serials) - 1 and _PLAIN_SERIALS.fullmatch(together)
    return (gtin, serials) if plain else None


def unit_of_plain_link(uri: str) -> tuple[str, str] | None:
    """GTIN and serial, when this is the canonical link of a unit and its serial has no sign to decode.

    None says only that it must be read with `canonical_key`. There are many units of few products: once the product is
    known, a look at the serial is enough.

    >>> unit_of_plain_link("https://id.gs1.org/01/09506000134352/21/A1")
    ('09506000134352', 'A1')
    >>> unit_of_plain_link("urn:epc:id:sgtin:9506000.013435.A1")
    """
    serial = uri[_SERIAL_AT:]
    if len(serial) <= _SERIAL_MAX and serial.isalnum() and serial.isascii():
        gtin = _gtin_of(uri[:_SERIAL_AT])
        if gtin is not None:
            return gtin, serial
    return None


@lru_cache(maxsize=_PREFIXES_MAX)
def _gtin_of(beginning: str) -> str | None:
    """The GTIN of links that begin so: `https://id.gs1.org/01/<GTIN>/21/`, its check digit right."""
    key = _plain_link(f"{beginning}0") if beginning.startswith(_UNIT_LINK) else None
    return key.key if key is not None and (key.scheme, key.serial) == ("sgtin", "0") else None


def _plain_link(uri: str) -> Key | None:
    """The usual link of a unit or a pallet, read by slicing; None when it is not of that form or not valid."""
    at = uri.find("/01/", 8, URI_MAX)
    if at > 0:
        gtin, serial = uri[at + 4 : at + 18], uri[at + 22 :]
        if (
            uri[at + 18 : at + 22] == "/21/"
            and _PLAIN_SERIAL.fullmatch(serial)
            and gtin.isdigit()
            and gtin.isascii()
            and weighted_sum(gtin) % 10 == 0
            and _good_prefix(uri[:at])
        ):
            return Key("sgtin", gtin, serial, None, False)
        return None
    at = uri.find("/00/", 8, URI_MAX)
    sscc = uri[at + 4 :]
    if at > 0 and len(sscc) == 18 and sscc.isdigit() and sscc.isascii() and weighted_sum(sscc) % 10 == 0:
        return Key("sscc", sscc, None, None, False) if _good_prefix(uri[:at]) else None
    return None


def _good_prefix(prefix: str) -> bool:
    if prefix in _good_prefixes:
        return True
    if not HOST.fullmatch(prefix):
        return False
    if len(_good_prefixes) >= _PREFIXES_MAX:
        _good_prefixes.clear()
    _good_prefixes.add(prefix)
    return True


def _link(uri: str) -> Key:
    refuse_long(uri, URI_MAX)
    path = uri.partition("#")[0].partition("?")[0]
    try:
        return key_of(parse_digital_link(path, options=_OPTIONS))
    except GS1Error as error:
        if error.code in {"no_key", "bad_uri"}:
            raise GS1Error("not_gs1").placed(uri) from None
        raise
