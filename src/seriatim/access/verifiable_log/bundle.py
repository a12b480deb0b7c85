"""The whole log as one file for an auditor: checkpoint, tiles, entries, and the documents that they stand for."""

import base64
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from seriatim.access.verifiable_log.checkpoints import Checkpoint
from seriatim.access.verifiable_log.publishing import CHECKPOINT_FILE, LogFolder
from seriatim.access.verifiable_log.sequencer import SQL, Content, Elsewhere, Source
from seriatim.access.verifiable_log.tiles import bundle_path, tiles_of_size
from seriatim.base.db import Database

ROWS_AT_ONCE: Final = 1_000


async def export(
    database: Database,
    log: LogFolder,
    sources: Sequence[Source],
    to: Path,
    *,
    documents: bool = True,
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> Checkpoint:
    """Writes the bundle of the newest checkpoint; memory does not grow with it. `told` hears how far it is.

    What was erased is named as erased, what was archived as archived and where; the entries stay. Raises BadNote,
    OSError.
    """
    checkpoint, note = log.newest()
    unfinished = to.with_name(f".{to.name}.unfinished")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
            bundle.writestr(CHECKPOINT_FILE, note)
            bundle.writestr("key", f"{log.signer.key}\n")
            for tile in tiles_of_size(checkpoint.size):
                bundle.writestr(tile.path, log.read(tile))
                if tile.level == 0:
                    path = bundle_path(tile.number, tile.width)
                    bundle.writestr(path, log.read_bundle(tile.number, tile.width))
            if documents:
                with bundle.open("documents.jsonl", "w", force_zip64=True) as file:
                    done = 0
                    async for rows in _documents(database, sources, checkpoint.size):
                        file.write(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
                        done += len(rows)
                        told(done, checkpoint.size)
        unfinished.replace(to)
    finally:
        unfinished.unlink(missing_ok=True)
    return checkpoint


async def _documents(
    database: Database, sources: Sequence[Source], size: int
) -> AsyncIterator[list[dict[str, Any]]]:
    by_kind = {source.kind: source for source in sources}
    for start in range(0, size, ROWS_AT_ONCE):
        async with database.transaction(readonly=True) as tx:
            places = await tx.rows(SQL.subjects, start, min(size, start + ROWS_AT_ONCE))
            found = {
                kind: await source.content_of(tx, [row["subject"] for row in places if row["kind"] == kind])
                for kind, source in by_kind.items()
            }
        rows = []
        for row in places:
            content = found.get(row["kind"], {}).get(row["subject"])
            head = {"place": row["place"], "kind": row["kind"], "subject": str(row["subject"])}
            rows.append(head | _told(content))
        yield rows


def _told(content: Content | Elsewhere | None) -> dict[str, Any]:
    match content:
        case Content(raw, salt):
            return {"content": _text(raw), "salt": _text(salt)}
        case Elsewhere(file):
            return {"archived": file}
        case _:
            return {"erased": True}


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
