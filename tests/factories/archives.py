"""Archives of the events in a test's database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.factories.log import LOG, everything_numbered
from tests.factories.plant import ANNA, NOW

from seriatim.access import audit_log
from seriatim.access.verifiable_log import LogFolder, publish
from seriatim.base.db import Database
from seriatim.history import archive, event_log

SOURCES = (audit_log.AuditSource(), event_log.EventSource())
KEEP = timedelta(days=365)
LATER = NOW + timedelta(days=400)
"""When everything that was captured at NOW may go."""


@dataclass(frozen=True)
class Shelf:
    """A folder for archives, and the log that proves what is in them."""

    db: Database
    folder: Path
    log: LogFolder

    async def seal(self) -> None:
        """Everything kept so far stands in the log, and under its checkpoint."""
        await everything_numbered(self.db, SOURCES, 1_000)
        await publish(self.db, self.log)

    async def put_away(
        self,
        before: datetime = NOW + timedelta(days=1),
        *,
        part: int = 1_000,
        followed_to: str | None = None,
    ) -> tuple[archive.Archive, ...]:
        """Archives what happened before then, as if it were LATER."""
        await self.seal()
        rule = archive.Rule(before, KEEP, followed_to)
        return await archive.archive_events(
            self.db, self.log, self.folder, rule, actor=ANNA, now=LATER, part=part
        )

    async def bring_back(self, name: str) -> int:
        return await archive.restore_archive(
            self.db, self.log, self.folder / name, actor=ANNA, now=LATER + timedelta(days=1)
        )


def shelf_in(db: Database, folder: Path) -> Shelf:
    return Shelf(db, folder / "archives", LogFolder(folder / "log", LOG))
