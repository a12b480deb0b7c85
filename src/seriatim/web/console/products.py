"""Products and how many serials they have left; partners and their places."""

from typing import Final

from starlette.responses import Response

from seriatim import history, identity
from seriatim.base import limits
from seriatim.history import master_data
from seriatim.web.console.asking import ROWS
from seriatim.web.console.atlas import atlas
from seriatim.web.pages import Page, Visit


async def listing(visit: Visit) -> Response:
    page = await identity.products(visit.tx, after=_gtin(visit.query.get("after", "")), limit=ROWS)
    policies = {product.gtin: await identity.policy(visit.tx, product.gtin) for product in page.items}
    lots = await history.lots(visit.tx, limit=limits.PAGE_ROWS_MAX)
    units = {
        product.gtin: sum(lot.units for lot in lots if lot.gtin == product.gtin) for product in page.items
    }
    following = page.items[-1].gtin if page.next else None
    return visit.html(
        "console/products.html",
        section="Products",
        page=page,
        policies=policies,
        units=units,
        following=following,
    )


def _gtin(after: str) -> str:
    return after if after.isascii() and after.isdigit() else ""


async def one(visit: Visit) -> Response:
    product = await identity.known_product(visit.tx, visit.path["gtin"])
    which = identity.LeaseFilter(gtin=product.gtin)
    leases = await identity.leases(visit.tx, which, limit=20) if visit.may("serials:read") else None
    return visit.html(
        "console/product.html",
        section="Products",
        product=product,
        policy=await identity.policy(visit.tx, product.gtin),
        runway=await identity.runway(visit.tx, product.gtin, now=visit.now),
        lots=await history.lots(visit.tx, product.gtin),
        lot=visit.query.get("lot", ""),
        leases=leases,
        told=visit.may("events:read")
        and bool(await master_data.known(visit.tx, f"https://id.gs1.org/01/{product.gtin}")),
    )


async def partners(visit: Visit) -> Response:
    names = await atlas(visit.tx)
    return visit.html(
        "console/partners.html",
        section="Partners",
        parties=sorted(names.parties.values(), key=lambda party: (party.kind != "owner", party.name)),
        locations=sorted(names.locations.values(), key=lambda place: place.gln),
        atlas=names,
    )


PAGES: Final = (
    Page("/console/products", listing, "products:read"),
    Page("/console/products/{gtin}", one, "products:read"),
    Page("/console/partners", partners, "partners:read"),
)
