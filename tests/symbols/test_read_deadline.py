"""The reader never begins what would end too late; the clock is the test's."""

import numpy as np

from seriatim import symbols
from seriatim.symbols.reading.deadline import Deadline
from seriatim.symbols.reading.search import Search

UNIT = "(01)09506000134352(21)A1"
LIGHT_ON_DARK = 255 - np.pad(symbols.pixels(symbols.encode(UNIT, "datamatrix"), 5), 40, constant_values=255)
"""Only the ladder reads it."""


class Clock:
    """Goes on by so many milliseconds each time somebody looks at it."""

    def __init__(self, step_ms: float) -> None:
        self.now_ms, self.step_ms, self.looks = 0.0, step_ms, 0

    def __call__(self) -> float:
        self.looks += 1
        self.now_ms += self.step_ms
        return self.now_ms / 1000


def found(step_ms: float, deadline_ms: float) -> list[str]:
    search = Search(("datamatrix",))
    return [one.method for one in search.run(LIGHT_ON_DARK, (0, 0), Deadline(deadline_ms, Clock(step_ms)))]


def test_the_ladder_is_climbed_while_there_is_time() -> None:
    assert found(step_ms=0, deadline_ms=1_000) == ["ladder"]


def test_when_the_time_is_up_no_further_step_begins() -> None:
    assert found(step_ms=200, deadline_ms=300) == []


def test_the_first_look_is_always_taken() -> None:
    image = np.pad(symbols.pixels(symbols.encode(UNIT, "datamatrix"), 5), 40, constant_values=255)

    assert [one.text for one in symbols.read(image, deadline_ms=0)] == [UNIT]
    assert symbols.read(255 - image, deadline_ms=0) == ()


def test_a_step_that_would_end_too_late_does_not_begin() -> None:
    deadline = Deadline(30, Clock(0))

    assert (deadline.allows(30), deadline.allows(31)) == (True, False)


def test_a_slow_machine_is_noticed_at_the_first_step() -> None:
    clock = Clock(0)
    deadline = Deadline(100, clock)
    clock.now_ms = 40

    deadline.took(cost_ms=10, since_ms=0)

    assert (deadline.allows(15), deadline.allows(16)) == (True, False)


def test_a_fast_machine_is_not_trusted_to_be_faster_than_the_costs_say() -> None:
    clock = Clock(0)
    deadline = Deadline(100, clock)
    clock.now_ms = 1

    deadline.took(cost_ms=50, since_ms=0)

    assert (deadline.allows(99), deadline.allows(100)) == (True, False)


def test_in_a_large_picture_the_steps_that_cost_too_much_are_left_out() -> None:
    blank = np.full((3_000, 4_000), 255, np.uint8)
    clock = Clock(0)

    assert Search(("datamatrix",)).run(blank, (0, 0), Deadline(50, clock)) == []
    steps = clock.looks
    Search(("datamatrix",)).run(blank[:300, :400].copy(), (0, 0), Deadline(50, clock))
    assert clock.looks - steps > steps
