"""Where a product's serials come from: the form and key of each generation, or lists of an outside issuer."""

from seriatim.identity.serials.actions import (
    FormTooSmall,
    GenerationsExhausted,
    SerialsIssued,
    change_policy,
    give_policies,
    number_lists,
    policy,
    rotate,
)
from seriatim.identity.serials.ff1 import FF1, DomainTooSmall
from seriatim.identity.serials.form import BASE28, CSET32, DIGITS, BadSerialPolicy, SerialForm, is_serial
from seriatim.identity.serials.importing import NotImported, NumbersRefused, import_numbers
from seriatim.identity.serials.number_list import Fault, NumberList
from seriatim.identity.serials.permutation import TurnedBack, counter_of, serials_of_counters, turned_back
from seriatim.identity.serials.policy import SerialPolicy, Source
from seriatim.identity.serials.presets import PRESETS, Preset, preset, with_room_for
from seriatim.identity.serials.taking import SerialsExhausted, Taken, take

__all__ = [
    "BASE28",
    "CSET32",
    "DIGITS",
    "FF1",
    "PRESETS",
    "BadSerialPolicy",
    "DomainTooSmall",
    "Fault",
    "FormTooSmall",
    "GenerationsExhausted",
    "NotImported",
    "NumberList",
    "NumbersRefused",
    "Preset",
    "SerialForm",
    "SerialPolicy",
    "SerialsExhausted",
    "SerialsIssued",
    "Source",
    "Taken",
    "TurnedBack",
    "change_policy",
    "counter_of",
    "give_policies",
    "import_numbers",
    "is_serial",
    "number_lists",
    "policy",
    "preset",
    "rotate",
    "serials_of_counters",
    "take",
    "turned_back",
    "with_room_for",
]
