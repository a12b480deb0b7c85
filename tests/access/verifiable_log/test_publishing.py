"""From deeds and events in the database to files that an auditor checks; crashes in between; erasure."""

import itertools
import zipfile
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest
from tests.factories.log import LOG, everything_numbered, write_log
from tests.factories.plant import ANNA, MASTER_KEY, NOW, commission, lease_serials, make_plant

from seriatim import access
from seriatim.access import audit_log
from seriatim.access.verifiable_log import (
    BadNote,
    BadProof,
    HistoryContradicted,
    LogFolder,
    Proof,
    Signer,
    export,
    number_page,
    proof_of,
    publish,
    verifier,
)
from seriatim.base.clock import FixedClock
from seriatim.base.db import Database
from seriatim.base.environment import Environment
from seriatim.base.settings import Settings
from seriatim.history import event_log

pytestmark = pytest.mark.anyio

SOURCES = (audit_log.AuditSource(), event_log.EventSource())


async def write_history(db: Database, units: int = 3) -> None:
    """A plant, a lease, and one event: several deeds and one event for the log."""
    async with db.transaction() as tx:
        await make_plant(tx)
        serials = await lease_serials(tx, units)
    async with db.transaction() as tx:
        await commission(tx, serials)


async def sizes(db: Database) -> tuple[int, int, int]:
    """Entries, lines of the audit trail, events."""
    async with db.transaction() as tx:
        return (
            await tx.value("select count(*) from access_log_entry"),
            await tx.value("select count(*) from access_audit"),
            await tx.value("select count(*) from history_event"),
        )


async def test_every_deed_and_event_gets_one_place_and_no_place_stays_empty(db: Database) -> None:
    await write_history(db)

    numbered = await everything_numbered(db, SOURCES)

    entries, deeds, events = await sizes(db)
    assert numbered == entries == deeds + events
    async with db.transaction() as tx:
        places = [row["place"] for row in await tx.rows("select place from access_log_entry order by place")]
    assert places == list(range(entries))
    assert await everything_numbered(db, SOURCES) == 0


async def test_what_is_not_yet_kept_waits_and_is_never_passed_over(db: Database) -> None:
    await write_history(db)
    async with db.transaction() as slow:
        await access.audit(slow, ANNA, "slow.deed", "1", {}, NOW)
        async with db.transaction() as quick:
            await access.audit(quick, ANNA, "quick.deed", "2", {}, NOW)
        await number_page(db, SOURCES)

    await everything_numbered(db, SOURCES)

    entries, deeds, events = await sizes(db)
    assert entries == deeds + events


async def test_where_nothing_waits_nothing_is_written(db: Database) -> None:
    """The worker looks every second; an idle house must not force its disk for that."""
    await write_history(db)
    await everything_numbered(db, SOURCES)

    async def last_touched() -> str:
        async with db.reading() as tx:
            return str(await tx.value("select xmin || '/' || xmax from access_log_head"))

    before = await last_touched()
    assert await number_page(db, SOURCES) == 0

    assert await last_touched() == before


async def test_the_published_log_satisfies_the_auditor(db: Database, tmp_path: Path) -> None:
    await write_history(db)
    await everything_numbered(db, SOURCES)
    log = LogFolder(tmp_path / "log", LOG)

    checkpoint = await publish(db, log)
    await export(db, log, SOURCES, tmp_path / "bundle.zip")

    assert checkpoint.size == (await sizes(db))[0]
    lines = verifier.verify(tmp_path / "bundle.zip", None, None)
    assert lines[0] == "log          log.example/log"
    assert f"{checkpoint.size:,} match their entries, 0 erased" in lines[2]


async def test_each_entry_has_a_proof_that_stands_alone(db: Database, tmp_path: Path) -> None:
    await write_history(db)
    await everything_numbered(db, SOURCES)
    log = LogFolder(tmp_path / "log", LOG)
    await publish(db, log)

    async with db.transaction() as tx:
        event = await tx.value("select id from history_event limit 1")
        proof = await proof_of(tx, log, "event", event)
        missing = await proof_of(tx, log, "event", event + 1)

    assert missing is None
    assert proof is not None
    read = Proof.parse(str(proof))
    assert read == proof
    assert read.check(read.extra, [LOG.key]) == log.checkpoint()
    with pytest.raises(BadProof):
        read.check(read.extra[:-1] + bytes([read.extra[-1] ^ 1]), [LOG.key])
    with pytest.raises(BadNote):
        read.check(read.extra, [])


async def test_t37_a_document_changed_in_the_database_is_named(db: Database, tmp_path: Path) -> None:
    await write_history(db)
    await everything_numbered(db, SOURCES)
    log = LogFolder(tmp_path / "log", LOG)
    await publish(db, log)
    async with db.transaction() as tx:
        await tx.execute("update history_event set document = document || 'x'::bytea")
        place = await tx.value("select place from access_log_entry where kind = 'event'")

    await export(db, log, SOURCES, tmp_path / "bundle.zip")

    with pytest.raises(verifier.Fault) as fault:
        verifier.verify(tmp_path / "bundle.zip", None, None)
    assert fault.value.index == place


async def test_a4_what_is_erased_leaves_the_tree_whole_and_is_counted(db: Database, tmp_path: Path) -> None:
    await write_history(db)
    await everything_numbered(db, SOURCES)
    log = LogFolder(tmp_path / "log", LOG)
    await publish(db, log)
    async with db.transaction() as tx:
        await tx.execute("delete from history_event")

    checkpoint = await export(db, log, SOURCES, tmp_path / "bundle.zip")

    lines = verifier.verify(tmp_path / "bundle.zip", None, None)
    assert f"{checkpoint.size - 1:,} match their entries, 1 erased, 0 not in the bundle" in lines[2]


async def test_t37_the_list_in_the_database_only_grows(db: Database) -> None:
    await write_history(db)
    await everything_numbered(db, SOURCES)
    for change in (
        "update access_log_entry set entry = entry",
        "delete from access_log_entry",
        "truncate access_log_entry",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            async with db.transaction() as tx:
                await tx.execute(change)


async def test_a_checkpoint_changed_on_disk_stops_the_writer(db: Database, tmp_path: Path) -> None:
    await write_history(db)
    await everything_numbered(db, SOURCES)
    log = LogFolder(tmp_path / "log", LOG)
    await publish(db, log)
    note, size = log.note() or "", log.checkpoint().size
    (log.folder / "checkpoint").write_text(note.replace(f"\n{size}\n", f"\n{size + 1}\n"))
    before = (log.folder / "checkpoint").read_text()

    with pytest.raises(BadNote):
        await publish(db, log)

    assert (log.folder / "checkpoint").read_text() == before != note


async def test_i15_a_database_that_was_set_back_is_recognised_by_the_files(
    db: Database, tmp_path: Path
) -> None:
    """The files know more than the database: nothing is signed."""
    await write_history(db)
    await everything_numbered(db, SOURCES)
    log = write_log(tmp_path / "log", 100)
    before = log.note()

    with pytest.raises(HistoryContradicted, match=r"has 6 entries .* have 100: the database was set back"):
        await publish(db, log)

    assert log.note() == before


@pytest.mark.parametrize("size", [3, 6])
async def test_i15_files_of_another_history_are_recognised(db: Database, tmp_path: Path, size: int) -> None:
    await write_history(db)
    await everything_numbered(db, SOURCES)
    log = write_log(tmp_path / "log", size)

    with pytest.raises(HistoryContradicted, match="not those that the checkpoint of"):
        await publish(db, log)


async def test_a_log_signed_with_another_key_is_not_taken_for_ours(db: Database, tmp_path: Path) -> None:
    await write_history(db)
    await everything_numbered(db, SOURCES)
    await publish(db, LogFolder(tmp_path / "log", LOG))
    stranger = LogFolder(tmp_path / "log", Signer.from_seed(LOG.key.name, bytes([7]) * 32))

    with pytest.raises(BadNote, match="not signed with the key of this installation"):
        await publish(db, stranger)


async def test_the_log_keeps_its_name_when_the_public_address_changes(db: Database, tmp_path: Path) -> None:
    def log_at(address: str) -> LogFolder:
        settings = Settings(data=tmp_path, public_url=address)
        return LogFolder.of(Environment(settings, FixedClock(NOW), MASTER_KEY))

    await write_history(db)
    await everything_numbered(db, SOURCES)
    first = await publish(db, log_at("http://localhost:8470"))

    moved = log_at("https://id.brand.example")

    assert moved.checkpoint() == first
    assert first.origin == "localhost:8470/log"
    assert await publish(db, moved) == first


class FailsAt(LogFolder):
    """The disk of this folder fails at the n-th file: some are there, one is half there, the rest is not."""

    def __init__(self, folder: Path, nth: int) -> None:
        super().__init__(folder, LOG)
        self.left = nth

    def write(self, files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            self.left -= 1
            if self.left == 0:
                half = self.folder / name
                half.parent.mkdir(parents=True, exist_ok=True)
                (half.parent / f".{half.name}.half").write_bytes(content[: len(content) // 2])
                raise OSError(28, "no space left")
            super().write({name: content})


async def test_a7_a_crash_at_any_file_leaves_a_log_that_goes_on(db: Database, tmp_path: Path) -> None:
    await write_history(db)
    await everything_numbered(db, SOURCES)
    for nth in itertools.count(1):
        log = FailsAt(tmp_path / f"log{nth}", nth)
        try:
            await publish(db, log)
        except OSError:
            assert log.checkpoint().size == 0, "the checkpoint comes last"
        else:
            break
        log.left = -1
        await publish(db, log)
        assert verifier.main([str(zipped(log))]) == 0
    assert nth == 5, "the empty checkpoint, a bundle, a tile and the checkpoint, each failed once"


def zipped(log: LogFolder) -> Path:
    """The folder as a bundle, with the key that the export would add."""
    path = log.folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("key", f"{LOG.key}\n")
        for file in log.folder.rglob("*"):
            if file.is_file():
                bundle.write(file, file.relative_to(log.folder))
    return path


async def test_one_folder_has_one_writer_at_a_time(db: Database, tmp_path: Path) -> None:
    await write_history(db)
    await everything_numbered(db, SOURCES)
    log = LogFolder(tmp_path / "log", LOG)
    with log.alone() as first, LogFolder(tmp_path / "log", LOG).alone() as second:
        assert (first, second) == (True, False)
        assert (await publish(db, log)).size == 0

    assert (await publish(db, log)).size > 0
