"""A figure: what was measured, its value beside the goal, and under which conditions.

A value is the median of at least five runs (three of the long ones), so that a busy machine does not decide alone.
"""

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Literal, TypeVar

import msgspec

from bench.goals import GOALS

Better = Literal["more", "less"]
Clock = Literal["processor", "wall"]
Input = TypeVar("Input")


class BenchmarkFailed(RuntimeError):
    """What was to be measured did not do its work: a fast error is no figure."""


class Sizes(msgspec.Struct, frozen=True):
    """How much is measured."""

    runs: int = 5
    """Of each figure; the value is their median."""
    long_runs: int = 3
    """Of what takes long: the pilot."""
    seconds: float = 0.4
    """Least duration of one run of a pure function."""
    load_seconds: float = 2.0
    """Duration of one run under load over HTTP."""
    inputs: int = 20_000
    """Different inputs for one function, so that no cache of whole inputs can answer."""
    serials: int = 1_000_000
    items: int = 100_000
    """Units in the history that is read."""
    products: int = 10
    """Of which they are, made in campaigns."""
    units: int = 1_200
    """Units of the pilot."""


QUICK: Final = Sizes(
    runs=2,
    long_runs=1,
    seconds=0.02,
    load_seconds=0.4,
    inputs=500,
    serials=20_000,
    items=10_000,
    units=48,
)


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """The machine, and what exactly was done on it."""

    cores: int
    python: str
    postgresql: str | None
    """None where the benchmark opened no database itself."""
    load: float
    """Load average of the last minute when the figure was taken: above the number of cores others wanted them too."""
    clock: Clock
    """`processor`: time that the process itself was given, so the figure of one core whoever else is there."""
    case: str


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the answer."""

    name: str
    value: float | None
    """None for a peer that is not installed."""
    unit: str
    n: int
    """Runs that the value is the median of."""
    conditions: Conditions
    goal: float | None
    better: Better
    low: float | None
    """The lowest run, and the highest: how far the machine can be trusted."""
    high: float | None

    @property
    def is_reached(self) -> bool | None:
        """None where there is no goal."""
        if self.goal is None or self.value is None:
            return None
        return self.value >= self.goal if self.better == "more" else self.value <= self.goal


def figure(
    name: str,
    runs: Sequence[float],
    unit: str,
    case: str,
    *,
    n: int | None = None,
    better: Better = "more",
    postgresql: str | None = None,
    clock: Clock = "wall",
) -> Figure:
    """The median of the runs beside the goal of that name."""
    conditions = Conditions(
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        python=platform.python_version(),
        postgresql=postgresql,
        load=round(os.getloadavg()[0], 2),
        clock=clock,
        case=case,
    )
    return Figure(
        name=name,
        value=_rounded(statistics.median(runs)),
        unit=unit,
        n=len(runs) if n is None else n,
        conditions=conditions,
        goal=GOALS.get(name),
        better=better,
        low=_rounded(min(runs)),
        high=_rounded(max(runs)),
    )


def not_installed(name: str, unit: str, package: str) -> Figure:
    """The line of a peer that is not there."""
    absent = figure(
        name,
        [0.0],
        unit,
        f"peer not installed: {package} (`make bench` installs requirements/bench.txt)",
        n=0,
    )
    return msgspec.structs.replace(absent, value=None, low=None, high=None)


def _rounded(value: float) -> float:
    """Four digits tell all that a clock can tell."""
    return float(f"{value:.4g}")


def set_aside() -> None:
    """Spares the garbage collector what the benchmark itself keeps: inputs that no user of the function would hold."""
    gc.collect()
    gc.freeze()


def rates(work: Callable[[], object], count: int, sizes: Sizes) -> list[float]:
    """How many a second of processor time, for each run; `work` does `count` and is repeated until a run is long enough."""
    work()
    set_aside()
    found = []
    for _ in range(sizes.runs):
        start, done = time.process_time(), 0
        while (spent := time.process_time() - start) < sizes.seconds:
            work()
            done += count
        found.append(done / spent)
    return found


def rate(name: str, work: Callable[[], object], count: int, unit: str, case: str, sizes: Sizes) -> Figure:
    """How many a second one core does."""
    return figure(name, rates(work, count, sizes), unit, case, clock="processor")


def rate_of(
    name: str, function: Callable[[Input], Any], inputs: Sequence[Input], unit: str, case: str, sizes: Sizes
) -> Figure:
    """How many calls a second over different inputs."""

    def work() -> None:
        for one in inputs:
            function(one)

    return rate(name, work, len(inputs), unit, case, sizes)


def milliseconds(function: Callable[[Input], Any], inputs: Iterable[Input]) -> list[float]:
    """How long each call took."""
    found = []
    for one in inputs:
        start = time.perf_counter()
        function(one)
        found.append((time.perf_counter() - start) * 1000)
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share (0 to 1) of the observations does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
