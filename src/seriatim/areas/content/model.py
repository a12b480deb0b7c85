"""Which answer a scan gets, and the page as a value: words, tone and facts to compare, before any HTML.

>>> page_state(Standing(issued=True, active=True, recalled=True), "suspicious", date(2026, 11, 20))
'recalled'
>>> page_state(Standing(readable=False), "normal", date(2026, 11, 20))
'cannot_check'
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

State = Literal[
    "recalled", "blocked", "expired", "not_active", "suspicious", "caution", "unknown", "consistent", "cannot_check",
    "product",
]  # fmt: skip
Band = Literal["normal", "watch", "caution", "suspicious"]
Tone = Literal["good", "watch", "bad", "idle"]
ActionKind = Literal["matches", "differs", "report", "retry", "check_code", "get_help", "answer"]

TapState = Literal["verified", "already_seen", "replayed", "opened", "refused"]
"""What is said of an NFC tap: of the tap, never of the pack in somebody's hand (T17)."""

PRECEDENCE: Final[tuple[State, ...]] = (
    "recalled", "blocked", "expired", "not_active", "suspicious", "caution", "unknown", "consistent", "cannot_check",
    "product",
)  # fmt: skip
"""The first that holds is shown; `cannot_check` also overrides all but the first two when the standing is away.

`product` is the page of a code that names no single unit: no verdict, only what is told of the product."""
TONES: Final[dict[State, Tone]] = {
    "recalled": "bad",
    "blocked": "bad",
    "expired": "watch",
    "not_active": "idle",
    "suspicious": "watch",
    "caution": "watch",
    "unknown": "idle",
    "consistent": "good",
    "cannot_check": "idle",
    "product": "idle",
}
TAP_TONES: Final[dict[TapState, Tone]] = {
    "verified": "good",
    "already_seen": "idle",
    "replayed": "watch",
    "opened": "watch",
    "refused": "watch",
}
STATUSES: Final[dict[State, int]] = {"unknown": 404, "cannot_check": 503}
"""HTTP status of the page; 200 where none stands."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the unit at this moment; a unit nobody issued has no standing but that."""

    readable: bool = True
    """False when the store did not answer: then only a known recall or block may still be said."""
    single: bool = True
    """False when the code names a product or a lot and no unit of it."""
    issued: bool = False
    active: bool = False
    recalled: bool = False
    blocked: bool = False
    expiry: date | None = None


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One station on the way of a product to its buyer."""

    place: str
    title: str
    text: str
    date_text: str = ""


@dataclass(frozen=True, slots=True)
class ProductText:
    """What the brand says of a product in one language; plain text, never HTML."""

    language: str
    headline: str
    description: str = ""
    instructions: str = ""
    recycle: str = ""
    look_for: str = ""
    """The overt feature of the pack that a buyer can compare without tools."""
    story: tuple[StoryStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A printed fact: must match the pack in the buyer's hand."""

    kind: Literal["product", "lot", "expiry", "serial"]
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something the reader can do next; the first of a page is its main one."""

    kind: ActionKind
    label: str


@dataclass(frozen=True, slots=True)
class TapNote:
    """What the page says of a tap."""

    state: TapState
    tone: Tone
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a consumer page says, in one language."""

    state: State
    status: int
    language: str
    title: str
    heading: str
    lead: str
    tone: Tone
    points: tuple[str, ...]
    """Short sentences in order: what to do, or why we ask."""
    actions: tuple[Action, ...]
    must_match: tuple[Fact, ...]
    look_for: str
    about: ProductText | None
    """The brand's own words; None wherever they would distract from a warning."""
    checked_at: datetime
    tap: TapNote | None = None
    """None when no chip was tapped."""


def page_state(standing: Standing, band: Band, today: date) -> State:
    """The answer that comes first in precedence.

    A unit expires at the end of its expiry date (UTC). The band of behaviour is a fact about a unit, so a serial
    that was never issued is `unknown` however often it was scanned.
    """
    if standing.recalled:
        return "recalled"
    if standing.blocked:
        return "blocked"
    if not standing.readable:
        return "cannot_check"
    if not standing.single:
        return "product"
    if not standing.issued:
        return "unknown"
    if standing.expiry is not None and standing.expiry < today:
        return "expired"
    if not standing.active:
        return "not_active"
    if band in {"suspicious", "caution"}:
        return "suspicious" if band == "suspicious" else "caution"
    return "consistent"
