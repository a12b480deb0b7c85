"""The consumer's door on a real database: what is scanned, what is recorded, what is answered."""

import gzip
import re
from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
from starlette.applications import Starlette
from tests.factories.plant import (
    ANNA,
    BRUNO,
    ENVIRONMENT,
    GTIN,
    LOT,
    NOW,
    commission,
    deliver,
    lease_serials,
    make_plant,
)

from seriatim import history
from seriatim.app import App
from seriatim.areas import protection, recall
from seriatim.base.db import Database
from seriatim.gs1 import Key
from seriatim.web import consumer, pages
from seriatim.web.security import SecurityHeaders

pytestmark = pytest.mark.anyio

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
)


@pytest.fixture
async def phone(db: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A phone in front of the consumer's pages."""
    site = SecurityHeaders(Starlette(routes=pages.routes(App(ENVIRONMENT, db), consumer.PAGES)))
    transport = httpx.ASGITransport(site, client=("203.0.113.77", 1234))
    async with httpx.AsyncClient(
        transport=transport, base_url="https://id.brand.example", headers={"user-agent": PHONE}
    ) as client:
        yield client


@pytest.fixture
async def serial(db: Database) -> str:
    """A unit that was made and delivered."""
    async with db.transaction() as tx:
        await make_plant(tx)
        (serial,) = await lease_serials(tx, 1)
        await commission(tx, [serial])
        await deliver(tx, [serial])
    return serial


async def scans(db: Database) -> list[protection.ScanRow]:
    async with db.transaction(readonly=True) as tx:
        return await protection.scans(tx, None, None, None, None, 100)


def heading(answer: httpx.Response) -> str:
    found = re.search(r"<h1>(.*?)</h1>", answer.text)
    assert found
    return found[1]


async def test_a_scanned_unit_is_ours_and_the_scan_is_recorded_once(
    phone: httpx.AsyncClient, db: Database, serial: str
) -> None:
    answer = await phone.get(f"/c/01/{GTIN}/21/{serial}")

    assert (answer.status_code, heading(answer)) == (200, "This code is ours.")
    assert "Setubal" not in answer.text
    (row,) = await scans(db)
    assert (row.serial, row.verdict, row.country) == (serial, "consistent", "")


async def test_the_answer_is_private_small_and_sets_nothing(phone: httpx.AsyncClient, serial: str) -> None:
    answer = await phone.get(f"/c/01/{GTIN}/21/{serial}", headers={"accept-encoding": "gzip"})

    headers = answer.headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers
    assert int(headers["content-length"]) <= 14 * 1024
    assert headers["content-encoding"] == "gzip"
    nonce = re.search(r"style-src 'self' 'nonce-([^']+)'", headers["content-security-policy"])
    assert nonce
    assert f'<style nonce="{nonce[1]}">' in answer.text


async def test_a_phone_that_takes_no_compression_gets_the_same_page(
    phone: httpx.AsyncClient, serial: str
) -> None:
    plain = await phone.get(f"/c/01/{GTIN}/21/{serial}", headers={"accept-encoding": "identity"})

    assert "content-encoding" not in plain.headers
    assert heading(plain) == "This code is ours."
    assert len(gzip.compress(plain.content)) <= 14 * 1024


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"01/{GTIN}/21/MADEUP234567", 404),
        ("01/09506000134369/21/A1", 404),
        ("00/095060001343521113", 404),
        ("01/09506000134353/21/A1", 400),
        ("hello", 400),
        ("%00", 400),
        ("", 400),
    ],
)
async def test_what_we_did_not_issue_shows_no_brand(
    phone: httpx.AsyncClient, db: Database, serial: str, path: str, status: int
) -> None:
    answer = await phone.get(f"/c/{path}")

    assert (answer.status_code, heading(answer)) == (status, "We did not issue this code.")
    assert "Alboral" not in answer.text
    assert "ALBORAL" not in answer.text
    assert len(await scans(db)) == 1


async def test_looking_ahead_is_no_scan(phone: httpx.AsyncClient, db: Database, serial: str) -> None:
    path = f"/c/01/{GTIN}/21/{serial}"

    head = await phone.head(path)
    prefetch = await phone.get(path, headers={"sec-purpose": "prefetch;prerender"})
    preview = await phone.get(path, headers={"user-agent": "WhatsApp/2.24.20 A"})

    assert (head.status_code, head.content) == (200, b"")
    assert (prefetch.status_code, prefetch.content) == (503, b"")
    assert preview.status_code == 200
    assert "This code is ours" not in preview.text
    assert serial not in preview.text
    assert await scans(db) == []


async def test_the_chosen_language_goes_before_the_browsers(phone: httpx.AsyncClient, serial: str) -> None:
    path = f"/c/01/{GTIN}/21/{serial}"

    browsers = await phone.get(path, headers={"accept-language": "de-AT, fr;q=0.5"})
    chosen = await phone.get(f"{path}?lang=fr", headers={"accept-language": "de"})
    nonsense = await phone.get(f"{path}?lang=xx", headers={"accept-language": "de"})

    assert [a.headers["content-language"] for a in (browsers, chosen, nonsense)] == ["de", "fr", "de"]


async def test_a_recalled_unit_says_what_to_do(phone: httpx.AsyncClient, db: Database, serial: str) -> None:
    async with db.transaction() as tx:
        proposal = await recall.propose(tx, GTIN, LOT, "Wire.", "Bring it back.", actor=ANNA, now=NOW)
        await recall.launch(tx, proposal.id, actor=BRUNO, now=NOW)

    unit = await phone.get(f"/c/01/{GTIN}/21/{serial}")
    lot = await phone.get(f"/c/01/{GTIN}/10/{LOT}")

    for answer in (unit, lot):
        assert (answer.status_code, heading(answer)) == (200, "Do not use Huila, 250 g.")
        assert "<li>Bring it back.</li>" in answer.text
        assert "How it came to you" not in answer.text


async def test_blocked_expired_and_not_yet_made_units(phone: httpx.AsyncClient, db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        blocked, old, unmade = await lease_serials(tx, 3)
        await commission(tx, [blocked])
        await commission(tx, [old], lot="OLD", expiry=date(2026, 11, 19))
        await history.stand(
            tx, "blocked", [Key("sgtin", GTIN, blocked, None, is_class=False)], "case:1", now=NOW
        )

    answers = [await phone.get(f"/c/01/{GTIN}/21/{serial}") for serial in (blocked, old, unmade)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [heading(answer) for answer in answers] == [
        "This pack should not be on sale.", "This pack is past its date.", "This pack is not yet on sale.",
    ]  # fmt: skip


async def test_a_code_of_the_product_offers_to_type_the_serial(phone: httpx.AsyncClient, serial: str) -> None:
    product = await phone.get(f"/c/01/{GTIN}")
    found = await phone.get(
        "/c", params={"gtin": GTIN, "serial": f" {serial[:4]} {serial[4:]}", "lang": "pt"}
    )

    assert (product.status_code, heading(product)) == (200, "Huila, 250 g.")
    assert 'name="serial"' in product.text
    assert (found.status_code, found.headers["location"]) == (303, f"/c/01/{GTIN}/21/{serial}?lang=pt")


async def test_the_network_is_kept_as_a_keyed_hash_and_never_as_an_address(
    phone: httpx.AsyncClient, db: Database, serial: str
) -> None:
    await phone.get(f"/c/01/{GTIN}/21/{serial}?picc_data=SECRET&lang=de")

    async with db.transaction(readonly=True) as tx:
        kept = str(dict(await tx.row("select * from protection_scan") or {}))
    assert "203.0.113" not in kept
    assert "SECRET" not in kept
    assert "iPhone" not in kept
    assert "lang=de" not in kept


async def test_without_its_store_the_page_claims_nothing(
    phone: httpx.AsyncClient, db: Database, serial: str
) -> None:
    await db.close()

    answer = await phone.get(f"/c/01/{GTIN}/21/{serial}", headers={"accept-language": "en"})

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert heading(answer) == "We cannot check this code now."
    assert "This code is ours" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
