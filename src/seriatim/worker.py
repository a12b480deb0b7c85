"""The door for time: does later what was promised in the outbox, and serves those who have subscribed.

    python -m seriatim.worker

Runs beside the server (which starts one by itself); any number may run, since each handler has one sequencer.
"""

import asyncio
import contextlib
import os
import signal

import structlog
import uvloop

from seriatim.app import App, open_app
from seriatim.base import log, parent
from seriatim.base.errors import CannotNow, SeriatimError
from seriatim.base.settings import Settings

TIDY_SECONDS = 3600.0
WATCH_SECONDS = 60.0
CHECKPOINT_SECONDS = 1.0
LOG = structlog.get_logger("worker")


async def work(settings: Settings) -> None:
    """Dispatches until the process is told to stop, or its parent is gone."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_app(settings) as app:
        tasks = [
            asyncio.create_task(task)
            for task in (
                app.dispatcher().run_forever(),
                app.courier().run_forever(),
                keep_log_forever(app),
                tidy_hourly(app),
                watch_minutely(app),
                parent_gone(),
                stop.wait(),
            )
        ]
        done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        for task in done:
            task.result()


async def tidy_hourly(app: App) -> None:
    """Forgets what must not be kept, every hour; while the database is away it tries again the next time."""
    while True:
        try:
            await app.tidy()
        except CannotNow as error:
            LOG.warning("tidy_failed", reason=error.message)
        await asyncio.sleep(TIDY_SECONDS)


async def watch_minutely(app: App) -> None:
    """Marks leases past their time and compares the counters with what has left; says when issuing stands still."""
    said = ""
    while True:
        try:
            why = (await app.watch()).why
            if why and why != said:
                LOG.error("issuing_frozen", why=why)
            said = why
        except CannotNow as error:
            LOG.warning("watch_failed", reason=error.message)
        await asyncio.sleep(WATCH_SECONDS)


async def keep_log_forever(app: App) -> None:
    """Brings the verifiable log up to date, a second at most behind; what stands in the way is told and tried again."""
    while True:
        try:
            await app.keep_log()
        except (SeriatimError, OSError) as error:
            LOG.warning("verifiable_log_failed", reason=str(error))
        await asyncio.sleep(CHECKPOINT_SECONDS)


async def parent_gone() -> None:
    """Returns when the server that started us has died, so that a killed server leaves no worker behind."""
    while not parent.is_orphan():  # noqa: ASYNC110 -- no event tells that a parent died
        await asyncio.sleep(parent.CHECK_S)


def main() -> None:
    settings = Settings.from_environment(os.environ)
    log.configure(settings.log_level)
    uvloop.run(work(settings))


if __name__ == "__main__":
    main()
