"""How a command opens Seriatim, before the first start or beside a running server, and who it is in the audit trail."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import uvloop

from seriatim import access
from seriatim.app import App, open_app
from seriatim.base.db import Transaction
from seriatim.cli.settings import settings_from

Answer = TypeVar("Answer")

TERMINAL: Final = access.Actor(kind="system", id="terminal", name="Terminal", role="administrator")
"""Whoever sits at the machine itself, with its data folder and master key: nothing is out of reach from there."""


def on_app(data: Path | None, deed: Callable[[App], Awaitable[Answer]]) -> Answer:
    """Opens Seriatim, does the deed, and leaves a running server untouched."""

    async def run() -> Answer:
        async with open_app(settings_from(data)) as app:
            return await deed(app)

    return uvloop.run(run())


def asked(data: Path | None, question: Callable[[Transaction, datetime], Awaitable[Answer]]) -> Answer:
    """The answer to a question that changes nothing: `question(tx, now)`."""

    async def deed(app: App) -> Answer:
        async with app.database.transaction(readonly=True) as tx:
            return await question(tx, app.environment.clock.now())

    return on_app(data, deed)
