"""Writes the list as files that anybody can check: bundles of entries, tiles of hashes, a signed checkpoint.

The files follow the list in the database and hold nothing that cannot be written again from it, so a crash at any
moment leaves nothing to mend: what was half done is done again, with the same bytes. The checkpoint comes last.
"""

import base64
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from seriatim.access.verifiable_log.checkpoints import Checkpoint
from seriatim.access.verifiable_log.merkle import (
    HASH_BYTES,
    LEAF,
    Hashes,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from seriatim.access.verifiable_log.notes import BadNote, Signer, open_note, sign
from seriatim.access.verifiable_log.proofs import Proof
from seriatim.access.verifiable_log.sequencer import SQL, Content, Elsewhere, Source
from seriatim.access.verifiable_log.tiles import (
    HEIGHT,
    WIDTH,
    Tile,
    bundle_path,
    fold,
    hashes_in_tiles,
    read_bundle,
    tiles_of_growth,
    write_bundle,
)
from seriatim.base.crypto import derive
from seriatim.base.db import Database, Transaction
from seriatim.base.environment import Environment
from seriatim.base.errors import CannotNow
from seriatim.base.files import write_together

NAME_MAX: Final = 300
ENTRIES_AT_ONCE: Final = 65_536
FOLDER: Final = "log"
"""In the data folder, and in the address below which the files are served."""
LOCK_FILE: Final = ".publishing"
CHECKPOINT_FILE: Final = "checkpoint"


class HistoryContradicted(CannotNow):
    """The log's files, or a witness, know another history than the database has: it was set back, or rewritten."""

    code = "history_contradicted"


class LogFolder:
    """The files of one log, and how they are read."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        self.folder = folder
        self.signer = signer

    @classmethod
    def of(cls, environment: Environment) -> "LogFolder":
        """The log of this installation: its key derives from the master key, its name is its first public address.

        It keeps that name when the address changes: auditors and witnesses know it by it.
        """
        folder = environment.settings.data / FOLDER
        host = urlsplit(environment.settings.public_url).netloc
        seed = derive(environment.master_key, "verifiable log")
        return cls(folder, Signer.from_seed(_name_in(folder) or f"{host}/{FOLDER}", seed))

    def note(self) -> str | None:
        """The newest checkpoint with its signatures; None before the first."""
        try:
            return (self.folder / CHECKPOINT_FILE).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def checkpoint(self) -> Checkpoint:
        """The newest checkpoint; that of the empty log before the first. Raises BadNote when the file was changed."""
        return self.newest()[0]

    def newest(self) -> tuple[Checkpoint, str]:
        """The newest checkpoint and its note, of one and the same moment; the note is empty before the first.

        Raises BadNote when the file was changed.
        """
        note = self.note()
        if note is None:
            return Checkpoint(self.signer.key.name, 0, root_of(0, _nothing)), ""
        opened = open_note(note, [self.signer.key])
        if not opened.signed_by:
            raise BadNote(
                f"the log in {self.folder} is not signed with the key of this installation, {self.signer.key}: bring "
                "back the right master key, or the right folder.",
                name=opened.text.partition("\n")[0],
            )
        return Checkpoint.parse(opened.text), note

    def read(self, tile: Tile) -> bytes:
        """The hashes of a tile; a partial one may lie in a fuller one that came later."""
        for path in (self.folder / tile.path, self.folder / Tile(tile.level, tile.number, WIDTH).path):
            try:
                return path.read_bytes()[: tile.width * HASH_BYTES]
            except FileNotFoundError:
                continue
        raise FileNotFoundError(f"the log's file {tile.path} is missing; publish the log again to write it")

    def read_bundle(self, number: int, width: int) -> bytes:
        """The entries beside level-0 tile `number`, as they lie on disk."""
        try:
            return (self.folder / bundle_path(number, width)).read_bytes()
        except FileNotFoundError:
            whole = (self.folder / bundle_path(number, WIDTH)).read_bytes()
            return write_bundle(read_bundle(whole)[:width])

    def hashes(self, size: int) -> Hashes:
        """The subtree hashes of the first `size` entries."""
        return hashes_in_tiles(size, self.read)

    def write(self, files: Mapping[str, bytes]) -> None:
        """Files by their names in the log; on the disk when this returns."""
        places = {self.folder / name: content for name, content in files.items()}
        for folder in {place.parent for place in places}:
            folder.mkdir(parents=True, exist_ok=True)
        write_together(places)

    def sign(self, checkpoint: Checkpoint) -> None:
        """The newest checkpoint from now on."""
        self.write({CHECKPOINT_FILE: sign(checkpoint.text, [self.signer]).encode()})

    def forget_partial(self, tile: Tile) -> None:
        """What was written of a tile while it was not full: the full one holds it all."""
        assert tile.width == WIDTH, "only a full tile makes the partial ones superfluous"
        paths = [tile.path, bundle_path(tile.number, WIDTH)] if tile.level == 0 else [tile.path]
        for path in paths:
            shutil.rmtree(self.folder / f"{path}.p", ignore_errors=True)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether this process may write; others skip their turn."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(handle)


class LogState(msgspec.Struct, frozen=True):
    """How far the log has come."""

    origin: str
    key: str
    """Whoever checks the log compares it with the key that was handed over on another way."""
    size: int
    root: str
    """In hexadecimal digits."""
    waiting: int
    """Entries that have their place and no checkpoint yet."""
    note: str
    """The newest checkpoint with its signatures; empty before the first."""


async def state_of(tx: Transaction, log: LogFolder) -> LogState:
    """How far the log has come. Raises BadNote when the checkpoint on disk was changed."""
    checkpoint = log.checkpoint()
    numbered = await tx.value(SQL.size)
    return LogState(
        checkpoint.origin,
        str(log.signer.key),
        checkpoint.size,
        checkpoint.root.hex(),
        numbered - checkpoint.size,
        log.note() or "",
    )


async def proof_of(tx: Transaction, log: LogFolder, kind: str, subject: int) -> Proof | None:
    """The proof that a deed or event stands in the log; None while it waits for its place or the next checkpoint.

    Raises BadNote when the checkpoint on disk was changed.
    """
    row = await tx.row(SQL.place_of, kind, subject)
    checkpoint, note = log.newest()
    size = checkpoint.size
    if row is None or row["place"] >= size:
        return None
    path = inclusion_proof(row["place"], size, log.hashes(size))
    return Proof(row["place"], tuple(path), note, extra=row["entry"])


class Entered(NamedTuple):
    """Where something stands in the log, and what is written there."""

    place: int
    entry: bytes


async def places_of(tx: Transaction, kind: str, subjects: Sequence[int]) -> dict[int, Entered]:
    """Where these deeds or events stand; those that wait for their place are missing."""
    rows = await tx.rows(SQL.places_of, kind, list(subjects))
    return {row["subject"]: Entered(row["place"], row["entry"]) for row in rows}


class Proved(msgspec.Struct, frozen=True):
    """What it takes to check, without us, that something stands in the log: re-hash, compare, follow the proof."""

    kind: str
    subject: str
    place: int
    content: str | None
    """The exact bytes that were logged, in base64; null where they are archived or erased."""
    salt: str | None
    """SHA-256 over salt and content is sealed in the entry; base64. It goes with the content."""
    entry: str
    """The 57 bytes of the entry, base64."""
    proof: str
    """A `.tlog-proof` (C2SP), with its checkpoint."""
    archived: str | None = None
    """The archive that holds the content and the salt."""
    erased: bool = False
    """Content and salt are gone for good; the entry, and so the proof, stay."""


async def proved(tx: Transaction, log: LogFolder, source: Source, subject: int) -> Proved | None:
    """Content and proof of a deed or event; None when it is unknown, or not under a checkpoint yet."""
    content = (await source.content_of(tx, [subject])).get(subject)
    proof = await proof_of(tx, log, source.kind, subject)
    if proof is None:
        return None
    here = content if isinstance(content, Content) else None
    return Proved(
        source.kind,
        str(subject),
        proof.place,
        content=base64.b64encode(here.content).decode() if here else None,
        salt=base64.b64encode(here.salt).decode() if here else None,
        entry=base64.b64encode(proof.extra).decode(),
        proof=str(proof),
        archived=content.file if isinstance(content, Elsewhere) else None,
        erased=content is None,
    )


async def publish(database: Database, log: LogFolder) -> Checkpoint:
    """Brings the files up to the list in the database; answers the newest checkpoint.

    Raises BadNote when the checkpoint on disk was changed, HistoryContradicted when the database is not its
    continuation; then nothing is written.
    """
    with log.alone() as may_write:
        checkpoint = log.checkpoint()
        if may_write and log.note() is None:
            log.sign(checkpoint)
        while may_write:
            grown = await _publish_some(database, log, checkpoint)
            if grown is None:
                break
            checkpoint = grown
    return checkpoint


async def _publish_some(database: Database, log: LogFolder, at: Checkpoint) -> Checkpoint | None:
    """One stretch of the list; None when the files are up to date."""
    first = at.size >> HEIGHT << HEIGHT
    async with database.transaction(readonly=True) as tx:
        numbered = await tx.value(SQL.size)
        if numbered < at.size:
            raise HistoryContradicted(
                f"The database has {numbered:,} entries of the verifiable log and its files have {at.size:,}: the "
                "database was set back. Restore the newest state before anything else."
            )
        size = min(numbered, first + ENTRIES_AT_ONCE)
        entries = [row["entry"] for row in await tx.rows(SQL.entries, first, size)]
    assert len(entries) == size - first, "the list has no gaps"
    if not _continues(log, at, entries):
        raise HistoryContradicted(
            f"The entries in the database are not those that the checkpoint of {at.size:,} was signed over."
        )
    if size == at.size:
        return None
    root = write_growth(log, at.size, entries)
    checkpoint = Checkpoint(at.origin, size, root)
    log.sign(checkpoint)
    return checkpoint


def _continues(log: LogFolder, at: Checkpoint, entries: list[bytes]) -> bool:
    """Whether the root that was signed is that of the tiles on disk and of these entries since the last full one."""
    first = at.size >> HEIGHT << HEIGHT
    leaves = [leaf_hash(entry) for entry in entries[: at.size - first]]
    on_disk = log.hashes(first)

    def hash_at(level: int, index: int) -> bytes:
        start = index << level
        if start < first:
            return on_disk(level, index)
        return fold(leaves[start - first : start - first + (1 << level)])

    return root_of(at.size, hash_at) == at.root


def write_growth(log: LogFolder, old: int, entries: Sequence[bytes]) -> bytes:
    """Bundles and tiles of a log that had `old` entries; `entries` begin at its last full tile. Answers the root."""
    first = old >> HEIGHT << HEIGHT
    size = first + len(entries)
    rows = {0: _Row(0, first, [sha256(LEAF + entry).digest() for entry in entries])}
    files: dict[str, bytes] = {}
    full: list[Tile] = []
    for tile in tiles_of_growth(old, size):
        hashes = rows[tile.level].hashes(tile, log)
        files[tile.path] = b"".join(hashes)
        if tile.level == 0:
            start = (tile.number << HEIGHT) - first
            files[bundle_path(tile.number, tile.width)] = write_bundle(entries[start : start + tile.width])
        if tile.width == WIDTH:
            full.append(tile)
            above = rows.setdefault(tile.level + 1, _Row(tile.level + 1, tile.number, []))
            above.new.append(fold(hashes))
    log.write(files)
    for tile in full:
        log.forget_partial(tile)
    return root_of(size, log.hashes(size))


@dataclass(slots=True)
class _Row:
    """The new hashes of one level of tiles, side by side."""

    level: int
    first: int
    """Place of the first new one."""
    new: list[bytes]

    def hashes(self, tile: Tile, log: LogFolder) -> list[bytes]:
        """The hashes of a tile: those just made, and before them those on disk."""
        start = tile.number << HEIGHT
        kept = b""
        if start < self.first:
            kept = log.read(Tile(self.level, tile.number, self.first - start))
        before = [kept[i : i + HASH_BYTES] for i in range(0, len(kept), HASH_BYTES)]
        return before + self.new[max(0, start - self.first) : start - self.first + tile.width]


def _name_in(folder: Path) -> str:
    """The name on the newest checkpoint; empty before the first. Whether it is rightly signed is asked elsewhere."""
    try:
        with (folder / CHECKPOINT_FILE).open(encoding="utf-8", errors="replace") as file:
            name = file.readline(NAME_MAX).rstrip("\n")
    except FileNotFoundError:
        return ""
    return name if name and not any(one.isspace() or one == "+" for one in name) else ""


def _nothing(_level: int, _index: int) -> bytes:
    raise AssertionError("an empty log has no hashes")
