"""`seriatim serials`: lease blocks, look at them, see how long they last, go over to another form, bring numbers in."""

import csv
import io
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import click
import msgspec
from rich.console import Console
from rich.table import Table

from seriatim import identity
from seriatim.app import App
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import BadInput
from seriatim.cli.keys import NO_COMMAND, on_app
from seriatim.cli.settings import data_option, json_option
from seriatim.identity import (
    Lease,
    LeaseFilter,
    LineRunway,
    NumberList,
    NumbersRefused,
    Provenance,
    Runway,
    SerialPolicy,
)

UUID_CHARACTERS: Final = 36
FAULTS_SHOWN: Final = 10
Answer = TypeVar("Answer")


@click.group()
def serials() -> None:
    """Serials: lease blocks, see where one comes from and how long they last.

    Example:  seriatim serials lease 09506000134352 1000 --line L3 --out serials.csv
    """


@serials.command("lease")
@click.argument("gtin")
@click.argument("count", type=click.IntRange(1, limits.LEASE_UNITS_MAX))
@click.option("--line", required=True, help="The line that gets them, for ever.")
@click.option("--order", "order_number", default="", help="The order they are for.")
@click.option(
    "--days",
    default=30,
    show_default=True,
    type=click.IntRange(1, 366),
    help="How long it may print from them.",
)
@click.option("--signed", is_flag=True, help="A signed lease for a line PC, as JSON, instead of CSV.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write (default: standard output)."
)
@data_option
@json_option
def lease_command(
    gtin: str,
    count: int,
    line: str,
    order_number: str,
    days: int,
    signed: bool,
    out: Path | None,
    data: Path | None,
    as_json: bool,
) -> None:
    """Lease COUNT serials of a product to a line, and write them; they are told this one time.

    Example:  seriatim serials lease 09506000134352 1000 --line L3 --out serials.csv
    """
    if out is not None and out.exists():
        raise BadInput(
            f"{out} is there already; serials are told once, so nothing is written over. Choose another name."
        )

    async def deed(app: App) -> tuple[Lease, list[str], bytes]:
        now = app.environment.clock.now()
        key = app.environment.master_key
        async with app.database.transaction() as tx:
            lent = await identity.lease(
                tx,
                gtin,
                count,
                line=line,
                order_number=order_number,
                actor=NO_COMMAND,
                now=now,
                master_key=key,
                valid_for=timedelta(days=days),
            )
            made = await identity.serials_in(tx, lent, key)
            policy = await identity.policy(tx, gtin)
            statement = (
                identity.sign_lease(
                    lent, policy, made, organisation=app.settings.public_url, master_key=key, now=now
                )
                if signed
                else None
            )
        return lent, made, msgspec.json.encode(statement)

    lent, made, statement = on_app(data, deed)
    if signed and not as_json:
        _write(out, statement.decode() + "\n")
    elif as_json:
        document = {
            "id": lent.id,
            "gtin": lent.gtin,
            "count": lent.count,
            "line": lent.line,
            "expires_at": lent.expires_at,
            "serials": made,
        }
        if signed:
            document["statement"] = msgspec.Raw(statement)
        _write(out, msgspec.json.encode(document).decode() + "\n")
    else:
        _write(out, _sheet(lent, made))
    if out is not None:
        click.echo(f"Lease {lent.id}: {lent.count:,} serials for {lent.line} in {out}.", err=True)


@serials.command()
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
        shown = _asked(data, lambda tx, _: identity.known_lease(tx, what))
        _print(_lease_row(shown), as_json=as_json)
    else:
        _show_product(what, data, as_json=as_json)


def _show_serial(gtin: str, serial: str, data: Path | None, *, as_json: bool) -> None:
    async def deed(app: App) -> Provenance:
        async with app.database.transaction() as tx:
            return await identity.look_up(
                tx,
                gtin,
                serial,
                actor=NO_COMMAND,
                now=app.environment.clock.now(),
                master_key=app.environment.master_key,
            )

    found = on_app(data, deed)
    if found.lease is None:
        words = (
            "may have been issued: the database was set back and has forgotten some"
            if found.is_in_doubt
            else "was never issued here"
        )
        _print(
            {"gtin": gtin, "serial": serial, "lease": None, "is_in_doubt": found.is_in_doubt},
            as_json=as_json,
            words=f"{serial} {words}.",
        )
        sys.exit(1)
    _print({"gtin": gtin, "serial": serial, **_lease_row(found.lease)}, as_json=as_json)


def _show_product(gtin: str, data: Path | None, *, as_json: bool) -> None:
    async def both(tx: Transaction, _now: datetime) -> tuple[SerialPolicy, list[Lease]]:
        policy = await identity.policy(tx, gtin)
        page = await identity.leases(tx, LeaseFilter(gtin=policy.gtin), limit=20)
        return policy, list(page.items)

    policy, leases = _asked(data, both)
    generations = [
        {
            "generation": one.generation,
            "source": one.source,
            "length": one.length,
            "alphabet": one.alphabet,
            "issued": one.issued,
            "is_current": one.rotated_at is None,
        }
        for one in policy.generations
    ]
    if as_json:
        rows = [_lease_row(one) for one in leases]
        _print(
            {
                "gtin": policy.gtin,
                "gone": policy.gone,
                "capacity": policy.capacity,
                "left": policy.left,
                "guess_chance": policy.guess_chance,
                "warning": policy.warning,
                "generations": generations,
                "leases": rows,
            },
            as_json=True,
        )
        return
    console = Console()
    console.print(
        f"{policy.gtin}: {policy.gone:,} of {policy.capacity:,} serials are gone, {policy.left:,} are left. {policy.warning}",
        highlight=False,
    )
    table = Table("lease", "line", "serials", "used", "state", "order", box=None, pad_edge=False)
    for one in leases:
        table.add_row(one.id, one.line, f"{one.count:,}", f"{one.used:,}", one.state, one.order_number)
    console.print(table)


@serials.command()
@click.argument("gtin", required=False)
@data_option
@json_option
def forecast(gtin: str | None, data: Path | None, as_json: bool) -> None:
    """How long the serials last: of each product (or of GTIN), and of what each line has at hand.

    Example:  seriatim serials forecast
    """

    async def asked(tx: Transaction, now: datetime) -> tuple[list[Runway], list[LineRunway]]:
        gtins = (
            [gtin]
            if gtin
            else [one.gtin for one in (await identity.products(tx, limit=limits.PAGE_ROWS_MAX)).items]
        )
        products = [await identity.runway(tx, one, now=now) for one in gtins]
        return products, await identity.line_runways(tx, now=now, gtin=gtin)

    products, lines = _asked(data, asked)
    if as_json:
        _print({"products": products, "lines": lines}, as_json=True)
        return
    console = Console()
    table = Table("product", "gone", "left", "a day", "lasts until", box=None, pad_edge=False)
    for one in products:
        table.add_row(
            one.gtin, f"{one.issued:,}", f"{one.left:,}", f"{one.leased_per_day:,.0f}", _day(one.ends_at)
        )
    console.print(table)
    if lines:
        at_hand = Table(
            "line", "product", "at hand", "an hour", "ends", "lease now", box=None, pad_edge=False
        )
        for each in lines:
            at_hand.add_row(
                each.line,
                each.gtin,
                f"{each.left:,}",
                f"{each.used_per_hour:,.0f}",
                _day(each.runs_out_at),
                f"{each.refill:,}" if each.refill else "",
            )
        console.print(at_hand)


@serials.command("end")
@click.argument("lease_id")
@click.argument("state", type=click.Choice(["used", "returned", "void"]))
@click.option("--used", type=click.IntRange(0), help="How many were used, counted from the first.")
@click.option("--reason", default="", help="Why; void needs one.")
@data_option
@json_option
def end_command(
    lease_id: str, state: identity.EndState, used: int | None, reason: str, data: Path | None, as_json: bool
) -> None:
    """End a lease: used up, returned or void; nobody gets its rest again.

    Example:  seriatim serials end 0190... returned --used 480
    """

    async def deed(app: App) -> Lease:
        async with app.database.transaction() as tx:
            return await identity.end_lease(
                tx,
                lease_id,
                state,
                used=used,
                reason=reason,
                actor=NO_COMMAND,
                now=app.environment.clock.now(),
            )

    _print(_lease_row(on_app(data, deed)), as_json=as_json)


@serials.command()
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
                actor=NO_COMMAND,
                now=app.environment.clock.now(),
            )

    now_issuing = on_app(data, deed)
    _print(
        {
            "gtin": now_issuing.gtin,
            "generation": now_issuing.generation,
            "source": now_issuing.source,
            "left": now_issuing.left,
        },
        as_json=as_json,
    )


@serials.command()
@json_option
def presets(as_json: bool) -> None:
    """List the forms of serials to choose from.

    Example:  seriatim serials presets
    """
    if as_json:
        _print(
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


@serials.command("import")
@click.argument("gtin")
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--issuer", required=True, help="Who issued the numbers.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="After this day they may not be leased.")
@data_option
@json_option
def import_command(
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
                    actor=NO_COMMAND,
                    now=now,
                    master_key=app.environment.master_key,
                )

    try:
        kept = on_app(data, deed)
    except NumbersRefused as refused:
        for fault in refused.facts["faults"][:FAULTS_SHOWN]:
            click.echo(f"{file}:{fault['line']}: {fault['code']}: {fault['number']}", err=True)
        raise
    _print({"id": kept.id, "gtin": kept.gtin, "count": kept.count, "issuer": kept.issuer}, as_json=as_json)


@serials.command()
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
            done = await identity.reconcile(tx, reason, actor=NO_COMMAND, now=app.environment.clock.now())
            return {"frozen": False, "epoch": done.epoch, "gaps": done.gaps}

    answer = on_app(data, deed)
    _print(answer, as_json=as_json)
    sys.exit(1 if answer["frozen"] else 0)


def _asked(data: Path | None, question: Any) -> Any:
    """The answer of a question that changes nothing: `question(tx, now)`."""

    async def deed(app: App) -> Any:
        async with app.database.transaction(readonly=True) as tx:
            return await question(tx, app.environment.clock.now())

    return on_app(data, deed)


def _lease_row(one: Lease) -> dict[str, Any]:
    """A lease without its counters: these never leave the server."""
    return {
        "id": one.id,
        "gtin": one.gtin,
        "line": one.line,
        "order_number": one.order_number,
        "count": one.count,
        "used": one.used,
        "state": one.state,
        "granted_at": one.granted_at,
        "expires_at": one.expires_at,
    }


def _print(answer: Any, *, as_json: bool, words: str | None = None) -> None:
    if as_json:
        click.echo(msgspec.json.encode(answer).decode())
    elif words is not None:
        click.echo(words)
    else:
        for name, value in msgspec.to_builtins(answer).items():
            click.echo(f"{name:<14} {value}")


def _write(out: Path | None, text: str) -> None:
    if out is None:
        click.echo(text, nl=False)
    else:
        with out.open("x", encoding="utf-8", newline="") as file:
            file.write(text)


def _sheet(lent: Lease, made: list[str]) -> str:
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(("gtin", "serial", "bracketed"))
    sheet.writerows((lent.gtin, one, f"(01){lent.gtin}(21){one}") for one in made)
    return text.getvalue()


def _day(moment: datetime | None) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M} UTC" if moment else "no end in sight"
