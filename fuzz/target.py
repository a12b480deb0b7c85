"""A target: what to call, what to begin with, and which errors are an answer."""

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Target(NamedTuple):
    """One parser under fire."""

    name: str
    run: Callable[[str], object]
    """Reads one input; checks what it can of an accepted one by assertions."""
    refusals: tuple[type[Exception], ...]
    """Errors that are an answer; any other one is a find."""
    samples: Sequence[str]
    """Good inputs, to begin with."""

    def accepts(self, text: str) -> bool:
        """Was the input accepted? False when refused by name; any other error comes out."""
        try:
            self.run(text)
        except self.refusals:
            return False
        return True
