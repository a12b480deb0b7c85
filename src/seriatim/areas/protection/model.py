"""What a scan looks like and what it means: sessions, rules and one judgement, computed without clock or database.

A valid code proves nothing: one copied code may sit on thousands of packs. So the rules look at behaviour, count
sessions and never raw scans, and say in words why. The weights are log-odds to base 10: a score of 5 is about 91 %
when one scan in 10,000 is of a copy. They are starting values until closed cases calibrate them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from seriatim.areas.protection.geography import HALF_DIAGONAL_KM, distance_km

Band = Literal["normal", "watch", "caution", "suspicious"]
Channel = Literal["consumer", "staff", "partner", "inspector", "api"]
LocationSource = Literal["gps", "city_ip", "country_ip", "none"]
Tap = Literal["", "accepted", "jumped", "already_seen", "replayed", "refused"]
"""What came of an NFC tap: none; new; new, but hundreds were skipped; the last one again; an older one; no proof."""
Network = Literal["mobile", "fixed", "hosting", "vpn", "roaming", "unknown"]
RuleId = Literal[
    "R1", "R2", "R4", "R4h", "R6", "R6h", "R7", "R13", "G1", "G3", "recalled_seen", "blocked_seen", "guessing"
]

LOCATION_CONFIDENCE: Final[Mapping[LocationSource, float]] = {
    "gps": 1.0, "city_ip": 0.5, "country_ip": 0.3, "none": 0.0,
}  # fmt: skip
RADIUS_KM: Final[Mapping[LocationSource, float]] = {
    "gps": 0.05, "city_ip": 50.0, "country_ip": 500.0, "none": 0.0,
}  # fmt: skip
"""How wrong a place may be when its source does not say."""
NETWORKS_WITHOUT_A_PLACE: Final = frozenset({"hosting", "vpn", "roaming"})
"""Where such a network comes out says nothing about where the phone is."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan as the rules see it: a place as coarse as a cell, a client as a keyed hash of the day."""

    id: int
    at: datetime
    client: str
    """Session key: keyed hash that changes every day; empty when it has been forgotten."""
    channel: Channel = "consumer"
    country: str = ""
    """ISO 3166-1 alpha-2, empty when unknown."""
    latitude: float | None = None
    """Degrees, of the centre of the 25 km cell."""
    longitude: float | None = None
    source: LocationSource = "none"
    accuracy_km: float | None = None
    network: Network = "unknown"
    tap: Tap = ""
    """Of this scan alone; never remembered."""

    @property
    def confidence(self) -> float:
        """How far the place may be trusted, 0 to 1."""
        return 0.0 if self.network in NETWORKS_WITHOUT_A_PLACE else LOCATION_CONFIDENCE[self.source]

    @property
    def radius_km(self) -> float:
        """How far from the centre of its cell the scan may have happened."""
        accuracy = RADIUS_KM[self.source] if self.accuracy_km is None else self.accuracy_km
        return accuracy + HALF_DIAGONAL_KM


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How and where a code was scanned, as the door saw it; lives in the memory of the request alone."""

    channel: Channel = "consumer"
    country: str = ""
    """ISO 3166-1 alpha-2, from a source the door trusts; never from the client."""
    latitude: float | None = None
    """Degrees, as exact as the source; stored as a cell of 25 km."""
    longitude: float | None = None
    accuracy_km: float | None = None
    loc_source: LocationSource = "none"
    network: Network = "unknown"
    client: str = ""
    """Network of the client, see `privacy.prefix_of`; only ever hashed."""
    browser_family: str = ""
    language: str = ""
    """Accept-Language."""
    tab: str = ""
    """What tells two phones in one network apart; travels in links and forms, not in a cookie."""
    nonce: str = ""
    """Made by the page or device: the same nonce twice is one scan. Empty: the door makes one."""
    tap: Tap = ""
    is_guessed_at: bool = False
    """Serials of the product are being guessed: one that nobody issued raises no alert of its own."""


@dataclass(frozen=True, slots=True)
class Session:
    """What one client did with one unit, with gaps under half an hour: the unit of counting."""

    first: Scan
    last: Scan
    scans: int

    @property
    def client(self) -> str:
        """Who: the keyed hash."""
        return self.first.client


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What the plant and the partners had said of the unit when it was scanned."""

    code: str
    """What names the unit in alerts: `(01)...(21)...`."""
    issued: bool
    active: bool = True
    """Commissioned, so that it may be met outside."""
    markets: tuple[str, ...] = ()
    """Countries where the unit was shipped to or, before that, where its product may be sold."""
    shipped_to: str = ""
    """Country of the last delivery outside our own places; empty when none is known."""
    shipped_at: datetime | None = None
    lot: str = ""
    """Code of the lot, `(01)...(10)...`; the subject of alerts that concern all of it."""
    recalled: bool = False
    blocked: bool = False
    display_unit: bool = False
    """A demonstration pack: many people scan it, and that means nothing."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Weights, thresholds and lists; immutable, named by its version in every judgement."""

    version: str = "2026-11"
    unknown_serial: float = 4.0
    not_active: float = 4.0
    travel: float = 3.0
    travel_km_min: float = 100.0
    travel_km_per_hour: float = 900.0
    travel_pairs: int = 2
    travel_sessions: int = 5
    hard_travel: float = 5.0
    hard_travel_km_min: float = 1000.0
    hard_travel_km_per_hour: float = 3000.0
    session_steps: tuple[tuple[int, float], ...] = ((40, 3.0), (20, 2.0), (11, 1.0))
    """At least so many sessions, so many points; used until 200 comparable units are known."""
    burst: float = 5.0
    burst_clients: int = 20
    burst_minutes: int = 60
    off_market: float = 2.0
    off_market_full_days: int = 90
    ship_to_matches: float = -2.0
    failed_tap: float = 6.0
    replayed_tap: float = 2.0
    """Below `caution`: a tab opened again is a replay, too, so alone it changes no headline (T16)."""
    jumped_tap: float = 3.0
    good_tap: float = -6.0
    session_gap_minutes: int = 30
    travel_half_life_days: float = 30.0
    session_half_life_days: float = 14.0
    neighbours: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Countries whose people shop across the border without meaning anything by it."""
    alert_points: float = 3.0
    alert_points_off_market: float = 1.0
    """A diversion is for the sales desk long before it would colour a consumer's page."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that fired, with everything needed to explain it for ever."""

    rule: RuleId
    points: float
    weight: float
    text: str
    confidence: float = 1.0
    decay: float = 1.0
    root: int = 0
    """Id of the scan that began it: a later retry with the same root is no news."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason strong enough that a person should look at it."""

    rule: RuleId
    subject: str
    root: int
    text: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict of the rules on one scan."""

    band: Band
    score: float
    unit_score: float
    """The score of the unit for anybody, without what speaks for this one client."""
    reasons: tuple[Reason, ...]
    for_genuine: tuple[Reason, ...]
    alerts: tuple[Finding, ...]
    rule_set: str


def band_of(score: float) -> Band:
    """The band of a score: below 1 normal, below 3 watch, below 5 caution, then suspicious."""
    if score < 1:
        return "normal"
    return "watch" if score < 3 else "caution" if score < 5 else "suspicious"


def sessions_of(scans: Sequence[Scan], gap: timedelta) -> tuple[Session, ...]:
    """Consumer scans grouped by client with gaps under `gap`, oldest session first."""
    open_sessions: dict[str, Session] = {}
    closed: list[Session] = []
    for scan in sorted(scans, key=lambda scan: (scan.at, scan.id)):
        if scan.channel != "consumer":
            continue
        running = open_sessions.get(scan.client) if scan.client else None
        if running is not None and scan.at - running.last.at < gap:
            open_sessions[scan.client] = Session(running.first, scan, running.scans + 1)
            continue
        if running is not None:
            closed.append(running)
        if scan.client:
            open_sessions[scan.client] = Session(scan, scan, 1)
        else:  # a forgotten client: each of its scans stands alone
            closed.append(Session(scan, scan, 1))
    return tuple(sorted((*closed, *open_sessions.values()), key=lambda one: (one.first.at, one.first.id)))


def travel_km_left(earlier: Scan, later: Scan) -> float | None:
    """The distance that must have been travelled at least, in km; None if a place is unknown."""
    places = (earlier.latitude, earlier.longitude, later.latitude, later.longitude)
    if None in places:
        return None
    if places[:2] == places[2:]:
        return 0.0
    way = distance_km(*(place for place in places if place is not None))
    return max(0.0, way - earlier.radius_km - later.radius_km)
