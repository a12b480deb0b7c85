"""The application identifiers, ready for use: what each may hold, what it needs beside it, what it must not meet.

>>> ENTRIES["01"].title, ENTRIES["01"].predefined, ENTRIES["01"].path_orders
('GTIN', True, (('22', '10', '21'), ('235',)))
>>> len(ENTRIES)
541
"""

from typing import NamedTuple

from seriatim.gs1.application_identifiers import LINES

CSET_LINTERS = {"n": "csetnumeric", "x": "cset82", "y": "cset39", "z": "cset64"}


class Part(NamedTuple):
    """One part of a value, in the order in which the parts eat it up."""

    cset: str
    """`n` digits, `x` character set 82, `y` set 39, `z` base64url."""
    least: int
    """Fewest characters."""
    most: int
    """Most characters."""
    optional: bool
    """May be absent altogether."""
    linters: tuple[str, ...]
    """Names of further checks, in order."""


class Entry(NamedTuple):
    """One application identifier."""

    ai: str
    title: str
    parts: tuple[Part, ...]
    predefined: bool
    """The length is predefined: no FNC1 follows the value (not the same as a fixed length)."""
    attribute: bool
    """Allowed in the query of a Digital Link."""
    path_orders: tuple[tuple[str, ...], ...] | None
    """None: no Digital Link key. Else the alternative orders of qualifiers that may follow, `((),)` for none."""
    needs: tuple[tuple[tuple[str, ...], ...], ...]
    """All of these must hold; each is a choice of groups; of a group every AI (`?` = any digit) must be present."""
    excludes: tuple[str, ...]
    """AIs (`?` = any digit) that must not be present; an AI never excludes itself."""
    least: int
    """Shortest value in characters."""
    most: int
    """Longest value in characters."""


def _part(text: str) -> Part:
    shape, *linters = text.split()
    cset, length = shape[0], shape[1:]
    optional = length.endswith("?")
    length = length.rstrip("?")
    most = int(length.removeprefix(".."))
    return Part(cset, 1 if length.startswith("..") else most, most, optional, tuple(linters))


def _family(pattern: str) -> list[str]:
    """`310[0-5]` -> 3100 ... 3105."""
    if not pattern.endswith("]"):
        return [pattern]
    stem, _, span = pattern[:-1].partition("[")
    return [f"{stem}{digit}" for digit in range(int(span[0]), int(span[2]) + 1)]


def _entries(line: str) -> list[Entry]:
    family, title, parts_text, rules_text = (column.strip() for column in line.split("|"))
    parts = tuple(_part(text) for text in parts_text.split(" + "))
    predefined, attribute, path_orders = False, True, None
    needs, excludes = [], []
    for rule in filter(None, rules_text.split("; ")):
        word, _, rest = rule.partition(" ")
        if word == "fixed":
            predefined = True
        elif rule == "path only":
            attribute = False
        elif word == "with":
            needs.append(tuple(tuple(group.split("+")) for group in rest.split()))
        elif word == "not":
            excludes += rest.replace("siblings", family.partition("[")[0] + "?").split()
        else:
            assert word == "key", f"unknown rule {rule!r} in {line!r}"
            path_orders = tuple(tuple(filter(None, order.split(","))) for order in rest.split(" or "))
    least = sum(part.least for part in parts if not part.optional)
    most = sum(part.most for part in parts)
    return [
        Entry(
            ai, _title(title, ai), parts, predefined, attribute, path_orders,
            tuple(needs), tuple(excludes), least, most,
        )
        for ai in _family(family)
    ]  # fmt: skip


def _title(title: str, ai: str) -> str:
    return title.replace("{n}", ai[-1]).replace("{n+1}", str(int(ai[-1]) + 1)) if "{" in title else title


ENTRIES: dict[str, Entry] = {entry.ai: entry for line in LINES for entry in _entries(line)}
"""Every application identifier by its digits."""

AI_LENGTHS: dict[str, int] = {ai[:2]: len(ai) for ai in ENTRIES}
"""Length of an application identifier by its first two digits."""

KEYS: frozenset[str] = frozenset(ai for ai, entry in ENTRIES.items() if entry.path_orders is not None)
"""The application identifiers a Digital Link may begin with."""


UNKNOWN = Entry(
    "",
    "UNKNOWN",
    (Part("x", 1, 90, optional=False, linters=()),),
    False,
    False,
    None,
    (),
    (),
    1,
    90,
)
"""What an AI of a later edition is taken for, when unknown AIs are let in."""


def members(pattern: str) -> tuple[str, ...]:
    """The known application identifiers that a pattern such as `31??` stands for."""
    stem = pattern.rstrip("?")
    if stem == pattern:
        return (pattern,) if pattern in ENTRIES else ()
    return tuple(ai for ai in ENTRIES if len(ai) == len(pattern) and ai.startswith(stem))
