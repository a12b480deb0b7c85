"""The short road for the commonest tag, SGTIN-96: a tunnel of readers sends hundreds of thousands a minute.

>>> write_sgtin_96((("01", "09521234543213"), ("21", "12345")), 1, 7)
'3036452148350C4000003039'
>>> write_sgtin_96((("01", "09521234543213"), ("21", "012345")), 1, 7)  # not plain: the general road refuses it by name
''

Gives the same as the general road in `classic`, and leaves to it whatever is not plain. What one product's tags have in
common is worked out once and remembered.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from seriatim.gs1.checksums import weighted_sum
from seriatim.gs1.epc.schemes import CLASSIC, GCP_BITS
from seriatim.gs1.epc.tag import Tag

PRODUCTS_MAX = 4096
"""Products remembered, each way."""

_PLAIN = re.compile("30[0-9A-Fa-f]{22}")
_SERIAL_BITS = 38
_SERIAL_MAX = (1 << _SERIAL_BITS) - 1
_REFERENCE_BITS = CLASSIC["SGTIN-96"].reference_bits


class _Layout(NamedTuple):
    """What a length of the company prefix means for bits and numbers."""

    reference_bits: int
    reference_mask: int
    gcp_mask: int
    items: int
    companies: int


_LAYOUTS = tuple(
    _Layout(
        reference_bits, (1 << reference_bits) - 1, (1 << gcp_bits) - 1, 10**partition, 10 ** (12 - partition)
    )
    for partition, (reference_bits, gcp_bits) in enumerate(zip(_REFERENCE_BITS, GCP_BITS, strict=True))
)


def write_sgtin_96(elements: tuple[tuple[str, str], ...], label: int, gcp_length: int) -> str:
    """The tag of a plain message of GTIN and serial; "" when anything about it is not plain."""
    if len(elements) != 2:
        return ""
    (key, gtin), (qualifier, serial) = elements
    if key != "01" or qualifier != "21" or not (serial.isdigit() and serial.isascii()) or serial[0] == "0":
        return ""
    head = _head(gtin, label, gcp_length)
    if not head or len(serial) > 12 or (number := int(serial)) > _SERIAL_MAX:
        return ""
    return f"{head | number:024X}"


def read_sgtin_96(text: str) -> Tag | None:
    """The tag of 24 plain hexadecimal digits; None when it is another kind, or something is wrong with it."""
    if not _PLAIN.fullmatch(text):
        return None
    bits = int(text, 16)
    product = _product(bits >> _SERIAL_BITS)
    if product is None:
        return None
    label, key, gcp_length = product
    return Tag("SGTIN-96", label, (key, ("21", str(bits & _SERIAL_MAX))), gcp_length)


@lru_cache(maxsize=PRODUCTS_MAX)
def _head(gtin: str, label: int, gcp_length: int) -> int:
    """All bits before the serial, in their place; 0 when an argument is not plain."""
    if not 6 <= gcp_length <= 12 or not 0 <= label <= 7:
        return 0
    if len(gtin) != 14 or not (gtin.isdigit() and gtin.isascii()) or weighted_sum(gtin) % 10:
        return 0
    partition = 12 - gcp_length
    bits = (0x30 << 3 | label) << 3 | partition
    bits = bits << GCP_BITS[partition] | int(gtin[1 : gcp_length + 1])
    bits = bits << _REFERENCE_BITS[partition] | int(gtin[0] + gtin[gcp_length + 1 : 13])
    return bits << _SERIAL_BITS


@lru_cache(maxsize=PRODUCTS_MAX)
def _product(head: int) -> tuple[int, tuple[str, str], int] | None:
    """Filter, GTIN element and length of the company prefix out of the bits before the serial."""
    partition = head >> 44 & 7
    if partition >= len(GCP_BITS):
        return None
    layout = _LAYOUTS[partition]
    gcp = head >> layout.reference_bits & layout.gcp_mask
    indicator, item = divmod(head & layout.reference_mask, layout.items)
    if gcp >= layout.companies or indicator > 9:
        return None
    number = indicator * 10**12 + gcp * layout.items + item
    body = f"{number:013}"
    return head >> 47 & 7, ("01", f"{body}{-weighted_sum(body + '0') % 10}"), 12 - partition
