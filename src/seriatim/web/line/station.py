"""What a station shows at one moment, as a value: band, picture, last twenty, ledger, trend. Pure, given the rows.

A moment is made of the newest inspections of an order (oldest first) and the ledger up to the last of them; so the
live view and the playback of a finished order are the same picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from seriatim import gs1
from seriatim.areas.line import BAND_WORDS, REMEDIES, Counts, Inspection, Order

LAST: Final = 20
TREND: Final = 120
"""How many units the trend shows."""
CONTRAST_LIMIT: Final = 0.40
"""Symbol contrast below it is grade 1 or 0, which the line rejects (ISO/IEC 15415:2011, table 7)."""
PLOT_HEIGHT: Final = 176
PLOT_WIDTH: Final = 1000
SMOOTHING: Final = 0.2
LONG_WORD: Final = 8
WATCH: Final = frozenset({"low_grade"})
SIGNS: Final[Mapping[str, str]] = MappingProxyType({
    "invalid_image": "X", "absent": "0", "unreadable": "?", "multiple": "2", "wrong_symbology": "≠",
    "wrong_content": "≠", "unknown_serial": "!", "duplicate": "=", "low_grade": "G",
})  # fmt: skip
"""One sign for each reason, for the squares."""
SHORT: Final[Mapping[str, str]] = MappingProxyType({
    "invalid_image": "No picture", "absent": "No code", "unreadable": "Unreadable", "multiple": "Two codes",
    "wrong_symbology": "Wrong code", "wrong_content": "Wrong content", "unknown_serial": "Unknown serial",
    "duplicate": "Duplicate", "low_grade": "Low grade",
})  # fmt: skip
NAMES: Final = {"01": "GTIN", "10": "lot", "17": "expiry"}


@dataclass(frozen=True, slots=True)
class Band:
    """The verdict on the newest unit: a word, a shape, a tone; never a colour alone."""

    word: str
    state: str
    mark: str
    """Name of the shape."""
    details: tuple[str, ...]

    @property
    def is_long(self) -> bool:
        return len(self.word) >= LONG_WORD


@dataclass(frozen=True, slots=True)
class Ledger:
    """What came of all units so far."""

    seen: int = 0
    good: int = 0
    rejected: int = 0
    again: int = 0
    """Passed the camera a second time, after rework."""
    first_pass: int = 0
    by_reason: Mapping[str, int] = field(default_factory=dict)
    adds_up: bool | None = None
    """Whether the store's own books close; None while an order is played back."""

    @classmethod
    def of(cls, counts: Counts) -> "Ledger":
        return cls(
            counts.triggers, counts.passed, counts.rejected, counts.reworked, counts.first_pass,
            counts.by_reason, counts.adds_up,
        )  # fmt: skip

    def plus(self, row: Inspection) -> "Ledger":
        """The ledger after one more unit."""
        reasons = dict(self.by_reason)
        if row.reason is not None:
            reasons[row.reason] = reasons.get(row.reason, 0) + 1
        return Ledger(
            self.seen + 1,
            self.good + row.passed,
            self.rejected + (not row.passed),
            self.again + (row.round > 0),
            self.first_pass + (row.passed and row.round == 0),
            reasons,
        )

    @property
    def first_pass_share(self) -> float | None:
        first_seen = self.seen - self.again
        return self.first_pass / first_seen if first_seen else None

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Rejects by reason in words, most frequent first."""
        found = sorted(self.by_reason.items(), key=lambda item: (-item[1], item[0]))
        return tuple((SHORT.get(reason, reason), count) for reason, count in found)


@dataclass(frozen=True, slots=True)
class Picture:
    """A kept frame, and where the code was found in it."""

    row: Inspection
    width: int
    height: int

    @property
    def outline(self) -> str:
        """Corner brackets around the found code, as SVG path data; empty when no code was found."""
        corners = self.row.corners
        if len(corners) != 4:
            return ""
        ring = [*corners, corners[0]]
        middle = (sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4)
        out = [(x + (x - middle[0]) * 0.1, y + (y - middle[1]) * 0.1) for x, y in ring]
        arms = []
        for (x1, y1), (x2, y2) in pairwise(out):
            dx, dy = (x2 - x1) * 0.22, (y2 - y1) * 0.22
            arms.append(f"M{x1:.1f} {y1:.1f}l{dx:.1f} {dy:.1f}M{x2:.1f} {y2:.1f}l{-dx:.1f} {-dy:.1f}")
        return "".join(arms)


@dataclass(frozen=True, slots=True)
class Square:
    """One of the last twenty: its sign is empty when the unit is good."""

    sign: str
    title: str


@dataclass(frozen=True, slots=True)
class Trend:
    """Contrast of the newest units as SVG path data, right is newest, up is better."""

    line: str
    dots: str
    low_dots: str
    """Units below the limit."""
    limit: float
    now: tuple[float, float] | None
    first: int
    last: int
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a code departs from its order; the value is cut after what both share."""

    ai: str
    name: str
    same: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Station:
    """One moment of one line."""

    order: Order
    product: str
    rows: tuple[Inspection, ...]
    """The newest units, oldest first."""
    ledger: Ledger
    picture: Picture | None
    mode: str
    """`live`, `replay` or `still`."""

    @property
    def newest(self) -> Inspection | None:
        return self.rows[-1] if self.rows else None

    @property
    def band(self) -> Band:
        row = self.newest
        if row is None:
            return Band("WAITING", "idle", "wait", ("No unit has passed the camera yet",))
        if row.passed:
            grade = f"Grade {row.letter} {row.grade:.1f}" if row.grade is not None else "Readable"
            return Band(
                "OK", "good", "pass", (grade, f"unit {self.ledger.good:,} of {self.order.quantity:,}")
            )
        reason = row.reason or ""
        tone = "watch" if reason in WATCH else "bad"
        return Band(BAND_WORDS.get(reason, "REJECT"), tone, reason, (row.explanation,))

    @property
    def remedy(self) -> str:
        row = self.newest
        return "" if row is None or row.passed else REMEDIES.get(row.reason or "", "")

    @property
    def squares(self) -> tuple[Square, ...]:
        return tuple(
            Square("" if row.passed else SIGNS.get(row.reason or "", "X"), _title(row))
            for row in self.rows[-LAST:]
        )

    @property
    def legend(self) -> str:
        """What the signs among the squares mean."""
        shown = dict.fromkeys(row.reason for row in self.rows[-LAST:] if row.reason)
        return ", ".join(f"{SIGNS.get(reason, 'X')} {SHORT.get(reason, reason).lower()}" for reason in shown)

    @property
    def done(self) -> float:
        """Share of the order that is good, 0 to 1."""
        return min(self.ledger.good / self.order.quantity, 1.0)

    @property
    def trend(self) -> Trend | None:
        return trend_of(self.rows[-TREND:])

    @property
    def difference(self) -> Difference | None:
        row = self.newest
        return difference_of(self.order, row) if row is not None and row.reason == "wrong_content" else None


def _title(row: Inspection) -> str:
    what = "good" if row.passed else SHORT.get(row.reason or "", "rejected").lower()
    return f"Trigger {row.trigger_no}: {what}"


def trend_of(rows: Sequence[Inspection]) -> Trend | None:
    """The contrast of these units; None while fewer than two of them showed a code."""
    known = [(i, row.contrast) for i, row in enumerate(rows) if row.contrast is not None]
    if len(known) < 2:
        return None
    step = PLOT_WIDTH / max(len(rows) - 1, 1)
    points = [(i * step, (1 - value) * PLOT_HEIGHT) for i, value in known]
    smooth, level = [], points[0][1]
    for x, y in points:
        level += SMOOTHING * (y - level)
        smooth.append((x, level))
    low = sum(value < CONTRAST_LIMIT for _, value in known)
    newest = known[-1][1]
    return Trend(
        line="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in smooth),
        dots="".join(f"M{x:.1f} {y:.1f}h0" for (x, y), (_, value) in zip(points, known, strict=True) if value >= CONTRAST_LIMIT),
        low_dots="".join(f"M{x:.1f} {y:.1f}h0" for (x, y), (_, value) in zip(points, known, strict=True) if value < CONTRAST_LIMIT),
        limit=(1 - CONTRAST_LIMIT) * PLOT_HEIGHT,
        now=smooth[-1],
        first=rows[0].trigger_no,
        last=rows[-1].trigger_no,
        words=f"Newest contrast {newest:.2f}; {low or 'none'} of {len(known)} below {CONTRAST_LIMIT:.2f}",
    )  # fmt: skip


def difference_of(order: Order, row: Inspection) -> Difference | None:
    """The first of GTIN, lot and expiry in which the code is not the order's; None when it cannot be told."""
    try:
        found = dict(gs1.parse(row.read_text).elements)
    except gs1.GS1Error:
        return None
    for ai, expected in (("01", order.gtin), ("10", order.lot), ("17", order.expiry_yymmdd)):
        value = found.get(ai, "")
        if value != expected:
            same = next((i for i, (a, b) in enumerate(zip(expected, value, strict=False)) if a != b),
                        min(len(expected), len(value)))  # fmt: skip
            return Difference(ai, NAMES[ai], expected[:same], expected[same:], value[same:] or "missing")
    return None


def jpeg_size(jpeg: bytes) -> tuple[int, int]:
    """Width and height of a JPEG, from its frame header (ITU-T T.81, B.2.2); (0, 0) when it has none."""
    at = 2
    while at + 9 <= len(jpeg) and jpeg[at] == 0xFF:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            return int.from_bytes(jpeg[at + 7 : at + 9], "big"), int.from_bytes(jpeg[at + 5 : at + 7], "big")
        at += 2 + length
    return 0, 0
