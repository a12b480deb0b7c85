"""`seriatim serials reconcile`: after a restore, what the database has forgotten, and how issuing goes on."""

import sys
from pathlib import Path
from typing import Any

import click

from seriatim import identity
from seriatim.app import App
from seriatim.cli.opening import TERMINAL, on_app
from seriatim.cli.serials.telling import tell
from seriatim.cli.settings import data_option, json_option


@click.command()
@click.option("--reason", help="Why; kept for ever. Without it the difference is only shown.")
@data_option
@json_option
def reconcile(reason: str | None, data: Path | None, as_json: bool) -> None:
    """After a restore: show what the database has forgotten; with --reason, move the counters past it and issue again.

    Example:  seriatim serials reconcile --reason "restored the backup of Monday"
    """

    async def deed(app: App) -> dict[str, Any]:
        async with app.database.transaction() as tx:
            found = await identity.differs(tx)
            if reason is None:
                return {
                    "frozen": found.is_frozen,
                    "why": found.why,
                    "units": found.units,
                    "ahead": found.ahead,
                }
            done = await identity.reconcile(tx, reason, actor=TERMINAL, now=app.environment.clock.now())
            return {"frozen": False, "epoch": done.epoch, "gaps": done.gaps}

    answer = on_app(data, deed)
    tell(answer, as_json=as_json)
    sys.exit(1 if answer["frozen"] else 0)
