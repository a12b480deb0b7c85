"""What the EPCIS doors need from the site: transactions, the caller, the surroundings."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.requests import Request

from seriatim.access import Actor, Callers
from seriatim.app import App
from seriatim.areas import exchange
from seriatim.base.db import Transaction
from seriatim.base.environment import Environment
from seriatim.base.errors import SeriatimError
from seriatim.web.refusals import keep_rejection
from seriatim.web.sessions import actor_of, key_actor_of


class EpcisDoor:
    """The site, as areas/exchange sees it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._callers = Callers(app.database.reading)

    @property
    def environment(self) -> Environment:
        return self._app.environment

    @property
    def carrier(self) -> exchange.subscriptions.Carrier:
        return self._app.carrier

    @asynccontextmanager
    async def transaction(
        self, *, readonly: bool = False, timeout_ms: int | None = None
    ) -> AsyncIterator[Transaction]:
        async with self._app.database.transaction(readonly=readonly, timeout_ms=timeout_ms) as tx:
            yield tx

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        return self._app.database.reading()

    async def caller(self, request: Request) -> Actor:
        known = await key_actor_of(self._app, self._callers, request)
        if known is not None:
            return known
        async with self._app.database.reading() as tx:
            return await actor_of(self._app, tx, request)

    async def keep_rejection(self, door: str, actor: Actor, error: SeriatimError, request: Request) -> None:
        await keep_rejection(self._app, door, actor, error, request)
