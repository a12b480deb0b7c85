"""Routes that take a file: who may not send gets nothing read, a long one is streamed, the same one is taken once."""

from collections.abc import AsyncIterator

import httpx
import pytest
from tests.factories.plant import GTIN, make_plant
from tests.factories.site import Site

from seriatim import access, identity
from seriatim.base import limits

pytestmark = pytest.mark.anyio

NUMBERS = f"/api/v1/serial-policies/{GTIN}/numbers"


@pytest.fixture
async def erp(site: Site) -> httpx.AsyncClient:
    """The key of an ERP, in a plant whose product takes its numbers from outside."""
    async with site.app.database.transaction() as tx:
        await make_plant(tx)
        now = site.app.environment.clock.now()
        await identity.rotate(tx, GTIN, reason="authority", source="imported", actor=access.SYSTEM, now=now)
    return await site.with_key("integration")


async def in_pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def test_a_file_is_taken_in_and_told(erp: httpx.AsyncClient) -> None:
    made = await erp.post(
        NUMBERS, params={"issuer": "ID Issuer", "expires_at": "2099-01-01T00:00:00Z"}, content=b"A1\nA/2\n"
    )
    listed = (await erp.get(NUMBERS)).json()
    policy = (await erp.get(f"/api/v1/serial-policies/{GTIN}")).json()

    assert made.status_code == 201
    assert listed == [made.json()]
    assert {name: made.json()[name] for name in ("issuer", "count", "left", "is_expired", "generation")} == {
        "issuer": "ID Issuer",
        "count": 2,
        "left": 2,
        "is_expired": False,
        "generation": 1,
    }
    assert (policy["source"], policy["capacity"], policy["left"]) == ("imported", 2, 2)


async def test_leased_numbers_come_out_in_the_order_of_the_file_and_tell_their_order(
    erp: httpx.AsyncClient,
) -> None:
    await erp.post(NUMBERS, params={"issuer": "x"}, content=in_pieces(b"B", b"1\nA/", b"1\nC1"))

    wanted = {"gtin": GTIN, "count": 2, "line": "L1", "order_number": "4711"}
    lease = (await erp.post("/api/v1/leases", json=wanted)).json()
    known = await erp.get("/api/v1/issuance", params={"gtin": GTIN, "serial": "A/1"})
    unknown = await erp.get("/api/v1/issuance", params={"gtin": GTIN, "serial": "C1"})

    assert lease["serials"] == ["B1", "A/1"]
    assert known.json()["lease"]["order_number"] == "4711"
    assert unknown.json() == {"gtin": GTIN, "serial": "C1", "lease": None, "is_in_doubt": False}


async def test_faults_are_told_with_their_lines(erp: httpx.AsyncClient) -> None:
    answer = await erp.post(NUMBERS, params={"issuer": "x"}, content=b"A1\nA 2\nA1")

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["fault_count"]) == (422, "numbers_refused", 2)
    assert problem["faults"] == [
        {"line": 2, "number": "A 2", "code": "bad_number"},
        {"line": 3, "number": "A1", "code": "twice_in_file"},
    ]
    assert (await erp.get(NUMBERS)).json() == []


async def test_from_somebody_who_may_not_send_nothing_is_read(site: Site, erp: httpx.AsyncClient) -> None:
    read = []

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10_000):
            read.append(1)
            yield b"x" * 1_000

    warehouse = await site.with_key("warehouse")
    answers = [
        await c.post(NUMBERS, params={"issuer": "x"}, content=endless()) for c in (warehouse, site.client())
    ]

    assert [answer.status_code for answer in answers] == [403, 401]
    assert read == []


async def test_a_file_past_the_limit_is_413(erp: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMPORT_BYTES", 1_000)

    announced = await erp.post(NUMBERS, params={"issuer": "x"}, content=b"A" * 1_001)
    streamed = await erp.post(NUMBERS, params={"issuer": "x"}, content=in_pieces(b"A" * 600, b"B" * 600))

    assert (announced.status_code, streamed.status_code) == (413, 413)


async def test_the_same_idempotency_key_takes_a_file_once_and_no_other_file(erp: httpx.AsyncClient) -> None:
    same = {"idempotency-key": "import-1"}
    first = await erp.post(NUMBERS, params={"issuer": "x"}, content=b"A1\nA2", headers=same)
    again = await erp.post(NUMBERS, params={"issuer": "x"}, content=b"A1\nA2", headers=same)
    other = await erp.post(NUMBERS, params={"issuer": "x"}, content=b"A3", headers=same)
    elsewhere = await erp.post(NUMBERS, params={"issuer": "y"}, content=b"A1\nA2", headers=same)

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert [one.json()["code"] for one in (other, elsewhere)] == ["idempotency_key_reused"] * 2
    assert len((await erp.get(NUMBERS)).json()) == 1


async def test_a_file_without_an_issuer_is_refused(erp: httpx.AsyncClient) -> None:
    answer = await erp.post(NUMBERS, content=b"A1")

    assert answer.status_code == 422


async def test_each_look_up_is_in_the_audit_trail_and_a_marketing_key_may_not_ask(
    site: Site, erp: httpx.AsyncClient
) -> None:
    asked = {"gtin": GTIN, "serial": "NEVER1"}
    marketing, protection = await site.with_key("marketing"), await site.with_key("brand_protection")

    assert (await marketing.get("/api/v1/issuance", params=asked)).status_code == 403
    assert (await protection.get("/api/v1/issuance", params=asked)).status_code == 200
    assert (await protection.get("/api/v1/issuance", params=asked | {"serial": "A 1"})).status_code == 422
    auditor = await site.with_key("auditor")
    trail = (await auditor.get("/api/v1/audit", params={"subject": f"(01){GTIN}(21)NEVER1"})).json()["items"]
    assert [(row["deed"], row["detail"]) for row in trail] == [
        ("serial.looked_up", {"lease": None, "is_in_doubt": False})
    ]
