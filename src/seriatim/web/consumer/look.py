"""How a page is drawn: which button leads where, what stands on the picture of the pack, how a time is written.

>>> first_sentence("Look at the seal. Round, with a star.")
('Look at the seal.', 'Round, with a star.')
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from seriatim import identity
from seriatim.areas import content
from seriatim.web.consumer.words import DoorWords

TARGETS: Final = {
    "matches": "#matches",
    "differs": "#help",
    "report": "#help",
    "get_help": "#help",
    "answer": "#help",
    "check_code": "#type",
    "retry": "",
}
"""Where an action leads on the page; an empty one asks the same address again."""
LABEL_WIDTH: Final = 50.0
"""Of the label on the drawn pack, in its own units."""
CHARACTER: Final = 0.72
"""Width of a capital in parts of the letter size, spacing included."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line on the label, and how large it may be written."""

    text: str
    size: float


@dataclass(frozen=True, slots=True)
class Pack:
    """What stands on the drawn pack."""

    name: str
    brand: Line
    product: Line
    content: Line


def pack_of(product: identity.Product) -> Pack:
    """The label of the drawn pack; the net content stands on a line of its own, as on most packs."""
    short = product.name.removesuffix(product.net_content).rstrip(" ,") or product.name
    return Pack(
        f"{product.brand} {product.name}".strip(),
        _fitted(product.brand.upper(), 7.2),
        _fitted(short.upper(), 10.5),
        _fitted(product.net_content, 5),
    )


def _fitted(text: str, largest: float) -> Line:
    return Line(text, round(min(largest, LABEL_WIDTH / max(len(text) * CHARACTER, 1)), 1))


def links_of(page: content.Page) -> tuple[tuple[str, str], ...]:
    """The buttons as (address, label); actions that lead to the same place share the first one's button.

    The three questions cannot be sent in yet: they stand in the help, and the button to it says *report*.
    """
    spoken = [action for action in page.actions if action.kind != "answer"]
    seen: dict[str, str] = {}
    for action in spoken:
        seen.setdefault(TARGETS[action.kind], action.label)
    return tuple(seen.items())


def first_sentence(text: str) -> tuple[str, str]:
    """What to look at, and how it should be."""
    head, stop, rest = text.partition(". ")
    return (head + stop.strip(), rest)


def moment(at: datetime, words: DoorWords) -> str:
    """A time in words: 20 November 2026, 18:04 UTC."""
    here = at.astimezone(UTC)
    day = words.day.format(day=here.day, month=words.months[here.month - 1], year=here.year)
    return f"{day}, {here:%H:%M} UTC"
