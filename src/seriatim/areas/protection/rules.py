"""The rules that watch how a code behaves: each takes the facts and answers with a reason, or with nothing.

`judge` is the one door. The same function serves live scans, and later shadow runs and back-tests, because it asks
neither the clock nor the database. What each rule (R1..R13, G1..G3) means for people stands in docs/guides/protection.md.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import inf
from typing import Final

from seriatim.areas.protection.model import (
    Finding,
    Judgement,
    Reason,
    RuleSet,
    Scan,
    Session,
    UnitFacts,
    band_of,
    sessions_of,
    travel_km_left,
)

NEIGHBOURS: Final = {
    country: frozenset(others.split())
    for country, others in {
        "AT": "CH CZ DE HU IT LI SI SK", "BE": "DE FR LU NL", "CH": "AT DE FR IT LI", "CZ": "AT DE PL SK",
        "DE": "AT BE CH CZ DK FR LU NL PL", "DK": "DE SE", "ES": "AD FR PT", "FI": "NO SE",
        "FR": "AD BE CH DE ES IT LU MC", "GB": "IE", "IE": "GB", "IT": "AT CH FR SI SM VA", "LU": "BE DE FR",
        "NL": "BE DE", "NO": "FI SE", "PL": "CZ DE LT SK", "PT": "ES", "SE": "DK FI NO", "SI": "AT HR HU IT",
    }.items()
}  # fmt: skip
"""Open land borders and short crossings of western Europe, as of 2026; a brand will keep a list of its own."""
RULES: Final = RuleSet(neighbours=NEIGHBOURS)


SILENT: Final = Judgement("normal", 0.0, 0.0, (), (), (), RULES.version)
"""What the rules say of a code that names no unit: nothing."""


def judge(unit: UnitFacts, scans: Sequence[Scan], scan: Scan, rules: RuleSet, now: datetime) -> Judgement:
    """What `scan` of `unit` means after the earlier `scans` of the same unit, as known at `now`.

    Score: S = max(0, max(0, B + G1) + R1), B the sum of the rules about behaviour (R2, R4/R4h, R6/R6h, R7).
    """
    sessions = sessions_of([*scans, scan], timedelta(minutes=rules.session_gap_minutes))
    for_unit = tuple(
        reason
        for reason in (
            _not_active(unit, scan, rules),
            _travel(sessions, rules, now),
            _many_sessions(unit, sessions, rules, now),
            _off_market(unit, sessions, rules, now),
        )
        if reason is not None
    )
    for_scan = tuple(
        reason for reason in (_unknown(unit, scan, rules), _bad_tap(scan, rules)) if reason is not None
    )
    for_genuine = tuple(
        reason
        for reason in (_ship_to_matches(unit, scan, rules), _good_tap(scan, rules))
        if reason is not None
    )
    behaviour = sum(reason.points for reason in for_unit)
    relief = sum(reason.points for reason in for_genuine)
    score = round(max(0.0, max(0.0, behaviour + relief) + sum(reason.points for reason in for_scan)), 6)
    reasons = (*for_unit, *for_scan)
    return Judgement(
        band=band_of(score),
        score=score,
        unit_score=round(behaviour, 6),
        reasons=reasons,
        for_genuine=for_genuine,
        alerts=_alerts(unit, scan, reasons, rules),
        rule_set=rules.version,
    )


def _alerts(unit: UnitFacts, scan: Scan, reasons: Sequence[Reason], rules: RuleSet) -> tuple[Finding, ...]:
    """At most one alert per scan, for its strongest reason: two rules that see one fact are one piece of work.

    A unit that was taken back or blocked never raises a falsification alert: its standing explains the attention.
    """
    if unit.recalled:
        text = "Units of this recalled lot are still being scanned by consumers."
        return (Finding("recalled_seen", unit.lot or unit.code, scan.id, text),)
    if unit.blocked:
        return (Finding("blocked_seen", unit.code, scan.id, "A blocked code was scanned."),)
    strong = [
        reason
        for reason in reasons
        if reason.points >= (rules.alert_points_off_market if reason.rule == "R7" else rules.alert_points)
    ]
    if not strong:
        return ()
    first = max(strong, key=lambda reason: reason.points)
    return (Finding(first.rule, unit.code, first.root, first.text),)


def _unknown(unit: UnitFacts, scan: Scan, rules: RuleSet) -> Reason | None:
    """R1: well-formed, of a product of ours, and never issued."""
    if unit.issued:
        return None
    weight = rules.unknown_serial
    return Reason("R1", weight, weight, "This serial number was never issued.", root=scan.id)


TAP_WORDS: Final = {
    "replayed": "The tap is older than one we have seen: its link was kept, or sent on.",
    "refused": "The tap was not made by the chip of this unit.",
    "jumped": "More than 500 taps of the chip never came here: somebody may be collecting them.",
}


def _bad_tap(scan: Scan, rules: RuleSet) -> Reason | None:
    """R13: the proof of the chip failed. About this scan alone, since anybody can show an old or a made-up tap (T18)."""
    text = TAP_WORDS.get(scan.tap)
    if text is None:
        return None
    weights = {
        "replayed": rules.replayed_tap,
        "refused": rules.failed_tap,
        "jumped": rules.jumped_tap,
    }
    weight = weights[scan.tap]
    return Reason("R13", weight, weight, text, root=scan.id)


def _good_tap(scan: Scan, rules: RuleSet) -> Reason | None:
    """G3: the chip answered, and for the first time with this tap."""
    if scan.tap != "accepted":
        return None
    return Reason("G3", rules.good_tap, rules.good_tap, "The chip on the pack answered.", root=scan.id)


def _not_active(unit: UnitFacts, scan: Scan, rules: RuleSet) -> Reason | None:
    """R2: issued, but no line has reported it made, and a consumer holds it."""
    if not unit.issued or unit.active or scan.channel != "consumer":
        return None
    text = "A consumer scanned a unit that no line has reported as made."
    return Reason("R2", rules.not_active, rules.not_active, text, root=scan.id)


def _travel(sessions: Sequence[Session], rules: RuleSet, now: datetime) -> Reason | None:
    """R4h, or else R4: one unit cannot be in two places at once."""
    placed = [one for one in sessions if one.first.confidence > 0 and one.first.latitude is not None]
    pairs = pairwise(placed[-rules.travel_sessions :])
    fast = [reason for before, after in pairs if (reason := _too_fast(before, after, rules, now)) is not None]
    hard = [reason for reason in fast if reason.rule == "R4h"]
    if hard:
        return max(hard, key=lambda reason: reason.points)
    # Two pairs are needed, so the evidence is as strong as the second of them.
    ranked = sorted(fast, key=lambda reason: -reason.points)
    return ranked[rules.travel_pairs - 1] if len(ranked) >= rules.travel_pairs else None


def _too_fast(before: Session, after: Session, rules: RuleSet, now: datetime) -> Reason | None:
    """R4h or R4 of two sessions, one after the other."""
    left = travel_km_left(before.last, after.first)
    if left is None:
        return None
    hours = (after.first.at - before.last.at) / timedelta(hours=1)
    speed = left / hours if hours > 0 else inf
    is_hard = (
        left >= rules.hard_travel_km_min
        and speed > rules.hard_travel_km_per_hour
        and before.client != after.client
    )
    if not is_hard and (left < rules.travel_km_min or speed <= rules.travel_km_per_hour):
        return None
    decay = _decay(after.last.at, now, rules.travel_half_life_days)
    way = f"{before.last.country or '?'} to {after.first.country or '?'}: {left:,.0f} km in {_span(hours)}"
    if is_hard:
        return Reason("R4h", rules.hard_travel * decay, rules.hard_travel, way, 1.0, decay, after.first.id)
    confidence = min(before.last.confidence, after.first.confidence)
    points = rules.travel * confidence * decay
    return Reason("R4", points, rules.travel, way, confidence, decay, after.first.id)


def _many_sessions(
    unit: UnitFacts, sessions: Sequence[Session], rules: RuleSet, now: datetime
) -> Reason | None:
    """R6h, or else R6: many people scan one pack that only one can own."""
    if unit.display_unit or not sessions:
        return None
    decay = _decay(sessions[-1].last.at, now, rules.session_half_life_days)
    root = sessions[0].first.id
    enough = len(sessions) >= rules.burst_clients
    clients = _busiest(sessions, timedelta(minutes=rules.burst_minutes)) if enough else 0
    if clients >= rules.burst_clients:
        text = f"{clients} different phones within {rules.burst_minutes} minutes."
        return Reason("R6h", rules.burst * decay, rules.burst, text, 1.0, decay, root)
    for least, weight in rules.session_steps:
        if len(sessions) >= least:
            text = f"{len(sessions)} sessions of one unit."
            return Reason("R6", weight * decay, weight, text, 1.0, decay, root)
    return None


def _busiest(sessions: Sequence[Session], window: timedelta) -> int:
    """The largest number of different clients whose sessions began within one `window`."""
    most, start = 0, 0
    for end, session in enumerate(sessions):
        while session.first.at - sessions[start].first.at >= window:
            start += 1
        most = max(most, len({one.client for one in sessions[start : end + 1] if one.client}))
    return most


def _off_market(unit: UnitFacts, sessions: Sequence[Session], rules: RuleSet, now: datetime) -> Reason | None:
    """R7: seen in a country that it was never sent to."""
    if not unit.issued or not unit.markets:
        return None
    abroad = [session for session in sessions if session.first.country not in unit.markets]
    if not abroad:
        return None
    near = {other for market in unit.markets for other in rules.neighbours.get(market, ())}
    best: Reason | None = None
    for session in abroad:
        seen = session.first
        if not seen.country or seen.country in near or seen.confidence == 0:
            continue
        fresh = unit.shipped_at is None or seen.at - unit.shipped_at < timedelta(
            days=rules.off_market_full_days
        )
        weight = rules.off_market if fresh else rules.off_market / 2
        decay = _decay(session.last.at, now, rules.travel_half_life_days)
        points = weight * seen.confidence * decay
        if best is None or points > best.points + 1e-9:
            text = f"Scanned in {seen.country}, meant for {', '.join(unit.markets)}."
            best = Reason("R7", points, weight, text, seen.confidence, decay, seen.id)
    return best


def _ship_to_matches(unit: UnitFacts, scan: Scan, rules: RuleSet) -> Reason | None:
    """G1: the pack is where we sent it. Speaks for the place only, and only for this scan."""
    if not unit.shipped_to or scan.country != unit.shipped_to or scan.confidence == 0:
        return None
    weight = rules.ship_to_matches
    return Reason("G1", weight, weight, f"Scanned in {scan.country}, where it was sent.", root=scan.id)


def _decay(newest: datetime, now: datetime, half_life_days: float) -> float:
    """0.5 to the power of age over half-life, the age counted from the newest supporting session."""
    age = max(timedelta(0), now - newest)
    return float(0.5 ** (age / timedelta(days=half_life_days)))


def _span(hours: float) -> str:
    return f"{hours * 60:.0f} min" if hours < 2 else f"{hours:.0f} h"
