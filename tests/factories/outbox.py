"""Letting a dispatcher catch up, however busy the server is."""

import asyncio

from seriatim.base.outbox import Dispatcher


async def everything_heard(dispatcher: Dispatcher) -> None:
    """Until no message waits.

    One round may not be enough: a transaction of any other test's database on the same server holds the horizon back.
    """
    await dispatcher.run_once()
    while any((await dispatcher.ages()).values()):
        await asyncio.sleep(0.002)
        await dispatcher.run_once()
