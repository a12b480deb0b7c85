"""An archive: one file of events that have left the database, which can be read, checked and brought back without it.

    archive.json              the manifest: period, counts, and the SHA-256 of every other file
    events/000001.jsonld      EPCIS 2.0 documents; each event on a line of its own, byte for byte as it was kept
    rows/000001.jsonl         beside each of these lines what the store knew of it: place in the log, salt, hash ...
    checkpoint, key, tile/... the part of the verifiable log that proves every one of these events

Source: EPCIS 2.0 (documents), C2SP tlog-tiles (the part of the log); ADR "One table of events".
"""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import msgspec
from msgspec import Struct

from seriatim import epcis
from seriatim.access.verifiable_log import verifier
from seriatim.base.errors import BadInput
from seriatim.base.files import sync_folder
from seriatim.epcis import Event
from seriatim.history.absent import CannotBeStripped, rest_of
from seriatim.history.squeeze import squeezed

FORMAT: Final = "seriatim-archive-1"
MANIFEST: Final = "archive.json"
CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
DOCUMENT_EVENTS: Final = 1_000
"""Events in one of the EPCIS documents."""
DOCUMENT_END: Final = b"]}}\n"

Told = Callable[[int, int], None]
"""Hears how many of how many events are done."""


class BadArchive(BadInput):
    """This is no archive of events, or it was damaged."""

    code = "bad_archive"


class ArchivedRow(Struct, frozen=True, kw_only=True):
    """What the store knew of an event beside its document."""

    place: int
    """In the verifiable log."""
    id: str
    """Decimal; wider than what JavaScript keeps as a number."""
    strict_hash: str
    """Hexadecimal."""
    salt: str
    """Base64: SHA-256 over salt and document is sealed in the log."""
    event_id: str
    type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    event_time: datetime
    event_time_zone_offset: str
    record_time: datetime
    declares_error: bool
    captured_by: str
    tx: str


class Archived(NamedTuple):
    """One event of an archive."""

    row: ArchivedRow
    document: bytes


class Checked(NamedTuple):
    """One event of an archive, found to be what it says, and what stays of it when it goes."""

    row: ArchivedRow
    rest: bytes


class Manifest(Struct, frozen=True, kw_only=True):
    """What an archive says of itself."""

    format: str
    period: str
    events: int
    first_event: str
    last_event: str
    log_origin: str
    log_size: int
    archived_at: datetime
    files: Mapping[str, Mapping[str, Any]]


class ArchiveWriter:
    """Writes an archive, some events at a time; they come in the order of the log. Its methods raise OSError."""

    def __init__(self, path: Path, now: datetime) -> None:
        self._now = now
        self._files: dict[str, Mapping[str, Any]] = {}
        self._ids: list[int] = []
        # For the one who archives: the file holds what only those may read who may read all events.
        self._raw = os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb"
        )
        self._bundle = zipfile.ZipFile(self._raw, "w", zipfile.ZIP_DEFLATED)
        self._folder = path.parent

    def add(self, page: Sequence[Archived]) -> None:
        """At most DOCUMENT_EVENTS events: one more EPCIS document, and the rows beside it."""
        assert 0 < len(page) <= DOCUMENT_EVENTS, "a document has some events and not too many"
        number = sum(name.startswith("rows/") for name in self._files) + 1
        self._put(f"events/{number:06d}.jsonld", _document(page, self._now))
        self._put(f"rows/{number:06d}.jsonl", (msgspec.json.encode(one.row) + b"\n" for one in page))
        self._ids += [int(one.row.id) for one in page]

    def finish(self, period: str, origin: str, log_size: int, proof: Iterable[tuple[str, bytes]]) -> Manifest:
        """The part of the log, by file name, and the manifest; on the disk when this returns."""
        for name, content in proof:
            self._put(name, [content])
        manifest = Manifest(
            format=FORMAT,
            period=period,
            events=len(self._ids),
            first_event=str(min(self._ids)),
            last_event=str(max(self._ids)),
            log_origin=origin,
            log_size=log_size,
            archived_at=self._now,
            files=self._files,
        )
        self._bundle.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        self._bundle.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        sync_folder(self._folder)
        return manifest

    def close(self) -> None:
        """Lets go of the file, finished or not."""
        self._raw.close()

    def _put(self, name: str, parts: Iterable[bytes]) -> None:
        digest, size = hashlib.sha256(), 0
        with self._bundle.open(name, "w", force_zip64=True) as file:
            for part in parts:
                file.write(part)
                digest.update(part)
                size += len(part)
        self._files[name] = {"sha256": digest.hexdigest(), "bytes": size}


def _document(page: Sequence[Archived], now: datetime) -> Iterator[bytes]:
    created = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    head = {"@context": [CONTEXT], "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": created}
    yield msgspec.json.encode(head).removesuffix(b"}") + b',"epcisBody":{"eventList":[\n'
    for left, one in zip(range(len(page) - 1, -1, -1), page, strict=True):
        yield one.document + (b",\n" if left else b"\n")
    yield DOCUMENT_END


def read_manifest(path: Path) -> Manifest:
    """What the archive says of itself; nothing else is looked at. Raises BadArchive, OSError."""
    try:
        return msgspec.json.decode(verifier.Files(path).read(MANIFEST, verifier.LINE_MAX), type=Manifest)
    except (msgspec.MsgspecError, verifier.Fault, zipfile.BadZipFile) as error:
        raise BadArchive(f"{path} is no archive of events: {error}") from error


def read_archive(path: Path, manifest: Manifest) -> Iterator[list[Archived]]:
    """The events, as they were, document by document. Raises BadArchive, OSError."""
    try:
        with zipfile.ZipFile(path) as bundle:
            for name in sorted(one for one in manifest.files if one.startswith("rows/")):
                with bundle.open(name) as rows, bundle.open(_beside(name)) as document:
                    yield list(_lines(rows, document))
    except (msgspec.MsgspecError, zipfile.BadZipFile, KeyError, EOFError, ValueError) as error:
        raise BadArchive(f"{path} is damaged: {error}") from error


def _beside(rows: str) -> str:
    return rows.replace("rows/", "events/").replace(".jsonl", ".jsonld")


def _lines(rows: IO[bytes], document: IO[bytes]) -> Iterator[Archived]:
    document.readline()
    decoder = msgspec.json.Decoder(ArchivedRow)
    for line in rows:
        yield Archived(decoder.decode(line), document.readline().rstrip(b"\n").removesuffix(b","))


def check_archive(
    path: Path, *, log_key: str | None = None, told: Told = lambda _done, _of: None
) -> list[Checked]:
    """Reads an archive back and proves it: every file, every event under the log's checkpoint, every strict hash.

    `log_key` is the key that must have signed the checkpoint; without it, the one that came along. What an auditor's
    own program says comes first. Raises BadArchive, OSError.
    """
    policy = f"log {log_key}\nquorum none\n" if log_key is not None else None
    try:
        verifier.verify(path, policy, None)
    except (verifier.Fault, verifier.Distrust, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise BadArchive(f"{path} does not hold: {error}") from error
    manifest = read_manifest(path)
    checked: list[Checked] = []
    for page in read_archive(path, manifest):
        checked += [_checked(path, one) for one in page]
        told(len(checked), manifest.events)
    return checked


def _checked(path: Path, one: Archived) -> Checked:
    try:
        event = epcis.load_event(one.document, written=True)
    except epcis.EPCISError as error:
        raise BadArchive(f"{path}: the event {one.row.event_id} cannot be read: {error}") from error
    if not _agree(one.row, event):
        raise BadArchive(f"{path}: the event {one.row.event_id} is not the one that its row tells of.")
    try:
        return Checked(one.row, rest_of(event, int(one.row.id)))
    except CannotBeStripped:
        return Checked(one.row, squeezed(one.document))  # an event of a kind nobody foresaw: all of it stays


def _agree(row: ArchivedRow, event: Event) -> bool:
    strict = epcis.event_hash(event, "strict").partition(";")[2].partition("?")[0]
    return (row.strict_hash, row.event_id, row.event_time, row.declares_error) == (
        strict,
        event.event_id,
        event.event_time,
        event.error_declaration is not None,
    )


def ids_in(path: Path) -> set[int] | None:
    """The events of an archive, by id; None for a file that is none."""
    try:
        manifest = read_manifest(path)
        return {int(one.row.id) for page in read_archive(path, manifest) for one in page}
    except (BadArchive, OSError):
        return None


def digest_of(path: Path) -> bytes:
    """The SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
