"""How far the numbers have left the house, and whether a database that comes up has gone back behind that.

Two marks for each counter. `asked`: a transaction was about to commit numbers below it; they may have left. `granted`:
it committed; they have left. A database below `asked` alone was hit by a crash, and the gap is passed over. One below
`granted` has forgotten what it had promised: it was restored, and issuing stands still until a person has looked.

>>> marks = Marks()
>>> marks.take(Asked({"serial/09506000134352/0": 200})); marks.take(Granted({"serial/09506000134352/0": 200}))
>>> difference(marks, {"serial/09506000134352/0": 150}, epoch=1).ahead[0].units
50
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, TypeAlias

import msgspec

Kind = Literal["serial", "sscc", "sscc_reuse"]
REUSE: Final = "sscc_reuse/"


class Asked(msgspec.Struct, frozen=True, tag="asked"):
    """Numbers below these marks may have left from now on."""

    marks: dict[str, int]


class Granted(msgspec.Struct, frozen=True, tag="granted"):
    """The database has them for good."""

    marks: dict[str, int]


class Frozen(msgspec.Struct, frozen=True, tag="frozen"):
    """Somebody saw that the database had gone back."""

    why: str
    at: datetime
    epoch: int = 0
    """One that had begun, as somebody outside could show."""


class Reconciled(msgspec.Struct, frozen=True, tag="reconciled"):
    """A person has looked; the counters are past the marks, and a new epoch has begun."""

    epoch: int
    at: datetime


class Kept(msgspec.Struct, frozen=True, tag="kept"):
    """Everything that was known, in place of the lines it came from."""

    asked: dict[str, int]
    granted: dict[str, int]
    epoch: int
    frozen: str


Line: TypeAlias = Asked | Granted | Frozen | Reconciled | Kept


@dataclass(slots=True)
class Marks:
    """What the lines of a journal come to."""

    asked: dict[str, int] = field(default_factory=dict)
    granted: dict[str, int] = field(default_factory=dict)
    epoch: int = 0
    """The highest that was ever reached; 0 while none is known."""
    frozen: str = ""
    """Why issuing stands still; empty while it goes on."""

    def take(self, line: Line) -> None:
        """Learns what one more line says."""
        match line:
            case Asked():
                _raise(self.asked, line.marks)
            case Granted():
                _raise(self.granted, line.marks)
                _raise(self.asked, line.marks)
            case Frozen():
                self.frozen = self.frozen or line.why
                self.epoch = max(self.epoch, line.epoch)
            case Reconciled():
                # The counters are past all marks now: what the database does not know may come up later, and is
                # passed over then.
                _raise(self.asked, self.granted)
                self.granted = {}
                self.epoch, self.frozen = max(self.epoch, line.epoch), ""
            case Kept():
                self.asked, self.granted = dict(line.asked), dict(line.granted)
                self.epoch, self.frozen = line.epoch, line.frozen

    def kept(self) -> Kept:
        """All of it in one line."""
        return Kept(dict(self.asked), dict(self.granted), self.epoch, self.frozen)

    def copy(self) -> "Marks":
        """As it is now: the original learns on while one waits."""
        return Marks(dict(self.asked), dict(self.granted), self.epoch, self.frozen)


class Ahead(msgspec.Struct, frozen=True):
    """A counter that the database has lower than what has left."""

    kind: Kind
    subject: str
    """GTIN, or company prefix."""
    part: int
    """Generation of the serials, or extension digit of the SSCCs."""
    units: int
    """How many numbers the database does not know to be gone."""


class Difference(msgspec.Struct, frozen=True):
    """What the database lacks of what is known outside of it."""

    ahead: tuple[Ahead, ...]
    epoch_here: int
    """As the database says."""
    epoch_outside: int
    frozen: str
    """Why issuing stands still, as somebody has noted; empty while it goes on."""
    marks: int = 0
    """How many counters have a mark outside the database."""

    @property
    def is_back(self) -> bool:
        """Whether the database has gone back in time."""
        return bool(self.ahead) or self.epoch_outside > self.epoch_here

    @property
    def is_frozen(self) -> bool:
        """Whether issuing stands still, or will as soon as somebody asks."""
        return bool(self.frozen) or self.is_back

    @property
    def why(self) -> str:
        """Why issuing stands still; empty while it goes on."""
        return self.frozen or self.in_words()

    @property
    def units(self) -> int:
        return sum(ahead.units for ahead in self.ahead)

    def in_words(self) -> str:
        """One sentence for a person."""
        if self.epoch_outside > self.epoch_here:
            return (
                f"The database is of epoch {self.epoch_here}, and epoch {self.epoch_outside} had begun already: "
                f"it has gone back in time{self._counted()}."
            )
        if self.ahead:
            return f"The database has gone back in time{self._counted()}."
        return self.frozen

    def _counted(self) -> str:
        if not self.ahead:
            return ""
        counters = "one counter" if len(self.ahead) == 1 else f"{len(self.ahead)} counters"
        return f"; {self.units:,} numbers of {counters} have left that it knows nothing of"


class Go(msgspec.Struct, frozen=True):
    """Take them."""


class PassOver(msgspec.Struct, frozen=True):
    """Numbers from here on may have left in a transaction that did not survive: begin at `to`."""

    to: int


class GoneBack(msgspec.Struct, frozen=True):
    """So many numbers have left that the database knows nothing of."""

    units: int


def judged(marks: Marks, key: str, first: int) -> Go | PassOver | GoneBack:
    """What a transaction may do that holds the counter `key` locked and would take numbers from `first` on.

    Nobody else is between `asked` and `granted` of this counter then, so whatever stands above `first` is of the dead.
    """
    granted, asked = marks.granted.get(key, 0), marks.asked.get(key, 0)
    if granted > first:
        return GoneBack(granted - first)
    # Of SSCCs given again nobody could say which ones a transaction had meant that did not commit: it gave none.
    return PassOver(asked) if asked > first and not key.startswith(REUSE) else Go()


def difference(marks: Marks, counters: Mapping[str, int], *, epoch: int) -> Difference:
    """What the database with these counters lacks; a counter that it does not know stands at 0."""
    ahead = tuple(
        ahead_of(key, mark - counters.get(key, 0))
        for key, mark in sorted(marks.granted.items())
        if mark > counters.get(key, 0)
    )
    return Difference(ahead, epoch, marks.epoch, marks.frozen, len(marks.asked))


def serial_key(gtin: str, generation: int) -> str:
    return f"serial/{gtin}/{generation}"


def sscc_key(gcp: str, extension: str) -> str:
    return f"sscc/{gcp}/{extension}"


def reuse_key(gcp: str, extension: str) -> str:
    """Counts the SSCCs that were given a second time."""
    return f"sscc_reuse/{gcp}/{extension}"


def ahead_of(key: str, units: int) -> Ahead:
    kind, subject, part = key.split("/")
    return Ahead(msgspec.convert(kind, Kind), subject, int(part), units)


def _raise(marks: dict[str, int], to: Mapping[str, int]) -> None:
    for key, mark in to.items():
        if mark > marks.get(key, 0):
            marks[key] = mark
