"""A ZPL label printer on the network: jobs out by TCP port 9100, its state back by `~HS`.

One connection is kept open and opened anew when it broke. Nothing is ever sent twice: a job that may have reached the
printer is the line's to settle, not this module's to repeat.
"""

import asyncio
import re
from dataclasses import dataclass
from typing import Final

from seriatim.areas.line import PrinterAway, PrinterStatus

PORT: Final = 9100
TIMEOUT_S: Final = 2.0
"""A printer answers in milliseconds; after this it is away."""
ANSWER_BYTES_MAX: Final = 4_096
JOB_BYTES_MAX: Final = 16_000_000

ASK_STATUS: Final = b"~HS"
CANCEL_ALL: Final = b"~JA"
NO_REPRINT: Final = b"^XA^JZN^XZ\n"
"""Reprint after error off: an automatic reprint shifts every unit behind it by one."""

_ANSWER = re.compile(rb"\x02([^\x02\x03]*)\x03")


class NotAStatus(PrinterAway):
    """What answered is no ZPL printer; look at the address."""

    code = "printer_not_a_status"


def read_status(answer: bytes) -> PrinterStatus:
    r"""The three lines of `~HS`, each between STX and ETX. Raises NotAStatus.

    >>> read_status(
    ...     b"\x02030,1,0,1245,002,0,0,0,000,0,0,0\x03\r\n"
    ...     b"\x02001,0,0,0,1,2,4,0,00000003,1,000\x03\r\n\x021234,0\x03\r\n"
    ... ).faults
    ('paper_out',)
    """
    lines = [line.decode("ascii", "replace").split(",") for line in _ANSWER.findall(answer)]
    if len(lines) < 3 or len(lines[0]) < 12 or len(lines[1]) < 11:
        raise NotAStatus(f"Expected the three lines of ~HS, got {answer[:80]!r}.")
    first, second = lines[0], lines[1]
    try:
        return PrinterStatus(
            formats_waiting=int(first[4]),
            labels_remaining=int(second[8]),
            paper_out=first[1] == "1",
            paused=first[2] == "1",
            buffer_full=first[5] == "1",
            receiving=first[7] == "1",
            memory_lost=first[9] == "1",
            too_cold=first[10] == "1",
            too_hot=first[11] == "1",
            head_open=second[2] == "1",
            ribbon_out=second[3] == "1",
            label_waiting=second[7] == "1",
        )
    except ValueError as error:
        raise NotAStatus(f"A number of ~HS is none: {error}.") from error


@dataclass(slots=True)
class ZplPrinter:
    """One printer at an address. Satisfies `areas.line.Printer`; one task at a time uses it."""

    host: str
    port: int = PORT
    timeout_s: float = TIMEOUT_S
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def prepare(self) -> None:
        """Switch the printer's own reprint after an error off. Raises PrinterAway."""
        await self.send(NO_REPRINT)

    async def status(self) -> PrinterStatus:
        """Ask the printer how it is. Raises PrinterAway, also when the answer stays incomplete."""
        try:
            async with asyncio.timeout(self.timeout_s):
                reader, writer = await self._connected()
                writer.write(ASK_STATUS)
                await writer.drain()
                return read_status(await self._answer(reader))
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            await self.close()
            raise self._away(error) from error
        except NotAStatus:
            await self.close()
            raise

    async def send(self, job: bytes) -> None:
        """Hand a job over. Raises PrinterAway; the job may then have arrived in part or in whole."""
        assert len(job) <= JOB_BYTES_MAX, len(job)
        try:
            async with asyncio.timeout(self.timeout_s):
                _, writer = await self._connected()
                writer.write(job)
                await writer.drain()
        except (OSError, TimeoutError) as error:
            await self.close()
            raise self._away(error) from error

    async def cancel(self) -> None:
        """Throw away all that the printer still holds. Raises PrinterAway."""
        await self.send(CANCEL_ALL)

    async def close(self) -> None:
        """Hang up; the next call opens a new connection."""
        writer, self._reader, self._writer = self._writer, None, None
        if writer is None:
            return
        writer.close()
        try:
            async with asyncio.timeout(self.timeout_s):
                await writer.wait_closed()
        except (OSError, TimeoutError):
            return  # it is gone either way

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is None or self._writer is None or self._reader.at_eof():
            await self.close()
            self._reader, self._writer = await asyncio.open_connection(
                self.host, self.port, limit=ANSWER_BYTES_MAX
            )
        return self._reader, self._writer

    @staticmethod
    async def _answer(reader: asyncio.StreamReader) -> bytes:
        """Three lines, however the network cuts them up."""
        answer = b""
        while answer.count(b"\x03") < 3:
            piece = await reader.read(ANSWER_BYTES_MAX)
            if not piece:
                raise ConnectionResetError("it hung up in mid-answer")
            answer += piece
            if len(answer) > ANSWER_BYTES_MAX:
                raise NotAStatus(f"More than {ANSWER_BYTES_MAX} bytes instead of a status.")
        return answer

    def _away(self, error: Exception) -> PrinterAway:
        why = str(error) or type(error).__name__
        return PrinterAway(
            f"The printer at {self.host}:{self.port} does not answer ({why}). Look at its cable and its power."
        )
