"""A refusal is a row, whoever asked: the API and the pages keep theirs here."""

from starlette.requests import Request

from seriatim import access
from seriatim.access import Actor
from seriatim.app import App
from seriatim.base.errors import SeriatimError
from seriatim.base.pace import network_of


async def keep_refusal(app: App, door: str, actor: Actor, error: SeriatimError, raw: bytes) -> None:
    """A refusal is a row, in a transaction of its own: the one of the refused change was rolled back."""
    now = app.environment.clock.now()
    refusal = access.Refusal(door=door, code=error.code, reason=error.message, raw=raw, actor=actor, at=now)
    async with app.database.transaction() as tx:
        await access.refuse(tx, refusal)


async def keep_rejection(app: App, door: str, actor: Actor, error: SeriatimError, request: Request) -> None:
    """Somebody without a key or without the right is a row, too, but at a pace: strangers must not fill the disk.

    What was sent is not kept: it may be a secret that was shown at the wrong door.
    """
    now = app.environment.clock.now()
    network = address_of(request)
    if app.refusals_of_one.admits(network, now) and app.refusals.admits("", now):
        await keep_refusal(app, door, actor, error, b"")


def address_of(request: Request) -> str:
    """Who asks, as a pace knows it: the address, of IPv6 the /64."""
    return network_of(request.client.host if request.client else "")
