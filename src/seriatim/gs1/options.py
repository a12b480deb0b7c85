"""How strict to be with what was scanned: exactly by the standard, or forgiving as a resolver must be.

>>> from seriatim.gs1.digital_link import parse_digital_link
>>> parse_digital_link("https://a.example/gtin/9506000134352/", options=LENIENT).elements
(('01', '09506000134352'),)
>>> parse_digital_link("https://a.example/gtin/9506000134352/", options=STRICT)
Traceback (most recent call last):
seriatim.gs1.errors.GS1Error: no GS1 key is found in the path of the URI; here: https://a.example|/gtin/9506000134352/|
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """What a parser lets pass. The default is the standard, nothing else."""

    short_gtins: bool = False
    """A Digital Link may hold a GTIN of 8, 12 or 13 digits; it is padded to 14 (allowed until Digital Link 1.3)."""
    words: bool = False
    """A Digital Link path may say `gtin` for 01, `lot` for 10 and so on (removed in Digital Link 1.3)."""
    trailing_slash: bool = False
    """One slash at the end of a Digital Link path is overlooked."""
    any_order: bool = False
    """The qualifiers in a Digital Link path may stand in any order."""
    unknown_ais: bool = False
    """Application identifiers of a later edition are let in with any value (bracketed text and Digital Links)."""
    unknown_attributes: bool = False
    """Such application identifiers may stand in the query of a Digital Link."""
    associations: bool = True
    """Check what must stand together and what must not."""


STRICT = Options()
LENIENT = Options(short_gtins=True, words=True, trailing_slash=True)
