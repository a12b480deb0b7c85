"""Products, leases and SSCCs kept in a database, for the tests of the identity room."""

from datetime import UTC, datetime

from seriatim import access, identity
from seriatim.base.db import Database
from seriatim.identity import Lease, Location, Party, Product

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
ACTOR = access.Actor(kind="key", id="k1", name="ERP", role="administrator")
MASTER = bytes(range(32))
SERUM = Product("09506000134352", "Serum", brand="Aurel", markets=("DE", "FR"), units_per_case=24)
MINT = Product("012345678905", "Mint", net_content="50 ml")
MAKER = Party("9506000134352", "Aurel Labs", "maker", "FR")
PLANT = Location("9521234000013", "Plant Lyon", MAKER.gln, "plant", "FR", "Lyon", 45.76, 4.84)


async def keep(db: Database, *products: Product) -> identity.Saved:
    async with db.transaction() as tx:
        return await identity.save_products(tx, products, actor=ACTOR, now=NOW)


async def lend(db: Database, gtin: str, count: int, line: str = "L3", order: str = "4711") -> Lease:
    async with db.transaction() as tx:
        return await identity.lease(
            tx, gtin, count, line=line, order_number=order, actor=ACTOR, now=NOW, master_key=MASTER
        )


async def in_digits(db: Database, gtin: str, length: int) -> None:
    """A small form, so that its capacity can be reached."""
    async with db.transaction() as tx:
        await identity.change_policy(tx, gtin, alphabet=identity.DIGITS, length=length, actor=ACTOR, now=NOW)


async def deeds(db: Database) -> list[tuple[str, str]]:
    async with db.transaction() as tx:
        return [
            (row["deed"], row["subject"]) for row in await tx.rows("select * from access_audit order by id")
        ]


async def go_back(db: Database, issued: int) -> None:
    """What a restore does: the counter is lower, and the newer leases are gone."""
    async with db.transaction() as tx:
        await tx.execute("alter table identity_lease disable trigger all")
        await tx.execute("delete from identity_lease where gtin = $1 and past > $2", SERUM.gtin, issued)
        await tx.execute("update identity_serial_policy set issued = $2 where gtin = $1", SERUM.gtin, issued)
        await tx.execute("alter table identity_lease enable trigger all")


async def reconcile(db: Database) -> identity.Reconciliation:
    async with db.transaction() as tx:
        return await identity.reconcile(tx, "Restored from the backup of Monday.", actor=ACTOR, now=NOW)
