"""What a document changes of everything it names, said as seldom as possible: a thing, and the number of what is said of it.

Ten thousand units of one commissioning event have one profile in common. Keeping that apart from the things is what makes
a large event cheap: the store is sent a kind, a serial and a number for each unit, and each profile once.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from seriatim.epcis import Event
from seriatim.history.keys import ItemKey, Kind, by_kind
from seriatim.history.registers import Registers, merge, told


class Profile(NamedTuple):
    """What is said of one thing or of many alike."""

    registers: Registers
    events: tuple[int, ...] = ()
    """The events that name them, in the order of the document."""


class Changes(NamedTuple):
    """What becomes of each thing."""

    of: dict[Kind, dict[str, int]]
    """For each kind, by serial, the place of its profile."""
    profiles: list[Profile]

    def parents(self) -> set[ItemKey]:
        """Everything that something was put into."""
        return {one.registers.parent for one in self.profiles if one.registers.parent is not None}

    def number_of_things(self) -> int:
        """How many things change."""
        return sum(map(len, self.of.values()))


def changes_of(events: Iterable[tuple[int, Event, bool]]) -> Changes:
    """The changes by `(id, event, counts)`; what was declared wrong does not count, but names its things all the same."""
    changes = Changes({}, [])
    for event_id, event, counts in events:
        for epcs, registers in told(event, event_id, counts=counts):
            _add(changes, by_kind(tuple(epcs)), Profile(registers, (event_id,)))
    return changes


def _add(changes: Changes, named: Mapping[Kind, Sequence[str]], profile: Profile) -> None:
    profiles = changes.profiles
    number = len(profiles)
    profiles.append(profile)
    together: dict[int, int] = {number: number}
    for kind, serials in named.items():
        of = changes.of.setdefault(kind, {})
        if of.keys().isdisjoint(serials):
            of.update(dict.fromkeys(serials, number))
            continue
        for serial in serials:
            before = of.setdefault(serial, number)
            if before not in together:
                together[before] = len(profiles)
                profiles.append(_joined(profiles[before], profile))
            of[serial] = together[before]


def _joined(kept: Profile, more: Profile) -> Profile:
    events = kept.events if more.events[-1] in kept.events else kept.events + more.events
    return Profile(merge(kept.registers, more.registers), events)
