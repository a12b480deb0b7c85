"""The time bar of a thing's page: which moment is shown, the events to go to, and the way back to now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec

from seriatim.base.errors import BadInput
from seriatim.web.console.asking import text_in
from seriatim.web.console.story import Told
from seriatim.web.pages import Visit
from seriatim.web.ui.addresses import with_query

FIELD: Final = "as_of"
SQUARES_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Step:
    """A moment at which something happened."""

    at: datetime
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Bar:
    """The moments of a thing, the oldest first, and the one that is looked at."""

    path: str
    at: datetime | None
    """None: now."""
    steps: tuple[Step, ...]

    @property
    def number(self) -> int:
        """How many of the moments had come by then."""
        return len(self.steps) if self.at is None else sum(1 for step in self.steps if step.at <= self.at)

    @property
    def place(self) -> int:
        """Where the slider stands; past the last moment is now."""
        return len(self.steps) if self.at is None else max(self.number - 1, 0)

    @property
    def value(self) -> str:
        """What the date field shows: to the second, in UTC."""
        return f"{self.at:%Y-%m-%dT%H:%M:%S}" if self.at else ""

    @property
    def previous(self) -> Step | None:
        """The last event before this moment; from now, the newest."""
        if self.at is None:
            return self.steps[-1] if self.steps else None
        earlier = [step for step in self.steps if step.at < self.at]
        return earlier[-1] if earlier else None

    @property
    def following(self) -> Step | None:
        """The first event after this moment; None when there is none, or it is now."""
        if self.at is None:
            return None
        return next((step for step in self.steps if step.at > self.at), None)

    @property
    def stops(self) -> str:
        """Label and address of every stop of the slider, as JSON for its script."""
        stops = [(step.label, step.href) for step in self.steps]
        return msgspec.json.encode([*stops, ("Now", self.path)]).decode()

    @property
    def squares(self) -> int:
        return len(self.steps) if len(self.steps) <= SQUARES_MAX else 0


def asked_moment(visit: Visit) -> datetime | None:
    """The moment that the address asks for; None for now. Raises BadInput.

    A moment to the whole second, as a date field writes it, is the end of that second.
    """
    text = text_in(visit, FIELD)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(
            "as_of is a moment: 2026-11-20T12:00, in UTC unless it says otherwise.", field=FIELD
        ) from None
    is_typed = moment.microsecond == 0 and "." not in text
    return moment.replace(microsecond=999_999) if is_typed else moment


def bar_of(visit: Visit, at: datetime | None, told: Iterable[Told]) -> Bar:
    """The bar over what is told, in any order; of several events at one moment the last one names it."""
    path = visit.request.url.path
    labels = {one.at: one.what for one in sorted(told, key=lambda one: one.at, reverse=True)}
    steps = tuple(
        Step(
            moment,
            f"{labels[moment]}, {moment.day} {moment:%b %Y, %H:%M:%S} UTC",
            moment_address(path, moment),
        )
        for moment in sorted(labels)
    )
    return Bar(path, at, steps)


def moment_address(path: str, at: datetime) -> str:
    """The page of a thing as it was at `at`.

    >>> moment_address("/console/units/1/A", datetime(2026, 11, 20, 12, 0, tzinfo=UTC))
    '/console/units/1/A?as_of=2026-11-20T12%3A00%3A00.000000Z'
    """
    return with_query(path, {}, as_of=f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z")


def kept_moment(at: datetime | None) -> str:
    """What goes behind the address of another thing so that it is shown at the same moment; empty for now."""
    return moment_address("", at) if at is not None else ""
