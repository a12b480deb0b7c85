"""The server's application: pure ASGI, so that Granian and any other server can run it.

    granian --interface asgi seriatim.web.asgi:application

The resolver stands in front and answers scans of Digital Links without touching the framework; everything else goes
to the pages and the API. Settings come from the environment.
"""

import os
import threading
from contextlib import AsyncExitStack
from typing import Any

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from seriatim.app import open_app
from seriatim.base import log, parent
from seriatim.base.settings import Settings
from seriatim.web.site import build_site

LOG = structlog.get_logger("web")


class Application:
    """Opens Seriatim when the server starts, closes it when the server stops."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings
        self._site: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        assert self._site is not None, "the server must run the lifespan protocol"
        await self._site(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        leave_with_parent()
        async with AsyncExitStack() as open_things:
            try:
                settings = self._settings or Settings.from_environment(os.environ)
                log.configure(settings.log_level)
                app = await open_things.enter_async_context(open_app(settings))
                self._site = await open_things.enter_async_context(build_site(app))
            except Exception as error:
                LOG.exception("start_failed")
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            await send({"type": "lifespan.startup.complete"})
            await receive()
        self._site = None
        await send({"type": "lifespan.shutdown.complete"})


def leave_with_parent() -> None:
    """Ends this worker process when the server that started it is killed, so that its port is free again."""

    def watch() -> None:
        wait = threading.Event().wait
        while not parent.is_orphan():
            wait(parent.CHECK_S)
        os._exit(1)

    threading.Thread(target=watch, name="leave-with-parent", daemon=True).start()


application: Any = Application()
