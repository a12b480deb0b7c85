"""A printer that is none: takes ZPL on a port as a real one does, and renders each label as a picture.

For trying out templates and lines without hardware. It has the moods of a real printer too: paper runs out, the head
is open, the buffer is full, someone presses PAUSE.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from seriatim.areas.line import PrinterStatus
from seriatim.base.errors import BadInput
from seriatim.connectors.printer_zpl import ASK_STATUS, CANCEL_ALL, NO_REPRINT, read_status
from seriatim.symbols import SymbolError
from seriatim.symbols.render import one_bit_png
from seriatim.symbols.zpl_reading import Paper, commands, paper

BUFFER_BYTES: Final = 1_000_000
KEPT: Final = 1_000
"""Labels kept in memory; older ones are only files."""
_END = re.compile(rb"\^XZ", re.IGNORECASE)
_BEGIN = re.compile(rb"\^XA", re.IGNORECASE)
_IMMEDIATE = re.compile(rb"~(HS|JA|PS|PP)", re.IGNORECASE)
_MM_PER_INCH: Final = 25.4

OnLabel = Callable[[int, Paper], None]


@dataclass(slots=True)
class FakeDevice:
    """The printer's insides, without a network: bytes in, answers and labels out."""

    on_label: OnLabel | None = None
    paper_out: bool = False
    ribbon_out: bool = False
    head_open: bool = False
    paused: bool = False
    reprint_after_error: bool = True
    """As printers come out of the box; `^JZN` switches it off."""
    labels_left_on_roll: int | None = None
    """Paper runs out in the middle of the label after these."""
    printed: deque[Paper] = field(default_factory=lambda: deque(maxlen=KEPT))
    count: int = 0
    """Labels that came out, whole ones."""
    spoilt: int = 0
    """Labels during which the paper ran out."""
    refused: list[str] = field(default_factory=list)
    """Why formats were not printed."""
    heard: list[str] = field(default_factory=list)
    """The commands received, names only."""
    _received: bytes = b""
    _formats: deque[bytes] = field(default_factory=deque)
    _in_hand: Paper | None = None
    _remaining: int = 0

    def receive(self, data: bytes) -> bytes:
        """Take bytes as they come; the answer to a question among them."""
        answer = b""
        data = self._received + data
        while True:
            asked = _IMMEDIATE.search(data)
            end = _END.search(data)
            if asked and (end is None or asked.start() < end.start()):
                word = asked[1].upper()
                self._received = data[: asked.start()]
                answer += self._at_once(word)
                data = self._received + data[asked.end() :]
            elif end:
                self._take(data[: end.end()])
                data = data[end.end() :]
            else:
                break
        self._received = data.lstrip(b"\r\n ")
        return answer

    def _at_once(self, word: bytes) -> bytes:
        self.heard.append(f"~{word.decode()}")
        match word:
            case b"HS":
                return self.status()
            case b"JA":
                self._formats.clear()
                self._in_hand, self._remaining = None, 0
                self._received = b""
            case b"PS":
                self.paused = False
            case _:
                self.paused = True
        return b""

    def _take(self, job: bytes) -> None:
        begin = _BEGIN.search(job)
        if begin is None:
            self.refused.append("^XZ without ^XA")
            return
        names = [one.name for one in commands(job)]
        self.heard += names
        for one in commands(job):
            if one.name == "^JZ":
                self.reprint_after_error = one.rest.strip().upper() == b"Y"
        if "^LL" in names or "^FO" in names:
            self._formats.append(job[begin.start() :])

    @property
    def is_ready(self) -> bool:
        return not (self.paper_out or self.ribbon_out or self.head_open or self.paused)

    def step(self) -> bool:
        """Print one label; False when there is nothing to do or something is in the way."""
        if not self.is_ready:
            return False
        while self._in_hand is None:
            if not self._formats:
                return False
            try:
                self._in_hand = paper(self._formats.popleft())
                self._remaining = self._in_hand.copies
            except SymbolError as error:
                self.refused.append(str(error))
        if self.labels_left_on_roll == 0:
            self._run_out()
            return False
        if self.labels_left_on_roll is not None:
            self.labels_left_on_roll -= 1
        self.count += 1
        self.printed.append(self._in_hand)
        if self.on_label:
            self.on_label(self.count, self._in_hand)
        self._done_with_one()
        return True

    def _run_out(self) -> None:
        """The label in the mouth is spoilt; whether it comes again is what `^JZ` decides."""
        self.paper_out, self.labels_left_on_roll = True, None
        self.spoilt += 1
        if not self.reprint_after_error:
            self._done_with_one()

    def _done_with_one(self) -> None:
        self._remaining -= 1
        if self._remaining <= 0:
            self._in_hand = None

    def status(self) -> bytes:
        """The answer to `~HS`."""
        waiting = sum(map(len, self._formats))
        flags = [self.paper_out, self.paused, waiting > BUFFER_BYTES, bool(self._received)]
        out, paused, full, partial = map(int, flags)
        remaining = max(self._remaining, 0)
        first = f"030,{out},{paused},1245,{min(len(self._formats), 999):03},{full},0,{partial},000,0,0,0"
        second = f"001,0,{int(self.head_open)},{int(self.ribbon_out)},1,2,4,0,{remaining:08},1,000"
        return "".join(f"\x02{line}\x03\r\n" for line in (first, second, "1234,0")).encode()


@dataclass(slots=True)
class FakePrinter:
    """The device on a TCP port."""

    device: FakeDevice = field(default_factory=FakeDevice)
    labels_per_second: float = 10.0
    _server: asyncio.Server | None = None
    _printing: asyncio.Task[None] | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen; the port that was taken."""
        try:
            self._server = await asyncio.start_server(self._talk, host, port)
        except OSError as error:
            raise BadInput(f"Port {port} of {host} cannot be opened: {error.strerror}.") from error
        self._printing = asyncio.create_task(self._print())
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Power off."""
        if self._printing:
            self._printing.cancel()
            await asyncio.gather(self._printing, return_exceptions=True)
        for writer in list(self._open):
            writer.close()
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while data := await reader.read(65_536):
                if answer := self.device.receive(data):
                    writer.write(answer)
                    await writer.drain()
        except ConnectionError:
            pass  # the other side hung up: what it sent is kept
        finally:
            self._open.discard(writer)
            writer.close()

    async def _print(self) -> None:
        while True:
            self.device.step()
            await asyncio.sleep(1 / self.labels_per_second)


def to_folder(folder: Path, dpi: int) -> OnLabel:
    """Keeps each label as a PNG: label-000001.png and so on."""
    folder.mkdir(parents=True, exist_ok=True)

    def keep(number: int, printed: Paper) -> None:
        path = folder / f"label-{number:06}.png"
        path.write_bytes(one_bit_png(printed.dots, dpi / _MM_PER_INCH))

    return keep


@dataclass(slots=True)
class DirectPrinter:
    """The device without a network, as `areas.line.Printer`: one label comes out each time it is asked how it is."""

    device: FakeDevice = field(default_factory=FakeDevice)

    async def prepare(self) -> None:
        self.device.receive(NO_REPRINT)

    async def status(self) -> PrinterStatus:
        self.device.step()
        return read_status(self.device.receive(ASK_STATUS))

    async def send(self, job: bytes) -> None:
        self.device.receive(job)

    async def cancel(self) -> None:
        self.device.receive(CANCEL_ALL)
