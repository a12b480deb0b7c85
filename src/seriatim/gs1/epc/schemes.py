"""The kinds of EPC tags, one line each: what stands where in the bits.

>>> HEADERS[0x30].name, CLASSIC["SSCC-96"].urn, PLUS["SGTIN+"].ais
('SGTIN-96', 'sscc', ('01', '21'))

Source: EPC Tag Data Standard 2.3 sections 14 and 14.6; '++' schemes are PROVISIONAL, see `hosts`.
"""

from typing import NamedTuple

CLASSIC_LINES = """
SGTIN-96  | 30 | sgtin |   4   7  10  14  17  20  24 | digits  | integer 38
SGTIN-198 | 36 | sgtin |   4   7  10  14  17  20  24 | digits  | text 140
SSCC-96   | 31 | sscc  |  18  21  24  28  31  34  38 | digits  | zeros 24
SGLN-96   | 32 | sgln  |   1   4   7  11  14  17  21 | digits  | integer 41
SGLN-195  | 39 | sgln  |   1   4   7  11  14  17  21 | digits  | text 140
GRAI-96   | 33 | grai  |   4   7  10  14  17  20  24 | digits  | integer 38
GRAI-170  | 37 | grai  |   4   7  10  14  17  20  24 | digits  | text 112
GIAI-96   | 34 | giai  |  42  45  48  52  55  58  62 | integer |
GIAI-202  | 38 | giai  | 148 151 154 158 161 164 168 | text    |
GSRN-96   | 2D | gsrn  |  18  21  24  28  31  34  38 | digits  | zeros 24
GSRNP-96  | 2E | gsrnp |  18  21  24  28  31  34  38 | digits  | zeros 24
GDTI-96   | 2C | gdti  |   1   4   7  11  14  17  21 | digits  | integer 41
GDTI-113  | 3A | gdti  |   1   4   7  11  14  17  21 | digits  | integer 58
GDTI-174  | 3E | gdti  |   1   4   7  11  14  17  21 | digits  | text 119
SGCN-96   | 3F | sgcn  |   1   4   7  11  14  17  21 | digits  | after1 41
ITIP-110  | 40 | itip  |   4   7  10  14  17  20  24 | digits  | integer 38
ITIP-212  | 41 | itip  |   4   7  10  14  17  20  24 | digits  | text 140
CPI-96    | 3C | cpi   |  11  14  17  21  24  27  31 | integer | integer 31
CPI-var   | 3D | cpi   |                             | six     | integer 40
"""
"""Name | header | scheme of the URN | bits of the reference for company prefixes of 12 to 6 digits | how it is written |
how the serial is written, in how many bits.

Reference: `digits` of a fixed number, `integer` without leading zeros, `text` of 7 bits a character filled with zeros,
`six` bits a character ended by zeros. Serial: `integer` without leading zeros, `after1` digits behind a 1, `text`.
"""

PLUS_LINES = """
CPI+      | F0 | 8010 8011
GRAI+     | F1 | 8003
SGLN+     | F2 | 414 254
ITIP+     | F3 | 8006 21
GSRN+     | F4 | 8018
GSRNP+    | F5 | 8017
GDTI+     | F6 | 253
SGTIN+    | F7 | 01 21
SGCN+     | F8 | 255
SSCC+     | F9 | 00
GIAI+     | FA | 8004
DSGTIN+   | FB | date 01 21
SGTIN++   | FD | 01 21 host
DSGTIN++  | FC | date 01 21 host
SSCC++    | EF | 00 host
ITIP++    | ED | 8006 21 host
"""
"""Name | header | what stands in the tag, in this order: values of application identifiers, a date, a host name."""

GCP_BITS = (40, 37, 34, 30, 27, 24, 20)
"""Bits of a company prefix of 12, 11 ... 6 digits; the index is the partition value on the tag."""


class Classic(NamedTuple):
    """A tag whose bits say where the company prefix ends."""

    name: str
    header: int
    urn: str
    """Scheme of its URN."""
    reference_bits: tuple[int, ...]
    """Bits of the reference by partition value; () when its length varies."""
    reference: str
    """`digits`, `integer`, `text` or `six`."""
    serial: str
    """`integer`, `after1`, `text`, `zeros` (none, filling only) or "" (none)."""
    serial_bits: int


class Plus(NamedTuple):
    """A tag that holds the values of application identifiers as they are ('+'), perhaps a host name as well ('++')."""

    name: str
    header: int
    ais: tuple[str, ...]
    """Application identifiers of its values, in order."""
    dated: bool
    """A date comes first."""
    hosted: bool
    """A host name comes last."""


def _classic(line: str) -> Classic:
    name, header, urn, bits, reference, serial = (column.strip() for column in line.split("|"))
    kind, _, size = serial.partition(" ")
    return Classic(name, int(header, 16), urn, tuple(map(int, bits.split())), reference, kind, int(size or 0))


def _plus(line: str) -> Plus:
    name, header, content = (column.strip() for column in line.split("|"))
    words = content.split()
    ais = tuple(word for word in words if word.isdigit())
    return Plus(name, int(header, 16), ais, "date" in words, "host" in words)


CLASSIC = {scheme.name: scheme for scheme in map(_classic, filter(None, CLASSIC_LINES.split("\n")))}
"""Classic tags by their name."""

PLUS = {scheme.name: scheme for scheme in map(_plus, filter(None, PLUS_LINES.split("\n")))}
"""'+' and '++' tags by their name."""

HEADERS: dict[int, Classic | Plus] = {
    **{scheme.header: scheme for scheme in CLASSIC.values()},
    **{scheme.header: scheme for scheme in PLUS.values()},
}
"""Every tag by its header, the first eight bits."""
