from collections.abc import AsyncIterator

import pytest
from tests.factories.site import Site, open_site

from seriatim.base.db import Database


@pytest.fixture
async def site(db: Database) -> AsyncIterator[Site]:
    async with open_site(db) as site:
        yield site
