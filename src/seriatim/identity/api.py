"""All JSON routes of the room; those of one sub-room stand there, those that take several stand here."""

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.identity import actions
from seriatim.identity.catalogue.api import ENDPOINTS as CATALOGUE
from seriatim.identity.catalogue.api import SavedKeys
from seriatim.identity.catalogue.model import Product
from seriatim.identity.leases.api import ENDPOINTS as LEASES
from seriatim.identity.marks.api import ENDPOINTS as MARKS
from seriatim.identity.serials.api import ENDPOINTS as SERIALS
from seriatim.identity.ssccs.api import ENDPOINTS as SSCCS


class Products(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Products to keep."""

    products: list[Product]


async def put_products(call: Call[None, Products]) -> SavedKeys:
    return SavedKeys(
        *await actions.save_products(call.tx, call.body.products, actor=call.actor, now=call.now)
    )


ENDPOINTS = (
    *CATALOGUE,
    Endpoint(
        "PUT",
        "/api/v1/products",
        "products:write",
        "Keep products, new and changed",
        put_products,
        body=Products,
        returns=SavedKeys,
        tag="Master data",
    ),
    *SERIALS,
    *LEASES,
    *MARKS,
    *SSCCS,
)
