"""T13: somebody tries serials. Every unknown one gets the same answer, the guesser is slowed down, a buyer is not."""

import random
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import FrameType

import httpx
import pytest
from tests.factories.plant import GTIN, commission, lease_serials, make_plant
from tests.factories.site import Site, open_site

import seriatim
from seriatim.areas import protection
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[Site]:
    async with open_site(db, public_url="https://id.brand.example") as site:
        site.clock.step = timedelta(milliseconds=10)
        yield site


@pytest.fixture
async def serials(site: Site) -> list[str]:
    """Units that were made."""
    async with site.app.database.transaction() as tx:
        await make_plant(tx)
        made = await lease_serials(tx, 3)
        await commission(tx, made)
    return made


def made_up(count: int) -> list[str]:
    dice = random.Random(13)
    return ["".join(dice.choices(ALPHABET, k=12)) for _ in range(count)]


async def scan(client: httpx.AsyncClient, serial: str) -> httpx.Response:
    return await client.get(
        f"/c/01/{GTIN}/21/{serial}", headers={"accept-language": "en", "user-agent": "Safari/"}
    )


async def alerts(site: Site) -> list[protection.Alert]:
    async with site.app.database.transaction(readonly=True) as tx:
        return await protection.alerts(tx, "open", None, 1_000)


async def test_T13_one_address_is_slowed_down_and_every_unknown_serial_gets_the_same_bytes(
    site: Site, serials: list[str]
) -> None:
    guesser = site.client(address="203.0.113.5")

    asked = made_up(1_000)
    answers = [await scan(guesser, serial) for serial in asked]

    by_status = {answer.status_code: answer for answer in answers}
    assert set(by_status) == {404, 429}
    bodies = {(a.status_code, len(a.content), _without_times(a)) for a in answers}
    assert len(bodies) == 2, "one answer for every unknown serial, one for every refusal"
    assert sum(1 for answer in answers if answer.status_code == 404) <= 31
    assert by_status[429].headers["retry-after"] == "60"
    told = [alert for alert in await alerts(site) if alert.rule == "guessing"]
    assert [(alert.subject, alert.gtin, alert.serial) for alert in told] == [(f"(01){GTIN}", GTIN, "")]


async def test_T13_every_unknown_serial_takes_the_same_steps_whatever_its_form(
    site: Site, serials: list[str]
) -> None:
    """Time follows from steps; they are counted, since a clock would tell of the machine more than of us."""
    guesser = site.client(address="203.0.113.9")
    await scan(guesser, "2" * len(serials[0]))  # templates and statements are prepared once

    ours, none = [await steps(guesser, serial) for serial in ("ZZ23ZZ45ZZ67", "01ilou01ilou")]

    assert len(serials[0]) == len("ZZ23ZZ45ZZ67")
    assert ours == none
    assert ours["FF1.decrypt"] == 1
    assert sum(count for step, count in ours.items() if " from " in step) >= 5, "statements are counted too"


async def steps(client: httpx.AsyncClient, serial: str) -> Counter[str]:
    """How often which function of ours was called to answer one scan, and which statement was sent to the store."""
    ours = str(Path(seriatim.__file__).parent)
    called: Counter[str] = Counter()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(ours):
            called[frame.f_code.co_qualname] += 1
            if frame.f_code.co_qualname.startswith("Transaction."):
                called[str(frame.f_locals.get("query", ""))] += 1

    sys.setprofile(note)
    try:
        answer = await scan(client, serial)
    finally:
        sys.setprofile(None)
    assert answer.status_code == 404
    return called


def _without_times(answer: httpx.Response) -> str:
    """The page without its moment and its nonce, which differ for everybody, and without the echo of the serial."""
    text = re.sub(r'nonce="[^"]*"', "", answer.text)
    text = re.sub(r"<bdi>(?:<b>.{1,4}</b><wbr>)+</bdi>", "", text)
    return re.sub(r"<time.*?</time>", "", text)


async def test_T13_a_thousand_addresses_raise_one_alert_and_are_refused_while_a_buyer_gets_his_answer(
    site: Site, serials: list[str]
) -> None:
    guessers = [site.client(address=f"2001:db8:{n:x}::1") for n in range(100)]
    before = site.clock.at

    statuses: Counter[int] = Counter()
    for round_ in range(10):
        for guesser, serial in zip(guessers, made_up(1_000)[round_ * 100 :], strict=False):
            statuses[(await scan(guesser, serial)).status_code] += 1

    assert statuses[404] + statuses[429] == 1_000
    assert statuses[404] <= 30 + 3 * len(guessers)
    (told,) = [alert for alert in await alerts(site) if alert.rule == "guessing"]
    assert (told.subject, told.serial, told.band) == (f"(01){GTIN}", "", "suspicious")
    assert told.opened_at - before < timedelta(seconds=60)
    assert len([alert for alert in await alerts(site) if alert.rule == "R1"]) <= 31
    buyer = await scan(site.client(address="198.51.100.9"), serials[0])
    assert buyer.status_code == 200
    assert "This code is ours." in buyer.text


async def test_T13_a_guesser_gets_the_same_refusal_for_a_code_that_exists(
    site: Site, serials: list[str]
) -> None:
    for n, serial in enumerate(made_up(40)):
        await scan(site.client(address=f"203.0.113.{n}"), serial)
    guesser = site.client(address="203.0.113.200")
    for serial in made_up(44)[40:]:
        await scan(guesser, serial)

    unknown, known = await scan(guesser, made_up(45)[44]), await scan(guesser, serials[1])

    assert (unknown.status_code, known.status_code) == (429, 429)
    assert _without_times(unknown) == _without_times(known)
    assert serials[1] not in known.text


async def test_a_buyer_who_mistypes_is_not_refused_when_nobody_guesses(
    site: Site, serials: list[str]
) -> None:
    buyer = site.client(address="198.51.100.9")

    answers = [(await scan(buyer, serial)).status_code for serial in [*made_up(5), serials[0]]]

    assert answers == [404] * 5 + [200]


async def test_visitors_behind_a_proxy_that_nobody_declared_are_not_shut_out_together(
    site: Site, serials: list[str]
) -> None:
    proxy = site.client(address="10.0.0.1")

    answers = {(await scan(proxy, serial)).status_code for serial in made_up(100)}

    assert answers == {404}


async def test_the_page_over_https_says_that_it_stays_so(site: Site, serials: list[str]) -> None:
    answer = await scan(site.client(), serials[0])

    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_a_stranger_at_the_api_leaves_a_record_but_cannot_fill_the_disk(site: Site) -> None:
    stranger, machine = site.client(address="203.0.113.9"), await site.with_key("partner")

    answers = [(await stranger.get("/api/v1/products")).status_code for _ in range(50)]
    forbidden = await machine.get("/api/v1/products")

    assert set(answers) == {401}
    assert forbidden.status_code == 403
    kept = await site.count("access_refusal")
    assert kept == 10 + 1


async def test_a_bad_key_is_refused_and_not_written_down(site: Site) -> None:
    secret = "sk_" + "A" * 40
    answer = await site.client(headers={"authorization": f"Bearer {secret}"}).get("/api/v1/products")

    assert answer.status_code == 401
    async with site.app.database.transaction(readonly=True) as tx:
        row = await tx.row("select door, code, reason, raw from access_refusal")
    assert row is not None
    assert (row["door"], row["code"]) == ("GET /api/v1/products", "not_signed_in")
    assert secret not in row["reason"]
    assert row["raw"] == b""
