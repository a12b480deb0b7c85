"""Patterns: many identities or tags named at once, all units of a product, everything of a company.

>>> Pattern.parse("urn:epc:idpat:sgtin:9521234.*.*").matches("urn:epc:id:sgtin:9521234.054321.12345")
True
>>> Pattern.parse("urn:epc:pat:sgtin-96:3.9521234.054321.[100-199]").matches("urn:epc:tag:sgtin-96:3.9521234.054321.150")
True

Source: EPC Tag Data Standard 2.3 sections 8 and 13.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from seriatim.gs1.element_string import refuse_long
from seriatim.gs1.epc.foreign import SCHEMES as FOREIGN
from seriatim.gs1.epc.foreign import check_foreign
from seriatim.gs1.epc.identities import PureIdentity
from seriatim.gs1.epc.schemes import CLASSIC
from seriatim.gs1.epc.urn import PART_COUNTS, URN_MAX, check_parts, cut_key, escape
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.escaping import unescape_path
from seriatim.gs1.keys import Key

STAR = "*"
_NUMBER_MAX = 20
_ID, _IDPAT, _TAG, _PAT, _CLASS = (
    "urn:epc:id:",
    "urn:epc:idpat:",
    "urn:epc:tag:",
    "urn:epc:pat:",
    "urn:epc:class:",
)
_RANGE = re.compile(r"\[([0-9]{1,20})-([0-9]{1,20})\]")
_FILTERS = frozenset("01234567*")


class Numbers(NamedTuple):
    """Numbers from first to last, inclusive, as written."""

    first: str
    last: str

    def __contains__(self, part: object) -> bool:
        if not isinstance(part, str) or not part.isascii() or not part.isdigit() or len(part) > _NUMBER_MAX:
            return False
        return int(self.first) <= int(part) <= int(self.last)


class Pattern(NamedTuple):
    """A set of identities (`urn:epc:idpat:`) or of tags (`urn:epc:pat:`, which look at the filter too).

    After a part that is left open all further parts are open.
    """

    scheme: str
    """`sgtin` and the like; of a pattern of tags, the kind of tag: `SGTIN-96`."""
    parts: tuple["str | Numbers | None", ...]
    """A decoded value; numbers from-to; None for any. The first part of a pattern of tags is the filter."""

    @classmethod
    def parse(cls, urn: str) -> "Pattern":
        """From its URN; a literal `*` is written `%2A`. Raises GS1Error `not_gs1`, `bad_urn`, or a fault of a value."""
        refuse_long(urn, URN_MAX)
        try:
            return cls._read(urn)
        except GS1Error as error:
            raise error.placed(urn) from None

    @classmethod
    def _read(cls, urn: str) -> "Pattern":
        if urn.startswith(_PAT):
            return cls._of_tags(*urn.removeprefix(_PAT).partition(":")[::2])
        if not urn.startswith(_IDPAT):
            raise GS1Error(
                "bad_urn" if urn.startswith("urn:epc:") else "not_gs1",
                "expected urn:epc:idpat: or urn:epc:pat:",
            )
        scheme, _, rest = urn.removeprefix(_IDPAT).partition(":")
        parts = _open_parts(scheme, rest, ranges=False)
        return cls(scheme, parts)

    @classmethod
    def _of_tags(cls, name: str, rest: str) -> "Pattern":
        kind = CLASSIC.get(name.partition("-")[0].upper() + name[name.find("-") :]) if "-" in name else None
        label, _, rest = rest.partition(".")
        if kind is None or label not in _FILTERS:
            raise GS1Error(
                "bad_urn", "expected urn:epc:pat:, a kind of tag such as sgtin-96, a filter 0 to 7 or *"
            )
        return cls(kind.name, (None if label == STAR else label, *_open_parts(kind.urn, rest, ranges=True)))

    @property
    def uri(self) -> str:
        """The URN, with the signs escaped that must be."""
        prefix = _PAT if self.scheme in CLASSIC else _IDPAT
        return f"{prefix}{self.scheme.lower()}:{'.'.join(map(_spelled, self.parts))}"

    def matches(self, urn: str) -> bool:
        """Does it hold the identity (`urn:epc:id:`) or, a pattern of tags, the tag (`urn:epc:tag:`)?

        A URN of the other kind is not held. Raises GS1Error when `urn` is no valid URN.
        """
        if self.scheme not in CLASSIC:
            if urn.startswith(_TAG):
                return False
            identity = PureIdentity.parse(urn)
            return identity.scheme == self.scheme and self._holds(identity.parts)
        if not urn.startswith(_TAG):
            PureIdentity.parse(urn)
            return False
        name, _, rest = urn.removeprefix(_TAG).partition(":")
        label, _, rest = rest.partition(".")
        identity = PureIdentity.parse(f"{_ID}{name.partition('-')[0]}:{rest}")
        return name == self.scheme.lower() and self._holds((label, *identity.parts))

    def matches_key(self, key: Key) -> bool:
        """Does a pattern of identities hold the thing with this key, however it was spelled? Never true for a class.

        A key does not say where its company prefix ends: the pattern's own prefix decides.
        """
        if key.scheme != self.scheme or key.is_class:
            return False
        gcp = self.parts[0]
        if not isinstance(gcp, str):
            return True
        try:
            cut = cut_key(key, len(gcp))
        except GS1Error:  # a key of free text that does not begin with so many digits
            return False
        pieces = (key.key[14:16], key.key[16:18]) if key.scheme == "itip" else ()
        serial = key.serial or ("0" if key.scheme == "sgln" else None)
        return self._holds((*cut, *pieces, *((serial,) if serial is not None else ())))

    def _holds(self, parts: Sequence[str]) -> bool:
        return len(parts) == len(self.parts) and all(
            wanted is None or (part in wanted if isinstance(wanted, Numbers) else wanted == part)
            for wanted, part in zip(self.parts, parts, strict=True)
        )


def _spelled(part: "str | Numbers | None") -> str:
    if part is None:
        return STAR
    if isinstance(part, Numbers):
        return f"[{part.first}-{part.last}]"
    return escape(part).replace(STAR, "%2A")


def _open_parts(scheme: str, rest: str, *, ranges: bool) -> "tuple[str | Numbers | None, ...]":
    count = FOREIGN[scheme].parts if scheme in FOREIGN else PART_COUNTS.get(scheme, 0)
    texts = rest.split(".", count - 1) if count and scheme != "lgtin" else []
    if not texts or len(texts) != count:
        raise GS1Error("bad_urn", "no such EPC scheme, or another number of parts than it has")
    closed = texts.index(STAR) if STAR in texts else count
    if any(text != STAR for text in texts[closed:]):
        raise GS1Error("bad_urn", "after a part that is left open all further parts must be open")
    parts = [_part(text, ranges=ranges and place > 0) for place, text in enumerate(texts[:closed])]
    if scheme not in FOREIGN:
        check_parts(scheme, ["" if isinstance(part, Numbers) else part for part in parts])
    elif closed == count:
        check_foreign(scheme, tuple(map(str, parts)))
    return (*parts, *[None] * (count - closed))


def _part(text: str, *, ranges: bool) -> "str | Numbers":
    if not text.startswith("["):
        return unescape_path(text)
    found = _RANGE.fullmatch(text)
    if not ranges or not found or int(found[1]) > int(found[2]):
        raise GS1Error("bad_urn", "expected numbers such as [100-199], in a pattern of tags")
    return Numbers(found[1], found[2])
