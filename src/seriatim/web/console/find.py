"""The finder: a pasted or scanned code in any spelling opens its unit, case, product or order."""

from typing import Final

from starlette.responses import Response

from seriatim import gs1, identity
from seriatim.areas.line import store as line_store
from seriatim.history import master_data
from seriatim.web.console import codes
from seriatim.web.console.asking import sentence, text_in
from seriatim.web.console.master_data import address_of
from seriatim.web.pages import Page, Visit
from seriatim.web.ui.addresses import key_address, order_address, with_query

PLACES: Final = frozenset({"sgln", "pgln"})


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
    if address is None:
        address = await _known_place(visit, code)
    if address is None and not fault and visit.may("events:read") and not _is_place(code):
        address = with_query("/console/events", {}, q=code)
    if address is not None:
        return visit.go(address)
    return _page(visit, code, fault or "This names a place or a thing that has no page here.")


async def _known_place(visit: Visit, code: str) -> str | None:
    """The page of a place or party that the code names, where something is known of it."""
    try:
        keys = codes.read(code) if visit.may("events:read") else ()
    except gs1.GS1Error:
        return None
    for name in (key.digital_link() for key in keys if key.scheme in PLACES):
        if await master_data.known(visit.tx, name) or await master_data.in_catalogue(visit.tx, name):
            return address_of(name)
    return None


def _is_place(code: str) -> bool:
    return any(key.scheme in PLACES for key in codes.read(code))


def read(code: str) -> tuple[str | None, str]:
    """Where a code leads, or what is wrong with it; neither for what has no page of its own: a place, a crate.

    >>> read("(01)09506000134352(21)A1")
    ('/console/units/09506000134352/A1', '')
    >>> read("9506000134352")
    ('/console/products/09506000134352', '')
    >>> read("3036452148350C4000003039")
    ('/console/units/09521234543213/12345', '')
    >>> read("(01)09506000134353(21)A1")[1][:55]
    'AI (01): the check digit should be 2, not 3; here: (01)'
    """
    try:
        keys = codes.read(code)
    except gs1.GS1Error as error:
        return None, sentence(str(error))
    address = next((path for path in map(key_address, keys) if path is not None), None)
    return address, ""


def _page(visit: Visit, code: str, fault: str) -> Response:
    status = 404 if code else 200
    return visit.html(
        "console/find.html", status, section="Find", code=code, fault=fault, examples=codes.EXAMPLES
    )


PAGES: Final = (Page("/console/find", find, "units:read"),)
