"""The pages of units, cases and pallets at a moment of their past."""

import html
import re
from datetime import timedelta

import pytest
from tests.factories.plant import GTIN, PLANT_GLN, commission, make_plant
from tests.factories.site import Site
from tests.web.console.test_pages import words_of
from tests.web.console.test_story import CASE, PALLET, START, moved, pack_and_ship, put, tell, unit

pytestmark = pytest.mark.anyio

UNIT = f"/console/units/{GTIN}/A1"


@pytest.fixture
async def shipped(site: Site) -> Site:
    """A1 to A3 in a case on a pallet to the shop, where the case is taken off and A1 out of it."""
    async with site.app.database.transaction() as tx:
        await pack_and_ship(tx)
    return site


def at(hours: float) -> dict[str, str]:
    return {"as_of": f"{START + timedelta(hours=hours):%Y-%m-%dT%H:%M:%S}"}


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (-200, "Not yet told of on"),
        (0.5, "At the plant in Roastery on"),
        (1, "inside a case."),
        (4, "In transit from Roastery on 5 November 2026 at 16:00 UTC, inside a case on a pallet."),
        (30, "in Boavista on"),
        (31.5, "inside a case."),
        (32, "in Boavista on 6 November 2026 at 20:00 UTC."),
    ],
)
async def test_a_unit_is_told_as_it_stood(shipped: Site, hours: float, words: str) -> None:
    browser, _ = await shipped.signed_in("quality")

    answer = await browser.get(UNIT, params=at(hours))

    assert answer.status_code == 200
    lead = re.search(r'<p class="lead".*?</p>', answer.text, re.DOTALL)
    assert lead
    assert words in " ".join(re.sub(r"<[^>]+>", "", lead[0]).split())


async def test_the_containment_then_is_shown_and_what_came_later_is_pale(shipped: Site) -> None:
    browser, _ = await shipped.signed_in("quality")

    then = await browser.get(UNIT, params=at(4))
    now = await browser.get(UNIT)

    assert f'href="/console/containers/{PALLET}?as_of=2026-11-05T16%3A00%3A00.999999Z"' in then.text
    assert then.text.count('<li class="future">') == 3
    assert then.text.count('<li class="now">') == 1
    assert "Where it stood" in words_of(then)
    assert 'class="future"' not in now.text
    assert "Back to now" not in words_of(now)


async def test_one_walks_from_event_to_event_and_back_to_now(shipped: Site) -> None:
    browser, _ = await shipped.signed_in("quality")
    seen: list[str] = []
    path: str | None = UNIT
    while path:
        answer = await browser.get(path)
        link = re.search(r'rel="prev" href="([^"]+)" title="([^,"]+)', answer.text)
        path = html.unescape(link[1]) if link else None
        if link:
            seen.append(link[2])

    assert seen == [
        "Taken out of case",
        "Case taken off pallet",
        "Received in Boavista",
        "Shipped from Roastery",
        "Case put on pallet",
        "Packed in case",
        "Made and checked in Roastery",
    ]
    assert 'rel="next"' in answer.text
    assert f'href="{UNIT}">Back to now' in answer.text


async def test_a_pallet_shows_what_was_in_it_as_a_tree(shipped: Site) -> None:
    browser, _ = await shipped.signed_in("warehouse")

    then = await browser.get(f"/console/containers/{PALLET}", params=at(4))
    now = await browser.get(f"/console/containers/{PALLET}")

    words = words_of(then)
    assert "3 units inside, in 1 case, in transit from Roastery on 5 November 2026" in words
    assert re.search(r"<details open><summary.*?3 . Huila, 250 g", then.text, re.DOTALL)
    assert then.text.count(f'href="/console/units/{GTIN}/') == 3
    assert "Empty now." in words_of(now)
    assert "It held 1 case" in words_of(now)


async def test_a_case_that_lost_a_unit_shows_the_two_that_stayed(shipped: Site) -> None:
    browser, _ = await shipped.signed_in("warehouse")

    before = await browser.get(f"/console/containers/{CASE}", params=at(31))
    after = await browser.get(f"/console/containers/{CASE}", params=at(33))

    assert "3 units inside" in words_of(before)
    assert "2 units inside" in words_of(after)


async def test_a_recall_shows_only_from_when_it_was_launched(shipped: Site) -> None:
    quality, token = await shipped.signed_in("quality")
    form = {"csrf": token, "scope": f"{GTIN} L1", "reason": "Glass.", "instructions": "Bring it back."}
    path = (await quality.post("/console/recalls/new", data=form)).headers["location"]
    second, other = await shipped.signed_in("administrator")
    assert (await second.post(f"{path}/launch", data={"csrf": other})).status_code == 303

    assert "Recalled since" in words_of(await quality.get(UNIT))
    assert "Recalled" not in words_of(await quality.get(UNIT, params=at(33)))
    later = {"as_of": f"{shipped.clock.now() + timedelta(minutes=1):%Y-%m-%dT%H:%M:%S}"}
    assert "Recalled in Boavista on 20 November 2026" in words_of(await quality.get(UNIT, params=later))


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-13-40", "2026-11-20T99:00", "0001-01-01T00:00+14:00", "\x7f"]
)
async def test_a_moment_that_is_none_is_refused_in_words(shipped: Site, text: str) -> None:
    browser, _ = await shipped.signed_in("quality")

    answer = await browser.get(UNIT, params={"as_of": text})

    assert answer.status_code == 400
    assert "as_of is a moment" in words_of(answer)


async def test_a_moment_may_say_its_zone(shipped: Site) -> None:
    browser, _ = await shipped.signed_in("quality")
    text = f"{START + timedelta(hours=3):%Y-%m-%dT%H:%M:%S}"

    east = await browser.get(UNIT, params={"as_of": f"{text}+02:00"})
    utc = await browser.get(UNIT, params={"as_of": f"{text}Z"})

    assert "In transit" not in words_of(east)
    assert "In transit" in words_of(utc)


async def test_many_things_of_one_case_are_counted_and_its_page_has_the_rest(site: Site) -> None:
    made = [f"S{number}" for number in range(130)]
    async with site.app.database.transaction() as tx:
        await make_plant(tx)
        await commission(tx, made)
        await tell(tx, [put(CASE, [unit(one) for one in made], 1)])
        await tell(
            tx, [put(PALLET, [f"https://id.gs1.org/00/{CASE}"], 2), moved(PALLET, "shipping", 3, PLANT_GLN)]
        )
    browser, _ = await site.signed_in("warehouse")

    words = words_of(await browser.get(f"/console/containers/{PALLET}"))

    assert "130 units inside, in 1 case." in words
    assert "and 10 more: its own page" in words


async def test_of_very_many_things_the_pallet_shows_its_cases_and_each_case_its_things(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seriatim.web.console.containers.TREE_MAX", 3)
    async with site.app.database.transaction() as tx:
        await make_plant(tx)
        await commission(tx, ["A1", "A2", "A3"])
        await tell(tx, [put(CASE, [unit(one) for one in ("A1", "A2", "A3")], 1)])
        await tell(tx, [put(PALLET, [f"https://id.gs1.org/00/{CASE}"], 2)])
    browser, _ = await site.signed_in("warehouse")

    pallet = await browser.get(f"/console/containers/{PALLET}")
    case = await browser.get(f"/console/containers/{CASE}")

    assert "/console/units/09506000134352/A1" not in pallet.text
    assert f'href="/console/containers/{CASE}"' in pallet.text
    assert "/console/units/09506000134352/A1" in case.text
