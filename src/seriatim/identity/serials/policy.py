"""How many serials of which form a product may get, now and in the generations before.

A product's serials come in generations. Each has a form, a key and a counter of its own, or takes numbers that somebody
outside issued. One of them issues; those before it stay, so that their serials are known for ever.
"""

from datetime import datetime
from typing import Final, Literal

import msgspec

from seriatim.identity.serials.form import SerialForm

Source = Literal["keyed", "imported"]
"""Where serials come from: out of a key of ours, or from the lists of an outside issuer."""

NEARLY_FULL: Final = 0.8
GENERATION_MAX: Final = 99


class SerialPolicy(SerialForm, frozen=True, forbid_unknown_fields=True):
    """One generation of a product's serials, with those before it.

    Raises BadSerialPolicy, and DomainTooSmall below 1,000,000 serials, unless its numbers come from outside.
    """

    gtin: str
    generation: int = 0
    """Each has a key and a counter of its own."""
    issued: int = 0
    """Counters of this generation that are gone, used or not; the counter of the next lease."""
    source: Source = "keyed"
    issued_before: int = 0
    """All that the older generations gave out."""
    numbers: int = 0
    """Of an imported generation: how many numbers its lists hold."""
    reason: str = ""
    """Why it followed the one before."""
    begun_at: datetime | None = None
    """None: with the product."""
    rotated_at: datetime | None = None
    """Since when another generation issues in its place; None: this one issues."""
    older: tuple["SerialPolicy", ...] = ()
    """The generations before, the first one first."""

    def check(self) -> None:
        if self.source == "keyed":
            super().check()

    @property
    def space(self) -> int:
        """How many different serials have this form; of numbers from outside, how many there are."""
        return super().space if self.source == "keyed" else self.numbers

    @property
    def capacity(self) -> int:
        """How many may ever be gone: a ten-thousandth of the space, or all numbers of the lists."""
        return super().capacity if self.source == "keyed" else self.numbers

    @property
    def generations(self) -> tuple["SerialPolicy", ...]:
        """All of the product so far, the first one first; each knows those before it."""
        return tuple(self.at(one.generation) for one in (*self.older, self))

    @property
    def issued_ever(self) -> int:
        """Serials of the product that are gone, in all generations up to this one."""
        return self.issued_before + self.issued

    @property
    def gone(self) -> int:
        """What counts against the capacity: every serial ever issued, since a guess may hit any; of lists, their own."""
        return self.issued_ever if self.source == "keyed" else self.issued

    @property
    def left(self) -> int:
        return self.capacity - self.gone

    @property
    def guess_chance(self) -> float:
        """The chance that a serial made up in the likeliest form is one that was issued by a key of ours."""
        keyed = [one for one in (*self.older, self) if one.source == "keyed"]
        issued_in: dict[SerialForm, int] = {}
        for one in keyed:
            issued_in[one.form] = issued_in.get(one.form, 0) + one.issued
        densities = [issued / form.space for form, issued in issued_in.items()]
        if self.source == "keyed":
            densities.append(self.issued_ever / self.space)
        return max(densities, default=0.0)

    @property
    def is_nearly_full(self) -> bool:
        """Whether 80 % of the capacity are gone: time for a longer form, or for more numbers."""
        return self.gone >= NEARLY_FULL * self.capacity

    @property
    def warning(self) -> str:
        """Empty while less than 80 % are gone; else the numbers and what to do, in a sentence."""
        if not self.is_nearly_full:
            return ""
        if self.source == "imported":
            return f"{self.gone:,} of {self.capacity:,} numbers from outside are used; ask for more."
        return f"{self.gone:,} of {self.capacity:,} serials are issued; plan a longer form for this product."

    def at(self, generation: int) -> "SerialPolicy":
        """One of its generations, with those before it. Raises ValueError where it has none of this number."""
        if generation == self.generation:
            return self
        for place, one in enumerate(self.older):
            if one.generation == generation:
                return msgspec.structs.replace(one, older=self.older[:place])
        raise ValueError(f"the serials of {self.gtin} have no generation {generation}")
