"""The verdict: is this unit what the order says it is?

All checks run; the first that fails is the reason, the others are kept. What is expected comes from the order,
never from the first pack (positive check). A code that only a rescue read could decode names the unit, and never
passes it.

>>> target = Target("09506000134352", "H26K20", "271120", {"A1": 0}, minimum_grade=1.5)
>>> judge(Sighting(), target, seen=frozenset()).reason
'absent'
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final, Literal

import msgspec

Reason = Literal[
    "invalid_image",
    "absent",
    "unreadable",
    "multiple",
    "wrong_symbology",
    "wrong_content",
    "unknown_serial",
    "duplicate",
    "low_grade",
]

BAND_WORDS: Final[Mapping[str, str]] = {
    "pass": "OK",
    "invalid_image": "NO PICTURE",
    "absent": "NO CODE",
    "unreadable": "UNREADABLE",
    "multiple": "TWO CODES",
    "wrong_symbology": "WRONG CODE",
    "wrong_content": "WRONG",
    "unknown_serial": "UNKNOWN",
    "duplicate": "DUPLICATE",
    "low_grade": "LOW GRADE",
}
"""The word on the verdict band, read at three metres."""

REMEDIES: Final[Mapping[str, str]] = {
    "invalid_image": "Check the camera: the picture was empty or damaged.",
    "absent": "Check the labeller: the unit came without a code.",
    "unreadable": "Check the print head and the focus: a code is there, but cannot be read.",
    "multiple": "Remove the second label: two codes stand on one unit.",
    "wrong_symbology": "Load the right template: this is not a GS1 Data Matrix.",
    "wrong_content": "Stop: the label belongs to another product, lot or date.",
    "unknown_serial": "Stop: this serial was not lent to this line.",
    "duplicate": "Look for a reprint: this serial has passed already.",
    "low_grade": "Clean the print head or lower the speed: the code is fading.",
}


class SeenCode(msgspec.Struct, frozen=True):
    """One code in a picture."""

    text: str
    """Bracketed element string, or the plain text of a code that is not GS1."""
    symbology_id: str
    elements: Mapping[str, str]
    """AI to value; empty when the text is no valid element string."""
    fault: str
    """Why the text is no valid element string; empty when it is one."""
    rescued: bool
    """Not read by the fast stage: it names the unit, and never passes it."""
    grade: float
    """0 to 4 by the method of ISO/IEC 15415: an uncalibrated process-control grade. 0 where `ungraded` says why."""
    letter: str
    """Empty without a grade."""
    contrast: float | None
    """Symbol contrast, 0 to 1; None without a grade."""
    unused_error_correction: float | None
    corners: tuple[tuple[float, float], ...]
    method: str = "fast"
    """The stage that read it: fast, ladder or guided."""
    ungraded: str = ""
    """Why there is no grade, and what to do; empty when there is one."""
    weakness: str = ""
    """What decided the grade and what is likely wrong, in words; empty for a code without a weakness."""


class Sighting(msgspec.Struct, frozen=True):
    """What one picture shows."""

    codes: tuple[SeenCode, ...] = ()
    something_there: bool = False
    """Dark print stands where the code should be, readable or not."""
    fault: str = ""
    milliseconds: float = 0.0


class Target(msgspec.Struct, frozen=True):
    """What the order expects of each unit."""

    gtin: str
    lot: str
    expiry: str
    serials: Mapping[str, int]
    """The serials lent to this line for this order, each with its print index."""
    minimum_grade: float = 1.5


class Verdict(msgspec.Struct, frozen=True):
    """Pass or reject, and why."""

    passed: bool
    reason: Reason | None
    also: tuple[Reason, ...]
    """Further checks that failed."""
    serial: str | None
    """The serial that was read, when it is one of ours."""
    code: SeenCode | None
    explanation: str


def judge(sighting: Sighting, target: Target, seen: AbstractSet[str]) -> Verdict:
    """The verdict on one unit; `seen` are the serials that passed the camera before."""
    unread = _without_a_code(sighting)
    if unread is not None:
        return unread
    code = sighting.codes[0]
    faults = [(reason, words) for reason, words in _faults(sighting, code, target, seen) if words]
    serial = code.elements.get("21")
    known = serial if serial in target.serials else None
    if not faults:
        return Verdict(passed=True, reason=None, also=(), serial=known, code=code, explanation="")
    (reason, words), *rest = faults
    return Verdict(False, reason, tuple(other for other, _ in rest), known, code, words)


def _without_a_code(sighting: Sighting) -> Verdict | None:
    if sighting.fault:
        return Verdict(False, "invalid_image", (), None, None, sighting.fault)
    if sighting.codes:
        return None
    if sighting.something_there:
        return Verdict(
            False,
            "unreadable",
            (),
            None,
            None,
            "A code is there, but no stage of the reader could decode it.",
        )
    return Verdict(False, "absent", (), None, None, "There is no code where it should be.")


def _faults(
    sighting: Sighting, code: SeenCode, target: Target, seen: AbstractSet[str]
) -> tuple[tuple[Reason, str], ...]:
    """Each check with its words, empty where it holds; in the order in which they count."""
    serial = code.elements.get("21", "")
    texts = {other.text for other in sighting.codes}
    return (
        ("multiple", f"{len(texts)} different codes are in view." if len(texts) > 1 else ""),
        (
            "unreadable",
            f"Only a rescue read ({code.method}) could decode it: it names the unit, and does not pass it."
            if code.rescued
            else "",
        ),
        (
            "wrong_symbology",
            f"Symbology {code.symbology_id}, expected ]d2." if code.symbology_id != "]d2" else "",
        ),
        ("wrong_content", code.fault or _difference(code.elements, target)),
        (
            "unknown_serial",
            f"Serial {serial} was not lent to this line." if serial not in target.serials else "",
        ),
        ("duplicate", f"Serial {serial} has passed already." if serial in seen else ""),
        (
            "invalid_image",
            "" if code.rescued else code.ungraded,
        ),
        (
            "low_grade",
            f"Grade {code.letter} {code.grade:.1f} is below {target.minimum_grade:.1f}. {code.weakness}".strip()
            if code.grade < target.minimum_grade and not code.ungraded
            else "",
        ),
    )


def _difference(elements: Mapping[str, str], target: Target) -> str:
    """How the code differs from the order, in words; empty when it does not."""
    for ai, name, expected in (
        ("01", "GTIN", target.gtin),
        ("10", "lot", target.lot),
        ("17", "expiry", target.expiry),
    ):
        found = elements.get(ai)
        if found != expected:
            return f"{name} ({ai}) is {found or 'missing'}, the order says {expected}."
    return ""
