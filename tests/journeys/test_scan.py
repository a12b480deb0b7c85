"""What people are told when they scan, told as stories on a real database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.factories.outbox import everything_heard
from tests.factories.plant import (
    ANNA,
    BRUNO,
    ENVIRONMENT,
    EXPIRY,
    GTIN,
    LOT,
    NOW,
    PRODUCT,
    commission,
    deliver,
    lease_serials,
    make_plant,
)

from seriatim import history
from seriatim.areas import content, protection, recall
from seriatim.areas.protection import Circumstances
from seriatim.base.db import Database, Transaction
from seriatim.base.outbox import Dispatcher
from seriatim.gs1 import Key
from seriatim.identity import marks
from seriatim.journeys.scan import Answer, scan

pytestmark = pytest.mark.anyio

LISBON = Circumstances(
    country="PT", latitude=38.7223, longitude=-9.1393, loc_source="city_ip", network="mobile",
    client="192.0.2.0/24", browser_family="Firefox", language="en",
)  # fmt: skip
HANOI = replace(LISBON, country="VN", latitude=21.0285, longitude=105.8542, client="198.51.100.0/24")
NOWHERE = Circumstances()


def code(serial: str) -> str:
    return f"https://id.brand.example/01/{GTIN}/21/{serial}"


async def scanned(
    tx: Transaction, raw: str, circumstances: Circumstances = LISBON, *, after: float = 0, **more: str
) -> Answer:
    """One scan, `after` minutes past noon."""
    now = NOW + timedelta(minutes=after)
    return await scan(tx, raw, replace(circumstances, **more), environment=ENVIRONMENT, now=now)  # type: ignore[arg-type]


async def make_unit(tx: Transaction, *, is_delivered: bool = True) -> str:
    await make_plant(tx)
    (serial,) = await lease_serials(tx, 1)
    await commission(tx, [serial])
    if is_delivered:
        await deliver(tx, [serial])
    return serial


async def test_a_unit_where_it_belongs_is_consistent_and_says_what_must_match(db: Database) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx)

        answer = await scanned(tx, code(serial))

        assert (answer.page.state, answer.page.status) == ("consistent", 200)
        assert [(fact.kind, fact.value) for fact in answer.page.must_match] == [
            ("product", PRODUCT.name), ("lot", LOT), ("expiry", "20.11.2027"), ("serial", serial),
        ]  # fmt: skip
        assert answer.page.look_for == "A round seal."
        assert [reason.rule for reason in answer.judgement.for_genuine] == ["G1"]
        assert answer.product == PRODUCT


@pytest.mark.parametrize(
    "spelling", ["(01){gtin}(21){serial}", "^01{gtin}21{serial}", "]d201{gtin}21{serial}"]
)
async def test_every_spelling_of_a_code_gets_the_same_answer(db: Database, spelling: str) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx)

        answer = await scanned(tx, spelling.format(gtin=GTIN, serial=serial))

        assert (answer.page.state, answer.key) == (
            "consistent",
            Key("sgtin", GTIN, serial, None, is_class=False),
        )


async def test_a_unit_nobody_has_reported_as_made_is_not_yet_on_sale(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        (serial,) = await lease_serials(tx, 1)

        answer = await scanned(tx, code(serial))

        assert answer.page.state == "not_active"
        assert [alert.rule for alert in await protection.alerts(tx, "open", None, 10)] == ["R2"]


async def test_a_report_that_comes_late_takes_the_alert_back_and_blames_the_data(db: Database) -> None:
    dispatcher = Dispatcher(
        db, {"protection.withdraw_late": (protection.LATE_TOPICS, protection.withdraw_late)}
    )
    async with db.transaction() as tx:
        await make_plant(tx)
        late, never = await lease_serials(tx, 2)
        await scanned(tx, code(late))
        await scanned(tx, code(never))

    async with db.transaction() as tx:
        await commission(tx, [late])
    await everything_heard(dispatcher)

    async with db.transaction() as tx:
        assert [alert.serial for alert in await protection.alerts(tx, "open", None, 10)] == [never]
        (withdrawn,) = await protection.alerts(tx, "decided", None, 10)
        assert (withdrawn.label, withdrawn.decided_by) == ("data_error", "system:system")
        assert (await scanned(tx, code(late))).page.state == "consistent"


async def test_a_serial_never_issued_is_unknown_and_recorded_with_an_alert(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)

        answer = await scanned(tx, code("MADEUP234567"))

        assert (answer.page.state, answer.page.status) == ("unknown", 404)
        (row,) = await protection.scans(tx, "MADEUP234567", GTIN, None, None, 10)
        assert (row.id, row.verdict, row.country, row.score) == (answer.scan_id, "unknown", "PT", 4.0)
        assert [alert.rule for alert in await protection.alerts(tx, "open", None, 10)] == ["R1"]


async def test_an_event_that_merely_mentions_a_serial_does_not_make_it_ours(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        await deliver(tx, ["MADEUP234567"])

        assert (await scanned(tx, code("MADEUP234567"))).page.state == "unknown"


async def test_lisbon_then_hanoi_is_suspicious_with_exactly_one_alert(db: Database) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx)

        first = await scanned(tx, code(serial), LISBON)
        second = await scanned(tx, code(serial), HANOI, after=5)
        await scanned(tx, code(serial), HANOI, after=6)

        assert (first.page.state, second.page.state) == ("consistent", "suspicious")
        assert round(second.judgement.score, 2) == 6
        assert second.page.points[0] == "The same code was scanned in places far apart within a short time."
        (alert,) = await protection.alerts(tx, None, None, 10)
        assert (alert.rule, alert.serial, alert.state, alert.sightings) == ("R4h", serial, "open", 2)


async def test_a_vpn_raises_no_suspicion(db: Database) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx)

        await scanned(tx, code(serial), LISBON)
        answer = await scanned(tx, code(serial), HANOI, after=5, network="vpn")

        assert answer.page.state == "consistent"
        assert await protection.alerts(tx, None, None, 10) == []


async def test_a_wrong_market_is_an_alert_that_the_consumer_does_not_see(db: Database) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx)

        answer = await scanned(tx, code(serial), HANOI)

        assert answer.page.state == "consistent"
        assert [alert.rule for alert in await protection.alerts(tx, "open", None, 10)] == ["R7"]


async def test_before_delivery_the_markets_of_the_product_count(db: Database) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx, is_delivered=False)

        assert (await scanned(tx, code(serial), LISBON)).judgement.score == 0
        assert (await scanned(tx, code(serial), HANOI, after=1000)).judgement.score == 1


async def test_a_decided_alert_is_not_raised_again_by_what_was_known(db: Database) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx)
        await scanned(tx, code(serial), LISBON)
        await scanned(tx, code(serial), HANOI, after=5)
        (alert,) = await protection.alerts(tx, "open", None, 10)

        await protection.decide(tx, alert.id, "clone", "Seen at a market stall.", actor=BRUNO, now=NOW)
        await scanned(tx, code(serial), HANOI, after=7)

        assert await protection.alerts(tx, "open", None, 10) == []


async def test_the_same_nonce_twice_is_one_scan(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)

        first = await scanned(tx, code("MADEUP234567"), nonce="n1")
        again = await scanned(tx, code("MADEUP234567"), nonce="n1", after=4000)

        assert (again.scan_id, again.page.state) == (first.scan_id, "unknown")
        assert len(await protection.scans(tx, None, None, None, None, 10)) == 1
        (alert,) = await protection.alerts(tx, "open", None, 10)
        assert alert.sightings == 1


async def test_reloading_the_page_all_morning_is_one_person(db: Database) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx)

        answers = [
            await scanned(tx, code(serial), NOWHERE, after=minute, client="192.0.2.0/24")
            for minute in range(15)
        ]

        assert {answer.judgement.score for answer in answers} == {0}


async def test_a_session_over_midnight_is_one_session(db: Database) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx)
        late = 12 * 60 - 5.0

        await scanned(tx, code(serial), LISBON, after=late)
        answer = await scanned(tx, code(serial), replace(HANOI, client=LISBON.client), after=late + 10)

        assert "R4h" not in {reason.rule for reason in answer.judgement.reasons}


async def test_a_recalled_unit_says_so_before_anything_else_and_raises_no_falsification(db: Database) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx)
        proposal = await recall.propose(
            tx, GTIN, LOT, "Wire may be inside.", "Bring it back.", actor=ANNA, now=NOW
        )
        await recall.launch(tx, proposal.id, actor=BRUNO, now=NOW)

        await scanned(tx, code(serial), LISBON)
        answer = await scanned(tx, code(serial), HANOI, after=5)

        assert answer.page.state == "recalled"
        assert answer.page.lead.startswith("Wire may be inside.")
        assert answer.page.points[0] == "Bring it back."
        assert [alert.rule for alert in await protection.alerts(tx, None, None, 10)] == ["recalled_seen"]


async def test_a_code_of_a_recalled_lot_without_serial_says_so_too(db: Database) -> None:
    async with db.transaction() as tx:
        await make_unit(tx)
        proposal = await recall.propose(tx, GTIN, LOT, "Wire.", "Bring it back.", actor=ANNA, now=NOW)
        await recall.launch(tx, proposal.id, actor=BRUNO, now=NOW)

        assert (await scanned(tx, f"(01){GTIN}(10){LOT}")).page.state == "recalled"
        assert (await scanned(tx, f"(01){GTIN}(10)OTHER")).page.state == "product"


async def test_a_blocked_unit_and_an_expired_one(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        blocked, old = await lease_serials(tx, 2)
        await commission(tx, [blocked])
        await commission(tx, [old], lot="OLD", expiry=date(2026, 11, 19))
        key = Key("sgtin", GTIN, blocked, None, is_class=False)
        await history.stand(tx, "blocked", [key], "case:1", now=NOW)

        assert (await scanned(tx, code(blocked))).page.state == "blocked"
        assert (await scanned(tx, code(old))).page.state == "expired"


@pytest.mark.parametrize(
    "raw",
    ["", "hello", "(01)09506000134353(21)A1", "\0", "(01)09506000134369(21)A1", "(00)095060001343521112"],
)
async def test_what_is_no_code_of_ours_is_recorded_without_a_client_and_shows_no_brand(
    db: Database, raw: str
) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)

        answer = await scanned(tx, raw)

        assert (answer.page.state, answer.page.status, answer.product) == ("unknown", 404, None)
        assert PRODUCT.name not in f"{answer.page}"
        assert await tx.value("select session_key is null and latitude is null from protection_scan") is True


async def test_a_product_code_tells_of_the_product_and_judges_nothing(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        await content.save_text(
            tx, GTIN, content.ProductText("pt", "Huila", "De Huila."), actor=ANNA, now=NOW
        )

        answer = await scanned(tx, f"(01){GTIN}", language="pt-PT")

        assert (answer.page.state, answer.page.language, answer.judgement) == (
            "product",
            "pt",
            protection.SILENT,
        )
        assert answer.page.about is not None
        assert answer.page.about.headline == "Huila"


async def test_a_scan_leaves_no_address_no_exact_place_and_no_proof_of_a_tap(db: Database) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx)

        await scanned(tx, f"{code(serial)}?picc_data=SECRET&cmac=SECRET", LISBON)

        row = dict(await tx.row("select * from protection_scan") or {})
        kept = f"{row} {row['session_key'].hex()}"
        assert "192.0.2" not in kept
        assert "38.7223" not in kept
        assert "SECRET" not in kept
        assert row["cell"] != ""


async def test_yesterdays_salt_is_the_oldest_there_is(db: Database) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx)

        for day in range(4):
            await scanned(tx, code(serial), LISBON, after=day * 24 * 60)

        days = await tx.rows("select day from protection_salt order by day")
        assert [row["day"] for row in days] == [
            NOW.date() + timedelta(days=2),
            NOW.date() + timedelta(days=3),
        ]


async def test_after_a_month_no_scan_points_to_a_client_and_after_three_there_is_none(db: Database) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx)
        await scanned(tx, code(serial), LISBON)

        await protection.forget(tx, now=NOW + timedelta(days=31))
        assert await tx.value("select count(*) from protection_scan where session_key is not null") == 0
        assert await tx.value("select count(*) from protection_salt") == 0
        await protection.forget(tx, now=NOW + timedelta(days=91))
        assert await tx.value("select count(*) from protection_scan") == 0


async def test_a_unit_is_good_on_its_last_day(db: Database) -> None:
    async with db.transaction() as tx:
        serial = await make_unit(tx)
        last_day = (EXPIRY - NOW.date()).days * 24 * 60

        assert (await scanned(tx, code(serial), NOWHERE, after=last_day)).page.state == "consistent"
        assert (await scanned(tx, code(serial), NOWHERE, after=last_day + 24 * 60)).page.state == "expired"


async def test_F19_while_the_database_lacks_some_nobody_is_told_that_a_code_is_not_ours(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        (issued,) = await lease_serials(tx, 1)
    never = ("B" if issued[0] == "A" else "A") + issued[1:]
    async with db.transaction() as tx:
        before = await scanned(tx, code(never))
        marks.show_outside(
            tx, marks.serial_key(GTIN, 0), 500, epoch=1, why="A line has shown its lease.", now=NOW
        )
        frozen = [await scanned(tx, raw) for raw in (code(never), code(issued), f"(01){GTIN}")]
        stranger = await scanned(tx, "https://id.brand.example/01/09521234543213/21/ABC")

    assert (before.page.state, before.page.status) == ("unknown", 404)
    assert [answer.page.state for answer in frozen] == ["cannot_check", "not_active", "product"]
    assert (frozen[0].page.status, frozen[0].judgement.reasons) == (503, ())
    assert stranger.page.state == "unknown"
