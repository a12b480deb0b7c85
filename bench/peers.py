"""Peers: other people's libraries for the same work, measured beside us where `requirements/bench.txt` is installed."""

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from typing import Any

from bench.figures import Figure, Sizes, not_installed, rate_of


class Peer:
    """One package, perhaps absent: then its lines say so instead of a figure."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.installed = importlib.util.find_spec(package) is not None

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What its parsers raise; nothing where it is absent."""
        found = getattr(importlib.import_module(self.package), "ParseError", None) if self.installed else None
        return (found,) if found else ()

    def module(self, name: str) -> Any:
        """A module of the package; only where it is installed."""
        return importlib.import_module(f"{self.package}.{name}")

    def function(self, name: str) -> Any:
        """A function of the package itself; only where it is installed."""
        return getattr(importlib.import_module(self.package), name)

    def rate_of(
        self,
        name: str,
        work: Callable[[], Callable[[Any], Any]],
        inputs: Sequence[Any],
        case: str,
        sizes: Sizes,
    ) -> Figure:
        """As `figures.rate_of`; `work` gives the function once the package is known to be there."""
        full = f"peer.{self.package}.{name}"
        if not self.installed:
            return not_installed(full, "1/s", self.package)
        return rate_of(full, work(), inputs, "1/s", case, sizes)
