"""The EPCIS doors on the whole site: who is turned away leaves a row, at a pace."""

from datetime import timedelta

import pytest
from tests.factories.site import Site

from seriatim.base import limits

pytestmark = pytest.mark.anyio


async def rows(site: Site) -> list[tuple[str, str, str, bytes]]:
    async with site.app.database.transaction(readonly=True) as tx:
        found = await tx.rows("select door, code, actor_kind, raw from access_refusal order by id")
    return [(row["door"], row["code"], row["actor_kind"], row["raw"]) for row in found]


async def test_who_has_no_key_or_no_right_leaves_a_refusal_without_what_was_sent(site: Site) -> None:
    """E25, D22: any credential and none at all are 401."""
    stranger = site.client()
    packer = await site.with_key("line_operator")
    liar = site.client(headers={"authorization": "Bearer anything"})

    answers = [
        await stranger.get("/epcis/events/urn:example:a-secret"),
        await packer.post("/epcis/capture", content=b"secret"),
        await liar.request("OPTIONS", "/epcis/capture"),
    ]

    assert [answer.status_code for answer in answers] == [401, 403, 401]
    assert {answer.json()["type"] for answer in answers} == {"epcisException:SecurityException"}
    assert await rows(site) == [
        ("GET /epcis/events", "not_signed_in", "public", b""),
        ("POST /epcis/capture", "not_allowed", "key", b""),
        ("OPTIONS /epcis/capture", "not_signed_in", "public", b""),
    ]


async def test_a_stranger_who_knocks_without_end_fills_no_disk(site: Site) -> None:
    stranger = site.client()
    site.clock.step = timedelta(0)

    for _ in range(limits.REFUSALS_OF_ONE + 5):
        assert (await stranger.get("/epcis/events")).status_code == 401

    assert await site.count("access_refusal") == limits.REFUSALS_OF_ONE


async def test_the_repository_cannot_be_emptied_over_the_wire(site: Site) -> None:
    """D22: DELETE /epcis is no door."""
    office = await site.with_key("administrator")

    answer = await office.delete("/epcis")

    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, GET")
