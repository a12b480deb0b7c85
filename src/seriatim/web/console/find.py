"""The finder: a pasted or scanned code in any spelling opens its unit, case, product or order."""

from typing import Final

from starlette.responses import Response

from seriatim import gs1, identity
from seriatim.areas.line import store as line_store
from seriatim.gs1 import Key
from seriatim.web.console.asking import sentence, text_in
from seriatim.web.pages import Page, Visit
from seriatim.web.ui.addresses import key_address, order_address

EXAMPLES: Final = (
    "(01)09506000134352(21)A1",
    "https://id.gs1.org/01/09506000134352/21/A1",
    "]d2010950600013435221A1",
    "urn:epc:id:sgtin:9506000.013435.A1",
    "195060001343520014",
    "09506000134352",
)


async def find(visit: Visit) -> Response:
    code = text_in(visit, "code")
    if not code:
        return _page(visit, code, "")
    address, fault = read(code)
    if address is None and await line_store.order(visit.tx, code) is not None:
        address = order_address(code)
    if address is not None and address.startswith("/console/products/"):
        gtin = address.removeprefix("/console/products/").partition("?")[0]
        if await identity.product(visit.tx, gtin) is None:
            address, fault = None, f"The code is well made, but no product here has the GTIN {gtin}."
    if address is not None:
        return visit.go(address)
    return _page(visit, code, fault)


def read(code: str) -> tuple[str | None, str]:
    """Where a code leads, or what is wrong with it.

    >>> read("(01)09506000134352(21)A1")
    ('/console/units/09506000134352/A1', '')
    >>> read("9506000134352")
    ('/console/products/09506000134352', '')
    >>> read("(01)09506000134353(21)A1")[1][:55]
    'AI (01): the check digit should be 2, not 3; here: (01)'
    """
    compact = code.replace(" ", "")
    fault = ""
    for text in dict.fromkeys((code, compact, *_from_digits(compact))):
        try:
            address = key_address(_key(text))
        except gs1.GS1Error as error:
            fault = fault or sentence(str(error))
            continue
        if address is not None:
            return address, ""
        fault = "This names a place or a thing that has no page here yet."
    return None, fault


def _key(text: str) -> Key:
    return gs1.canonical_key(text)


def _from_digits(digits: str) -> tuple[str, ...]:
    if not (digits.isascii() and digits.isdigit()):
        return ()
    if len(digits) == 18:
        return (f"(00){digits}",)
    return (f"(01){digits.zfill(14)}",) if len(digits) in {8, 12, 13, 14} else ()


def _page(visit: Visit, code: str, fault: str) -> Response:
    status = 404 if code else 200
    return visit.html("console/find.html", status, section="Find", code=code, fault=fault, examples=EXAMPLES)


PAGES: Final = (Page("/console/find", find, "units:read"),)
