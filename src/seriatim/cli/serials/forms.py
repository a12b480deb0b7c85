"""`seriatim serials rotate`, `presets` and `import`: in which form a product gets its serials, and from whom."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from seriatim import identity
from seriatim.app import App
from seriatim.cli.opening import TERMINAL, on_app
from seriatim.cli.serials.telling import tell
from seriatim.cli.settings import data_option, json_option
from seriatim.identity import NumberList, NumbersRefused, SerialPolicy

FAULTS_SHOWN: Final = 10


@click.command()
@click.argument("gtin")
@click.option("--preset", "preset_name", help="The form from now on; seriatim serials presets lists them.")
@click.option("--imported", is_flag=True, help="Numbers come from outside from now on.")
@click.option("--reason", required=True, help="Why; kept for ever.")
@data_option
@json_option
def rotate(
    gtin: str, preset_name: str | None, imported: bool, reason: str, data: Path | None, as_json: bool
) -> None:
    """Begin the next generation of a product's serials: a fresh key, the same form or another.

    Example:  seriatim serials rotate 09506000134352 --preset no_words --reason "words on labels"
    """
    form = identity.preset(preset_name).form if preset_name else None

    async def deed(app: App) -> SerialPolicy:
        async with app.database.transaction() as tx:
            return await identity.rotate(
                tx,
                gtin,
                reason=reason,
                form=form,
                source="imported" if imported else "keyed",
                actor=TERMINAL,
                now=app.environment.clock.now(),
            )

    begun = on_app(data, deed)
    tell(
        {name: getattr(begun, name) for name in ("gtin", "generation", "source", "left")},
        as_json=as_json,
    )


@click.command()
@json_option
def presets(as_json: bool) -> None:
    """List the forms of serials to choose from.

    Example:  seriatim serials presets
    """
    if as_json:
        tell(
            [
                {"name": one.name, "title": one.title, "about": one.about, "capacity": one.form.capacity}
                for one in identity.PRESETS
            ],
            as_json=True,
        )
        return
    table = Table("name", "form", "at most", "for", box=None, pad_edge=False)
    for one in identity.PRESETS:
        table.add_row(one.name, one.title, f"{one.form.capacity:,}", one.about)
    Console().print(table)


@click.command("import")
@click.argument("gtin")
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--issuer", required=True, help="Who issued the numbers.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="After this day they may not be leased.")
@data_option
@json_option
def import_numbers(
    gtin: str, file: Path, issuer: str, expires: datetime | None, data: Path | None, as_json: bool
) -> None:
    """Bring in numbers that somebody outside issued, one a line; all are kept, or none.

    Example:  seriatim serials import 09506000134352 numbers.txt --issuer "National agency" --expires 2027-05-31
    """

    async def deed(app: App) -> NumberList:
        now = app.environment.clock.now()
        until = expires.replace(tzinfo=now.tzinfo) + timedelta(days=1) if expires else None
        with file.open("rb") as numbers:
            async with app.database.transaction() as tx:
                return await identity.import_numbers(
                    tx,
                    gtin,
                    numbers,
                    issuer=issuer,
                    expires_at=until,
                    actor=TERMINAL,
                    now=now,
                    master_key=app.environment.master_key,
                )

    try:
        kept = on_app(data, deed)
    except NumbersRefused as refused:
        for fault in refused.facts["faults"][:FAULTS_SHOWN]:
            click.echo(f"{file}:{fault['line']}: {fault['code']}: {fault['number']}", err=True)
        raise
    tell({name: getattr(kept, name) for name in ("id", "gtin", "count", "issuer")}, as_json=as_json)
