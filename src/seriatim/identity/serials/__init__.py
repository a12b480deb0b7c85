"""The form of a product's serials, how many are gone, and the secret shuffle that makes them."""

from seriatim.identity.serials.actions import (
    SerialsExhausted,
    SerialsIssued,
    change_policy,
    give_policies,
    policy,
    take,
)
from seriatim.identity.serials.ff1 import FF1, DomainTooSmall
from seriatim.identity.serials.permutation import counter_of, serials_of_counters
from seriatim.identity.serials.policy import BASE28, CSET32, DIGITS, BadSerialPolicy, SerialPolicy
from seriatim.identity.serials.store import Taken

__all__ = [
    "BASE28",
    "CSET32",
    "DIGITS",
    "FF1",
    "BadSerialPolicy",
    "DomainTooSmall",
    "SerialPolicy",
    "SerialsExhausted",
    "SerialsIssued",
    "Taken",
    "change_policy",
    "counter_of",
    "give_policies",
    "policy",
    "serials_of_counters",
    "take",
]
