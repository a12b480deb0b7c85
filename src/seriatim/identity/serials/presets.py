"""Forms with a name, for people to choose from.

>>> {preset.name: preset.form.capacity for preset in PRESETS}["sgtin_96"]
27487790
"""

from typing import Final

import msgspec

from seriatim.base.errors import NotFound
from seriatim.identity.serials.form import BASE28, DIGITS, SerialForm


class Preset(msgspec.Struct, frozen=True):
    """A form with a name."""

    name: str
    title: str
    about: str
    """When to choose it, for a person."""
    form: SerialForm


PRESETS: Final = (
    Preset("default", "12 of 32", "No 0, 1, I and O to mistake; room for whatever is made.", SerialForm()),
    Preset(
        "no_words",
        "12 of 28",
        "No vowels and no L either: no serial spells a word.",
        SerialForm(alphabet=BASE28),
    ),
    Preset(
        "no_words_short",
        "10 of 28",
        "Two characters shorter, for small codes; still room for 29 billion.",
        SerialForm(alphabet=BASE28, length=10),
    ),
    Preset(
        "letters_and_digits",
        "12 of 36",
        "All digits and capital letters, where a partner asks for them.",
        SerialForm(alphabet=DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ),
    Preset(
        "sgtin_96",
        "SGTIN-96 compatible",
        "Numbers of up to 12 digits without leading zeros, as a 96-bit RFID tag holds them.",
        SerialForm(alphabet=DIGITS, below=1 << 38),
    ),
    Preset(
        "sgtin_96_even",
        "SGTIN-96 compatible, all of 12 digits",
        "A 1 and 11 digits: fits a 96-bit RFID tag, and every serial is of one length.",
        SerialForm(alphabet=DIGITS, length=11, prefix="1"),
    ),
    Preset(
        "digits_12",
        "12 digits",
        "Where a printer or a partner takes digits only; leading zeros count.",
        SerialForm(alphabet=DIGITS),
    ),
    Preset(
        "digits_18",
        "18 digits",
        "Digits only, with room for a hundred million million.",
        SerialForm(alphabet=DIGITS, length=18),
    ),
)
"""The default first."""


def preset(name: str) -> Preset:
    """The preset of this name. Raises NotFound, which names them all."""
    for one in PRESETS:
        if one.name == name:
            return one
    names = ", ".join(one.name for one in PRESETS)
    raise NotFound(f"There is no preset {name[:40]!r}; there are {names}.", preset=name[:40])


def with_room_for(needed: int) -> tuple[Preset, ...]:
    """Presets with room for more than `needed` serials, the shortest serials first: what to advise."""
    fitting = [one for one in PRESETS if one.form.capacity > needed]
    return tuple(sorted(fitting, key=lambda one: len(one.form.prefix) + one.form.length))
