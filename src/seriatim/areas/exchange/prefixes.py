"""Whose company prefixes are known, so that a Digital Link can be answered as an EPC URN: never by a guess (ADR-0011).

Our products say theirs. An event that names something as a URN says the prefix of that, and so of what begins alike in
the same event: it is the same sender's word, and goes no further.
"""

from collections.abc import Collection, Iterable
from typing import Final

from seriatim import epcis
from seriatim.epcis import Event

LENGTHS: Final = range(4, 13)


class KnownPrefixes:
    """A source of company prefixes (`gs1.CompanyPrefixes`).

    Two prefixes of which one begins the other cannot both be right, so that neither is used.

    >>> known = KnownPrefixes(["9506000", "4012345", "40123456"])
    >>> known.length_of("9506000134352"), known.length_of("4012345000009")
    (7, None)
    """

    def __init__(self, prefixes: Iterable[str], then: "KnownPrefixes | None" = None) -> None:
        """`then` is asked for what these do not know."""
        given = set(prefixes)
        self._prefixes = frozenset(one for one in given if not _overlaps(one, given))
        self._then = then

    def length_of(self, digits: str) -> int | None:
        for length in LENGTHS:
            if digits[:length] in self._prefixes:
                return length
        return self._then.length_of(digits) if self._then is not None else None

    def and_of(self, event: Event) -> "KnownPrefixes":
        """The same, and what the URNs of the event say."""
        said = epcis.prefixes_in(event)
        return KnownPrefixes(self._prefixes, KnownPrefixes(said)) if said else self


def _overlaps(prefix: str, others: Collection[str]) -> bool:
    return any(prefix != one and (prefix.startswith(one) or one.startswith(prefix)) for one in others)


NONE_KNOWN: Final = KnownPrefixes(())
