"""Where pictures are graded beside the site's other work: a few at once, a few waiting, the rest come again."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, Final, TypeVar

from seriatim.base import limits
from seriatim.base.errors import CannotNow

Done = TypeVar("Done")


class DeskBusy(CannotNow):
    """As many pictures as fit are being graded; send this one again in some seconds."""

    code = "grading_busy"


class Desk:
    """Threads for pictures. Bounded for the whole process, since its memory and cores are what a picture takes."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="grading")
        self._most = at_once + waiting
        self._lock = Lock()
        self._taken = 0

    async def do(self, work: Callable[[], Done]) -> Done:
        """The outcome of `work`, done in a thread. Raises DeskBusy."""
        with self._lock:
            if self._taken >= self._most:
                raise DeskBusy(retry_after_s=limits.GRADING_RETRY_S)
            self._taken += 1
        job = self._threads.submit(work)
        job.add_done_callback(self._left)
        return await asyncio.wrap_future(job)

    def _left(self, _: "Future[Any]") -> None:
        with self._lock:
            self._taken -= 1


DESK: Final = Desk(limits.GRADINGS_AT_ONCE, limits.GRADINGS_WAITING)
"""The one of this process; no thread runs before the first picture."""
