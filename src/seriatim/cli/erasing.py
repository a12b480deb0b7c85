"""`seriatim erase`: personal data of one event or one scan, for good; the verifiable log stays whole."""

from pathlib import Path

import click

from seriatim import history
from seriatim.app import App
from seriatim.areas import protection
from seriatim.cli.answers import json_line
from seriatim.cli.opening import TERMINAL, on_app
from seriatim.cli.settings import data_option, json_option

reason_option = click.option(
    "--reason", required=True, help="Kept for ever in the audit trail: put no names into it."
)


@click.group()
def erase() -> None:
    """Erase the personal data of one event or one scan, for good. The verifiable log stays whole.

    Example:  seriatim erase event urn:uuid:... --reason "request 17"
    """


@erase.command("event")
@click.argument("event_id")
@reason_option
@data_option
@json_option
def erase_event(event_id: str, reason: str, data: Path | None, as_json: bool) -> None:
    """Erase an event's document and salt. Its entry in the log stays, and so does what the state of units is made of.

    Example:  seriatim erase event urn:uuid:... --reason "request 17"
    """

    async def deed(app: App) -> history.Erased:
        await app.keep_log()
        async with app.database.transaction() as tx:
            return await history.erase(
                tx, event_id, reason=reason, actor=TERMINAL, now=app.environment.clock.now()
            )

    erased = on_app(data, deed)
    if as_json:
        json_line({"event": event_id, "places": erased.places, "held": erased.held})
    elif erased.places:
        places = ", ".join(f"{place:,}" for place in erased.places)
        click.echo(f"Erased. What stands in the verifiable log at {places} counts as erased from now on.")
    elif erased.held:
        click.echo("Erased. It was held for its cause, and had not entered the history.")
    else:
        click.echo("It had been erased before.")


@erase.command("scan")
@click.argument("number", type=int)
@reason_option
@data_option
@json_option
def erase_scan(number: int, reason: str, data: Path | None, as_json: bool) -> None:
    """Erase of a scan all that came from who made it; verdict and time stay.

    Example:  seriatim erase scan 1871263843 --reason "request 17"
    """

    async def deed(app: App) -> None:
        async with app.database.transaction() as tx:
            await protection.erase_scan(
                tx, number, reason=reason, actor=TERMINAL, now=app.environment.clock.now()
            )

    on_app(data, deed)
    if as_json:
        json_line({"scan": number, "erased": True})
    else:
        click.echo("Erased.")
