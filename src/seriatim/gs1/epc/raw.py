"""Raw URIs: the bits of a tag as they are, for tags that nobody could read.

>>> RawTag.of_hex("3036452148350C4000003039").uri
'urn:epc:raw:96.x3036452148350C4000003039'
>>> RawTag.parse("urn:epc:raw:96.x3036452148350C4000003039").hex
'3036452148350C4000003039'

Source: EPC Tag Data Standard 2.3 section 12.
"""

import re
from typing import NamedTuple

from seriatim.gs1.bits import TEXT_MAX, BitReader
from seriatim.gs1.element_string import refuse_long
from seriatim.gs1.errors import GS1Error

RAW_URI = "urn:epc:raw:"
BITS_MAX = 4 * TEXT_MAX

_BODY = re.compile(r"([1-9][0-9]{0,4})(?:\.x([0-9A-F]{2}))?\.(?:x([0-9A-F]+)|(0|[1-9][0-9]*))")


class RawTag(NamedTuple):
    """So many bits, and what ISO calls the application family identifier where the tag is not an EPC."""

    bits: int
    number: int
    """All bits as one number, the first one most significant."""
    afi: str = ""
    """Two hexadecimal digits; "" for EPC tags."""

    @classmethod
    def parse(cls, uri: str) -> "RawTag":
        """From `urn:epc:raw:96.x...`, the older decimal form `urn:epc:raw:96.12345`, or with an AFI `urn:epc:raw:96.xA1.x...`.

        Raises GS1Error `not_gs1`, `bad_urn`, `too_long_input`.
        """
        refuse_long(uri, TEXT_MAX)
        try:
            return cls._read(uri)
        except GS1Error as error:
            raise error.placed(uri) from None

    @classmethod
    def _read(cls, uri: str) -> "RawTag":
        if not uri.startswith(RAW_URI):
            raise GS1Error("bad_urn" if uri.startswith("urn:epc:") else "not_gs1", f"expected {RAW_URI}")
        found = _BODY.fullmatch(uri.removeprefix(RAW_URI))
        if not found:
            raise GS1Error(
                "bad_urn", "expected a number of bits, then x and hexadecimal digits in upper case"
            )
        bits, afi, digits, decimal = int(found[1]), found[2] or "", found[3], found[4]
        if (
            bits > BITS_MAX
            or (digits and len(digits) != -(-bits // 4))
            or (decimal and (afi or len(decimal) > bits))
        ):
            raise GS1Error("bad_urn", f"{bits} bits do not have so many digits")
        number = int(digits, 16) if digits else int(decimal)
        if number >> bits:
            raise GS1Error("bad_urn", f"the number needs more than {bits} bits")
        return cls(bits, number, afi)

    @classmethod
    def of_hex(cls, text: str, afi: str = "") -> "RawTag":
        """From the hexadecimal digits of a tag's memory; raises GS1Error `bad_tag`, `too_long_input`."""
        reader = BitReader.of_hex(text)
        return cls(reader.left, reader.take(reader.left), afi.upper())

    @property
    def hex(self) -> str:
        """Upper case digits, filled with zero bits at the end to whole words of 16 bits: what `decode` takes."""
        digits = -(-self.bits // 16) * 4
        return f"{self.number << 4 * digits - self.bits:0{digits}X}"

    @property
    def uri(self) -> str:
        """The raw URI, in hexadecimal digits."""
        afi = f".x{self.afi}" if self.afi else ""
        return f"{RAW_URI}{self.bits}{afi}.x{self.number:0{-(-self.bits // 4)}X}"
