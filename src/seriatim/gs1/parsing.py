"""Reads a code in whatever spelling it comes: brackets, element string, scan data, Digital Link.

>>> [parse(text).value("21") for text in ("(01)09506000134352(21)A1", "^010950600013435221A1", "]d2010950600013435221A1")]
['A1', 'A1', 'A1']
>>> parse("https://shop.example/01/09506000134352/21/A1").value("21")
'A1'
"""

from seriatim.gs1.digital_link import SCHEMES, parse_digital_link
from seriatim.gs1.element_string import parse_bracketed, parse_element_string
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.message import Message
from seriatim.gs1.options import STRICT, Options
from seriatim.gs1.scanning import parse_scan_data


def parse(text: str, *, options: Options = STRICT) -> Message:
    """A message from any spelling: `(01)...`, `^01...` (FNC1 as ^ or 0x1D), scan data `]d2...`, Digital Link URI.

    Raises GS1Error and nothing else for any str: `empty`, `not_gs1`, or what the parser of that spelling says.
    """
    first = text[:1]
    if first == "(":
        return parse_bracketed(text, options=options)
    if first in {"^", "\x1d"}:
        return parse_element_string(text, options=options)
    if first == "]":
        return parse_scan_data(text, options=options)
    if text.startswith(SCHEMES):
        return parse_digital_link(text, options=options)
    if text.startswith("urn:epc:"):
        raise GS1Error("not_gs1", "EPC URNs are read by gs1.epc.from_urn and gs1.canonical_key").placed(text)
    raise GS1Error("not_gs1" if text else "empty").placed(text)
