"""The pilot's report: what was made, what was caught, measured against the truth that was planned."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table

from seriatim import gs1, history
from seriatim.areas import line, protection
from seriatim.journeys.run_pilot import Outcome

DIVERSION_RULES: Final = frozenset({"R7"})
"""Rules that speak of a unit in the wrong market; the others of copies and inventions."""


class LineReport(msgspec.Struct, frozen=True):
    """What the line made of its orders."""

    orders: int
    units: int
    pictures: int
    first_pass_yield: float
    rejects: Mapping[str, int]
    faults_planted: int
    faults_caught: int
    faults_caught_for_their_reason: int
    good_units_rejected: int
    grades: Mapping[str, int]
    """Letters of the grade: ISO/IEC 15415 method, uncalibrated, process control."""
    cases: int
    pallets: int


class Detection(msgspec.Struct, frozen=True):
    """How well the alerts agree with the truth; `precision` is null without alerts, `recall` without a truth."""

    planted: int
    alerted: int
    right: int
    precision: float | None
    recall: float | None


class MarketReport(msgspec.Struct, frozen=True):
    """What happened outside."""

    shipments: int
    units_on_shelves: int
    units_sold: int
    scans: int
    bands: Mapping[str, int]
    pages: Mapping[str, int]
    copied_and_invented: Detection
    diverted: Detection


class RecallReport(msgspec.Struct, frozen=True):
    """The lot that was taken back."""

    lot: str
    units: int
    places: int
    page: str
    """What a consumer sees of one of its units."""


class PilotReport(msgspec.Struct, frozen=True):
    """All of it; `seriatim demo --json` prints this."""

    units: int
    seed: int
    line: LineReport
    market: MarketReport
    recall: RecallReport
    events: int
    items: int
    seconds: float
    urls: Mapping[str, str]


def report_of(
    outcome: Outcome,
    alerts: Sequence[protection.Alert],
    counts: history.Counts,
    *,
    units: int,
    seed: int,
    seconds: float,
    url: str,
) -> PilotReport:
    """The report of one pilot; `alerts` are all that stand in the database."""
    recall = outcome.recall
    assert recall is not None, "the pilot ran to its end"
    assert outcome.recalled_page is not None, "the pilot ran to its end"
    return PilotReport(
        units=units,
        seed=seed,
        line=_line(outcome),
        market=_market(outcome, alerts),
        recall=RecallReport(recall.recall.lot, recall.units, recall.places, outcome.recalled_page.page.state),
        events=counts.events,
        items=sum(counts.by_status.values()),
        seconds=round(seconds, 1),
        urls=_urls(outcome, url),
    )


def _line(outcome: Outcome) -> LineReport:
    verdicts = [(fault, v) for run, faults in zip(outcome.runs, outcome.faults, strict=True)
                for trigger, _, v, _ in run.verdicts for fault in [faults.get(trigger)]]  # fmt: skip
    first_seen = sum(run.order.quantity for run in outcome.runs)
    first_pass = sum(
        v.passed for run in outcome.runs for trigger, _, v, _ in run.verdicts if trigger < run.order.quantity
    )
    caught = [(fault, v) for fault, v in verdicts if fault and not v.passed]
    return LineReport(
        orders=len(outcome.runs),
        units=sum(len(run.passed) for run in outcome.runs),
        pictures=len(verdicts),
        first_pass_yield=round(first_pass / first_seen, 4),
        rejects=_counted(v.reason for _, v in verdicts if v.reason),
        faults_planted=sum(len(faults) for faults in outcome.faults),
        faults_caught=len(caught),
        faults_caught_for_their_reason=sum(v.reason == line.EXPECTED_REASONS[fault] for fault, v in caught),
        good_units_rejected=sum(not v.passed for fault, v in verdicts if not fault),
        grades=_counted(v.code.letter for _, v in verdicts if v.code and v.code.letter),
        cases=sum(len(pallet.cases) for run in outcome.runs for pallet in run.pallets),
        pallets=sum(len(run.pallets) for run in outcome.runs),
    )


def _market(outcome: Outcome, alerts: Sequence[protection.Alert]) -> MarketReport:
    traffic = outcome.traffic
    assert traffic is not None, "the pilot scanned"
    mine = {serial for _, serial, _ in outcome.answers}
    of_units = [alert for alert in alerts if alert.serial in mine and alert.rule != "recalled_seen"]
    diversions = {alert.serial for alert in of_units if alert.rule in DIVERSION_RULES}
    copies = {alert.serial for alert in of_units if alert.rule not in DIVERSION_RULES}
    return MarketReport(
        shipments=outcome.shipments,
        units_on_shelves=len(outcome.shelves),
        units_sold=len(traffic.sold),
        scans=len(outcome.answers),
        bands=_counted(answer.judgement.band for _, _, answer in outcome.answers),
        pages=_counted(answer.page.state for _, _, answer in outcome.answers),
        copied_and_invented=_detection(traffic.clones | traffic.made_up, copies),
        diverted=_detection(traffic.diverted, diversions - copies),
    )


def _detection(truth: frozenset[str], alerted: set[str]) -> Detection:
    right = len(truth & alerted)
    return Detection(
        planted=len(truth),
        alerted=len(alerted),
        right=right,
        precision=round(right / len(alerted), 4) if alerted else None,
        recall=round(right / len(truth), 4) if truth else None,
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _urls(outcome: Outcome, url: str) -> dict[str, str]:
    traffic = outcome.traffic
    assert traffic is not None, "the pilot scanned"

    def page(gtin: str, serial: str) -> str:
        return f"{url}{gs1.parse(f'(01){gtin}(21){serial}').digital_link(domain='https://x')[len('https://x') :]}"

    gtins = {serial: gtin for _, gtin, serial in outcome.shelves}
    recalled_lot = outcome.pilot.scenario.recall.lot
    recalled = next(run for run in outcome.runs if run.order.lot == recalled_lot)
    honest = next((s for t, s, a in outcome.answers if t == "honest" and a.page.state == "consistent"), None)
    urls = {"console": f"{url}/console", "line": f"{url}/line", "api": f"{url}/api/docs"}
    if honest is not None and honest in gtins and gtins[honest] != recalled.order.gtin:
        urls["a good unit"] = page(gtins[honest], honest)
    # The newest copies come last; one whose lot is not recalled shows best what a copy looks like.
    copied = [visit.serial for visit in traffic.visits if visit.truth == "clone"]
    copied.sort(key=lambda serial: gtins[serial] != recalled.order.gtin)
    if copied:
        urls["a copied code"] = page(gtins[copied[-1]], copied[-1])
    urls["a recalled unit"] = page(recalled.order.gtin, recalled.passed[0])
    if traffic.made_up:
        urls["an invented code"] = page(outcome.runs[0].order.gtin, min(traffic.made_up))
    return urls


def printed(report: PilotReport, console: Console) -> None:
    """The report for people."""
    made, market = report.line, report.market
    table = Table(box=None, show_header=False, padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    table.add_row(
        "Made",
        f"[bold]{made.units:,}[/] units in {made.orders} orders, {made.cases} cases, {made.pallets} pallets",
    )
    table.add_row(
        "First pass",
        f"{made.first_pass_yield:.1%} of units good the first time, {made.pictures:,} pictures judged",
    )
    reasons = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in made.rejects.items())
    table.add_row("Rejected", f"{sum(made.rejects.values())}: {reasons}")
    table.add_row("Line faults", f"{made.faults_caught} of {made.faults_planted} planted faults caught, "
                  f"{made.good_units_rejected} good units rejected")  # fmt: skip
    grades = ", ".join(f"{letter} {count:,}" for letter, count in made.grades.items())
    table.add_row("Grades", f"{grades}  [dim](ISO/IEC 15415 method, uncalibrated)[/]")
    table.add_row(
        "Moved",
        f"{market.shipments} shipments, {market.units_on_shelves:,} units on shelves, {market.units_sold:,} sold",
    )
    table.add_row("Scanned", f"{market.scans:,} scans by consumers")
    table.add_row("Copies", _found(market.copied_and_invented))
    table.add_row("Diversion", _found(market.diverted))
    table.add_row("Recalled", f"lot {report.recall.lot}: {report.recall.units:,} units at {report.recall.places} places; "
                  f"its page says [bold]{report.recall.page}[/]")  # fmt: skip
    table.add_row(
        "History", f"{report.events:,} events about {report.items:,} things, in {report.seconds:.1f} s"
    )
    console.print()
    console.print(table)
    console.print()
    links = Table(box=None, show_header=False, padding=(0, 2))
    for name, url in report.urls.items():
        links.add_row(f"[dim]{name}[/]", url)
    console.print(links)


def _found(detection: Detection) -> str:
    if detection.precision is None or detection.recall is None:
        return f"{detection.right} of {detection.planted} found"
    return (
        f"{detection.right} of {detection.planted} found (recall {detection.recall:.0%}), "
        f"{detection.alerted} alerts (precision {detection.precision:.0%})"
    )
