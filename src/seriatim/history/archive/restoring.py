"""Brings the events of an archive back, byte for byte, when they are proved to be those that this database has logged."""

import base64
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from seriatim.access import Actor, audit
from seriatim.access.verifiable_log import LogFolder, places_of
from seriatim.access.verifiable_log.entries import sealed_in
from seriatim.base import limits
from seriatim.base.db import Database, Transaction
from seriatim.base.errors import Refused
from seriatim.history.archive import files
from seriatim.history.archive.actions import PROVED, SQL, Progress
from seriatim.history.archive.files import Archived, BadArchive
from seriatim.history.event_log import KIND

RETURNED: Final = "Events brought back"
STAGED: Final = """id bigint, strict_hash bytea, declares_error boolean, event_id text, type text, action text,
    biz_step text, disposition text, read_point text, biz_location text, event_time timestamptz,
    event_time_zone_offset text, record_time timestamptz, document bytea, captured_by text, tx text, salt bytea"""
COLUMNS: Final = tuple(column.split()[0] for column in STAGED.split(","))


class ArchiveUnknown(Refused):
    """This archive is not one of this database, or not as it was written."""

    code = "archive_unknown"


async def restore_archive(
    database: Database,
    log: LogFolder,
    path: Path,
    *,
    actor: Actor,
    now: datetime,
    told: Progress = lambda _step, _done, _of: None,
) -> int:
    """Brings the events of an archive back, byte for byte; answers how many had been away.

    Again is harmless. The archive is proved first, and each event is compared with its entry in this database's own log.
    What was erased since stays erased. Raises ArchiveUnknown, BadArchive, OSError.
    """
    async with database.transaction(readonly=True) as tx:
        known = await tx.row(SQL.archive_named, path.name)
    if known is None or known["sha256"] != files.digest_of(path):
        raise ArchiveUnknown(f"{path} is not an archive of this database, or not as it was written.")
    key = str(log.signer.key)
    files.check_archive(path, log_key=key, told=lambda done, of: told(PROVED, done, of))
    manifest, back = files.read_manifest(path), 0
    async with database.transaction(timeout_ms=limits.IMPORT_MS) as tx:
        for page in files.read_archive(path, manifest):
            await _compare(tx, path, page)
            await tx.copy_to_staging("staging_history_restored", STAGED, COLUMNS, map(_record_of, page))
            back += await tx.execute(SQL.bring_back, known["id"])
            told(RETURNED, back, manifest.events)
        if back:
            await tx.execute(SQL.restored, known["id"], now)
            await audit(tx, actor, "history.restore", path.name, {"events": back}, now)
    return back


async def _compare(tx: Transaction, path: Path, page: Sequence[Archived]) -> None:
    entered = await places_of(tx, KIND, [int(one.row.id) for one in page])
    for one in page:
        stands = entered.get(int(one.row.id))
        sealed = sha256(base64.b64decode(one.row.salt) + one.document).digest()
        if stands is None or sealed_in(stands.entry) != sealed:
            raise BadArchive(f"{path}: this database has logged another event {one.row.event_id}.")


def _record_of(one: Archived) -> tuple[Any, ...]:
    row = one.row
    special = {
        "id": int(row.id),
        "strict_hash": bytes.fromhex(row.strict_hash),
        "document": one.document,
        "salt": base64.b64decode(row.salt),
    }
    return tuple(special[name] if name in special else getattr(row, name) for name in COLUMNS)
