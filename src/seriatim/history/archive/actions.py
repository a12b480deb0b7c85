"""Moves old events into files. Nothing is removed before it was read back from the disk and proved.

An interrupted run loses nothing: the file is whole and in its place before one transaction lets the events go, and what
it lets go is exactly what the file holds. A file that no row knows is from a run that was stopped in between: its events
are all still here, and the next run writes it anew.
"""

import base64
import contextlib
import fcntl
import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from msgspec import Struct

from seriatim.access import Actor, audit
from seriatim.access.verifiable_log import Checkpoint, Entered, LogFolder, excerpt, places_of
from seriatim.base import limits
from seriatim.base.db import Database, Queries, Row, Transaction
from seriatim.base.errors import CannotNow, Refused
from seriatim.base.files import sync_folder
from seriatim.history.absent import Leaving, let_go
from seriatim.history.archive import files
from seriatim.history.archive.files import Archived, ArchivedRow, ArchiveWriter, Checked, Manifest
from seriatim.history.event_log import KIND
from seriatim.history.ids import first_id_at, time_of

SQL: Final = Queries.load(__package__, "archive.sql")
ANY: Final = -(1 << 63)
LOCK_FILE: Final = ".archiving"
UNFINISHED: Final = ".unfinished"
PLACES_AT_ONCE: Final = 10_000
CHANGED: Final = "Events changed while they were being archived; nothing was removed, run it again."

Progress = Callable[[str, int, int], None]
"""Hears which step is how far, of how many events."""
WRITTEN: Final = "Events written"
PROVED: Final = "Events read back and proved"


class TooYoung(Refused):
    """These events must stay at hand for longer."""

    code = "events_too_young"


class Rule(NamedTuple):
    """Which events may go."""

    before: datetime
    """Events that happened from here on stay."""
    keep: timedelta
    """And so do those recorded, or said to have happened, less long ago than this."""
    followed_to: str | None = None
    """The transaction from which on somebody who follows the feed has not read; None when nobody is behind."""


class Planned(Struct, frozen=True):
    """What one month has."""

    period: str
    events: int
    """That may go."""
    kept: int
    """That must stay: not old enough, not read by all, with an open finding, of something recalled or blocked."""


class Archive(Struct, frozen=True, kw_only=True):
    """One file of archived events."""

    name: str
    period: str
    events: int
    bytes: int
    sha256: str
    archived_at: datetime
    restored_at: datetime | None = None
    away: int
    """How many of its events are not in the database now."""


async def plan(tx: Transaction, rule: Rule, *, now: datetime) -> tuple[Planned, ...]:
    """What `archive_events` would do, month by month; it changes nothing. Raises TooYoung."""
    rows = await tx.rows(SQL.plan, _stop(rule, now), now - rule.keep, rule.followed_to)
    return tuple(Planned(*row) for row in rows)


async def archive_events(
    database: Database,
    log: LogFolder,
    to: Path,
    rule: Rule,
    *,
    actor: Actor,
    now: datetime,
    part: int = limits.ARCHIVE_EVENTS,
    told: Progress = lambda _step, _done, _of: None,
) -> tuple[Archive, ...]:
    """Moves events into archives in the folder `to`, one for each month, or several for a month of very many.

    Each is read back and proved before its events go, in one transaction with the row that records it. Raises
    TooYoung, CannotNow while another run is at it, BadArchive when what was written does not hold, OSError.
    """
    stop = _stop(rule, now)
    async with database.transaction(readonly=True, timeout_ms=limits.IMPORT_MS) as tx:
        total = sum(one.events for one in await plan(tx, rule, now=now))
    to.mkdir(parents=True, exist_ok=True)
    done: list[Archive] = []
    with _alone(to):
        for left in to.glob(f".*{UNFINISHED}"):  # by a run that broke off: its events are all still here
            left.unlink()
        async for chosen in _parts(database, rule, stop, part, now):
            earlier = sum(one.events for one in done)

            def tell(step: str, some: int, before: int = earlier) -> None:
                told(step, before + some, total)

            archive = await _archive(database, log, to, chosen, actor=actor, now=now, tell=tell)
            done += [archive] if archive is not None else []
    return tuple(done)


def _stop(rule: Rule, now: datetime) -> int:
    newest = now - rule.keep
    if rule.before > newest:
        raise TooYoung(
            f"Events stay at hand for {rule.keep.days} days (SERIATIM_KEEP_EVENTS_DAYS): "
            f"the latest date to archive before is {newest:%Y-%m-%d}."
        )
    return first_id_at(rule.before)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two runs in one folder would write over each other's files. Raises CannotNow."""
    handle = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise CannotNow(f"Another run is archiving into {folder}; wait for its end.") from error
    finally:
        os.close(handle)


class Part(NamedTuple):
    """The events of one archive."""

    period: str
    ids: Sequence[int]


async def _parts(database: Database, rule: Rule, stop: int, size: int, now: datetime) -> AsyncIterator[Part]:
    """The events to archive, month by month, at most `size` together."""
    start = ANY
    while True:
        async with database.transaction(readonly=True, timeout_ms=limits.IMPORT_MS) as tx:
            first = await tx.value(SQL.first_event, start, stop)
            if first is None:
                return
            month = time_of(first).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
            end = min(stop, first_id_at((month + timedelta(days=32)).replace(day=1)))
            rows = await tx.rows(SQL.ripe, first, end, now - rule.keep, rule.followed_to, size)
        if rows:
            yield Part(f"{month:%Y-%m}", [row["id"] for row in rows])
        start = rows[-1]["id"] + 1 if rows else end


async def _archive(
    database: Database,
    log: LogFolder,
    to: Path,
    part: Part,
    *,
    actor: Actor,
    now: datetime,
    tell: Callable[[str, int], None],
) -> Archive | None:
    """One file; None when none of its events stands under a checkpoint yet."""
    checkpoint, note = log.newest()
    entered = await _entered(database, part.ids, checkpoint.size)
    if not entered:
        return None
    unfinished = to / f".{part.period}{UNFINISHED}"
    try:
        manifest = await _write(
            database, log, unfinished, part.period, entered, (checkpoint, note), now, tell
        )
    except CannotNow:
        unfinished.unlink(missing_ok=True)
        raise
    checked = files.check_archive(
        unfinished, log_key=str(log.signer.key), told=lambda some, _of: tell(PROVED, some)
    )
    async with database.transaction(readonly=True) as tx:
        taken = {row["name"] for row in await tx.rows(SQL.names_taken, part.period)}
    path = to / _free_name(to, part.period, taken, set(entered))
    unfinished.replace(path)
    sync_folder(to)
    archive = Archive(
        name=path.name,
        period=part.period,
        events=manifest.events,
        bytes=path.stat().st_size,
        sha256=files.digest_of(path).hex(),
        archived_at=now,
        away=manifest.events,
    )
    async with database.transaction(timeout_ms=limits.IMPORT_MS) as tx:
        await _record(tx, path, archive, manifest, checked, actor=actor, now=now)
    return archive


async def _write(
    database: Database,
    log: LogFolder,
    path: Path,
    period: str,
    entered: Mapping[int, Entered],
    newest: tuple[Checkpoint, str],
    now: datetime,
    tell: Callable[[str, int], None],
) -> Manifest:
    checkpoint, note = newest
    done = 0
    writer = ArchiveWriter(path, now)
    try:
        async for page in _bodies(database, entered):
            writer.add(page)
            done += len(page)
            tell(WRITTEN, done)
        proof = excerpt(log, checkpoint.size, note, (one.place for one in entered.values()))
        return writer.finish(period, checkpoint.origin, checkpoint.size, proof)
    finally:
        writer.close()


async def _entered(database: Database, ids: Sequence[int], size: int) -> dict[int, Entered]:
    """Where the events stand in the log, in its order; those not under the checkpoint yet are left out."""
    found: dict[int, Entered] = {}
    for start in range(0, len(ids), PLACES_AT_ONCE):
        async with database.transaction(readonly=True) as tx:
            found |= await places_of(tx, KIND, ids[start : start + PLACES_AT_ONCE])
    proved = [(number, one) for number, one in found.items() if one.place < size]
    return dict(sorted(proved, key=lambda pair: pair[1].place))


async def _bodies(database: Database, entered: Mapping[int, Entered]) -> AsyncIterator[list[Archived]]:
    """The events in the order of the log, a document's worth at a time. Raises CannotNow for one that has gone."""
    ids = list(entered)
    for start in range(0, len(ids), files.DOCUMENT_EVENTS):
        page = ids[start : start + files.DOCUMENT_EVENTS]
        async with database.transaction(readonly=True) as tx:
            rows = {row["id"]: row for row in await tx.rows(SQL.bodies, page)}
        if len(rows) != len(page):
            raise CannotNow(CHANGED)
        yield [_archived(rows[number], entered[number].place) for number in page]


def _archived(row: Row, place: int) -> Archived:
    values = dict(row)
    document, salt = values.pop("document"), values.pop("salt")
    values |= {
        "id": str(row["id"]),
        "strict_hash": row["strict_hash"].hex(),
        "salt": base64.b64encode(salt).decode(),
    }
    return Archived(ArchivedRow(place=place, **values), document)


def _free_name(to: Path, period: str, taken: set[str], ids: set[int]) -> str:
    """The next name of the period; that of a file no row knows is free when it holds nothing but these events."""
    for number in itertools.count(1):
        name = f"events-{period}.zip" if number == 1 else f"events-{period}-{number}.zip"
        if name in taken:
            continue
        if not (to / name).exists():
            return name
        found = files.ids_in(to / name)
        if found is not None and found <= ids:
            return name
    raise AssertionError("numbers do not end")


async def _record(
    tx: Transaction,
    path: Path,
    archive: Archive,
    manifest: Manifest,
    checked: Sequence[Checked],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """The file is known, and its events are in it alone: both or nothing. Raises CannotNow when they have changed."""
    number = await tx.value(
        SQL.insert_archive,
        archive.name,
        archive.period,
        int(manifest.first_event),
        int(manifest.last_event),
        archive.events,
        archive.bytes,
        bytes.fromhex(archive.sha256),
        manifest.log_size,
        now,
    )
    leaving = [
        Leaving(
            int(row.id),
            bytes.fromhex(row.strict_hash),
            row.declares_error,
            row.event_id,
            row.captured_by,
            rest,
        )
        for row, rest in checked
    ]
    if await let_go(tx, leaving, archive=number) != len(leaving):
        path.unlink()  # what was erased meanwhile stays in no file
        sync_folder(path.parent)
        raise CannotNow(CHANGED)
    facts = {"period": archive.period, "events": archive.events, "sha256": archive.sha256}
    await audit(tx, actor, "history.archive", archive.name, facts, now)


async def archives(tx: Transaction) -> tuple[Archive, ...]:
    """Every file that events were archived into, the oldest period first."""
    names = {"first_event", "last_event", "sha256"}
    return tuple(
        Archive(**{k: v for k, v in dict(row).items() if k not in names}, sha256=row["sha256"].hex())
        for row in await tx.rows(SQL.archives)
    )


class Month(Struct, frozen=True):
    """Events of one month that are in the database."""

    month: date
    events: int
    bytes: int
    """Of their documents, as they lie on the disk."""


async def months(tx: Transaction) -> tuple[Month, ...]:
    """How many events of each month are at hand, the oldest first."""
    return tuple(Month(*row) for row in await tx.rows(SQL.by_month))


class Holdings(Struct, frozen=True):
    """Where the events are, in figures."""

    bytes: int
    """Of the events here, with their indexes."""
    oldest: datetime | None
    """When the oldest of them happened."""
    archives: int
    archived: int
    erased: int


async def holdings(tx: Transaction) -> Holdings:
    """How large the events here are, and how many are elsewhere."""
    row = await tx.row(SQL.holdings)
    assert row is not None, "one row of figures"
    oldest = time_of(row["oldest"]) if row["oldest"] is not None else None
    return Holdings(row["bytes"], oldest, row["archives"], row["archived"], row["erased"])
