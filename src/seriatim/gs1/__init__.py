"""The GS1 language: what the numbers in a code mean, and how the same thing is written for people, bar codes and the web.

>>> m = parse("(01)09506000134352(21)A1")
>>> m.elements
(('01', '09506000134352'), ('21', 'A1'))
>>> m.element_string(), m.digital_link()
('^010950600013435221A1', 'https://id.gs1.org/01/09506000134352/21/A1')
>>> parse(m.digital_link()) == parse("^010950600013435221A1") == parse("]d2010950600013435221A1") == m
True
>>> parse("(01)09506000134353")
Traceback (most recent call last):
seriatim.gs1.errors.GS1Error: AI (01): the check digit should be 2, not 3; here: (01)0950600013435|3|

An error says what is wrong and where, so that a screen can underline it:

>>> try:
...     parse("(01)09506000134352(17)261331")
... except GS1Error as error:
...     error.code, error.ai, error.position, error.markup
('illegal_month', '17', 2, '(17)26|13|31')

Two spellings name the same thing when their keys are equal; an RFID tag is a spelling too:

>>> unit = canonical_key("https://shop.example/x/01/09506000134352/21/A1?17=261231")
>>> unit == canonical_key("urn:epc:id:sgtin:9506000.013435.A1") == epc.decode(epc.encode(m, "SGTIN+")).key
True

Old links are read forgivingly on demand, short ones are made and read, and people get plain words:

>>> parse("https://shop.example/gtin/9506000134352/", options=LENIENT).elements
(('01', '09506000134352'),)
>>> compress(m.digital_link()), decompress(compress(m.digital_link(), "ex")) == m.digital_link()
('https://id.gs1.org/DBFKk4XBoIVC', True)
>>> [(line.title, line.text) for line in m.plain_lines(this_year=2026)]
[('GTIN', '9506000134352'), ('SERIAL', 'A1')]

Standard library only; nothing is fetched, opened or kept.
"""

from typing import TYPE_CHECKING, Any

from seriatim.gs1 import epc
from seriatim.gs1.checksums import check_digit, with_check_digit
from seriatim.gs1.company_prefixes import CompanyPrefixes, PrefixList
from seriatim.gs1.compression import Form, compress, decompress
from seriatim.gs1.digital_link import parse_digital_link
from seriatim.gs1.element_string import parse_bracketed, parse_element_string
from seriatim.gs1.errors import Fault, GS1Error
from seriatim.gs1.identity import canonical_key, unit_of_plain_link, units_of_one_product
from seriatim.gs1.interpretation import Line, native_gtin
from seriatim.gs1.keys import Key, key_of
from seriatim.gs1.message import Message
from seriatim.gs1.options import LENIENT, STRICT, Options
from seriatim.gs1.parsing import parse
from seriatim.gs1.scan_writing import write_scan
from seriatim.gs1.scanning import Scan, parse_scan_data, read_scan
from seriatim.gs1.table import ENTRIES, Entry

if TYPE_CHECKING:
    from seriatim.gs1.explaining import Explanation, explain

__all__ = [
    "ENTRIES",
    "LENIENT",
    "STRICT",
    "CompanyPrefixes",
    "Entry",
    "Explanation",
    "Fault",
    "Form",
    "GS1Error",
    "Key",
    "Line",
    "Message",
    "Options",
    "PrefixList",
    "Scan",
    "canonical_key",
    "check_digit",
    "compress",
    "decompress",
    "epc",
    "explain",
    "key_of",
    "native_gtin",
    "parse",
    "parse_bracketed",
    "parse_digital_link",
    "parse_element_string",
    "parse_scan_data",
    "read_scan",
    "unit_of_plain_link",
    "units_of_one_product",
    "with_check_digit",
    "write_scan",
]


def __getattr__(name: str) -> Any:
    """Explanations in words come with tables of their own, so they are loaded when somebody asks for one."""
    if name in {"Explanation", "explain"}:
        from seriatim.gs1 import explaining  # noqa: PLC0415 -- loaded on demand, see above

        return getattr(explaining, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
