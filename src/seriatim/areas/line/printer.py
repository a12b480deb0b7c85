"""The label printer as the line sees it: what it says of itself, and how a run of labels is kept count of.

A label is printed once. What was sent and not confirmed when something went wrong is in doubt: it may hang at the
printer's mouth, so its serial is burnt, and its unit gets a new one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from seriatim.base.errors import CannotNow

PrinterFault = Literal[
    "paper_out",
    "ribbon_out",
    "head_open",
    "paused",
    "buffer_full",
    "too_hot",
    "too_cold",
    "memory_lost",
    "away",
]
AHEAD: Final = 4
"""Labels sent ahead of what is printed: those between print head and camera, and two."""
POLL_S: Final = 0.05

REMEDY: Final[dict[PrinterFault, str]] = {
    "paper_out": "Put in a new roll. The next unit must be read before the line is green again.",
    "ribbon_out": "Put in a new ribbon.",
    "head_open": "Close the print head.",
    "paused": "Press PAUSE on the printer to go on.",
    "buffer_full": "The printer has more than it can take; wait, or cancel its jobs.",
    "too_hot": "The print head is too hot; let it cool.",
    "too_cold": "The print head is too cold; let it warm up.",
    "memory_lost": "The printer lost its memory; its settings must be loaded again.",
    "away": "The printer does not answer. Look at its cable and its power.",
}
"""What a person does about each."""


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What a printer says of itself at one moment."""

    formats_waiting: int
    """Labels received and not yet begun."""
    labels_remaining: int
    """Labels of the format in hand that are not out yet."""
    paper_out: bool = False
    ribbon_out: bool = False
    head_open: bool = False
    paused: bool = False
    buffer_full: bool = False
    too_hot: bool = False
    too_cold: bool = False
    memory_lost: bool = False
    label_waiting: bool = False
    """A label hangs at the mouth, waiting to be taken."""
    receiving: bool = False
    """A format has arrived in part."""

    @property
    def unprinted(self) -> int:
        """Labels that were sent and are not out yet."""
        return self.formats_waiting + self.labels_remaining

    @property
    def faults(self) -> tuple[PrinterFault, ...]:
        """What keeps it from printing, worst first."""
        said: dict[PrinterFault, bool] = {
            "memory_lost": self.memory_lost,
            "head_open": self.head_open,
            "paper_out": self.paper_out,
            "ribbon_out": self.ribbon_out,
            "too_hot": self.too_hot,
            "too_cold": self.too_cold,
            "buffer_full": self.buffer_full,
            "paused": self.paused,
        }
        return tuple(fault for fault, is_so in said.items() if is_so)


class PrinterAway(CannotNow):
    """The printer does not answer. Look at its cable and its power."""

    code = "printer_away"


class Printer(Protocol):
    """A label printer.

    MUST answer `status` or raise PrinterAway within its time limit, never hang.
    MUST NOT send a job twice by itself: a job that may have arrived is in doubt, and PrinterAway says so.
    MUST switch the device's own reprint after an error off in `prepare`.
    """

    async def prepare(self) -> None: ...
    async def status(self) -> PrinterStatus: ...
    async def send(self, job: bytes) -> None: ...
    async def cancel(self) -> None: ...


@dataclass(frozen=True, slots=True)
class PrintRun:
    """How far a run of labels has come. Labels count from 0 in print order.

    >>> PrintRun(total=10, sent=4).seen(PrinterStatus(formats_waiting=1, labels_remaining=1)).confirmed
    2
    """

    total: int
    sent: int = 0
    confirmed: int = 0
    """The labels before this one are out of the printer."""
    fault: PrinterFault | None = None
    """Why it stopped; None while all is well."""

    def seen(self, status: PrinterStatus) -> "PrintRun":
        """What a status adds: `confirmed` never goes back, whatever a printer says after a restart."""
        if status.receiving:  # a label that is still arriving is counted nowhere yet
            return self
        out = max(self.confirmed, self.sent - status.unprinted)
        return replace(self, confirmed=min(out, self.sent))

    @property
    def doubtful(self) -> range:
        """Labels that were sent and not confirmed."""
        return range(self.confirmed, self.sent)

    @property
    def is_done(self) -> bool:
        return self.confirmed == self.total

    def room(self, ahead: int) -> int:
        """How many labels may be sent now."""
        return max(0, min(self.total - self.sent, ahead - len(self.doubtful)))


Watch = Callable[[PrintRun], None]


def _unwatched(run: PrintRun) -> None:
    """Nobody looks on."""


async def print_labels(
    printer: Printer,
    labels: Sequence[bytes],
    *,
    first: int = 0,
    ahead: int = AHEAD,
    watch: Watch = _unwatched,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> PrintRun:
    """Print labels one after another, never more than `ahead` before they are confirmed.

    Begins at label `first` (an earlier run's `confirmed`, once its doubtful labels are settled). Stops at the first
    fault and says how far it came; a label that was sent is never sent again.
    """
    run = PrintRun(len(labels), sent=first, confirmed=first)
    try:
        await printer.prepare()
        while not run.is_done:
            status = await printer.status()
            run = run.seen(status)
            if status.faults:
                return replace(run, fault=status.faults[0])
            for label in labels[run.sent : run.sent + run.room(ahead)]:
                run = replace(
                    run, sent=run.sent + 1
                )  # first counted, then sent: it may arrive though we fail
                await printer.send(label)
            watch(run)
            if not run.is_done:
                await pause(POLL_S)
    except PrinterAway:
        return replace(run, fault="away")
    return run
