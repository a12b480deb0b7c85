"""`seriatim serials lease` and `end`: a block of serials goes to a line, and is over."""

import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple, TextIO

import click
import msgspec

from seriatim import identity
from seriatim.app import App
from seriatim.base import limits
from seriatim.base.errors import BadInput
from seriatim.cli.opening import TERMINAL, on_app
from seriatim.cli.serials.telling import lease_row, tell
from seriatim.cli.settings import data_option, json_option
from seriatim.identity import Lease

PRIVATE: Final = 0o600
"""Serials that no unit bears yet are nobody's to read."""


class Asked(NamedTuple):
    """A block that somebody wants."""

    gtin: str
    units: int
    line: str
    order_number: str
    days: int


class Granted(NamedTuple):
    """A new lease and its serials, told this one time."""

    lease: Lease
    serials: list[str]
    signed: identity.SignedLease | None


@click.command()
@click.argument("gtin")
@click.argument("count", type=click.IntRange(1, limits.LEASE_UNITS_MAX))
@click.option("--line", required=True, help="The line that gets them, for ever.")
@click.option("--order", "order_number", default="", help="The order they are for.")
@click.option(
    "--days",
    default=30,
    show_default=True,
    type=click.IntRange(1, identity.LEASE_FOR_MAX.days),
    help="How long it may print from them.",
)
@click.option(
    "--signed",
    is_flag=True,
    help="For a line PC: the serials and a signed statement about them, as JSON, instead of CSV.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write (default: standard output)."
)
@data_option
@json_option
def lease(
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
    asked = Asked(gtin, count, line, order_number, days)
    if out is None:
        click.echo(_document(_granted(asked, data, signed=signed), as_json=as_json), nl=False)
        return
    # The file first: a folder that cannot be written must say so before the serials are gone.
    with _new_file(out) as file:
        try:
            granted = _granted(asked, data, signed=signed)
        except BaseException:
            out.unlink()
            raise
        _write(file, _document(granted, as_json=as_json), granted.lease, out)
    lent = granted.lease
    click.echo(f"Lease {lent.id}: {lent.count:,} serials for {lent.line} in {out}.", err=True)


def _granted(asked: Asked, data: Path | None, *, signed: bool) -> Granted:
    async def deed(app: App) -> Granted:
        now, key = app.environment.clock.now(), app.environment.master_key
        async with app.database.transaction() as tx:
            lent = await identity.lease(
                tx,
                asked.gtin,
                asked.units,
                line=asked.line,
                order_number=asked.order_number,
                actor=TERMINAL,
                now=now,
                master_key=key,
                valid_for=timedelta(days=asked.days),
            )
            made = await identity.serials_in(tx, lent, key)
            if not signed:
                return Granted(lent, made, None)
            along = await identity.signed_lease(
                tx, lent, made, organisation=app.settings.public_url, master_key=key, now=now
            )
        return Granted(lent, made, along)

    return on_app(data, deed)


def _document(granted: Granted, *, as_json: bool) -> str:
    lent, made, signed = granted
    if as_json:
        told = {name: getattr(lent, name) for name in ("id", "gtin", "count", "line", "expires_at")}
        statement = {"statement": signed.statement} if signed else {}
        return msgspec.json.encode({**told, "serials": made, **statement}).decode() + "\n"
    return msgspec.json.encode(signed).decode() + "\n" if signed else identity.sheet_of(lent, made)


def _new_file(out: Path) -> TextIO:
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE)
    except FileExistsError as error:
        raise BadInput(
            f"{out} is there already; serials are told once, so nothing is written over. Choose another name."
        ) from error
    return os.fdopen(handle, "w", encoding="utf-8", newline="")


def _write(file: TextIO, document: str, lent: Lease, out: Path) -> None:
    try:
        file.write(document)
        file.flush()
        os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            file.close()  # it would try to write the rest once more
        raise click.ClickException(
            f"{out}: {error.strerror}. Its serials are told no second time: end lease {lent.id} as void, and lease again."
        ) from error


@click.command()
@click.argument("lease_id")
@click.argument("state", type=click.Choice(["used", "returned", "void"]))
@click.option("--used", type=click.IntRange(0), help="How many were used, counted from the first.")
@click.option("--reason", default="", help="Why; void needs one.")
@data_option
@json_option
def end(
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
                actor=TERMINAL,
                now=app.environment.clock.now(),
            )

    tell(lease_row(on_app(data, deed)), as_json=as_json)
