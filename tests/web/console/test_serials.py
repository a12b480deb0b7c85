"""The pages of serials: how long they last, leases told once, forms, generations, numbers from outside."""

import csv
import re

import httpx
import msgspec
import pytest
from tests.factories.plant import GTIN, MASTER_KEY, NOW, lease_serials, make_plant
from tests.factories.site import Site

from seriatim import identity
from seriatim.base.installation import recognise
from seriatim.identity.leases import lease_signer

pytestmark = pytest.mark.anyio
POLICY = f"/console/products/{GTIN}/serials"
NEW = "/console/serials/leases/new"


async def post(browser: httpx.AsyncClient, csrf: str, path: str, **fields: str) -> httpx.Response:
    origin = {"origin": str(browser.base_url).rstrip("/")}
    return await browser.post(path, data={"csrf": csrf, **fields}, headers=origin)


async def upload(browser: httpx.AsyncClient, csrf: str, content: bytes, **fields: str) -> httpx.Response:
    origin = {"origin": str(browser.base_url).rstrip("/")}
    files = {"file": ("numbers.txt", content, "text/plain")}
    form = {"csrf": csrf, "issuer": "Agency", **fields}
    return await browser.post(f"{POLICY}/numbers", data=form, files=files, headers=origin)


async def planted(site: Site, leased: int = 0) -> None:
    async with site.app.database.transaction() as tx:
        await make_plant(tx)
        if leased:
            await lease_serials(tx, leased)


def granted(count: str = "5", **more: str) -> dict[str, str]:
    return {"gtin": GTIN, "count": count, "line": "L3", "order_number": "4711", "days": "30"} | more


async def test_before_the_first_product_the_page_teaches(site: Site) -> None:
    browser, _ = await site.signed_in("line_lead")

    page = (await browser.get("/console/serials")).text

    assert "No product yet" in page
    assert "A product gets its serials from here." in page


async def test_a_lease_comes_down_as_a_sheet_and_stands_in_the_list(site: Site) -> None:
    await planted(site)
    browser, csrf = await site.signed_in("line_lead")

    file = await post(browser, csrf, NEW, **granted("1,000"))
    page = (await browser.get("/console/serials")).text

    rows = list(csv.DictReader(file.text.splitlines()))
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.headers["cache-control"] == "no-store"
    assert len({row["serial"] for row in rows}) == 1000
    lease = re.search(r"/console/serials/leases/([0-9a-f-]{36})", page)
    assert lease is not None
    assert f"lease-{lease[1]}.csv" in file.headers["content-disposition"]
    assert "1,000 serials for L3" in (await browser.get(lease[0])).text
    async with site.app.database.transaction() as tx:
        told = await identity.provenance(tx, GTIN, rows[0]["serial"], MASTER_KEY)
    assert told.lease is not None
    assert (told.lease.id, told.lease.order_number) == (lease[1], "4711")


async def test_a_signed_lease_comes_down_for_the_line_pc(site: Site) -> None:
    await planted(site)
    browser, csrf = await site.signed_in("line_lead")

    file = await post(browser, csrf, NEW, **granted(file="signed"))

    signed = file.json()
    held = identity.proved_lease(
        msgspec.json.encode(signed["statement"]), lease_signer(MASTER_KEY).public_key, now=NOW
    )
    assert isinstance(held, identity.HeldLease)
    refused = identity.refusal_of(held, signed["serials"], line="L3", epoch=held.epoch, now=held.issued)
    assert (len(signed["serials"]), refused) == (5, None), "a line PC prints from this file alone"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"count": "0"}, "count is 0"),
        ({"count": "many"}, "count is -1"),
        ({"count": "9999999"}, "give 1 to 1,000,000"),
        ({"line": " "}, "line is empty"),
        ({"days": "0"}, "must be valid for some time"),
        ({"days": "367"}, "366 days at most"),
        ({"days": "999999999999999"}, "366 days at most"),
        ({"gtin": "09506000134353"}, "check digit"),
    ],
)
async def test_a_lease_that_cannot_be_is_refused_where_it_was_asked(
    site: Site, fields: dict[str, str], words: str
) -> None:
    await planted(site)
    browser, csrf = await site.signed_in("line_lead")

    answer = await post(browser, csrf, NEW, **granted(**fields))

    assert answer.status_code in {400, 404, 422}
    assert words in answer.text
    assert await site.count("identity_lease") == 0


async def test_a_lease_ends_with_what_was_used_and_stays_ended(site: Site) -> None:
    await planted(site, leased=10)
    browser, csrf = await site.signed_in("line_lead")
    async with site.app.database.transaction() as tx:
        lease = (await identity.leases(tx, identity.LeaseFilter())).items[0]
    path = f"/console/serials/leases/{lease.id}"

    silent = await post(browser, csrf, f"{path}/end", state="void")
    ended = await post(browser, csrf, f"{path}/end", state="returned", used="4", reason="order cancelled")
    page = (await browser.get(path)).text

    assert (silent.status_code, "say why the lease is void" in silent.text) == (422, True)
    assert ended.headers["location"] == path
    assert "<strong>4 are used</strong>, 6 will never be." in page
    assert "End it" not in page


async def test_the_form_changes_until_a_serial_was_issued_and_then_another_generation_begins(
    site: Site,
) -> None:
    await planted(site)
    browser, csrf = await site.signed_in("administrator")

    changed = await post(browser, csrf, POLICY, preset="no_words")
    async with site.app.database.transaction() as tx:
        await lease_serials(tx, 3)
    silent = await post(browser, csrf, POLICY, preset="digits_18")
    rotated = await post(browser, csrf, POLICY, preset="digits_18", reason="the printer takes digits only")
    page = (await browser.get(POLICY)).text

    assert (changed.status_code, rotated.status_code) == (303, 303)
    assert (silent.status_code, "reason must say why" in silent.text) == (422, True)
    assert page.index("18 of 10 characters") < page.index("12 of 28 characters")
    assert "the printer takes digits only" in page


async def test_numbers_from_outside_come_in_by_file_and_their_faults_are_shown_by_line(site: Site) -> None:
    await planted(site)
    browser, csrf = await site.signed_in("administrator")
    await post(browser, csrf, POLICY, source="imported", reason="the agency issues them")

    good = await upload(browser, csrf, b"AAA111\nAAA112\nAAA113\n")
    bad = await upload(browser, csrf, b"AAA114\nAAA111\nno <b>good</b>\n")
    none = await upload(browser, csrf, b"")
    late = await upload(browser, csrf, b"AAA115\n", expires="2020-01-01")
    page = (await browser.get(POLICY)).text

    assert good.status_code == 303
    assert bad.status_code == 422
    assert "came in an earlier list" in bad.text
    assert "no &lt;b&gt;good&lt;/b&gt;" in bad.text
    assert "Choose a file with one number a line." in none.text
    assert "out of date" in late.text
    assert "<strong>0 are gone, 3 are left</strong>" in page
    assert await site.count("identity_number_list") == 1


async def test_a_file_is_refused_before_it_is_read_from_who_may_not_send_it(site: Site) -> None:
    await planted(site)
    stranger = site.client()
    warehouse, csrf = await site.signed_in("warehouse")

    unknown = await upload(stranger, "x", b"AAA111\n")
    forbidden = await upload(warehouse, csrf, b"AAA111\n")
    forged = await upload((await site.signed_in("administrator"))[0], "wrong", b"AAA111\n")

    assert (unknown.status_code, unknown.headers["location"].startswith("/signin")) == (303, True)
    assert forbidden.status_code == 403
    assert forged.status_code == 403
    async with site.app.database.transaction(readonly=True) as tx:
        kept = await tx.rows("select door, actor_kind from access_refusal order by id")
    assert [row["door"] for row in kept] == ["POST /console/products/{gtin}/serials/numbers"] * 2


async def test_issuing_says_that_all_is_well_and_refuses_to_reconcile_nothing(site: Site) -> None:
    browser, csrf = await site.signed_in("administrator")

    page = await browser.get("/console/serials/issuing")
    answer = await post(browser, csrf, "/console/serials/issuing", reason="just so")

    assert "<strong>Numbers are issued.</strong>" in page.text
    assert (answer.status_code, "nothing to reconcile" in answer.text) == (409, True)


async def test_a_database_that_was_set_back_stops_issuing_until_somebody_reconciles(site: Site) -> None:
    await planted(site, leased=10)
    async with site.app.database.transaction() as tx:
        await recognise(tx, MASTER_KEY)
        await tx.execute("alter table identity_serial_policy disable trigger all")
        await tx.execute("alter table identity_lease disable trigger all")
        await tx.execute("delete from identity_lease")
        await tx.execute("update identity_serial_policy set issued = 0")
    browser, csrf = await site.signed_in("administrator")

    overview = (await browser.get("/console/serials")).text
    refused = await post(browser, csrf, NEW, **granted())
    difference = (await browser.get("/console/serials/issuing")).text
    done = await post(browser, csrf, "/console/serials/issuing", reason="restored the backup of Monday")
    again = await post(browser, csrf, NEW, **granted())

    assert "<strong>Nothing is issued.</strong>" in overview
    assert refused.status_code == 503
    assert "10 numbers have left, and it does not know" in difference
    assert (done.status_code, again.status_code) == (303, 200)


async def test_who_may_not_lease_is_not_offered_to(site: Site) -> None:
    await planted(site, leased=1)
    browser, _ = await site.signed_in("quality")

    page = (await browser.get("/console/serials")).text

    assert "Lease serials" not in page
    assert (await browser.get(NEW)).status_code == 403
