"""Every named query of the room."""

import pytest

from seriatim.base.db import Database, Queries
from seriatim.identity.catalogue.store import SQL as CATALOGUE
from seriatim.identity.leases.store import SQL as LEASES
from seriatim.identity.marks.store import SQL as MARKS
from seriatim.identity.nfc.store import SQL as NFC
from seriatim.identity.serials.store import SQL as SERIALS
from seriatim.identity.serials.store import begin_staging
from seriatim.identity.ssccs.store import SQL as SSCCS

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("queries", [CATALOGUE, LEASES, MARKS, NFC, SERIALS, SSCCS])
async def test_every_query_has_a_plan_on_the_real_tables(db: Database, queries: Queries) -> None:
    async with db.transaction() as tx:
        await begin_staging(tx)  # some queries read what was staged
        for query in queries:
            await tx.execute(f"explain (generic_plan) {query.text}")
