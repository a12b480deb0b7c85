"""`seriatim keys`: API keys, before the first start or beside a running server."""

from pathlib import Path
from typing import get_args

import click
import msgspec

from seriatim import access
from seriatim.access import Role
from seriatim.app import App
from seriatim.cli.answers import json_line
from seriatim.cli.opening import TERMINAL, on_app
from seriatim.cli.settings import data_option, json_option


@click.group()
def keys() -> None:
    """API keys: create, list, revoke.

    Example:  seriatim keys create --role integration --name "ERP"
    """


@keys.command()
@click.option("--role", type=click.Choice(get_args(Role)), required=True, help="What the key may do.")
@click.option("--name", default="", help="What the key is for.")
@data_option
@json_option
def create(role: Role, name: str, data: Path | None, as_json: bool) -> None:
    """Create a key; its secret is shown once.

    Example:  seriatim keys create --role integration --name "ERP" --json
    """

    async def deed(app: App) -> access.NewKey:
        async with app.database.transaction() as tx:
            return await access.create_key(
                tx, role, name or role, actor=TERMINAL, now=app.environment.clock.now()
            )

    key = on_app(data, deed)
    if as_json:
        json_line({"id": key.id, "secret": key.secret})
        return
    click.echo(f"Key {key.id} for {role}. Keep the secret now; it is not shown again:\n\n  {key.secret}\n")
    click.echo("Send it as:  Authorization: Bearer SECRET")


@keys.command("list")
@data_option
@json_option
def list_keys(data: Path | None, as_json: bool) -> None:
    """List the keys, without their secrets.

    Example:  seriatim keys list
    """

    async def deed(app: App) -> list[access.Key]:
        async with app.database.transaction(readonly=True) as tx:
            return list(await access.keys(tx))

    rows = on_app(data, deed)
    if as_json:
        json_line(rows)
        return
    for key in rows:
        state = "revoked" if key.revoked_at else "active"
        click.echo(f"{key.id}  {key.role:17} {state:8} {key.created_at:%Y-%m-%d}  {key.name}")
    if not rows:
        click.echo('No keys yet. Make one:  seriatim keys create --role integration --name "ERP"')


@keys.command()
@click.argument("key_id", metavar="ID")
@data_option
@json_option
def revoke(key_id: str, data: Path | None, as_json: bool) -> None:
    """Revoke a key; it stops working at once.

    Example:  seriatim keys revoke k7f3m2
    """

    async def deed(app: App) -> None:
        async with app.database.transaction() as tx:
            await access.revoke_key(tx, key_id, actor=TERMINAL, now=app.environment.clock.now())

    on_app(data, deed)
    click.echo(
        msgspec.json.encode({"id": key_id, "revoked": True}).decode()
        if as_json
        else f"Key {key_id} is revoked."
    )
