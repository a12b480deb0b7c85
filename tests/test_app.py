"""The composition root: what it looks after by itself."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from tests.factories.identities import MASTER, NOW, SERUM, go_back, keep, lend

from seriatim import identity
from seriatim.app import App
from seriatim.base.clock import StepClock
from seriatim.base.db import Database
from seriatim.base.environment import Environment
from seriatim.base.installation import recognise
from seriatim.base.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
async def app(db: Database) -> AsyncIterator[App]:
    async with db.transaction() as tx:
        await recognise(tx, MASTER)
    await keep(db, SERUM)
    assert db.folder is not None
    return App(Environment(Settings(data=db.folder), StepClock(NOW), MASTER), db)


async def test_leases_past_their_time_are_expired_without_anybody_asking(app: App) -> None:
    leases = [await lend(app.database, SERUM.gtin, 1) for _ in range(3)]
    assert isinstance(app.environment.clock, StepClock)
    app.environment.clock.advance(timedelta(days=31))

    found = await app.watch()

    assert not found.is_frozen
    async with app.database.transaction() as tx:
        states = [(await identity.known_lease(tx, lease.id)).state for lease in leases]
    assert states == ["expired"] * 3


async def test_a_database_put_back_under_a_running_server_is_noticed_without_anybody_asking(app: App) -> None:
    await lend(app.database, SERUM.gtin, 10)
    await go_back(app.database, 0)

    assert (await app.watch()).units == 10
    with pytest.raises(identity.IssuingFrozen):
        await lend(app.database, SERUM.gtin, 1)
