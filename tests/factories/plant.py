"""A small plant for stories: one product, its maker in Lisbon, a shop there, and units that a line has made."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from seriatim import epcis, history, identity
from seriatim.access import Actor
from seriatim.base.clock import FixedClock
from seriatim.base.db import Transaction
from seriatim.base.environment import Environment
from seriatim.base.settings import Settings

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GTIN = "09506000134352"
LOT = "L1"
EXPIRY = date(2027, 11, 20)
MASTER_KEY = bytes(range(32))
ENVIRONMENT = Environment(
    Settings(data=Path("nowhere"), public_url="https://id.brand.example"), FixedClock(NOW), MASTER_KEY
)
ANNA = Actor(kind="person", id="anna", name="Anna", role="quality")
BRUNO = Actor(kind="person", id="bruno", name="Bruno", role="brand_protection")
PLANT_GLN = "9506000134352"
SHOP_GLN = "9506000134369"
PRODUCT = identity.Product(
    gtin=GTIN, name="Huila, 250 g", brand="Alboral", markets=("PT",), gcp_length=7, look_for="A round seal."
)


async def make_plant(tx: Transaction, *, now: datetime = NOW) -> None:
    """Master data: the product, the maker, a shop of somebody else."""
    await identity.save_products(tx, [PRODUCT], actor=ANNA, now=now)
    parties = [
        identity.Party(PLANT_GLN, "Alboral", "maker", "PT"),
        identity.Party(SHOP_GLN, "Mercado", "retailer", "PT"),
    ]
    await identity.save_parties(tx, parties, actor=ANNA, now=now)
    locations = [
        identity.Location(PLANT_GLN, "Roastery", PLANT_GLN, "plant", "PT", "Setubal", 38.52, -8.89),
        identity.Location(SHOP_GLN, "Boavista", SHOP_GLN, "shop", "PT", "Porto", 41.16, -8.63),
    ]
    await identity.save_locations(tx, locations, actor=ANNA, now=now)


async def lease_serials(tx: Transaction, count: int, *, now: datetime = NOW) -> list[str]:
    """Serials that are issued, and of which nothing has been made yet."""
    lease = await identity.lease(
        tx, GTIN, count, line="L1", order_number="4711", actor=ANNA, now=now, master_key=MASTER_KEY
    )
    return await identity.serials_in(tx, lease, MASTER_KEY)


async def commission(
    tx: Transaction, serials: Sequence[str], *, lot: str = LOT, expiry: date = EXPIRY, now: datetime = NOW
) -> None:
    """The line reports these units made."""
    event = epcis.object_event(
        event_time=now - timedelta(days=20),
        action="ADD",
        epc_list=[f"https://id.gs1.org/01/{GTIN}/21/{serial}" for serial in serials],
        biz_step="commissioning",
        disposition="active",
        read_point=f"https://id.gs1.org/414/{PLANT_GLN}",
        biz_location=f"https://id.gs1.org/414/{PLANT_GLN}",
        lot=lot,
        expiry=expiry,
    )
    await history.capture(tx, [event], actor=ANNA, now=now)


async def deliver(tx: Transaction, serials: Sequence[str], *, now: datetime = NOW) -> None:
    """The shop in Porto has received these units."""
    event = epcis.object_event(
        event_time=now - timedelta(days=10),
        action="OBSERVE",
        epc_list=[f"https://id.gs1.org/01/{GTIN}/21/{serial}" for serial in serials],
        biz_step="receiving",
        disposition="in_progress",
        read_point=f"https://id.gs1.org/414/{SHOP_GLN}",
        biz_location=f"https://id.gs1.org/414/{SHOP_GLN}",
    )
    await history.capture(tx, [event], actor=ANNA, now=now)
