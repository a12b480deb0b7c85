"""What belongs together on one item: a lot needs its product, two net weights exclude each other.

>>> check_associations([("01", "09506000134352"), ("10", "A1")])
>>> check_associations([("10", "A1")])
Traceback (most recent call last):
seriatim.gs1.errors.GS1Error: AI (10): one of 01, 02, 03, 8006, 8026 is required beside it

Evaluated over everything that marks one item, for example a linear symbol and its composite part.
Source: GS1 General Specifications 4.13 and 4.14.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from seriatim.gs1.errors import GS1Error
from seriatim.gs1.table import ENTRIES, members

Elements = Sequence[tuple[str, str]]

SHAPES_MAX = 8192
_SERIAL_STARTS = {"253": 13, "255": 13, "8003": 14}
_BITS = {ai: 1 << index for index, ai in enumerate(ENTRIES)}

# Whether a set of AIs may stand together depends on the AIs alone, and a line prints one shape a million times.
_good_shapes: set[tuple[str, ...]] = set()


def check_associations(elements: Elements) -> None:
    """Raises GS1Error `excluded_pair`, `missing_association`, `different_repeat` or `serial_required`."""
    shape = tuple(
        [ai for ai, _ in elements]
    )  # a list first: faster than a generator, and this is the hot path
    if shape in _good_shapes:
        return
    _check_pairs(shape)
    repeats, signed = len(set(shape)) < len(shape), "8030" in shape
    if repeats:
        _check_repeats(elements)
    if signed:
        _check_signature(elements)
    if not repeats and not signed:  # those two look at values, so their answer may not be kept
        _remember(shape)


def _check_pairs(shape: tuple[str, ...]) -> None:
    present = 0
    for ai in shape:
        present |= _BITS.get(ai, 0)
    strangers = [ai for ai in shape if ai not in _BITS]
    known = sorted({ai for ai in shape if ai in _BITS})  # in order of AI: which fault comes first is fixed
    for ai in known:
        _check_exclusions(ai, present, known, strangers)
    for ai in known:
        _check_needs(ai, present, strangers)


def _remember(shape: tuple[str, ...]) -> None:
    if len(_good_shapes) >= SHAPES_MAX:
        _good_shapes.clear()
    _good_shapes.add(shape)


def _mask(ais: Iterable[str]) -> int:
    mask = 0
    for ai in ais:
        mask |= _BITS[ai]
    return mask


@cache
def _exclusions(ai: str) -> int:
    return _mask(other for pattern in ENTRIES[ai].excludes for other in members(pattern)) & ~_BITS[ai]


@cache
def _needs(ai: str) -> tuple[tuple[int, tuple[tuple[int, ...], ...]], ...]:
    """Per need: a mask of the AIs that satisfy it alone, and the groups that must be complete."""
    return tuple(
        (
            _mask(other for group in need if len(group) == 1 for other in members(group[0])),
            tuple(tuple(_mask(members(p)) for p in group) for group in need if len(group) > 1),
        )
        for need in ENTRIES[ai].needs
    )


def _check_exclusions(ai: str, present: int, known: list[str], strangers: list[str]) -> None:
    met = _exclusions(ai) & present
    others = [other for other in known if _BITS[other] & met] if met else []
    others += [other for other in strangers if any(_matches(p, other) for p in ENTRIES[ai].excludes)]
    if others:
        raise GS1Error("excluded_pair", f"must not stand together with AI ({others[0]})", ai=ai)


def _check_needs(ai: str, present: int, strangers: list[str]) -> None:
    for (alone, groups), need in zip(_needs(ai), ENTRIES[ai].needs, strict=True):
        if alone & present or any(all(mask & present for mask in group) for group in groups):
            continue
        if strangers and any(all(_stands(p, present, strangers) for p in group) for group in need):
            continue
        choice = ", ".join("+".join(group) for group in need)
        wanted = f"one of {choice}" if len(need) > 1 else choice
        raise GS1Error("missing_association", f"{wanted} is required beside it", ai=ai)


def _stands(pattern: str, present: int, strangers: list[str]) -> bool:
    return bool(_mask(members(pattern)) & present) or any(_matches(pattern, other) for other in strangers)


def _matches(pattern: str, ai: str) -> bool:
    """For AIs of a later edition, which have no bit in a mask."""
    return len(ai) == len(pattern) and ai.startswith(pattern.rstrip("?"))


def _check_repeats(elements: Elements) -> None:
    seen: dict[str, str] = {}
    for ai, value in elements:
        if seen.setdefault(ai, value) != value:
            raise GS1Error("different_repeat", ai=ai)


def _check_signature(elements: Elements) -> None:
    for ai, value in elements:
        if len(value) <= _SERIAL_STARTS.get(ai, -1):
            raise GS1Error("serial_required", ai=ai)
