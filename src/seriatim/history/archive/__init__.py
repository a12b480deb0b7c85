"""Old events in files of their own, proved and readable without us; and back again.

    done = await archive.archive_events(database, log, folder, rule, actor=actor, now=now)
    back = await archive.restore_archive(database, log, folder / done[0].name, actor=actor, now=now)

What the events said of units stays: state, containment, standings, duplicates (`history.absent`).
"""

from seriatim.history.archive.actions import (
    Archive,
    Holdings,
    Month,
    Planned,
    Rule,
    TooYoung,
    archive_events,
    archives,
    holdings,
    months,
    plan,
)
from seriatim.history.archive.files import BadArchive, Manifest, check_archive, read_manifest
from seriatim.history.archive.restoring import ArchiveUnknown, restore_archive

__all__ = [
    "Archive",
    "ArchiveUnknown",
    "BadArchive",
    "Holdings",
    "Manifest",
    "Month",
    "Planned",
    "Rule",
    "TooYoung",
    "archive_events",
    "archives",
    "check_archive",
    "holdings",
    "months",
    "plan",
    "read_manifest",
    "restore_archive",
]
