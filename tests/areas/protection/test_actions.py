"""Alerts, the map and what keeps them honest."""

from datetime import timedelta

import pytest
from tests.factories.plant import BRUNO, ENVIRONMENT, GTIN, NOW

from seriatim.access import Call, Role
from seriatim.access.roles import RIGHTS
from seriatim.areas import protection
from seriatim.areas.protection import CellCount, Circumstances, Seen, UnitFacts, api
from seriatim.areas.protection.actions import fold_thin
from seriatim.areas.protection.privacy import prefix_of, session_key, without_secrets
from seriatim.base.db import Database, Transaction
from seriatim.base.errors import NotFound, Unprocessable

pytestmark = pytest.mark.anyio


async def scanned(
    tx: Transaction, serial: str, phone: str = "a", *, country: str = "PT", after: timedelta = timedelta(0)
) -> int:
    """One scan of a serial that was never issued."""
    around = Circumstances(country=country, latitude=38.7, longitude=-9.1, loc_source="city_ip", tab=phone)
    noticed = await protection.notice(tx, Seen(serial, GTIN, serial), around, now=NOW + after)
    judgement = protection.judged(noticed, UnitFacts(code=f"(01){GTIN}(21){serial}", issued=False))
    return await protection.record(tx, noticed, judgement, "unknown")


async def test_one_alert_is_open_for_a_rule_and_a_subject_however_often_it_fires(db: Database) -> None:
    async with db.transaction() as tx:
        for phone in range(5):
            await scanned(tx, "FAKE", f"{phone}")
        await scanned(tx, "OTHER")

        alerts = await protection.alerts(tx, "open", None, 10)

        assert [(alert.serial, alert.sightings) for alert in alerts] == [("OTHER", 1), ("FAKE", 5)]


async def test_a_decision_needs_a_reason_is_made_once_and_names_who_made_it(db: Database) -> None:
    async with db.transaction() as tx:
        await scanned(tx, "FAKE")
        (alert,) = await protection.alerts(tx, "open", None, 10)

        with pytest.raises(Unprocessable):
            await protection.decide(tx, alert.id, "clone", "  ", actor=BRUNO, now=NOW)
        decided = await protection.decide(tx, alert.id, "clone", "Test buy.", actor=BRUNO, now=NOW)
        with pytest.raises(protection.AlreadyDecided):
            await protection.decide(tx, alert.id, "genuine", "Changed my mind.", actor=BRUNO, now=NOW)
        with pytest.raises(NotFound):
            await protection.decide(tx, 4711, "clone", "Why not.", actor=BRUNO, now=NOW)

        assert (decided.state, decided.label, decided.reason, decided.decided_by) == (
            "decided", "clone", "Test buy.", "person:bruno",
        )  # fmt: skip
        assert [(row.rule, row.label, row.alerts) for row in await protection.labels(tx)] == [
            ("R1", "clone", 1)
        ]


async def test_what_was_decided_is_asked_again_after_a_month_at_the_earliest(db: Database) -> None:
    async with db.transaction() as tx:
        await scanned(tx, "FAKE")
        (alert,) = await protection.alerts(tx, "open", None, 10)
        await protection.decide(tx, alert.id, "genuine", "Typed wrongly.", actor=BRUNO, now=NOW)

        await scanned(tx, "FAKE", "b", after=timedelta(days=29))
        assert await protection.alerts(tx, "open", None, 10) == []
        await scanned(tx, "FAKE", "c", after=timedelta(days=31))
        assert len(await protection.alerts(tx, "open", None, 10)) == 1


async def test_the_map_counts_sessions_and_hides_thin_cells(db: Database) -> None:
    async with db.transaction() as tx:
        for phone in range(6):
            await scanned(tx, f"U{phone}", f"{phone}")
            await scanned(tx, f"U{phone}", f"{phone}")
        await scanned(tx, "U9", country="ES")

        (lisbon, rest) = await protection.places(tx, NOW - timedelta(hours=1))

        assert (lisbon.country, lisbon.scans, lisbon.sessions) == ("PT", 12, 6)
        assert (rest.country, rest.cell, rest.sessions) == ("", "", 1)


def cell(country: str, name: str, sessions: int) -> CellCount:
    return CellCount(country, name, 1.0, 1.0, sessions, sessions, 0)


def test_a_single_thin_cell_takes_another_with_it_so_that_subtraction_tells_nothing() -> None:
    shown = fold_thin([cell("PT", "a", 7), cell("PT", "b", 6), cell("PT", "c", 3)])

    assert [(one.cell, one.sessions) for one in shown] == [("", 9), ("a", 7)]


def test_nothing_is_lost_by_folding() -> None:
    cells = [
        cell("PT", "a", 7),
        cell("ES", "b", 1),
        cell("ES", "c", 2),
        cell("FR", "d", 4),
        cell("DE", "e", 5),
    ]

    assert sum(one.scans for one in fold_thin(cells)) == 19
    assert all(one.sessions >= 5 for one in fold_thin(cells) if one.country)


def test_a_session_key_depends_on_salt_network_browser_and_tab() -> None:
    key = session_key(b"s" * 32, "192.0.2.0/24", "Firefox", "t")

    assert key == session_key(b"s" * 32, "192.0.2.0/24", "Firefox", "t")
    others = {
        session_key(b"t" * 32, "192.0.2.0/24", "Firefox", "t"), session_key(b"s" * 32, "192.0.3.0/24", "Firefox", "t"),
        session_key(b"s" * 32, "192.0.2.0/24", "Safari", "t"), session_key(b"s" * 32, "192.0.2.0/24", "Firefox", "u"),
    }  # fmt: skip
    assert len(others - {key}) == 4
    assert session_key(b"s" * 32, "", "Firefox", "") is None


def test_an_address_is_cut_before_it_is_hashed() -> None:
    assert prefix_of("::ffff:203.0.113.9") == "203.0.113.0/24"
    assert prefix_of("2001:db8:12:3456:789a::1") == "2001:db8:12::/48"


def test_a_scanned_text_is_kept_short_and_without_secrets() -> None:
    assert without_secrets("https://x.example/?enc=AB&picc_data=CD&a=1&cmac=EF") == "https://x.example/?a=1"
    assert len(without_secrets("é" * 5000).encode()) <= 2048


async def test_the_routes_page_through_alerts_and_scans(db: Database) -> None:
    async with db.transaction() as tx:
        for number in range(3):
            await scanned(tx, f"FAKE{number}")

        def call(query: object) -> Call[object, None]:
            return Call(tx, BRUNO, NOW, ENVIRONMENT, {}, query, None)

        first = await api.list_alerts(call(api.AlertListing(limit=2)))  # type: ignore[arg-type]
        second = await api.list_alerts(call(api.AlertListing(limit=2, after=first.next or "")))  # type: ignore[arg-type]
        scans = await api.list_scans(call(api.ScanListing(serial="FAKE1")))  # type: ignore[arg-type]

        assert [alert.serial for alert in (*first.items, *second.items)] == ["FAKE2", "FAKE1", "FAKE0"]
        assert second.next is None
        assert [row.serial for row in scans.items] == ["FAKE1"]


@pytest.mark.parametrize(
    ("role", "may"), [("brand_protection", True), ("auditor", False), ("marketing", False)]
)
def test_only_brand_protection_decides(role: Role, may: bool) -> None:
    decide = next(endpoint for endpoint in api.ENDPOINTS if endpoint.path.endswith("/decide"))

    assert (decide.permission in RIGHTS[role]) is may


async def test_of_an_erased_scan_stays_what_was_answered_and_when(db: Database) -> None:
    async with db.transaction() as tx:
        await scanned(tx, "FAKE")
        await scanned(tx, "OTHER")
        (before,) = await protection.scans(tx, "FAKE", GTIN, None, None, 10)

        await protection.erase_scan(tx, before.id, reason="request 17", actor=BRUNO, now=NOW)
        (after,) = await protection.scans(tx, "FAKE", GTIN, None, None, 10)
        (other,) = await protection.scans(tx, "OTHER", GTIN, None, None, 10)
        keyed = await tx.value("select count(*) from protection_scan where session_key is not null")

        assert (after.country, after.cell, after.latitude, after.raw_code) == ("", "", None, "")
        assert (after.verdict, after.received_at, after.band) == (
            before.verdict,
            before.received_at,
            before.band,
        )
        assert other.country == "PT"
        assert keyed == 1
        assert await tx.value("select count(*) from access_audit where deed = 'protection.erase_scan'") == 1
        with pytest.raises(NotFound):
            await protection.erase_scan(tx, 4711, reason="request 17", actor=BRUNO, now=NOW)
        with pytest.raises(Unprocessable):
            await protection.erase_scan(tx, before.id, reason="", actor=BRUNO, now=NOW)
