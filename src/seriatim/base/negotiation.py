"""What a browser would like to have: languages and media types, read leniently and matched as the RFCs say.

An item that cannot be read is skipped, never an error; a missing header means no wish.

>>> choose_language("de-AT, fr;q=0.5", ["en", "de"])
'de'
>>> choose_language("*;q=0.1, en;q=0", ["de", "en"])
'de'
"""

from collections.abc import Sequence
from typing import Final

HEADER_CHARACTERS: Final = 1_000
"""What is read of such a header; longer ones are cut, since nobody has so many wishes."""


def read_wishes(header: str) -> list[tuple[str, float]]:
    """The values of an Accept or Accept-Language header with their q, in lower case, best first (RFC 9110, 12.4.2)."""
    wishes: list[tuple[str, float]] = []
    for item in header[:HEADER_CHARACTERS].split(","):
        value, *parameters = (part.strip().lower() for part in item.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, text = parameter.partition("=")
            if name.strip() == "q":
                quality = _quality(text)
        if value and 0.0 <= quality <= 1.0:
            wishes.append((value, quality))
    return sorted(wishes, key=lambda wish: -wish[1])


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0


def language_quality(header: str, tag: str) -> float | None:
    """How much the language `tag` is wanted: RFC 4647 lookup, 0 when refused, None when nobody spoke of it.

    A range finds a tag when one begins with the other at a hyphen: `en-GB` is content with `en`, and `en` with `en-GB`.
    """
    tag = tag.lower()
    best: tuple[int, float] | None = None
    for wanted, quality in read_wishes(header):
        if wanted == "*":
            rank = 0
        elif tag == wanted:
            rank = 3
        elif wanted.startswith(tag + "-"):
            rank = 2
        elif tag.startswith(wanted + "-"):
            rank = 1
        else:
            continue
        if rank == 2 and quality == 0.0:
            continue  # who refuses en-GB has not refused en
        if best is None or rank > best[0]:
            best = (rank, quality)
    return None if best is None else best[1]


def choose_language(header: str, available: Sequence[str], default: str | None = None) -> str | None:
    """The tag out of `available` that suits best; ties keep their order. `default` when none is wanted."""
    ranked = [(language_quality(header, tag) or 0.0, -place) for place, tag in enumerate(available)]
    if not ranked or max(ranked)[0] == 0.0:
        return default
    return available[-max(ranked)[1]]


def media_quality(header: str, media_type: str) -> float | None:
    """How much a media type is wanted by an Accept header: the most specific range counts; None when unmentioned."""
    media_type = media_type.lower()
    family = media_type.partition("/")[0] + "/*"
    found: dict[str, float] = {}
    for wanted, quality in read_wishes(header):
        found.setdefault(wanted, quality)
    for wanted in (media_type, family, "*/*"):
        if wanted in found:
            return found[wanted]
    return None
