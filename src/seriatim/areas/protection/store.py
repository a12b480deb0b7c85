"""Rows of scans and alerts, to values and back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from seriatim.areas.protection.model import Band, RuleId, Scan
from seriatim.base.db import Queries, Transaction

SQL = Queries.load(__package__, "store.sql")

Label = Literal["clone", "diversion", "data_error", "genuine", "cannot_tell"]


class ScanRow(msgspec.Struct, frozen=True):
    """One recorded scan, as people may see it."""

    id: int
    received_at: datetime
    gtin: str
    serial: str
    lot: str
    raw_code: str
    fault: str
    """What was wrong with the code itself; empty when it could be read."""
    channel: str
    country: str
    cell: str
    latitude: float | None
    longitude: float | None
    loc_source: str
    network: str
    browser_family: str
    language: str
    verdict: str
    band: Band
    score: float
    reasons: list[dict[str, Any]]


class Alert(msgspec.Struct, frozen=True):
    """Something that a person should look at."""

    id: int
    rule: RuleId
    subject: str
    gtin: str
    serial: str
    text: str
    country: str
    band: Band
    score: float
    state: Literal["open", "decided"]
    sightings: int
    opened_at: datetime
    last_seen_at: datetime
    label: Label | None
    reason: str | None
    decided_by: str | None
    decided_at: datetime | None


class CellCount(msgspec.Struct, frozen=True):
    """Consumer scans of one place; `cell` is empty for the rest of a country that is too thin to show."""

    country: str
    cell: str
    latitude: float | None
    longitude: float | None
    scans: int
    sessions: int
    doubtful: int
    """Scans in the bands caution and suspicious."""


class HourCount(msgspec.Struct, frozen=True):
    """Scans of one hour."""

    hour: datetime
    scans: int
    doubtful: int


class OpenAlerts(msgspec.Struct, frozen=True):
    """Open alerts of one rule."""

    rule: RuleId
    alerts: int
    oldest: datetime


class LabelCount(msgspec.Struct, frozen=True):
    """How many alerts of a rule were decided so."""

    rule: RuleId
    label: Label
    alerts: int


async def salts(tx: Transaction, today: date, fresh: bytes, days: Sequence[date]) -> dict[date, bytes]:
    """The salts of these days; today's is made of `fresh` when there is none yet, and older ones are destroyed then."""
    rows = await tx.rows(SQL.salts, days)
    if not any(row["day"] == today for row in rows):
        await tx.execute(SQL.make_salt, today, fresh)
        await tx.execute(SQL.destroy_salts, min(days))
        rows = await tx.rows(SQL.salts, days)
    return {row["day"]: row["salt"] for row in rows}


async def destroy_salts(tx: Transaction, before: date) -> int:
    return await tx.execute(SQL.destroy_salts, before)


async def scans_of_unit(
    tx: Transaction, gtin: str, serial: str, nonce: str, since: datetime, limit: int
) -> list[Scan]:
    return [
        Scan(
            id=row["id"],
            at=row["received_at"],
            client=row["session_key"].hex() if row["session_key"] else "",
            channel=row["channel"],
            country=row["country"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            source=row["loc_source"],
            accuracy_km=row["accuracy_km"],
            network=row["network"],
        )
        for row in await tx.rows(SQL.scans_of_unit, serial, gtin, nonce, since, limit)
    ]


async def record(tx: Transaction, *values: Any) -> bool:
    """Whether the scan is new; the values stand in the order of the query."""
    return await tx.value(SQL.record, *values) is not None


async def recorded(tx: Transaction, serial: str, nonce: str) -> int | None:
    found: int | None = await tx.value(SQL.recorded, serial, nonce)
    return found


async def raise_alert(tx: Transaction, *values: Any) -> int | None:
    """The id of the alert; None when its root was decided before."""
    found: int | None = await tx.value(SQL.raise_alert, *values)
    return found


async def scans(
    tx: Transaction, serial: str | None, gtin: str | None, band: Band | None, before: int | None, limit: int
) -> list[ScanRow]:
    return [ScanRow(**row) for row in await tx.rows(SQL.scans, serial, gtin, band, before, limit)]


async def alerts(
    tx: Transaction, state: str | None, before: int | None, limit: int, serial: str | None = None
) -> list[Alert]:
    return [Alert(**row) for row in await tx.rows(SQL.alerts, state, before, serial, limit)]


async def alert(tx: Transaction, alert_id: int) -> Alert | None:
    row = await tx.row(SQL.alert, alert_id)
    return None if row is None else Alert(**row)


async def waiting(tx: Transaction, rule: RuleId, limit: int) -> list[Alert]:
    """The oldest open alerts of one rule."""
    return [Alert(**row) for row in await tx.rows(SQL.waiting, rule, limit)]


async def decide(
    tx: Transaction, alert_id: int, label: Label, reason: str, decided_by: str, now: datetime
) -> bool:
    return await tx.row(SQL.decide, alert_id, label, reason, decided_by, now) is not None


async def open_alerts(tx: Transaction) -> list[OpenAlerts]:
    return [OpenAlerts(**row) for row in await tx.rows(SQL.open_alerts)]


async def labels(tx: Transaction) -> list[LabelCount]:
    return [LabelCount(**row) for row in await tx.rows(SQL.labels)]


async def cells(tx: Transaction, since: datetime) -> list[CellCount]:
    return [CellCount(**row) for row in await tx.rows(SQL.cells, since)]


async def verdicts(tx: Transaction, since: datetime) -> dict[str, int]:
    return {row["verdict"]: row["scans"] for row in await tx.rows(SQL.verdicts, since)}


async def by_hour(tx: Transaction, since: datetime) -> list[HourCount]:
    return [HourCount(**row) for row in await tx.rows(SQL.scans_by_hour, since)]


async def forget(tx: Transaction, clients_before: datetime, scans_before: datetime) -> int:
    return await tx.execute(SQL.forget_clients, clients_before) + await tx.execute(
        SQL.forget_scans, scans_before
    )


async def erase_scan(tx: Transaction, number: int) -> int:
    """Erases of one scan all that came from who made it; answers how many there were."""
    return await tx.execute(SQL.erase_scan, number)
