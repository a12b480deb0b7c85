"""The whole site over a test's database, and callers in front of it: keys, people, strangers."""

import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from tests.factories.plant import MASTER_KEY, NOW

from seriatim import access
from seriatim.access import Role
from seriatim.app import App
from seriatim.base.clock import StepClock
from seriatim.base.db import Database
from seriatim.base.environment import Environment
from seriatim.base.settings import Settings
from seriatim.web.sessions import cookie_name
from seriatim.web.site import build_site

PUBLIC_URL = "http://id.brand.example"
PASSWORD = "a long walk by the sea"


@dataclass
class Site:
    """The site, and who stands in front of it."""

    app: App
    asgi: Any
    clock: StepClock
    _clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, *, address: str = "192.0.2.7", **options: Any) -> httpx.AsyncClient:
        """A caller without a key; an error of ours is an answer, not an exception of the test."""
        transport = httpx.ASGITransport(self.asgi, raise_app_exceptions=False, client=(address, 4711))
        client = httpx.AsyncClient(transport=transport, base_url=self.app.settings.public_url, **options)
        self._clients.append(client)
        return client

    async def with_key(self, role: Role) -> httpx.AsyncClient:
        """A caller with a key of this role."""
        async with self.app.database.transaction() as tx:
            key = await access.create_key(tx, role, role, actor=access.SYSTEM, now=self.clock.now())
        return self.client(headers={"authorization": f"Bearer {key.secret}"})

    async def person(
        self, email: str = "ana@alboral.example", role: Role = "quality", password: str = PASSWORD
    ) -> str:
        """Somebody who may sign in; the e-mail."""
        async with self.app.database.transaction() as tx:
            ana = await access.add_person(tx, email, "Ana", role, actor=access.SYSTEM, now=self.clock.now())
            await access.set_password(tx, ana.id, password, actor=access.SYSTEM, now=self.clock.now())
        return email

    async def once_link(self, email: str = "ana@alboral.example", role: Role = "quality") -> str:
        """The path of a one-time link for somebody new."""
        async with self.app.database.transaction() as tx:
            ana = await access.add_person(tx, email, "Ana", role, actor=access.SYSTEM, now=self.clock.now())
            secret = await access.make_once_link(tx, "set_password", ana.id, now=self.clock.now())
        return f"/welcome/{secret}"

    async def signed_in(self, role: Role = "quality") -> tuple[httpx.AsyncClient, str]:
        """A browser with a session of this role, and the token of its forms."""
        async with self.app.database.transaction() as tx:
            ana = await access.add_person(
                tx, f"{role}@alboral.example", "Ana", role, actor=access.SYSTEM, now=self.clock.now()
            )
            secret = await access.start_session(tx, ana.id, now=self.clock.now())
        return self.client(cookies={cookie_name(self.app): secret}), access.csrf_of(secret)

    async def count(self, table: str) -> int:
        async with self.app.database.transaction(readonly=True) as tx:
            number: int = await tx.value(f'select count(*) from "{table}"')
        return number


@contextlib.asynccontextmanager
async def open_site(db: Database, *, public_url: str = PUBLIC_URL) -> AsyncIterator[Site]:
    """The site on a clock that moves a second each time it is asked."""
    clock = StepClock(NOW, timedelta(seconds=1))
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(data=Path(data), public_url=public_url)
        app = App(Environment(settings, clock, MASTER_KEY), db)
        async with build_site(app) as asgi:
            site = Site(app, asgi, clock)
            yield site
            for client in site._clients:
                await client.aclose()
