"""What was sent to the EPCIS door: its outcome, its verdicts, and its faults underlined where they stand."""

import html
import json
import re
from typing import Any

import httpx
import pytest
from tests.factories.exchange import UNIT, document, event
from tests.factories.site import Site
from tests.web.console.test_pages import words_of

from seriatim import epcis

pytestmark = pytest.mark.anyio

WRONG_STEP = event(3, bizStep="shiping")
WRONG_UNIT = event(4, epcList=["https://id.gs1.org/01/09506000134353/21/A"])


def pretty(*events: dict[str, Any]) -> str:
    """A document over many lines."""
    return json.dumps(json.loads(document(*events)), indent=2)


async def send(
    site: Site, body: str | bytes, behaviour: str = "proceed", kind: str = "application/ld+json"
) -> httpx.Response:
    sender = await site.with_key("integration")
    headers = {"content-type": kind, "GS1-Capture-Error-Behaviour": behaviour}
    return await sender.post("/epcis/capture", content=body, headers=headers)


async def sent(site: Site, body: str | bytes, **how: Any) -> str:
    """Sends a document; the address of its page."""
    answer = await send(site, body, **how)
    assert answer.status_code == 202, answer.text
    return answer.headers["location"].replace("/epcis/capture/", "/console/captures/")


def underlined(answer: httpx.Response) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'<mark class="wrong">(.*?)</mark>', answer.text)]


async def test_each_fault_is_underlined_in_the_document_with_its_message_below(site: Site) -> None:
    body = pretty(event(1), WRONG_STEP, WRONG_UNIT)
    browser, _ = await site.signed_in("quality")

    answer = await browser.get(await sent(site, body))

    words = words_of(answer)
    assert "Captured in part" in words
    assert "1 event kept, 2 rejected." in words
    assert "<dt>Sent by</dt><dd>integration</dd>" in answer.text
    assert underlined(answer) == ['"shiping"', '"https://id.gs1.org/01/09506000134353/21/A"']
    assert answer.text.count('class="said wrong"') == 2
    line = next(number for number, text in enumerate(body.split("\n"), 1) if "shiping" in text)
    assert re.search(
        rf'id="L{line}">.*?shiping.*?</div>\s*<p class="said wrong" id="fault-1">', answer.text, re.DOTALL
    )


async def test_a_document_in_one_line_shows_the_neighbourhood_of_its_faults(site: Site) -> None:
    many = [event(1, epcList=[f"https://id.gs1.org/01/09506000134352/21/S{n}"]) for n in range(200)]
    browser, _ = await site.signed_in("quality")

    answer = await browser.get(await sent(site, document(*many, WRONG_STEP)))

    assert underlined(answer) == ['"shiping"']
    assert "2026-11-20T08:03:00.000Z" in answer.text
    assert "2026-11-20T08:01:00.000Z" not in answer.text


async def test_faults_of_xml_are_underlined_too(site: Site) -> None:
    good = epcis.dumps(epcis.loads(document(event(1), event(2))), "xml")
    bad = good.replace(b"urn:epcglobal:cbv:bizstep:shipping", b"urn:epcglobal:cbv:bizstep:shiping", 1)
    browser, _ = await site.signed_in("quality")

    answer = await browser.get(await sent(site, bad, kind="application/xml"))

    assert "XML," in words_of(answer)
    assert any("shiping" in one for one in underlined(answer))


async def test_what_the_store_has_rejected_is_told_with_its_verdict(site: Site) -> None:
    named = event(1, eventID="urn:uuid:7f1b5ff0-0000-4000-8000-000000000001")
    await sent(site, document(named))
    browser, _ = await site.signed_in("quality")

    path = await sent(site, pretty(named, {**named, "bizStep": "receiving"}), behaviour="rollback")

    answer = await browser.get(path)
    words = words_of(answer)
    assert "Nothing kept" in words
    assert "nothing was changed" in words
    assert '<td class="num">1</td><td>Known before</td>' in answer.text
    assert (
        '<td class="num">2</td><td><span class="state" data-state="bad">Rejected</span></td>' in answer.text
    )
    assert "?q=urn%3Auuid%3A7f1b5ff0-0000-4000-8000-000000000001" in answer.text


async def test_jobs_are_listed_newest_first_and_the_failed_ones_alone(site: Site) -> None:
    good = await sent(site, document(event(1)))
    bad = await sent(site, document(event(2), WRONG_STEP))
    browser, _ = await site.signed_in("warehouse")

    every = await browser.get("/console/captures")
    failed = await browser.get("/console/captures?failed=1")

    paths = r'href="(/console/captures/[0-9a-f-]{36})"'
    assert re.findall(paths, every.text) == [bad, good]
    assert re.findall(paths, failed.text) == [bad]


async def test_the_document_comes_back_to_the_octet(site: Site) -> None:
    body = b"\xef\xbb\xbf" + document(WRONG_STEP, event(1)) + b"\n "
    browser, _ = await site.signed_in("quality")

    answer = await browser.get(f"{await sent(site, body)}/document")

    assert answer.content == body
    assert answer.headers["content-disposition"].endswith('.jsonld"')


async def test_a_good_document_is_folded_and_one_that_is_not_kept_is_said_to_be_gone(site: Site) -> None:
    path = await sent(site, document(event(1)))
    browser, _ = await site.signed_in("quality")
    assert "Show it" in words_of(await browser.get(path))

    async with site.app.database.transaction() as tx:
        await tx.execute("delete from exchange_document")

    assert "The document itself is not kept" in words_of(await browser.get(path))
    assert (await browser.get(f"{path}/document")).status_code == 404


async def test_hostile_text_in_a_document_stays_text(site: Site) -> None:
    hostile = event(1, bizStep="<script>alert(1)</script>")
    browser, _ = await site.signed_in("quality")

    answer = await browser.get(await sent(site, pretty(hostile, event(2))))

    assert "<script>alert(1)" not in answer.text
    assert underlined(answer) == ['"<script>alert(1)</script>"']


@pytest.mark.parametrize("text", ["x", "01a21635-9ff8-7155-a463-dc8a5e94aae3", "%00"])
async def test_a_capture_that_is_not_there_is_not_found(site: Site, text: str) -> None:
    browser, _ = await site.signed_in("quality")

    assert (await browser.get(f"/console/captures/{text}")).status_code == 404


async def test_a_document_that_was_refused_at_the_door_shows_its_faults_among_the_refusals(
    site: Site,
) -> None:
    refused = await send(site, pretty(event(1), WRONG_STEP), behaviour="rollback")
    assert refused.status_code == 400
    browser, _ = await site.signed_in("auditor")
    path = re.search(r'href="(/console/refusals/\d+)"', (await browser.get("/console/refusals")).text)
    assert path

    answer = await browser.get(path[1])

    assert "1 fault in what was sent. Nothing was changed." in words_of(answer)
    assert underlined(answer) == ['"shiping"']
    assert UNIT in words_of(answer)
    assert (await browser.get("/console/refusals/999999")).status_code == 404
