"""Time as a budget: a step of work starts only if it can be expected to end in time."""

import time
from collections.abc import Callable

__all__ = ["Deadline"]


class Deadline:
    """Counts from its making. What cannot be interrupted is not begun when it would end too late.

    Costs are those of a busy picture on the machine they were measured on; a slower machine is noticed at the first
    step, and what follows is expected to take as much longer.
    """

    def __init__(self, milliseconds: float, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._started = clock()
        self._milliseconds = milliseconds
        self._pace = 1.0

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the start."""
        return (self._clock() - self._started) * 1000

    def allows(self, cost_ms: float) -> bool:
        """May a step of this cost begin?"""
        return self.elapsed_ms + cost_ms * self._pace <= self._milliseconds

    def took(self, cost_ms: float, since_ms: float) -> None:
        """A step of this cost has ended that began at `since_ms`."""
        if cost_ms > 0:
            self._pace = max(self._pace, (self.elapsed_ms - since_ms) / cost_ms)
