"""The time, as something one is given: programs ask a clock, tests and pilots bring their own."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time.

    MUST answer an aware datetime in UTC.
    """

    def now(self) -> datetime: ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still."""

    at: datetime

    def __post_init__(self) -> None:
        _refuse_naive(self.at)

    def now(self) -> datetime:
        return self.at.astimezone(UTC)


@dataclass(slots=True)
class StepClock:
    """A clock that moves by `step` each time it is asked, and by hand with `advance` or `set`."""

    at: datetime
    step: timedelta = field(default=timedelta(0))

    def __post_init__(self) -> None:
        _refuse_naive(self.at)

    def now(self) -> datetime:
        told = self.at.astimezone(UTC)
        self.at += self.step
        return told

    def advance(self, by: timedelta) -> None:
        self.at += by

    def set(self, at: datetime) -> None:
        _refuse_naive(at)
        self.at = at


def _refuse_naive(at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError(f"a clock needs a time with its zone, not {at.isoformat()}")
