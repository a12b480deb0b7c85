"""The form of serials: which characters, how many, what stands before them; and how many different ones there are.

Every form gives valid values of AI (21): 1 to 20 characters of GS1's set 82 (General Specifications 3.5.2).

>>> SerialForm(alphabet=DIGITS, length=11, prefix="1").space
100000000000
>>> SerialForm(alphabet=DIGITS, length=12, below=1 << 38).capacity
27487790
"""

from typing import Final

import msgspec

from seriatim.base.errors import Unprocessable
from seriatim.gs1.checksums import CSET82
from seriatim.identity.serials.ff1 import DOMAIN_MIN, VECTOR_DOMAIN_MAX, VECTOR_HALF_BITS_MAX, DomainTooSmall

CSET32: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""GS1's 32 characters without 0, 1, I and O (General Specifications, check character pairs): the default."""
BASE28: Final = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""No vowels and no L: no serial spells a word."""
DIGITS: Final = "0123456789"
SERIAL_LENGTH: Final = 12
SERIAL_LENGTH_MAX: Final = 20
"""AI (21) holds 20 characters."""
SPACE_PER_SERIAL: Final = 10_000
"""A guess may be right once in 10,000 times at most (specs of EU 2016/161, article 4)."""
_SET82: Final = frozenset(CSET82)


class BadSerialPolicy(Unprocessable):
    """Serials cannot be made in this form."""

    code = "bad_serial_policy"


class SerialForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What serials look like. Raises BadSerialPolicy, and DomainTooSmall below 1,000,000 serials."""

    alphabet: str = CSET32
    """The characters, in the order of their value."""
    length: int = SERIAL_LENGTH
    """Characters out of the alphabet; with `below`, the most digits that a number has."""
    prefix: str = ""
    """Stands before them in each serial: `1` keeps twelve digits free of leading zeros."""
    below: int | None = None
    """Where it is given, serials are plain numbers from 0 to below it, without leading zeros, for SGTIN-96."""

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raises BadSerialPolicy or DomainTooSmall, naming the field at fault."""
        if len(set(self.alphabet)) != len(self.alphabet) or not set(self.alphabet) <= _SET82:
            raise BadSerialPolicy(
                "the alphabet must be different characters of GS1's set 82, each once.", field="alphabet"
            )
        if not set(self.prefix) <= _SET82:
            raise BadSerialPolicy("the prefix must be characters of GS1's set 82.", field="prefix")
        if len(self.alphabet) < 2 or not 2 <= self.length <= SERIAL_LENGTH_MAX - len(self.prefix):
            raise BadSerialPolicy(
                f"serials have 2 to {SERIAL_LENGTH_MAX} characters, their prefix included, out of 2 or more.",
                field="length",
            )
        if self.below is not None:
            self._check_numerals(self.below)
        if self.space < DOMAIN_MIN:
            raise DomainTooSmall(domain=self.space, least=DOMAIN_MIN)
        half = len(self.alphabet) ** (self.length - self.length // 2)
        is_wide = (
            self.below is None and half > 1 << VECTOR_HALF_BITS_MAX
        )  # below a bound the halves are binary
        if self.space > VECTOR_DOMAIN_MAX or is_wide:
            raise BadSerialPolicy(
                f"{self.length} characters out of {len(self.alphabet)} are more than needed; "
                "stay below 2^63 serials, for example 12 out of 32.",
                field="length",
            )

    def _check_numerals(self, below: int) -> None:
        if self.alphabet != DIGITS or self.prefix:
            raise BadSerialPolicy(
                "numbers below a bound are written in the digits 0 to 9, without a prefix.", field="below"
            )
        if below < 2 or self.length != len(str(below - 1)):
            raise BadSerialPolicy(
                f"numbers below {below} have at most {len(str(max(below - 1, 0)))} digits, "
                f"not {self.length}; set length to that.",
                field="length",
            )

    @property
    def space(self) -> int:
        """How many different serials have this form."""
        return int(len(self.alphabet) ** self.length) if self.below is None else self.below

    @property
    def capacity(self) -> int:
        """How many may ever be issued, so that a guess is right once in 10,000 times at most."""
        return self.space // SPACE_PER_SERIAL

    @property
    def form(self) -> "SerialForm":
        """The form alone."""
        return SerialForm(alphabet=self.alphabet, length=self.length, prefix=self.prefix, below=self.below)


def is_serial(text: str) -> bool:
    """Whether the text may stand in AI (21): 1 to 20 characters of set 82."""
    return 1 <= len(text) <= SERIAL_LENGTH_MAX and _SET82.issuperset(text)
