"""What every route of the API shares: what comes in is checked, done once, refused with words, and kept."""

import asyncio
import hashlib
from typing import Any

import httpx
import msgspec
import pytest
from tests.factories.plant import GTIN, make_plant
from tests.factories.site import Site

from seriatim.areas.line.api import NewOrder
from seriatim.base import limits
from seriatim.web.site import ENDPOINTS

pytestmark = pytest.mark.anyio


def order(number: str = "4711", **fields: Any) -> dict[str, Any]:
    return {
        "number": number,
        "gtin": GTIN,
        "lot": "H26K20",
        "expiry": "2027-11-20",
        "produced_on": "2026-11-20",
        "quantity": 10,
        "line": "Line 1",
        "plant": "9506000134352",
        **fields,
    }


@pytest.fixture
async def lead(site: Site) -> httpx.AsyncClient:
    """A line lead's key, in a plant whose product is known."""
    async with site.app.database.transaction() as tx:
        await make_plant(tx)
    return await site.with_key("line_lead")


async def refusals(site: Site) -> list[dict[str, Any]]:
    auditor = await site.with_key("auditor")
    rows: list[dict[str, Any]] = (await auditor.get("/api/v1/refusals")).json()["items"]
    return rows


async def test_what_is_made_can_be_read(lead: httpx.AsyncClient) -> None:
    made = await lead.post("/api/v1/orders", json=order())

    assert (made.status_code, made.headers["content-type"]) == (201, "application/json")
    assert made.headers["cache-control"] == "no-store"
    assert (await lead.get("/api/v1/orders/4711")).json()["order"] == made.json()


async def test_what_is_not_there_is_404_with_a_code(lead: httpx.AsyncClient) -> None:
    answer = await lead.get("/api/v1/orders/none")

    assert answer.status_code == 404
    assert answer.json() == {
        "type": "urn:seriatim:problem:not_found",
        "title": "Not found",
        "status": 404,
        "detail": "There is no order none.",
        "code": "not_found",
        "instance": "/api/v1/orders/none",
        "number": "none",
    }


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/orders", "/api", "/epcis/nothing/at/all"])
async def test_an_unknown_address_is_a_problem_document(lead: httpx.AsyncClient, path: str) -> None:
    answer = await lead.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_a_method_that_a_route_does_not_have_is_405(lead: httpx.AsyncClient) -> None:
    answer = await lead.put("/api/v1/orders", json={})

    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["allow"].replace(" ", "").split(","))


async def test_T24_an_unknown_field_is_refused_by_name(lead: httpx.AsyncClient) -> None:
    answer = await lead.post("/api/v1/orders", json=order(state="closed"))

    assert answer.status_code == 422
    assert "`state`" in answer.json()["detail"]
    assert (await lead.get("/api/v1/orders")).json()["items"] == []


def test_T24_every_body_and_query_of_the_table_refuses_unknown_fields() -> None:
    lax = [
        f"{e.method} {e.path}: {kind.__name__}"
        for e in ENDPOINTS
        for kind in (e.body, e.query)
        if isinstance(kind, type)
        and issubclass(kind, msgspec.Struct)
        and not kind.__struct_config__.forbid_unknown_fields
    ]

    assert lax == []
    assert NewOrder.__struct_config__.forbid_unknown_fields


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b"null", 422),
        (b'{"number": 1}', 422),
        (b"{}", 422),
        (b'"' + b"[" * 10_000, 400),
        (b"[" * 100_000, 422),
        (b'{"number": NaN}', 400),
    ],
)
async def test_a_body_that_is_none_is_refused_with_words(
    lead: httpx.AsyncClient, body: bytes, status: int
) -> None:
    answer = await lead.post("/api/v1/orders", content=body)

    assert answer.status_code == status
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantity", 0),
        ("quantity", 10**30),
        ("gtin", "1"),
        ("lot", "x" * 21),
        ("number", "a\x00b"),
        ("plant", "x"),
    ],
)
async def test_an_order_that_cannot_be_is_refused_and_nothing_is_written(
    site: Site, lead: httpx.AsyncClient, field: str, value: Any
) -> None:
    answer = await lead.post("/api/v1/orders", json=order(**{field: value}))

    assert answer.status_code in {400, 422}
    assert await site.count("line_order") == 0


async def test_query_parameters_are_checked(lead: httpx.AsyncClient) -> None:
    for query in ("limit=0", "limit=1001", "limit=many", "colour=red", "after=nonsense", "after=%00"):
        answer = await lead.get(f"/api/v1/orders?{query}")
        assert answer.status_code in {400, 422}, query


async def test_a_body_past_the_limit_is_413_whether_announced_or_streamed(lead: httpx.AsyncClient) -> None:
    large = b" " * (limits.API_BODY_BYTES + 1)

    async def drops() -> Any:
        for start in range(0, len(large), 65_536):
            yield large[start : start + 65_536]

    for content in (large, drops()):
        answer = await lead.post("/api/v1/orders", content=content)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert answer.json()["limit"] == limits.API_BODY_BYTES


async def test_the_same_idempotency_key_does_a_thing_once(site: Site, lead: httpx.AsyncClient) -> None:
    key = {"idempotency-key": "9f0c"}

    first = await lead.post("/api/v1/orders", json=order(), headers=key)
    again = await lead.post("/api/v1/orders", json=order(), headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert await site.count("line_order") == 1


async def test_many_at_once_with_one_idempotency_key_do_a_thing_once(
    site: Site, lead: httpx.AsyncClient
) -> None:
    key = {"idempotency-key": "9f0c"}

    answers = await asyncio.gather(
        *(lead.post("/api/v1/orders", json=order(), headers=key) for _ in range(5))
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 4
    assert await site.count("line_order") == 1


async def test_the_same_idempotency_key_with_another_body_or_route_is_refused(
    lead: httpx.AsyncClient,
) -> None:
    key = {"idempotency-key": "9f0c"}
    await lead.post("/api/v1/orders", json=order(), headers=key)

    other = await lead.post("/api/v1/orders", json=order("4712"), headers=key)
    elsewhere = await lead.post("/api/v1/leases", json=order(), headers=key)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert elsewhere.status_code in {404, 405, 422}
    assert (await lead.get("/api/v1/orders/4712")).status_code == 404


async def test_the_idempotency_keys_of_two_callers_do_not_meet(site: Site, lead: httpx.AsyncClient) -> None:
    other = await site.with_key("line_lead")
    key = {"idempotency-key": "9f0c"}

    first = await lead.post("/api/v1/orders", json=order("1"), headers=key)
    second = await other.post("/api/v1/orders", json=order("2"), headers=key)

    assert (first.status_code, second.status_code) == (201, 201)


async def test_a_failed_deed_leaves_its_idempotency_key_free(lead: httpx.AsyncClient) -> None:
    key = {"idempotency-key": "9f0c"}
    await lead.post("/api/v1/orders", json=order())
    refused = await lead.post("/api/v1/orders", json=order(), headers=key)
    assert refused.status_code == 409

    assert (await lead.post("/api/v1/orders", json=order("4712"), headers=key)).status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_an_idempotency_key_has_a_length(lead: httpx.AsyncClient, key: str) -> None:
    assert (
        await lead.post("/api/v1/orders", json=order(), headers={"idempotency-key": key})
    ).status_code == 400


async def test_an_answer_that_holds_a_secret_is_not_kept(site: Site) -> None:
    administrator = await site.with_key("administrator")
    key = {"idempotency-key": "9f0c"}

    made = await administrator.post("/api/v1/keys", json={"role": "integration"}, headers=key)
    again = await administrator.post("/api/v1/keys", json={"role": "integration"}, headers=key)

    assert made.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")
    assert made.json()["secret"] not in again.text
    assert len((await administrator.get("/api/v1/keys")).json()) == 2
    async with site.app.database.transaction(readonly=True) as tx:
        kept = await tx.rows("select * from access_idempotency")
    assert made.json()["secret"] not in repr([dict(row) for row in kept])


def test_every_route_whose_answer_holds_a_secret_says_so() -> None:
    told = {
        f"{e.method} {e.path}"
        for e in ENDPOINTS
        if e.returns is not None and {"secret", "link"} & set(getattr(e.returns, "__struct_fields__", ()))
    }

    serials = {"POST /api/v1/leases", "POST /api/v1/nfc/tags/keys"}
    assert told | serials == {f"{e.method} {e.path}" for e in ENDPOINTS if e.secret_answer}


async def test_a_refusal_is_a_row_with_what_was_sent_and_changes_nothing(
    site: Site, lead: httpx.AsyncClient
) -> None:
    await lead.post("/api/v1/orders", json=order())
    body = msgspec.json.encode(order(lot="OTHER"))

    refused = await lead.post("/api/v1/orders", content=body)

    assert (refused.status_code, refused.json()["code"]) == (409, "order_exists")
    (row,) = await refusals(site)
    assert (row["code"], row["door"]) == ("order_exists", "POST /api/v1/orders")
    async with site.app.database.transaction(readonly=True) as tx:
        kept = await tx.row("select * from access_refusal")
    assert body in [value for value in kept.values() if isinstance(value, bytes)]
    assert hashlib.sha256(body).digest() in [value for value in kept.values() if isinstance(value, bytes)]


async def test_wrong_content_and_a_missing_right_are_kept_as_refusals_and_bad_json_is_not(
    site: Site, lead: httpx.AsyncClient
) -> None:
    await lead.post("/api/v1/orders", content=b"{")
    assert await site.count("access_refusal") == 0

    await lead.post("/api/v1/keys", json={"role": "administrator"})
    await lead.post("/api/v1/orders", json=order(colour="red"))

    assert sorted(row["code"] for row in await refusals(site)) == ["not_allowed", "unprocessable"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
async def test_pages_walk_through_everything_exactly_once(lead: httpx.AsyncClient, limit: int) -> None:
    numbers = {f"N{number}" for number in range(7)}
    for number in numbers:
        await lead.post("/api/v1/orders", json=order(number))

    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page = (await lead.get("/api/v1/orders", params={"limit": limit, "after": after})).json()
        assert 1 <= len(page["items"]) <= limit
        found += [row["number"] for row in page["items"]]
        after = page["next"]

    assert len(found) == len(set(found))
    assert set(found) == numbers


async def test_rows_that_come_while_one_reads_repeat_and_hide_nothing(lead: httpx.AsyncClient) -> None:
    for number in range(4):
        await lead.post("/api/v1/orders", json=order(f"old{number}"))
    first = (await lead.get("/api/v1/orders", params={"limit": 2})).json()
    await lead.post("/api/v1/orders", json=order("new"))

    rest = (await lead.get("/api/v1/orders", params={"limit": 10, "after": first["next"]})).json()

    assert [row["number"] for row in first["items"] + rest["items"]] == ["old3", "old2", "old1", "old0"]


async def test_a_change_is_in_the_audit_trail_with_who_did_it(site: Site, lead: httpx.AsyncClient) -> None:
    await lead.post("/api/v1/orders", json=order())
    auditor = await site.with_key("auditor")

    (entry,) = (await auditor.get("/api/v1/audit", params={"subject": "4711"})).json()["items"]

    assert entry["deed"] == "order.created"
    assert entry["detail"] == {"gtin": GTIN, "quantity": 10}


async def test_without_the_database_a_route_says_try_again(site: Site, lead: httpx.AsyncClient) -> None:
    await site.app.database.close()

    answer = await lead.get("/api/v1/orders")

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
