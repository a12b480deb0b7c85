"""The list of events and the page of one: found by any code, followed live, told in words, proved."""

import asyncio
import html
import re
from datetime import timedelta

import pytest
from msgspec import structs
from tests.factories.plant import (
    ANNA,
    GTIN,
    NOW,
    PLANT_GLN,
    SHOP_GLN,
    commission,
    deliver,
    lease_serials,
    make_plant,
)
from tests.factories.site import Site
from tests.web.console.test_pages import words_of

from seriatim import access, epcis, gs1, history
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.history import EventQuery
from seriatim.web.console import tail
from seriatim.web.console.telling import TIMES

pytestmark = pytest.mark.anyio

CASE = "195060001343520014"


@pytest.fixture
async def serials(site: Site) -> list[str]:
    """Three units, made at the plant and received by the shop."""
    async with site.app.database.transaction() as tx:
        await make_plant(tx, now=site.clock.now())
        made = await lease_serials(tx, 3, now=site.clock.now())
        await commission(tx, made, now=site.clock.now())
        await deliver(tx, made, now=site.clock.now())
    return made


async def pack(tx: Transaction, units: list[str]) -> history.Captured:
    event = epcis.aggregation_event(
        event_time=NOW - timedelta(days=5),
        action="ADD",
        parent_id=f"https://id.gs1.org/00/{CASE}",
        child_epcs=[f"https://id.gs1.org/01/{GTIN}/21/{one}" for one in units],
        biz_step="packing",
        read_point=f"https://id.gs1.org/414/{SHOP_GLN}",
    )
    return await history.capture(tx, [event], actor=ANNA, now=NOW)


async def event_named(site: Site, step: str) -> history.StoredEvent:
    async with site.app.database.transaction(readonly=True) as tx:
        return (await history.query(tx, EventQuery(biz_steps=(step,)))).items[0]


async def test_events_are_found_by_any_spelling_of_a_code(site: Site, serials: list[str]) -> None:
    async with site.app.database.transaction() as tx:
        await pack(tx, serials[:1])
    browser, _ = await site.signed_in("quality")
    unit = gs1.canonical_key(f"(01){GTIN}(21){serials[0]}")
    tag = gs1.epc.encode(unit.digital_link(), "SGTIN+")
    expected = {
        f"(01){GTIN}(21){serials[0]}": 3,
        f"01{GTIN}21{serials[0]}": 3,
        unit.digital_link("https://shop.example"): 3,
        f"urn:epc:id:sgtin:9506000.013435.{serials[0]}": 3,
        tag: 3,
        f"(01){GTIN}(21){serials[1]}": 2,
        CASE: 1,
        GTIN: 3,
        GTIN[1:]: 1,  # also the plant's GLN, and a place that is known is meant
        SHOP_GLN: 2,
        "urn:example:nothing": 0,
    }

    for code, number in expected.items():
        answer = await browser.get("/console/events", params={"q": code})
        assert answer.status_code == 200, code
        assert len(re.findall(r'<tr id="e\d+"', answer.text)) == number, code


async def test_an_event_is_found_by_its_own_name(site: Site, serials: list[str]) -> None:
    assert serials
    browser, _ = await site.signed_in("quality")
    event = await event_named(site, "receiving")

    answer = await browser.get("/console/events", params={"q": event.event_id})

    assert re.findall(r'<tr id="e(\d+)"', answer.text) == [str(event.id)]


async def test_a_code_that_cannot_be_read_says_why_and_what_can(site: Site) -> None:
    browser, _ = await site.signed_in("quality")

    answer = await browser.get("/console/events?q=(01)09506000134353&step=shipping")

    assert answer.status_code == 400
    words = words_of(answer)
    assert "the check digit should be 2, not 3" in words
    assert "]d2010950600013435221A1" in words
    assert 'name="step" value="shipping"' in answer.text


async def test_filters_narrow_together_and_each_can_be_taken_away(site: Site, serials: list[str]) -> None:
    assert serials
    browser, _ = await site.signed_in("quality")
    asked = f"place={PLANT_GLN}&by=person:anna&from=2026-10-01T00:00&until=2026-11-15"

    answer = await browser.get(f"/console/events?{asked}")
    none = await browser.get(f"/console/events?{asked}&step=receiving")

    assert len(re.findall(r'<tr id="e\d+"', answer.text)) == 1
    links = [html.unescape(one) for one in re.findall(r'class="chip" href="([^"]+)"', answer.text)]
    assert len(links) == 4
    assert all(link.count("&") == 2 for link in links)
    assert "No event is like this" in words_of(none)


async def test_a_time_that_is_none_is_refused_in_words(site: Site) -> None:
    browser, _ = await site.signed_in("quality")

    answer = await browser.get("/console/events?from=yesterday")

    assert answer.status_code == 400
    assert "From is a date" in words_of(answer)


async def anybody(_: Transaction) -> bool:
    return True


async def test_the_tail_tells_the_rows_of_new_events_that_meet_the_filters(
    site: Site, serials: list[str]
) -> None:
    browser, _ = await site.signed_in("quality")
    page = await browser.get("/console/events?step=packing")
    address = html.unescape(re.search(r'data-tail="([^"]+)"', page.text)[1])  # type: ignore[index]
    position = tail.position_in(address.partition("since=")[2])
    async with site.app.database.transaction() as tx:
        packed = await pack(tx, serials)

    asked = EventQuery(biz_steps=("packing",))
    stream = tail.follow(site.app, asked, None, position, anybody, look_s=0.01)
    assert await anext(stream) == b"retry: 2000\n\n"
    async with asyncio.timeout(60):  # until no older transaction of other tests on the server is open
        rows = (await anext(stream)).decode()
        while not rows.startswith("event: rows\n"):
            rows = (await anext(stream)).decode()
    await stream.aclose()

    assert f'data: <tr id="e{packed.events[0]}">' in rows
    assert f"3 {TIMES} Huila, 250 g" in rows
    following = tail.position_in(re.search(r"^id: (.*)$", rows, re.MULTILINE)[1])  # type: ignore[index]
    stream = tail.follow(site.app, asked, None, following, anybody, look_s=0)
    assert [(await anext(stream))[:11] for _ in range(2)] == [b"retry: 2000", b"event: beat"]
    await stream.aclose()


async def test_a_tail_ends_with_the_session_that_opened_it(site: Site) -> None:
    browser, _ = await site.signed_in("quality")
    (secret,) = browser.cookies.values()
    asked = asyncio.create_task(browser.get("/console/events/tail", params={"since": "0.0"}))
    while not tail.SEATS.taken:  # noqa: ASYNC110 -- a seat tells nobody when it is taken
        await asyncio.sleep(0.01)
    async with site.app.database.transaction() as tx:
        await access.end_session(tx, secret)
    async with asyncio.timeout(60):
        ended = await asked

    assert ended.text.startswith("retry: 2000")
    assert tail.SEATS.taken == 0


async def test_past_so_many_tails_a_browser_is_asked_to_come_later(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TAILS", 1)
    first, second, third = (
        tail.follow(site.app, EventQuery(), None, (0, 0), anybody, look_s=0) for _ in range(3)
    )

    told = [await anext(first), await anext(second)]
    assert [part async for part in second] == []
    await first.aclose()
    told.append(await anext(third))
    await third.aclose()

    assert told == [b"retry: 2000\n\n", tail.COME_LATER, b"retry: 2000\n\n"]


@pytest.mark.parametrize("since", ["", "7", "7.x", "-1.0", "9" * 40 + ".1"])
async def test_a_tail_that_begins_nowhere_is_refused(site: Site, since: str) -> None:
    browser, _ = await site.signed_in("quality")

    answer = await browser.get("/console/events/tail", params={"since": since})

    assert answer.status_code == 400


async def test_older_pages_have_no_tail(site: Site) -> None:
    async with site.app.database.transaction() as tx:
        await make_plant(tx, now=site.clock.now())
        for number in range(52):
            await commission(tx, [f"S{number}"], now=site.clock.now())
    browser, _ = await site.signed_in("quality")

    first = await browser.get("/console/events")
    following = html.unescape(re.search(r'rel="next" href="([^"]+)"', first.text)[1])  # type: ignore[index]
    second = await browser.get(following)

    assert "data-tail" in first.text
    assert "data-tail" not in second.text
    ids = [re.findall(r'<tr id="e(\d+)"', page.text) for page in (first, second)]
    assert [len(page) for page in ids] == [50, 2]
    assert not set(ids[0]) & set(ids[1])


async def test_the_page_of_an_event_says_what_happened_before_it_shows_a_document(
    site: Site, serials: list[str]
) -> None:
    async with site.app.database.transaction() as tx:
        number = (await pack(tx, serials)).events[0]
    browser, _ = await site.signed_in("quality")

    answer = await browser.get(f"/console/events/{number}")

    words = words_of(answer)
    assert "Packed in a case" in words
    assert f"3 {TIMES} Huila, 250 g" in words
    assert words.index("Packed in a case") < words.index("EPCIS 2.0 in JSON-LD")
    assert f'href="/console/units/{GTIN}/{serials[2]}"' in answer.text
    assert f'href="/console/containers/{CASE}"' in answer.text
    assert "not sealed yet" in words
    stored = await event_named(site, "packing")
    assert stored.strict_hash.hex() in answer.text


async def test_a_sealed_event_shows_its_place_in_the_log_and_the_proof_leads_to_the_checkpoint(
    site: Site, serials: list[str]
) -> None:
    assert serials
    event = await event_named(site, "receiving")
    browser, _ = await site.signed_in("auditor")
    assert (await browser.get(f"/console/events/{event.id}/proof")).status_code == 404

    async with asyncio.timeout(60):  # until no older transaction of other tests on the server is open
        while (await browser.get(f"/console/events/{event.id}/proof")).status_code == 404:
            checkpoint = await site.app.keep_log()
    words = words_of(await browser.get(f"/console/events/{event.id}"))
    proof = await browser.get(f"/console/events/{event.id}/proof")

    assert f"of {checkpoint.size} in the verifiable log" in words
    assert checkpoint.root.hex() in words
    assert proof.text.startswith("c2sp.org/tlog-proof@v1\n")
    assert f'filename="event-{event.id}.tlog-proof"' in proof.headers["content-disposition"]


async def test_an_event_is_written_in_both_syntaxes(site: Site, serials: list[str]) -> None:
    assert serials
    event = await event_named(site, "receiving")
    browser, _ = await site.signed_in("quality")

    as_json = await browser.get(f"/console/events/{event.id}/document")
    as_xml = await browser.get(f"/console/events/{event.id}/xml")

    assert as_json.content == event.document
    (told,) = epcis.loads(as_xml.content).events
    assert epcis.event_hash(told) == epcis.event_hash(epcis.load_event(event.document, written=True))


async def test_an_event_that_was_declared_wrong_says_so_and_leads_to_the_declaration(
    site: Site, serials: list[str]
) -> None:
    assert serials
    event = await event_named(site, "receiving")
    wrong = epcis.load_event(event.document, written=True)
    declaration = epcis.ErrorDeclaration(
        declaration_time=epcis.Instant(NOW, NOW.isoformat()), reason="did_not_occur"
    )

    async with site.app.database.transaction() as tx:
        told = await history.capture(
            tx, [structs.replace(wrong, error_declaration=declaration)], actor=ANNA, now=NOW
        )
    browser, _ = await site.signed_in("quality")

    of_wrong = await browser.get(f"/console/events/{event.id}")
    of_declaration = await browser.get(f"/console/events/{told.events[0]}")

    assert "Declared wrong" in words_of(of_wrong)
    assert f'href="/console/events/{told.events[0]}"' in of_wrong.text
    assert "did not occur" in words_of(of_declaration)
    assert f'href="/console/events/{event.id}"' in of_declaration.text


async def test_an_event_that_contradicts_says_what_is_wrong(site: Site, serials: list[str]) -> None:
    assert serials
    async with site.app.database.transaction() as tx:
        await history.set_policy(tx, "warn", actor=ANNA, now=NOW)
        number = (await pack(tx, ["NEVER"])).events[0]
    browser, _ = await site.signed_in("quality")

    words = words_of(await browser.get(f"/console/events/{number}"))

    assert "It contradicts what was known." in words
    assert "Not commissioned" in words
    assert "contradicts" in words_of(await browser.get("/console/events"))


async def test_the_finder_leads_to_the_events_of_what_has_no_page_of_its_own(site: Site) -> None:
    browser, _ = await site.signed_in("quality")

    answer = await browser.get("/console/find?code=(8003)09506000134352A1")

    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/console/events?q=%288003%2909506000134352A1",
    )
