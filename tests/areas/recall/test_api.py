"""The routes of recalls, as the runner calls them."""

from typing import Any

import msgspec
import pytest
from tests.factories.plant import (
    ANNA,
    BRUNO,
    ENVIRONMENT,
    GTIN,
    LOT,
    NOW,
    commission,
    lease_serials,
    make_plant,
)

from seriatim.access import Actor, Call
from seriatim.access.roles import RIGHTS
from seriatim.areas.recall import api
from seriatim.base.db import Database, Transaction
from seriatim.base.errors import BadInput

pytestmark = pytest.mark.anyio


async def call(
    tx: Transaction, name: str, actor: Actor = ANNA, *, body: Any = None, query: Any = None, **path: str
) -> Any:
    """Call the endpoint `METHOD path` as JSON comes in, and answer what would go out."""
    endpoint = next(one for one in api.ENDPOINTS if f"{one.method} {one.path}" == name)
    asked = Call(
        tx, actor, NOW, ENVIRONMENT, path,
        msgspec.convert(query or {}, endpoint.query) if endpoint.query else None,
        msgspec.json.decode(msgspec.json.encode(body), type=endpoint.body) if endpoint.body else None,
    )  # fmt: skip
    answer = await endpoint.act(asked)
    msgspec.json.decode(msgspec.json.encode(answer), type=endpoint.returns)
    return msgspec.to_builtins(answer)


async def test_a_recall_from_preview_to_close(db: Database) -> None:
    scope = {"gtin": GTIN, "lot": LOT}
    words = {"reason": "Wire.", "instructions": "Bring it back."}
    async with db.transaction() as tx:
        await make_plant(tx)
        await commission(tx, await lease_serials(tx, 3))

        assert (await call(tx, "GET /api/v1/recalls/preview", query=scope))["units"] == 3
        recall = str((await call(tx, "POST /api/v1/recalls", body=scope | words))["id"])
        assert (await call(tx, "GET /api/v1/recalls/{id}", id=recall))["holders"][0]["units"] == 3
        assert (await call(tx, "POST /api/v1/recalls/{id}/launch", BRUNO, id=recall))["units"] == 3
        live = await call(tx, "GET /api/v1/recalls", query={"state": "live"})
        assert [str(row["id"]) for row in live["items"]] == [recall]
        closed = await call(
            tx, "POST /api/v1/recalls/{id}/close", BRUNO, id=recall, body={"reason": "All back."}
        )
        assert closed["state"] == "closed"


async def test_a_stranger_field_is_refused(db: Database) -> None:
    async with db.transaction() as tx:
        with pytest.raises(msgspec.ValidationError, match="unknown field"):
            await call(
                tx,
                "POST /api/v1/recalls",
                body={"gtin": GTIN, "lot": LOT, "reason": "x", "instructions": "y", "z": 1},
            )


@pytest.mark.parametrize("number", ["x", "-1", "1e3", "9" * 19, "\u0663"])
async def test_a_recall_has_a_number(db: Database, number: str) -> None:
    async with db.transaction() as tx:
        with pytest.raises(BadInput):
            await call(tx, "GET /api/v1/recalls/{id}", id=number)


def test_the_auditor_reads_recalls_and_moves_none() -> None:
    rights = {endpoint.permission for endpoint in api.ENDPOINTS if endpoint.permission in RIGHTS["auditor"]}

    assert rights == {"recalls:read"}
