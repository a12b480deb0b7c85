"""Pure identities taken apart: what an EPC URN says, of GS1's schemes and of other organisations'.

>>> PureIdentity.parse("urn:epc:id:sgtin:9521234.054321.a%2Fb").parts
('9521234', '054321', 'a/b')
>>> PureIdentity.parse("urn:epc:id:bic:CSQU3054383").scheme
'bic'

Source: EPC Tag Data Standard 2.3 sections 6 and 7.
"""

from typing import NamedTuple

from seriatim.gs1.element_string import refuse_long
from seriatim.gs1.epc.foreign import SCHEMES as FOREIGN
from seriatim.gs1.epc.foreign import check_foreign
from seriatim.gs1.epc.urn import PART_COUNTS, URN_MAX, escape, from_urn
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.escaping import unescape_path
from seriatim.gs1.message import Message

ID, CLASS = "urn:epc:id:", "urn:epc:class:"


class PureIdentity(NamedTuple):
    """What an EPC URN says, part by part, of GS1's and of other organisations' schemes."""

    scheme: str
    """`sgtin`, `sscc`, ..., `lgtin` (a class), `gid`, `usdod`, `adi`, `bic`, `imovn`."""
    parts: tuple[str, ...]
    """Company prefix, reference, serial or whatever the scheme has, decoded."""

    @classmethod
    def parse(cls, urn: str) -> "PureIdentity":
        """From `urn:epc:id:...` or `urn:epc:class:lgtin:...`; raises GS1Error `not_gs1`, `bad_urn`, or a fault of a value."""
        refuse_long(urn, URN_MAX)
        prefix = CLASS if urn.startswith(CLASS) else ID
        scheme, _, rest = urn.removeprefix(prefix).partition(":")
        if scheme not in FOREIGN or not urn.startswith(ID):
            from_urn(urn)
            if not urn.startswith(prefix):
                raise GS1Error("bad_urn", "this is a pattern, no single identity").placed(urn)
            return cls(scheme, tuple(map(unescape_path, rest.split(".", PART_COUNTS[scheme] - 1))))
        parts = tuple(map(unescape_path, rest.split(".", FOREIGN[scheme].parts - 1)))
        try:
            if len(parts) != FOREIGN[scheme].parts:
                raise GS1Error("bad_urn", f"too few parts for {scheme}")  # noqa: TRY301 -- placed like the other faults
            check_foreign(scheme, parts)
        except GS1Error as error:
            raise error.placed(urn, len(urn) - len(rest)) from None
        return cls(scheme, parts)

    @property
    def uri(self) -> str:
        """The URN, with the signs escaped that must be."""
        prefix = CLASS if self.scheme == "lgtin" else ID
        return f"{prefix}{self.scheme}:{'.'.join(map(escape, self.parts))}"

    @property
    def message(self) -> Message:
        """The same as GS1 data; raises GS1Error `not_gs1` for the schemes of other organisations."""
        return from_urn(self.uri)
