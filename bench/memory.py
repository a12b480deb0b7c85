"""How much memory a server holds while it works."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import psutil

EVERY_SECONDS: Final = 0.1


@asynccontextmanager
async def watched(pid: int) -> AsyncIterator[list[float]]:
    """Megabytes resident in a process and its children together, looked at ten times a second.

    A page that several share counts once; where the system does not tell (macOS, Windows), shared pages are left out.
    """
    seen: list[float] = []
    process = psutil.Process(pid)

    async def look() -> None:
        while True:
            seen.append(_resident(process) / 1e6)
            await asyncio.sleep(EVERY_SECONDS)

    looking = asyncio.create_task(look())
    try:
        yield seen
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


def _resident(process: psutil.Process) -> int:
    total = 0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            info = one.memory_full_info()
            total += getattr(info, "pss", info.uss)
    return total
