"""One message, three spellings: for people, for bar codes, for the web.

>>> elements = (("01", "09506000134352"), ("10", "A1"), ("17", "261231"))
>>> bracketed(elements)
'(01)09506000134352(10)A1(17)261231'
>>> element_string(elements)
'^010950600013435210A1^17261231'
>>> digital_link(elements)
'https://id.gs1.org/01/09506000134352/10/A1?17=261231'
"""

from collections.abc import Sequence
from functools import lru_cache

from seriatim.gs1.errors import GS1Error
from seriatim.gs1.escaping import escape_path, escape_query
from seriatim.gs1.options import STRICT, Options
from seriatim.gs1.table import ENTRIES, KEYS, UNKNOWN

Elements = Sequence[tuple[str, str]]

GS1_DOMAIN = "https://id.gs1.org"
FNC1 = "^"


def bracketed(elements: Elements) -> str:
    r"""`(01)...(10)...`; an opening bracket inside a value is written `\(`."""
    return "".join(
        [f"({ai}){value.replace('(', _ESCAPED) if '(' in value else value}" for ai, value in elements]
    )


_ESCAPED = "\\("


def element_string(elements: Elements) -> str:
    """`^01...10...^17...`: FNC1 (`^`) first and after each value without predefined length, except the last."""
    text = FNC1
    pending = ""
    for ai, value in elements:
        text += pending + ai + value
        pending = "" if ENTRIES.get(ai, UNKNOWN).predefined else FNC1
    return text


def digital_link(
    elements: Elements, domain: str = GS1_DOMAIN, *, path_length: int = 0, options: Options = STRICT
) -> str:
    """The GS1 Digital Link URI of the message; the first `path_length` elements are its path if that is known already.

    Attributes of predefined length come first. Raises GS1Error `no_digital_link`, `bad_uri`.
    Source: GS1 Digital Link URI Syntax 1.6, as written by the GS1 Syntax Engine.
    """
    if not domain.startswith(("https://", "http://", "HTTPS://", "HTTP://")):
        raise GS1Error("bad_uri", "the domain of a Digital Link must begin with https:// or http://")
    values = dict(elements)
    path = tuple([ai for ai, _ in elements[:path_length]]) or _path(tuple(values))
    uri = domain.rstrip("/")
    for ai in path:
        uri += f"/{ai}/{escape_path(values.pop(ai))}"
    if not values:
        return uri
    early: list[str] = []
    late: list[str] = []
    for ai, value in values.items():
        entry = ENTRIES.get(ai)
        if not (entry.attribute if entry else options.unknown_attributes):
            raise GS1Error("no_digital_link", "cannot stand in this Digital Link, so none exists", ai=ai)
        (early if entry and entry.predefined else late).append(f"{ai}={escape_query(value)}")
    return f"{uri}?{'&'.join(early + late)}"


@lru_cache(maxsize=8192)
def _path(ais: tuple[str, ...]) -> tuple[str, ...]:
    """Key and qualifiers: the first key in the order of the data, then the longest of its sequences.

    Cached: it depends on the names alone, and messages repeat their shape.
    """
    for key in ais:
        if key in KEYS:
            orders = ENTRIES[key].path_orders or ()
            return (key, *max((tuple(q for q in order if q in ais) for order in orders), key=len))
    raise GS1Error("no_digital_link", "no Digital Link exists: none of the elements is a GS1 key")
