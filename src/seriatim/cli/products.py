"""`seriatim products`: master data from a file."""

import csv
import io
from pathlib import Path
from typing import Any

import click
import msgspec

from seriatim import identity
from seriatim.app import App
from seriatim.base.errors import BadInput, SeriatimError
from seriatim.cli.answers import json_line
from seriatim.cli.opening import TERMINAL, on_app
from seriatim.cli.settings import data_option, json_option
from seriatim.identity import Product


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The TOML form: `[[products]]` tables."""

    products: list[Product]


@click.group()
def products() -> None:
    """Products: import from a file, list.

    Example:  seriatim products import products.csv
    """


@products.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@data_option
@json_option
def import_products(file: Path, data: Path | None, as_json: bool) -> None:
    """Keep the products of a TOML, JSON or CSV file; all or none.

    A CSV has a header with the names of the fields; markets are parted by blanks.

    Example:  seriatim products import examples/pilot/products.toml
    """
    found = read_products(file)

    async def deed(app: App) -> identity.Saved:
        async with app.database.transaction() as tx:
            return await identity.save_products(tx, found, actor=TERMINAL, now=app.environment.clock.now())

    saved = on_app(data, deed)
    if as_json:
        json_line(saved._asdict())
        return
    click.echo(f"{len(saved.created)} new products, {len(saved.changed)} changed.")


@products.command("list")
@data_option
@json_option
def list_products(data: Path | None, as_json: bool) -> None:
    """List the products.

    Example:  seriatim products list --json
    """

    async def deed(app: App) -> list[Product]:
        async with app.database.transaction(readonly=True) as tx:
            rows: list[Product] = []
            after = ""
            while True:
                page = await identity.products(tx, after=after)
                rows += page.items
                if page.next is None:
                    return rows
                after = rows[-1].gtin

    rows = on_app(data, deed)
    if as_json:
        json_line(rows)
        return
    for product in rows:
        click.echo(f"{product.gtin}  {product.brand}  {product.name}")
    if not rows:
        click.echo("No products yet. Import some:  seriatim products import examples/pilot/products.toml")


def read_products(file: Path) -> list[Product]:
    """The products in a file; raises BadInput naming the row and the field."""
    raw = file.read_bytes()
    try:
        match file.suffix.lower():
            case ".toml":
                return msgspec.toml.decode(raw, type=Catalogue).products
            case ".json":
                return msgspec.json.decode(raw, type=list[Product])
            case ".csv":
                return _from_csv(raw)
            case other:
                raise BadInput(f"{file} ends in {other or 'nothing'}; give a .toml, .json or .csv file.")
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: {error}.") from error


def _from_csv(raw: bytes) -> list[Product]:
    rows = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    found = []
    for number, row in enumerate(rows, start=2):
        values: dict[str, Any] = {name: value for name, value in row.items() if value not in {None, ""}}
        if "markets" in values:
            values["markets"] = values["markets"].split()
        try:
            found.append(msgspec.convert(values, Product, strict=False))
        except (msgspec.ValidationError, SeriatimError) as error:
            raise BadInput(f"row {number}: {error}") from error
    return found
