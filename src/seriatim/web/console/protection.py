"""Protection: where codes are scanned, what the rules noticed, and the decision of a person about each alert."""

from datetime import timedelta
from typing import Final, get_args

from starlette.responses import Response

from seriatim import gs1, history
from seriatim.areas import protection
from seriatim.areas.protection import Alert, Band, Label, ScanRow
from seriatim.base.errors import BadInput, SeriatimError
from seriatim.base.http import page_of
from seriatim.web.console.asking import ROWS, before, number_in, tried
from seriatim.web.console.atlas import atlas
from seriatim.web.console.home import SCAN_DAYS, heat
from seriatim.web.console.units import scan_map
from seriatim.web.pages import Page, Visit
from seriatim.web.ui import words

ALERTS_MAX: Final = 1_000
SCANS_OF_ALERT: Final = 100


async def scans(visit: Visit) -> Response:
    since = visit.now - timedelta(days=SCAN_DAYS)
    cells = await protection.places(visit.tx, since)
    band = visit.query.get("band") or None
    if band is not None and band not in get_args(Band):
        raise BadInput("band is normal, watch, caution or suspicious.", field="band")
    rows = await protection.scans(visit.tx, None, None, band, before(visit), ROWS + 1)  # type: ignore[arg-type]
    hours = await protection.by_hour(visit.tx, since)
    return visit.html(
        "console/scans.html",
        section="Scans",
        map=heat(cells),
        sessions=sum(cell.sessions for cell in cells),
        countries=_countries(cells),
        folded=sum(cell.sessions for cell in cells if not cell.cell),
        doubtful=sum(hour.doubtful for hour in hours),
        total=sum(hour.scans for hour in hours),
        verdicts=await protection.verdicts(visit.tx, since),
        page=page_of(rows, ROWS, "id"),
        band=band,
        scan_days=SCAN_DAYS,
        atlas=await atlas(visit.tx),
    )


def _countries(cells: tuple[protection.CellCount, ...]) -> list[tuple[str, int, int]]:
    """Sessions and doubtful scans by country, most first."""
    summed: dict[str, tuple[int, int]] = {}
    for cell in cells:
        sessions, doubtful = summed.get(cell.country, (0, 0))
        summed[cell.country] = sessions + cell.sessions, doubtful + cell.doubtful
    rows = [(country, *figures) for country, figures in summed.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


async def listing(visit: Visit) -> Response:
    state = "decided" if visit.query.get("state") == "decided" else "open"
    rule = visit.query.get("rule", "")
    opened = await protection.open_alerts(visit.tx)
    found = await protection.alerts(visit.tx, state, before(visit), (ALERTS_MAX if rule else ROWS) + 1)
    if rule:
        found = [alert for alert in found if alert.rule == rule]
    return visit.html(
        "console/alerts.html",
        section="Protection",
        state=state,
        rule=rule,
        page=page_of(found, ALERTS_MAX if rule else ROWS, "id"),
        opened=opened,
        total=sum(one.alerts for one in opened),
        labels=await protection.labels(visit.tx),
        atlas=await atlas(visit.tx),
    )


async def one(visit: Visit) -> Response:
    alert = await protection.alert(visit.tx, number_in(visit.path["id"], "alert"))
    return await _show(visit, alert)


async def decide(visit: Visit) -> Response:
    alert = await protection.alert(visit.tx, number_in(visit.path["id"], "alert"))
    label, reason = visit.form.get("label", ""), visit.form.get("reason", "")
    if label not in get_args(Label):
        return await _show(visit, alert, fault="Choose what it is.", reason=reason, status=422)

    async def deed() -> Alert:
        chosen: Label = label  # type: ignore[assignment]
        return await protection.decide(visit.tx, alert.id, chosen, reason, actor=visit.actor, now=visit.now)

    outcome = await tried(visit, deed)
    if isinstance(outcome, SeriatimError):
        kept = await protection.alert(visit.tx, alert.id)
        return await _show(
            visit, kept, fault=outcome.message, label=label, reason=reason, status=outcome.status
        )
    return visit.go(f"/console/protection/{alert.id}")


async def _show(
    visit: Visit, alert: Alert, *, fault: str = "", label: str = "", reason: str = "", status: int = 200
) -> Response:
    tx, names = visit.tx, await atlas(visit.tx)
    scans = (
        await protection.scans(tx, alert.serial, alert.gtin, None, None, SCANS_OF_ALERT)
        if alert.serial
        else []
    )
    item = None
    if alert.serial and alert.gtin:
        item = await history.item(tx, gs1.Key("sgtin", alert.gtin, alert.serial, None, is_class=False))
    strongest = _strongest(scans, alert)
    return visit.html(
        "console/alert.html",
        status,
        section="Protection",
        alert=alert,
        lead=_lead(alert),
        reasons=strongest.reasons if strongest else [],
        scans=scans,
        map=scan_map(scans),
        item=item,
        product=names.product(alert.gtin) if alert.gtin else "",
        labels=words.LABELS,
        fault=fault,
        label=label,
        reason=reason,
        atlas=names,
    )


def _strongest(scans: list[ScanRow], alert: Alert) -> ScanRow | None:
    """The scan whose reasons tell most: it was judged with all that had come before."""
    telling = [scan for scan in scans if any(reason["rule"] == alert.rule for reason in scan.reasons)]
    return max(telling, key=lambda scan: (scan.score, scan.id), default=None)


LEADS: Final = {
    "guessing": ("Somebody tries serials:", "those who do are slowed down, buyers are not."),
    "R13": (
        "A tap proves nothing:",
        "it was old, or not made by the chip of this unit; the unit may be fine.",
    ),
    "R1": ("Made up:", "no line of yours was ever lent this serial."),
    "R2": ("Too early:", "the code was scanned before its unit was made."),
    "R4": ("Likely a copied code:", "one pack cannot travel like this."),
    "R4h": ("Very likely a copied code:", "one pack cannot be in two places."),
    "R6": ("Likely a copied code:", "one pack is not met by so many phones."),
    "R6h": ("Likely a picture that goes round:", "many phones within an hour."),
    "R7": ("Likely a diversion:", "a pack was met outside the market it was sent to."),
    "recalled_seen": ("Not yet back:", "a recalled pack is still in somebody's hands."),
    "blocked_seen": ("Not yet found:", "a blocked pack is still in somebody's hands."),
}


def _lead(alert: Alert) -> tuple[str, str]:
    return LEADS.get(alert.rule, (f"{words.rule_word(alert.rule)}:", "a person should look."))


PAGES: Final = (
    Page("/console/scans", scans, "scans:read"),
    Page("/console/protection", listing, "alerts:read"),
    Page("/console/protection/{id}", one, "alerts:read"),
    Page("/console/protection/{id}", decide, "alerts:write", ("POST",)),
)
