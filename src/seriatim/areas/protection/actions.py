"""What one may do with scans and alerts: record and judge a scan, decide an alert, look at maps and counts."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from seriatim import access, history
from seriatim.access import Actor
from seriatim.areas.protection import store
from seriatim.areas.protection.geography import cell_of
from seriatim.areas.protection.guessing import Guessing
from seriatim.areas.protection.model import Circumstances, Judgement, RuleSet, Scan, UnitFacts, band_of
from seriatim.areas.protection.privacy import session_key, without_secrets
from seriatim.areas.protection.rules import RULES, judge
from seriatim.areas.protection.store import Alert, CellCount, Label
from seriatim.base import outbox
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused, Unprocessable
from seriatim.gs1 import Key

HISTORY_DAYS: Final = 90
HISTORY_SCANS: Final = 500
"""How far back the rules look at one unit."""
CLIENT_DAYS: Final = 30
SCAN_DAYS: Final = 90
CELL_SESSIONS_MIN: Final = 5
"""A cell with fewer sessions could point to a person, so it is not shown by itself."""
LATE_ALERTS: Final = 1_000
"""How many open alerts are looked at when events arrive; the oldest first."""
LATE_TOPICS: Final = (history.TOPIC,)
REASON_CHARACTERS: Final = 2_000
GUESSING_SCORE: Final = 5.0
"""Made-up serials in such numbers are no accident."""


class AlreadyDecided(Refused):
    """The alert has been decided already."""

    code = "already_decided"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was scanned, as far as it could be read."""

    raw: str
    gtin: str = ""
    serial: str = ""
    lot: str = ""
    fault: str = ""
    """Code of what was wrong with the text; empty when it was a GS1 code."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """A scan with its past, ready to be judged and recorded."""

    seen: Seen
    scan: Scan
    earlier: tuple[Scan, ...]
    circumstances: Circumstances
    session: bytes | None
    cell: str


async def notice(tx: Transaction, seen: Seen, circumstances: Circumstances, *, now: datetime) -> Noticed:
    """Turn the circumstances into a scan (place to cell, client to key) and fetch what happened to the code before."""
    around = circumstances if circumstances.nonce else replace(circumstances, nonce=secrets.token_urlsafe(16))
    today, yesterday = await _session_keys(tx, around, now)
    cell = (
        cell_of(around.latitude, around.longitude)
        if around.latitude is not None and around.longitude is not None and around.loc_source != "none"
        else None
    )
    scan = Scan(
        id=int(now.timestamp() * 1000) << 20 | secrets.randbits(20),
        at=now,
        client=today.hex() if today else "",
        channel=around.channel,
        country=around.country,
        latitude=cell.latitude if cell else None,
        longitude=cell.longitude if cell else None,
        source=around.loc_source,
        accuracy_km=around.accuracy_km,
        network=around.network,
        tap=around.tap,
    )
    earlier: list[Scan] = []
    if seen.serial:
        since = now - timedelta(days=HISTORY_DAYS)
        earlier = await store.scans_of_unit(tx, seen.gtin, seen.serial, around.nonce, since, HISTORY_SCANS)
    if today and yesterday:  # one person before and after midnight is one client
        earlier = [
            replace(one, client=scan.client) if one.client == yesterday.hex() else one for one in earlier
        ]
    return Noticed(seen, scan, tuple(earlier), around, today, cell.name if cell else "")


def judged(noticed: Noticed, unit: UnitFacts, rules: RuleSet = RULES) -> Judgement:
    """The judgement on a noticed scan."""
    return judge(unit, noticed.earlier, noticed.scan, rules, noticed.scan.at)


async def record(tx: Transaction, noticed: Noticed, judgement: Judgement, verdict: str) -> int:
    """Keep the scan with its verdict and raise its alert; answers the id of the scan.

    The same nonce again is the same scan: it gets the id of the first, and nothing is counted twice.
    """
    seen, scan, around = noticed.seen, noticed.scan, noticed.circumstances
    what = (seen.serial, scan.id, around.nonce, seen.gtin, seen.lot, without_secrets(seen.raw), seen.fault)
    where = (scan.country, noticed.cell, scan.latitude, scan.longitude, scan.source, scan.accuracy_km)
    who = (scan.network, around.browser_family[:40], around.language[:100])
    reasons = [asdict(reason) for reason in (*judgement.reasons, *judgement.for_genuine)]
    answer = (verdict, judgement.band, judgement.score, reasons, judgement.rule_set)
    is_new = await store.record(tx, *what, scan.channel, scan.at, noticed.session, *where, *who, *answer)
    if not is_new:
        first = await store.recorded(tx, seen.serial, around.nonce)
        assert first is not None, "a scan that conflicts is there"
        return first
    for finding in judgement.alerts:
        if around.is_guessed_at and finding.rule == "R1":
            continue
        about = (finding.rule, finding.subject, seen.gtin, seen.serial, finding.root, finding.text)
        await store.raise_alert(tx, *about, scan.country, judgement.band, judgement.score, scan.at)
    return scan.id


async def raise_guessing(tx: Transaction, guessing: Guessing, scan_id: int, *, now: datetime) -> None:
    """Opens the alert that serials of a product are being guessed, or counts one more sighting of the open one."""
    text = (
        f"{guessing.misses:,} serials that nobody issued were asked for, "
        f"from {guessing.networks:,} {'network' if guessing.networks == 1 else 'networks'}."
    )
    about = ("guessing", f"(01){guessing.gtin}", guessing.gtin, "", scan_id, text)
    await store.raise_alert(tx, *about, "", band_of(GUESSING_SCORE), GUESSING_SCORE, now)


async def decide(
    tx: Transaction, alert_id: int, label: Label, reason: str, *, actor: Actor, now: datetime
) -> Alert:
    """Close an alert with a label and a reason. Raises NotFound, Unprocessable, AlreadyDecided."""
    if not reason.strip() or len(reason) > REASON_CHARACTERS:
        raise Unprocessable("Say in up to 2,000 characters why you decide so.", field="reason")
    if not await store.decide(tx, alert_id, label, reason.strip(), f"{actor.kind}:{actor.id}", now):
        known = await store.alert(tx, alert_id)
        if known is None:
            raise NotFound(f"There is no alert {alert_id}.")
        raise AlreadyDecided(f"Alert {alert_id} was decided as {known.label} by {known.decided_by}.")
    await access.audit(tx, actor, "alert.decided", str(alert_id), {"label": label, "reason": reason}, now)
    decided = await store.alert(tx, alert_id)
    assert decided is not None, "an alert that was decided is there"
    return decided


async def withdraw_late(tx: Transaction, messages: Sequence[outbox.Message]) -> None:
    """Take back "not reported as made" where the report came late; for the outbox, topics `LATE_TOPICS`.

    That is a fault in the plant's data, not of the rule, and is labelled so.
    """
    if not messages:
        return
    waiting = await store.waiting(tx, "R2", LATE_ALERTS)
    keys = {Key("sgtin", alert.gtin, alert.serial, None, is_class=False): alert for alert in waiting}
    now = max(message.created_at for message in messages)
    for item in await history.items(tx, keys) if keys else ():
        if item.status != "uncommissioned":
            reason = "The unit was reported as made after it had been scanned."
            await decide(tx, keys[item.key].id, "data_error", reason, actor=access.SYSTEM, now=now)


async def alert(tx: Transaction, alert_id: int) -> Alert:
    """One alert. Raises NotFound."""
    found = await store.alert(tx, alert_id)
    if found is None:
        raise NotFound(f"There is no alert {alert_id}.")
    return found


async def places(tx: Transaction, since: datetime) -> tuple[CellCount, ...]:
    """Consumer sessions by 25 km cell for the map; what is too thin to show alone is folded into its country."""
    return fold_thin(await store.cells(tx, since))


def fold_thin(cells: Sequence[CellCount]) -> tuple[CellCount, ...]:
    """Cells below five sessions become one row of their country, countries below five one row without a name.

    A single hidden cell could be had by subtraction, so the thinnest shown cell of its country goes with it.
    """
    shown: list[CellCount] = []
    rest: list[CellCount] = []
    for country in dict.fromkeys(cell.country for cell in cells):
        own = sorted((cell for cell in cells if cell.country == country), key=lambda cell: cell.sessions)
        thin = [cell for cell in own if cell.sessions < CELL_SESSIONS_MIN or not cell.cell]
        if len(thin) == 1 and len(own) > 1 and thin[0].cell:
            thin = own[:2]
        folded = _sum(country, thin)
        (shown if folded.sessions >= CELL_SESSIONS_MIN else rest).extend([folded] if thin else [])
        shown.extend(cell for cell in own if cell not in thin)
    others = _sum("", rest)
    return (*shown, *([others] if rest else []))


def _sum(country: str, cells: Sequence[CellCount]) -> CellCount:
    return CellCount(
        country, "", None, None,
        sum(cell.scans for cell in cells), sum(cell.sessions for cell in cells), sum(cell.doubtful for cell in cells),
    )  # fmt: skip


async def forget(tx: Transaction, *, now: datetime) -> int:
    """Sever scans from clients after 30 days, delete them after 90, destroy old salts; answers how many rows."""
    await store.destroy_salts(tx, now.date() - timedelta(days=1))
    return await store.forget(tx, now - timedelta(days=CLIENT_DAYS), now - timedelta(days=SCAN_DAYS))


async def erase_scan(tx: Transaction, number: int, *, reason: str, actor: Actor, now: datetime) -> None:
    """Erases of one scan all that came from who made it; verdict and time stay. Again is harmless. Raises NotFound.

    The reason is kept for ever in the audit trail: no names.
    """
    if not reason.strip():
        raise Unprocessable(
            "Say why, as in the request that you follow; it is kept, so put no personal data into it."
        )
    if not await store.erase_scan(tx, number):
        raise NotFound(f"There is no scan {number}: after {SCAN_DAYS} days every scan is deleted.")
    await access.audit(tx, actor, "protection.erase_scan", str(number), {"reason": reason}, now)


async def _session_keys(
    tx: Transaction, around: Circumstances, now: datetime
) -> tuple[bytes | None, bytes | None]:
    """The client's key of today, and the one it had yesterday if that salt is still there."""
    today = now.date()
    before = today - timedelta(days=1)
    salts = await store.salts(tx, today, secrets.token_bytes(32), [before, today])
    keys = [
        session_key(salts[day], around.client, around.browser_family, around.tab) if day in salts else None
        for day in (today, before)
    ]
    return keys[0], keys[1]
