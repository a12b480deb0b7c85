"""`seriatim serials show` and `forecast`: where a serial comes from, how far a product is used, how long it lasts."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from seriatim import identity
from seriatim.app import App
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.cli.opening import TERMINAL, asked, on_app
from seriatim.cli.serials.telling import lease_row, moment, tell
from seriatim.cli.settings import data_option, json_option
from seriatim.identity import Lease, LeaseFilter, LineRunway, Provenance, Runway, SerialPolicy

UUID_CHARACTERS: Final = 36
LEASES_SHOWN: Final = 20


@click.command()
@click.argument("what")
@click.argument("serial", required=False)
@data_option
@json_option
def show(what: str, serial: str | None, data: Path | None, as_json: bool) -> None:
    """Show a lease (by its id), the serials of a product (by its GTIN), or where one serial comes from (GTIN SERIAL).

    Example:  seriatim serials show 09506000134352 K4W8Z0M2RD6T
    """
    if serial is not None:
        _show_serial(what, serial, data, as_json=as_json)
    elif len(what) == UUID_CHARACTERS:
        shown = asked(data, lambda tx, _: identity.known_lease(tx, what))
        tell(lease_row(shown), as_json=as_json)
    else:
        _show_product(what, data, as_json=as_json)


def _show_serial(gtin: str, serial: str, data: Path | None, *, as_json: bool) -> None:
    async def deed(app: App) -> Provenance:
        async with app.database.transaction() as tx:
            return await identity.look_up(
                tx,
                gtin,
                serial,
                actor=TERMINAL,
                now=app.environment.clock.now(),
                master_key=app.environment.master_key,
            )

    found = on_app(data, deed)
    if found.lease is not None:
        tell({"gtin": gtin, "serial": serial, **lease_row(found.lease)}, as_json=as_json)
        return
    words = (
        "may have been issued: the database was set back and has forgotten some"
        if found.is_in_doubt
        else "was never issued here"
    )
    tell(
        {"gtin": gtin, "serial": serial, "lease": None, "is_in_doubt": found.is_in_doubt},
        as_json=as_json,
        words=f"{serial} {words}.",
    )
    sys.exit(1)


def _show_product(gtin: str, data: Path | None, *, as_json: bool) -> None:
    async def both(tx: Transaction, _now: datetime) -> tuple[SerialPolicy, list[Lease]]:
        policy = await identity.policy(tx, gtin)
        page = await identity.leases(tx, LeaseFilter(gtin=policy.gtin), limit=LEASES_SHOWN)
        return policy, list(page.items)

    policy, leases = asked(data, both)
    if as_json:
        names = ("gtin", "gone", "capacity", "left", "guess_chance", "warning")
        tell(
            {
                **{name: getattr(policy, name) for name in names},
                "generations": [_generation(one) for one in policy.generations],
                "leases": [lease_row(one) for one in leases],
            },
            as_json=True,
        )
        return
    console = Console()
    console.print(
        f"{policy.gtin}: {policy.gone:,} of {policy.capacity:,} serials are gone, {policy.left:,} are left. "
        f"{policy.warning}",
        highlight=False,
    )
    table = Table("lease", "line", "serials", "used", "state", "order", box=None, pad_edge=False)
    for one in leases:
        table.add_row(one.id, one.line, f"{one.count:,}", f"{one.used:,}", one.state, one.order_number)
    console.print(table)


def _generation(one: SerialPolicy) -> dict[str, object]:
    names = ("generation", "source", "length", "alphabet", "issued")
    return {**{name: getattr(one, name) for name in names}, "is_current": one.rotated_at is None}


@click.command()
@click.argument("gtin", required=False)
@data_option
@json_option
def forecast(gtin: str | None, data: Path | None, as_json: bool) -> None:
    """How long the serials last: of each product (or of GTIN), and of what each line has at hand.

    Example:  seriatim serials forecast
    """

    async def runways(tx: Transaction, now: datetime) -> tuple[list[Runway], list[LineRunway]]:
        gtins = [gtin] if gtin else await _every_gtin(tx)
        products = [await identity.runway(tx, one, now=now) for one in gtins]
        return products, await identity.line_runways(tx, now=now, gtin=gtin)

    products, lines = asked(data, runways)
    if as_json:
        tell({"products": products, "lines": lines}, as_json=True)
        return
    console = Console()
    console.print(_of_products(products))
    if lines:
        console.print(_of_lines(lines))


async def _every_gtin(tx: Transaction) -> list[str]:
    found: list[str] = []
    while True:
        page = await identity.products(tx, after=found[-1] if found else "", limit=limits.PAGE_ROWS_MAX)
        found += [product.gtin for product in page.items]
        if page.next is None:
            return found


def _of_products(products: list[Runway]) -> Table:
    table = Table("product", "gone", "left", "a day", "lasts until", box=None, pad_edge=False)
    for one in products:
        table.add_row(
            one.gtin, f"{one.issued:,}", f"{one.left:,}", f"{one.leased_per_day:,.0f}", moment(one.ends_at)
        )
    return table


def _of_lines(lines: list[LineRunway]) -> Table:
    table = Table("line", "product", "at hand", "an hour", "ends", "lease now", box=None, pad_edge=False)
    for one in lines:
        table.add_row(
            one.line,
            one.gtin,
            f"{one.left:,}",
            f"{one.used_per_hour:,.0f}",
            moment(one.runs_out_at),
            f"{one.refill:,}" if one.refill else "",
        )
    return table
