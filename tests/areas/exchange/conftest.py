from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette
from tests.factories.exchange import NOW, Site

from seriatim.areas import exchange
from seriatim.base.clock import StepClock
from seriatim.base.db import Database


@pytest.fixture
def clock() -> StepClock:
    return StepClock(NOW, timedelta(seconds=1))


@pytest.fixture
async def client(db: Database, clock: StepClock) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=exchange.routes(Site(db, clock)))
    transport = httpx.ASGITransport(app=app)
    headers = {"authorization": "Bearer key-integration", "content-type": "application/ld+json"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        yield client
