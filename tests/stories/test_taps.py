"""A pack with a chip is tapped: from the tag's link through the resolver to the page, and what forgers get (T16-T18)."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from tests.factories.plant import GTIN, MASTER_KEY, commission, lease_serials, make_plant
from tests.factories.site import Site, open_site

from seriatim.areas import protection
from seriatim.areas.content import LANGUAGES, WORDING
from seriatim.base.db import Database
from seriatim.identity.nfc import tag_keys
from seriatim.identity.nfc.keys import aes_cmac
from seriatim.identity.nfc.sun import SESSION_ENCRYPTION, mac_of

pytestmark = pytest.mark.anyio
UID = "04DE5F1EACC040"


@dataclass
class Chip:
    """An NTAG 424 DNA as its data sheet says, with the keys that the export route gave."""

    meta_read: bytes
    file_read: bytes
    uid: str = UID

    def link(self, path: str, counter: int, tamper: bytes = b"") -> str:
        """What the chip writes into its link at its tap number `counter`."""
        number, low_first = bytes.fromhex(self.uid), counter.to_bytes(3, "little")
        plain = b"\xc7" + number + low_first + bytes(5)
        secret = Cipher(AES(self.meta_read), modes.CBC(bytes(16))).encryptor().update(plain).hex().upper()
        if not tamper:
            mac = mac_of(self.file_read, number, low_first).hex().upper()
            return f"{path}?picc_data={secret}&cmac={mac}"
        session = AES(aes_cmac(self.file_read, SESSION_ENCRYPTION + number + low_first))
        iv = Cipher(session, modes.ECB()).encryptor().update(low_first + bytes(13))
        data = Cipher(session, modes.CBC(iv)).encryptor().update(tamper.ljust(16, b"\0")).hex().upper()
        text = f"{data}&cmac="
        mac = mac_of(self.file_read, number, low_first, text.encode()).hex().upper()
        return f"{path}?picc_data={secret}&enc={text}{mac}"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[Site]:
    async with open_site(db) as site:
        yield site


@pytest.fixture
async def serial(site: Site) -> str:
    async with site.app.database.transaction() as tx:
        await make_plant(tx)
        (serial,) = await lease_serials(tx, 1)
        await commission(tx, [serial])
    return serial


@pytest.fixture
async def chip(site: Site, serial: str) -> Chip:
    """Enrolled and personalised by the routes."""
    administrator = await site.with_key("administrator")
    enrolled = await administrator.post(
        "/api/v1/nfc/tags", json={"tags": [{"uid": UID, "gtin": GTIN, "serial": serial}]}
    )
    assert (enrolled.status_code, enrolled.json()) == (201, {"new": 1})
    keys = (await administrator.post("/api/v1/nfc/tags/keys", json={"uids": [UID]})).json()["tags"][0]
    return Chip(bytes.fromhex(keys["meta_read_key"]), bytes.fromhex(keys["file_read_key"]))


@pytest.fixture
def path(serial: str) -> str:
    return f"/01/{GTIN}/21/{serial}"


async def tap(phone: httpx.AsyncClient, link: str, language: str = "en") -> httpx.Response:
    """The phone opens the link, and follows to the page."""
    headers = {"accept": "text/html", "accept-language": language, "user-agent": "Safari/"}
    led = await phone.get(link, headers=headers)
    assert led.status_code == 307
    return await phone.get(led.headers["location"], headers=headers)


def note(page: httpx.Response) -> str:
    found = re.search(r'<div class="tap .*?<h2>(.*?)</h2>', page.text, re.DOTALL)
    assert found
    return found[1]


def headline(page: httpx.Response) -> str:
    found = re.search("<h1>(.*?)</h1>", page.text, re.DOTALL)
    assert found
    return found[1]


async def test_a_tap_goes_through_the_resolver_and_is_answered_on_the_page(
    site: Site, chip: Chip, path: str
) -> None:
    phone = site.client()
    first, third = chip.link(path, 1), chip.link(path, 3)

    pages = [await tap(phone, link) for link in (first, first, third, first)]

    assert len({headline(page) for page in pages}) == 1, "a tap shown again is no reason to doubt the pack"
    assert [note(page) for page in pages] == [
        "The chip answered.",
        "This tap was shown before.",
        "The chip answered.",
        "This tap is older than one we have seen.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_answer_has_words_in_every_language(
    site: Site, chip: Chip, path: str, language: str
) -> None:
    phone = site.client()
    opened = chip.link(path, 9, b"OO")
    forged = re.sub("cmac=..", "cmac=00", chip.link(path, 10))

    pages = [await tap(phone, link, language) for link in (chip.link(path, 5), opened, forged)]

    words = WORDING[language].taps  # type: ignore[index]
    assert [note(page) for page in pages] == [words[name][0] for name in ("verified", "opened", "refused")]


async def test_T16_of_fifty_copies_of_one_tap_at_once_exactly_one_is_accepted(
    site: Site, chip: Chip, path: str
) -> None:
    machine = await site.with_key("integration")
    link = f"https://id.brand.example{chip.link(path, 7)}"

    answers = await asyncio.gather(
        *(machine.post("/api/v1/nfc/taps/verify", json={"link": link}) for _ in range(50))
    )

    assert Counter(answer.json()["outcome"] for answer in answers) == {"accepted": 1, "already_seen": 49}


async def test_T17_harvested_taps_are_accepted_once_each_and_a_jump_is_flagged(
    site: Site, chip: Chip, path: str
) -> None:
    machine = await site.with_key("integration")

    async def verify(counter: int) -> dict[str, object]:
        link = f"https://id.brand.example{chip.link(path, counter)}"
        told: dict[str, object] = (await machine.post("/api/v1/nfc/taps/verify", json={"link": link})).json()
        return told

    outcomes = [(await verify(counter))["outcome"] for counter in (2, 3, 4, 3)]
    jump = await verify(900)

    assert outcomes == ["accepted", "accepted", "accepted", "replayed"]
    assert (jump["outcome"], jump["is_jump"], jump["skipped"]) == ("accepted", True, 895)
    assert jump["is_provisional"] is False
    page = await tap(site.client(), chip.link(path, 2_000))
    assert note(page) == "The chip answered."
    assert "in your hand" not in page.text
    async with site.app.database.transaction(readonly=True) as tx:
        assert [alert.rule for alert in await protection.alerts(tx, "open", None, 10)] == ["R13"]


async def test_T18_no_forged_tap_passes_and_the_unit_is_not_blocked(
    site: Site, chip: Chip, path: str
) -> None:
    machine = await site.with_key("integration")
    base, _, mac = chip.link(path, 11).rpartition("=")
    foreign = Chip(chip.meta_read, chip.file_read, "04DE5F1EACC041")
    factory = Chip(bytes(16), bytes(16))
    flipped = [f"{base}={int(mac, 16) ^ (1 << bit):016X}" for bit in range(64)]

    outcomes = [
        (
            await machine.post("/api/v1/nfc/taps/verify", json={"link": f"https://id.brand.example{link}"})
        ).json()
        for link in (*flipped, foreign.link(path, 11), factory.link(path, 11))
    ]

    assert {(told["outcome"], told["reason"]) for told in outcomes} == {("refused", "not_genuine")}
    page = await tap(site.client(), f"{base}={mac}")
    assert (page.status_code, note(page)) == (200, "The chip answered.")


async def test_T18_neither_keys_nor_links_stand_anywhere_in_the_database(
    site: Site, chip: Chip, path: str
) -> None:
    link = chip.link(path, 4)
    await tap(site.client(), link)
    secrets = [*re.findall(r"=([0-9A-F]+)", link), chip.file_read.hex(), chip.meta_read.hex()]

    async with site.app.database.transaction(readonly=True) as tx:
        tables = [
            row["tablename"]
            for row in await tx.rows("select tablename from pg_tables where schemaname = 'public'")
        ]
        rows = [
            str(tuple(row.values())) for table in tables for row in await tx.rows(f'select * from "{table}"')
        ]

    assert [secret for secret in secrets if any(secret.lower() in row.lower() for row in rows)] == []
    assert [row for row in rows if repr(chip.file_read) in row] == []
    assert any("tags.keys_exported" in row for row in rows)


async def test_T18_a_tap_that_is_refused_as_no_link_is_not_written_down(
    site: Site, chip: Chip, path: str
) -> None:
    machine = await site.with_key("integration")
    proof = chip.link("", 4)

    links = (
        f"https://id.brand.example/about{proof}",
        f"https://id.brand.example/00/195060001343520014{proof}",
    )
    answers = [await machine.post("/api/v1/nfc/taps/verify", json={"link": link}) for link in links]

    assert [answer.status_code for answer in answers] == [422, 422]
    async with site.app.database.transaction(readonly=True) as tx:
        rows = await tx.rows("select reason, raw from access_refusal")
    assert len(rows) == 2
    assert [row for row in rows if row["raw"] or "picc_data" in row["reason"]] == []


async def test_keys_are_for_administrators_alone(site: Site, chip: Chip) -> None:
    for role in ("integration", "line_lead", "auditor"):
        machine = await site.with_key(role)  # type: ignore[arg-type]
        assert (await machine.post("/api/v1/nfc/tags/keys", json={"uids": [UID]})).status_code == 403

    unknown = await (await site.with_key("administrator")).post(
        "/api/v1/nfc/tags/keys", json={"uids": ["04" * 7]}
    )
    assert unknown.status_code == 404
    assert chip.file_read == tag_keys(MASTER_KEY, GTIN).of_tag(bytes.fromhex(UID))


async def test_a_tap_goes_to_our_own_page_and_to_nobody_else(site: Site, chip: Chip, path: str) -> None:
    administrator = await site.with_key("administrator")
    await administrator.post("/api/v1/links/hosts", json={"host": "elsewhere.example"})
    rule = {
        "gtin": GTIN,
        "link_type": "gs1:instructions",
        "href": "https://elsewhere.example/x",
        "title": "How to",
    }
    assert (await administrator.post("/api/v1/links", json=rule)).status_code == 201
    link = chip.link(path, 6)

    own = await site.client().get(link)
    other = await site.client().get(f"{link}&linkType=gs1:instructions&a=b")

    assert own.headers["location"].endswith(link)
    assert other.status_code == 307
    assert other.headers["location"].startswith("https://elsewhere.example/x")
    assert "cmac" not in other.headers["location"]
    assert "picc_data" not in other.headers["location"]


async def test_a_statement_is_issued_verified_and_its_key_is_public(site: Site, serial: str) -> None:
    quality, anybody = await site.with_key("quality"), site.client()
    issued = await quality.post("/api/v1/credentials", json={"gtin": GTIN, "serial": serial, "lot": "L1"})
    document = issued.json()
    changed = {**document, "credentialSubject": {**document["credentialSubject"], "lot": "L2"}}
    reordered = dict(reversed(document.items()))

    verdicts = [
        (await quality.post("/api/v1/credentials/verify", json={"credential": one})).json()["verdict"]
        for one in (document, changed, reordered)
    ]
    keys = (await anybody.get("/.well-known/did.json")).json()

    assert issued.status_code == 201
    assert verdicts == ["valid", "refused", "valid"]
    assert keys["id"] == document["issuer"] == "did:web:id.brand.example"
    assert document["proof"]["verificationMethod"] in [method["id"] for method in keys["verificationMethod"]]


async def test_a_batch_is_stated_by_its_lot_and_nothing_is_stated_of_nothing(site: Site) -> None:
    quality = await site.with_key("quality")

    batch = await quality.post("/api/v1/credentials", json={"gtin": GTIN, "lot": "L1", "units": 12})
    nothing = await quality.post("/api/v1/credentials", json={"gtin": GTIN})

    assert batch.json()["type"] == ["VerifiableCredential", "BatchCredential"]
    assert (nothing.status_code, nothing.json()["code"]) == (422, "unprocessable")
    async with site.app.database.transaction(readonly=True) as tx:
        (row,) = await tx.rows("select * from access_audit where deed = 'credential.issued'")
    assert row["subject"] == batch.json()["id"]
    assert json.loads(row["entry"])["detail"]["statement"]["lot"] == "L1"


@pytest.mark.parametrize("until", ["2026-11-20T08:00:00", "2020-01-01T00:00:00Z"])
async def test_a_statement_ends_at_a_moment_that_is_one_and_is_still_to_come(site: Site, until: str) -> None:
    quality = await site.with_key("quality")

    answer = await quality.post("/api/v1/credentials", json={"gtin": GTIN, "lot": "L1", "valid_until": until})

    assert (answer.status_code, "valid_until" in answer.json()["detail"]) == (422, True)
