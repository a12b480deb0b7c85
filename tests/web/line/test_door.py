"""The doors of the line on a real database: who may look, what is shown, how it goes on."""

from collections.abc import AsyncIterator, Sequence

import httpx
import numpy as np
import pytest
from starlette.applications import Starlette
from tests.factories.line import make_label, make_order, make_sighting, make_target
from tests.factories.plant import ANNA, ENVIRONMENT, NOW, make_plant

from seriatim import access, symbols
from seriatim.access import Role
from seriatim.app import App
from seriatim.areas import line
from seriatim.areas.line import Shot, Sighting
from seriatim.base.db import Database
from seriatim.web import line as line_pages
from seriatim.web import pages
from seriatim.web.line import feed as feeds
from seriatim.web.line.station import Station
from seriatim.web.security import SecurityHeaders
from seriatim.web.sessions import cookie_name

pytestmark = pytest.mark.anyio

SERIALS = [f"A{number}" for number in range(8)]
PICTURE = symbols.jpeg(np.full((48, 64), 200, np.uint8))


@pytest.fixture
async def app(db: Database) -> App:
    """Line 1 runs order 4711; four units have passed its camera, the third without a code."""
    app = App(ENVIRONMENT, db)
    async with db.transaction() as tx:
        await make_plant(tx)
        await line.create_order(tx, make_order(), actor=ANNA, now=NOW)
        await line.start_order(tx, "4711", actor=ANNA, now=NOW)
    await look_at(app, SERIALS[:4], absent=2)
    return app


async def look_at(app: App, serials: Sequence[str], *, first: int = 0, absent: int = -1) -> None:
    """These units pass the camera."""
    labels = [make_label(serial) for serial in serials]
    shots = [
        Shot(trigger, Sighting() if trigger == absent else make_sighting(serial), PICTURE)
        for trigger, serial in enumerate(serials, first)
    ]
    inspected = line.inspect(shots, labels, make_target(SERIALS), set())
    async with app.database.transaction() as tx:
        order = await line.known_order(tx, "4711")
        await line.record_inspections(tx, order, inspected, shots, round_no=0, keep_one_in=25, now=NOW)


async def visitor(app: App, role: Role | None) -> httpx.AsyncClient:
    """A browser in front of the line's pages, signed in with a role or not at all."""
    cookies = {}
    if role is not None:
        async with app.database.transaction() as tx:
            person = await access.add_person(
                tx, f"{role}@alboral.example", "Ana", role, actor=access.SYSTEM, now=NOW
            )
            cookies[cookie_name(app)] = await access.start_session(tx, person.id, now=NOW)
    site = SecurityHeaders(Starlette(routes=pages.routes(app, line_pages.PAGES)))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(site), base_url="https://id.brand.example", cookies=cookies
    )


@pytest.fixture
async def operator(app: App) -> AsyncIterator[httpx.AsyncClient]:
    async with await visitor(app, "line_operator") as client:
        yield client


def drawn(moment: Station) -> str:
    return f"{moment.band.word} {moment.newest.trigger_no if moment.newest else '-'} {moment.mode}"


@pytest.mark.parametrize(
    "path", ["", "/Line%201", "/Line%201/log", "/Line%201/feed", "/Line%201/frames/4711/2.jpg"]
)
async def test_nobody_looks_without_signing_in(app: App, path: str) -> None:
    async with await visitor(app, None) as stranger:
        answer = await stranger.get(f"/line{path}")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/signin?next=")


async def test_a_role_without_the_permission_is_refused(app: App) -> None:
    async with await visitor(app, "partner") as partner:
        assert (await partner.get("/line/Line%201")).status_code == 403


async def test_the_station_shows_the_newest_unit_and_books_that_add_up(operator: httpx.AsyncClient) -> None:
    page = (await operator.get("/line/Line%201")).text

    assert '<h1 class="word">OK</h1>' in page
    assert "unit 3 of 10" in page
    assert 'data-feed="/line/Line%201/feed"' in page
    assert '<meta http-equiv="refresh"' in page
    assert "No code" in page
    assert 'role="progressbar" aria-valuenow="30"' in page


async def test_all_lines_are_tiles_that_lead_to_their_stations(operator: httpx.AsyncClient) -> None:
    page = (await operator.get("/line")).text

    assert 'href="/line/Line%201"' in page
    assert "3</b> of 10 good" in page


async def test_before_the_first_order_the_page_explains_itself(db: Database) -> None:
    async with await visitor(App(ENVIRONMENT, db), "line_operator") as operator:
        assert "No line has run yet" in (await operator.get("/line")).text
        assert (await operator.get("/line/Line%201")).status_code == 404


async def test_kept_pictures_are_served_and_others_are_not_there(operator: httpx.AsyncClient) -> None:
    kept = await operator.get("/line/Line%201/frames/4711/2.jpg")
    answers = [
        (await operator.get(f"/line/{name}/frames/{number}/{trigger}.jpg")).status_code
        for name, number, trigger in [
            ("Line%201", "4711", "1"), ("Line%201", "4712", "2"), ("Line%202", "4711", "2"),
            ("Line%201", "4711", "99999999999999999999"),
        ]
    ]  # fmt: skip

    assert (kept.status_code, kept.headers["content-type"], kept.content) == (200, "image/jpeg", PICTURE)
    assert "immutable" in kept.headers["cache-control"]
    assert answers == [404, 404, 404, 404]


async def test_the_log_lists_units_newest_first_and_rejects_alone(operator: httpx.AsyncClient) -> None:
    everything = (await operator.get("/line/Line%201/log")).text
    rejects = (await operator.get("/line/Line%201/log?rejects=1")).text
    older = (await operator.get("/line/Line%201/log?before=1")).text

    assert everything.count("<tr>") == 5
    assert rejects.count("<tr>") == 2
    assert "There is no code where it should be." in rejects
    assert older.count("<tr>") == 2
    assert (await operator.get("/line/Line%201/log?before=x")).status_code == 400


async def test_the_feed_follows_a_running_order(app: App) -> None:
    stream = feeds.follow(app, "Line 1", drawn, look_s=0.01)
    seen = [await anext(stream), await anext(stream)]
    await look_at(app, SERIALS[4:5], first=4)
    seen.append(await after_beats(stream))
    await stream.aclose()

    assert seen == [
        b"retry: 2000\n\n",
        b"event: moment\nid: 3\ndata: OK 3 live\n\n",
        b"event: moment\nid: 4\ndata: OK 4 live\n\n",
    ]


async def after_beats(stream: AsyncIterator[bytes]) -> bytes:
    while (event := await anext(stream)) == b"event: beat\ndata: \n\n":
        pass
    return event


async def test_the_feed_is_silent_while_the_store_is_away(app: App) -> None:
    await app.database.close()

    events = [event async for event in feeds.follow(app, "Line 1", drawn, look_s=0.01, lasts_s=0.1)]

    assert events == [b"retry: 2000\n\n"]


async def test_a_playback_goes_unit_by_unit_and_ends_with_the_true_books(app: App) -> None:
    moments: list[Station] = []

    def note(moment: Station) -> str:
        moments.append(moment)
        return "x"

    async with app.database.transaction(readonly=True) as tx:
        order = await line.known_order(tx, "4711")
    events = [event async for event in feeds.play_back(app, order, note, unit_s=0)]

    assert [moment.band.word for moment in moments] == ["OK", "OK", "NO CODE", "OK", "OK"]
    assert [moment.ledger.seen for moment in moments] == [1, 2, 3, 4, 4]
    assert [moment.ledger.adds_up for moment in moments[:4]] == [None] * 4
    assert moments[4].ledger.adds_up is not None
    shown = [moment.picture.row.trigger_no if moment.picture else None for moment in moments]
    assert shown == [0, 0, 2, 0, 0]
    assert events[-1] == b"event: end\ndata: \n\n"


async def test_a_playback_goes_on_where_the_browser_stopped(app: App, operator: httpx.AsyncClient) -> None:
    order = make_order()
    events = [event async for event in feeds.play_back(app, order, drawn, after=2, unit_s=0)]
    answer = await operator.get("/line/Line%201/feed?replay=1", headers={"last-event-id": "2"})
    bad = await operator.get("/line/Line%201/feed?replay=1&from=x")

    assert events[1] == b"event: moment\nid: 3\ndata: OK 3 replay\n\n"
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.count("event: moment") == 2
    assert "\nid: 3\n" in answer.text
    assert bad.status_code == 400


def test_an_event_keeps_every_line_of_its_data() -> None:
    assert feeds.event("moment", "a\nb", 7) == b"event: moment\nid: 7\ndata: a\ndata: b\n\n"


async def test_a_closed_order_stands_still_and_offers_its_playback(
    app: App, operator: httpx.AsyncClient
) -> None:
    async with app.database.transaction() as tx:
        await tx.execute("update line_order set state = 'closed', closed_at = $1", NOW)

    still = (await operator.get("/line/Line%201")).text
    playback = (await operator.get("/line/Line%201?replay=1&from=1")).text

    assert "data-feed" not in still
    assert 'href="/line/Line%201?replay=1"' in still
    assert 'data-feed="/line/Line%201/feed?replay=1&amp;from=1"' in playback
    assert "Stop playback" in playback
