"""How many serials of which form a product may get."""

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
NEARLY_FULL: Final = 0.8


class BadSerialPolicy(Unprocessable):
    """Serials cannot be made in this form."""

    code = "bad_serial_policy"


class SerialPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form of a product's serials, and how many have been given out.

    Raises BadSerialPolicy, and DomainTooSmall below 1,000,000 serials.
    """

    gtin: str
    generation: int = 0
    """Each has a key and a counter of its own."""
    alphabet: str = CSET32
    """The characters, in the order of their value."""
    length: int = SERIAL_LENGTH
    issued: int = 0
    """Serials leased so far, used or not; the counter of the next lease."""

    def __post_init__(self) -> None:
        if len(set(self.alphabet)) != len(self.alphabet) or not set(self.alphabet) <= set(CSET82):
            raise BadSerialPolicy(
                "the alphabet must be different characters of GS1's set 82, each once.", field="alphabet"
            )
        if len(self.alphabet) < 2 or not 2 <= self.length <= SERIAL_LENGTH_MAX:
            raise BadSerialPolicy(
                f"serials have 2 to {SERIAL_LENGTH_MAX} characters out of 2 or more.", field="length"
            )
        if self.space < DOMAIN_MIN:
            raise DomainTooSmall(domain=self.space, least=DOMAIN_MIN)
        half = len(self.alphabet) ** (self.length - self.length // 2)
        if self.space > VECTOR_DOMAIN_MAX or half > 1 << VECTOR_HALF_BITS_MAX:
            raise BadSerialPolicy(
                f"{self.length} characters out of {len(self.alphabet)} are more than needed; "
                "stay below 2^63 serials, for example 12 out of 32.",
                field="length",
            )

    @property
    def space(self) -> int:
        """How many different serials have this form."""
        return int(len(self.alphabet) ** self.length)

    @property
    def capacity(self) -> int:
        """How many may ever be issued, so that a guess is right once in 10,000 times at most."""
        return self.space // SPACE_PER_SERIAL

    @property
    def left(self) -> int:
        return self.capacity - self.issued

    @property
    def guess_chance(self) -> float:
        """The chance that a serial made up in this form has been issued."""
        return self.issued / self.space

    @property
    def is_nearly_full(self) -> bool:
        """Whether 80 % of the capacity are gone: time for a longer form."""
        return self.issued >= NEARLY_FULL * self.capacity
