"""`seriatim serve`: the server and its worker, over the embedded database or the one that is set."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import click
import uvloop
from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

from seriatim import access
from seriatim.app import App, open_app
from seriatim.base import parent
from seriatim.base.errors import CannotNow
from seriatim.base.settings import Settings
from seriatim.cli.settings import data_option, settings_from

ADMINISTRATOR_EMAIL = "administrator@seriatim.local"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8470, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@data_option
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Server processes.")
def serve(host: str, port: int, data: Path | None, workers: int) -> None:
    """Serve the console, the line, the API and the resolver.

    The first start prints a one-time link that sets the administrator's password.

    Example:  seriatim serve --port 8470 --data ./seriatim-data
    """
    require_free_port(host, port)
    settings = settings_from(data, public_url=public_url(host, port))
    link = uvloop.run(first_link(settings))
    if link:
        click.echo(f"Set the administrator's password (the link works once):\n\n  {link}\n")
    run_server(settings, host, port, workers)


class PortTaken(CannotNow):
    """Another program listens at this port; choose another by --port."""

    code = "port_taken"


def require_free_port(host: str, port: int) -> None:
    """Raises PortTaken. The server shares its port among its processes, so it would share it with another one, too."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # a server that just ended is no hindrance
            probe.bind(address)
    except OSError as error:
        raise PortTaken(
            f"Nothing can listen at {host}:{port} ({error.strerror}); end the program that does, "
            "or choose another by --port."
        ) from error


def public_url(host: str, port: int) -> str | None:
    """The address printed in codes, unless the environment says another."""
    if os.environ.get("SERIATIM_PUBLIC_URL"):
        return None
    return f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0', '::'} else host}:{port}"  # noqa: S104 -- compared, not bound


async def first_link(settings: Settings) -> str | None:
    """The one-time link of the first start; None once somebody has set a password."""
    async with open_app(settings) as app:
        return await administrator_link(app)


async def administrator_link(app: App) -> str | None:
    """Makes the administrator when there are no people, and a link while nobody can sign in."""
    now = app.environment.clock.now()
    async with app.database.transaction() as tx:
        if await access.somebody_can_sign_in(tx):
            return None
        people = [
            person
            for person in await access.people(tx)
            if person.role == "administrator" and person.disabled_at is None
        ]
        if people:
            person = people[0]
        else:
            person = await access.add_person(
                tx, ADMINISTRATOR_EMAIL, "Administrator", "administrator", actor=access.SYSTEM, now=now
            )
        secret = await access.make_once_link(tx, "set_password", person.id, now=now)
    return f"{app.settings.public_url}/welcome/{secret}"


def run_server(settings: Settings, host: str, port: int, workers: int) -> None:
    """Runs until stopped; server processes and the worker end with this process, also when it is killed."""
    require_free_port(host, port)
    os.environ.update(environment_of(settings) | parent.mark())
    worker = subprocess.Popen([sys.executable, "-m", "seriatim.worker"], stdin=subprocess.DEVNULL)
    try:
        server = Granian(
            "seriatim.web.asgi:application",
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            loop=Loops.uvloop,
            workers=workers,
            log_level=LogLevels.warning,
            log_access=False,
            workers_kill_timeout=10,
            backlog=2048,
        )
        server.serve()
    finally:
        worker.terminate()
        worker.wait(timeout=15)


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as the environment of the server's processes."""
    values = {
        "SERIATIM_DATABASE_URL": settings.database_url,
        "SERIATIM_DATA": str(settings.data.resolve()),
        "SERIATIM_PUBLIC_URL": settings.public_url,
        "SERIATIM_MASTER_KEY_FILE": str(settings.master_key_file.resolve()),
        "SERIATIM_WITNESSES": settings.witnesses,
        "SERIATIM_LOG_LEVEL": settings.log_level,
        "SERIATIM_WEBHOOK_NETWORKS": settings.webhook_networks,
    }
    return {name: value for name, value in values.items() if value}
