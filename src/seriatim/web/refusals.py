"""A refusal is a row, whoever asked: the API and the pages keep theirs here."""

from seriatim import access
from seriatim.access import Actor
from seriatim.app import App
from seriatim.base.errors import SeriatimError


async def keep_refusal(app: App, door: str, actor: Actor, error: SeriatimError, raw: bytes) -> None:
    """A refusal is a row, in a transaction of its own: the one of the refused change was rolled back."""
    now = app.environment.clock.now()
    refusal = access.Refusal(door=door, code=error.code, reason=error.message, raw=raw, actor=actor, at=now)
    async with app.database.transaction() as tx:
        await access.refuse(tx, refusal)
