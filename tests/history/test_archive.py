"""Old events go into files and come back; what they said stays, and everything can be proved all the while."""

import asyncio
import json
import shutil
import zipfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import asyncpg
import msgspec
import pytest
from tests.factories import feed
from tests.factories.archives import KEEP, LATER, Shelf, shelf_in
from tests.factories.log import LOG
from tests.factories.plant import ANNA, NOW
from tests.history.test_intake import (
    CASE,
    PALLET,
    at,
    commission,
    differing,
    dump,
    keep,
    key,
    pack,
    see,
    unit,
)
from tests.history.test_order import events_of
from tests.history.test_sight import waits

from seriatim import epcis, gs1, history
from seriatim.access.verifiable_log import export, proved, verifier
from seriatim.base.db import Database, Transaction
from seriatim.base.errors import CannotNow, NotFound, Unprocessable
from seriatim.epcis import ErrorDeclaration, Event, Instant
from seriatim.history import archive, event_log, queries
from seriatim.history.keys import item_key
from seriatim.history.rebuild import recompute
from seriatim.history.squeeze import unsqueezed

pytestmark = pytest.mark.anyio

BEFORE = at(30)
"""Half of the events of a random history happened before then."""
SOURCE = event_log.EventSource()


@pytest.fixture
def shelf(db: Database, tmp_path: Path) -> Shelf:
    return shelf_in(db, tmp_path)


async def rows_of(db: Database, table: str = "history_event") -> list[dict[str, object]]:
    async with db.transaction() as tx:
        return [dict(row) for row in await tx.rows(f"select *, tx::text as tx_text from {table} order by id")]


def declared_wrong(event: Event) -> Event:
    wrong = ErrorDeclaration(declaration_time=Instant(at(99), "2026-11-20T09:39:00Z"), reason="did_not_occur")
    return msgspec.structs.replace(event, event_id=epcis.event_hash(event), error_declaration=wrong)


@pytest.mark.parametrize("seed", range(2))
async def test_events_come_back_byte_for_byte_and_the_state_never_moves(
    seed: int, db: Database, shelf: Shelf
) -> None:
    events = events_of(Random(seed))
    for start in range(0, len(events), 9):
        await keep(db, *events[start : start + 9])
    before, state = await rows_of(db), await dump(db)

    done = await shelf.put_away(BEFORE, part=12)

    here = await rows_of(db)
    assert 1 < len(done) == -(-(len(before) - len(here)) // 12)
    assert {row["id"] for row in here} == {row["id"] for row in before if row["event_time"] >= BEFORE}
    assert await dump(db) == state
    assert await differing(db) == 0
    assert [await shelf.bring_back(one.name) for one in done] == [one.events for one in done]
    assert await rows_of(db) == before
    assert await dump(db) == state
    assert [await shelf.bring_back(one.name) for one in done] == [0] * len(done)
    async with db.transaction() as tx:
        assert [one.away for one in await archive.archives(tx)] == [0] * len(done)


@pytest.mark.parametrize("seed", range(2))
async def test_whenever_events_leave_and_return_the_state_is_that_of_the_events(
    seed: int, db: Database, shelf: Shelf
) -> None:
    """Late and repeated events, and declarations that archived ones were wrong, meet what is left of the others."""
    random = Random(seed)
    events = events_of(random)
    declared = [one for one in events if one.error_declaration is not None]
    first = [one for one in events if one.error_declaration is None]
    late = random.sample(first, 15)
    early = [one for one in first if one not in late]
    random.shuffle(early)
    await keep(db, *early)

    done = await shelf.put_away(at(75), part=20)
    assert await differing(db) == 0
    for event in random.sample([*late, *declared, *random.sample(early, 10)], len(late) + len(declared) + 10):
        await keep(db, event)
        if random.random() < 0.2 and done:
            await shelf.bring_back(random.choice(done).name)
    assert await differing(db) == 0
    await shelf.put_away(at(200), part=20)
    state, wrong = await dump(db), await differing(db)
    async with db.transaction() as tx:
        for table in ("event", "event_name", "item", "item_events", "absent_event", "archive"):
            await tx.execute(f"delete from history_{table}")
    for event in events:
        await keep(db, event)

    assert wrong == 0
    assert state == await dump(db)


async def test_what_comes_back_while_the_state_is_made_anew_counts(db: Database, shelf: Shelf) -> None:
    await keep(db, commission(0, "A1"))
    async with db.transaction() as tx:
        await tx.execute("create table returned as select * from history_event")
    await shelf.put_away()
    await keep(db, see(1, "shipping", unit("A1")))

    async def make_anew() -> None:
        async with db.transaction() as tx:
            await recompute(tx, [item_key(unit("A1"))])

    async with db.transaction() as tx:
        await tx.execute("delete from history_absent_event")
        await tx.execute("insert into history_event select * from returned")
        await tx.execute("lock table history_absent_event in access exclusive mode")
        making = asyncio.create_task(make_anew())
        while not await waits(db):
            assert not making.done()
    await making

    assert await differing(db) == 0


async def test_an_archive_is_proved_by_the_auditors_own_program(db: Database, shelf: Shelf) -> None:
    await keep(db, commission(0, "A1", "A2"), see(1, "shipping", unit("A1")))

    (done,) = await shelf.put_away()

    lines = verifier.verify(shelf.folder / done.name, f"log {LOG.key}\nquorum none\n", None)
    assert lines[2] == "events       2, each the one that was logged"
    with zipfile.ZipFile(shelf.folder / done.name) as file:
        document = epcis.loads(file.read("events/000001.jsonld"))
    assert [one.biz_step for one in document.events] == ["commissioning", "shipping"]
    assert done.name == "events-2026-11.zip"


async def test_a_whole_bundle_says_what_is_archived_and_holds(
    db: Database, shelf: Shelf, tmp_path: Path
) -> None:
    await keep(db, commission(0, "A1"), see(40, "shipping", unit("A1")))
    await shelf.put_away(BEFORE)
    await shelf.seal()

    await export(db, shelf.log, [SOURCE], tmp_path / "bundle.zip")

    lines = verifier.verify(tmp_path / "bundle.zip", None, None)
    assert "1 match their entries" in lines[2]
    assert lines[2].endswith("1 in archives")


async def test_the_same_event_again_is_a_duplicate_for_ever(db: Database, shelf: Shelf) -> None:
    events = [commission(0, "A1"), see(1, "shipping", unit("A1"))]
    await keep(db, *events)
    await shelf.put_away()

    captured = await keep(db, *events, commission(2, "A2"))
    renamed = await keep(db, msgspec.structs.replace(events[1], event_id="urn:uuid:of-a-partner"))
    other = await keep(
        db,
        msgspec.structs.replace(
            see(5, "receiving", unit("A1")), event_id=epcis.event_hash(events[0], "strict")
        ),
    )

    assert [one.outcome for one in captured.verdicts] == ["DUPLICATE", "DUPLICATE", "ACCEPTED"]
    assert [one.outcome for one in renamed.verdicts] == ["DUPLICATE"]
    assert [one.code for one in other.verdicts] == ["event_id_taken"]
    assert len(await rows_of(db)) == 1
    assert await differing(db) == 0


async def test_an_archived_event_that_is_declared_wrong_leaves_the_state(db: Database, shelf: Shelf) -> None:
    shipped = see(3, "shipping", unit("A1"))
    await keep(db, commission(0, "A1", "A2"), pack(1, PALLET, unit("A2")), shipped)
    await shelf.put_away()

    captured = await keep(db, declared_wrong(shipped))

    assert captured.accepted == 1
    async with db.transaction() as tx:
        item = await history.item(tx, key(unit("A1")))
    assert item is not None
    assert (item.status, item.biz_step, item.lot, item.events) == ("commissioned", "commissioning", "L1", 3)
    assert await differing(db) == 0


async def test_a_declaration_that_is_archived_with_its_event_still_counts(db: Database, shelf: Shelf) -> None:
    shipped = see(3, "shipping", unit("A1"))
    await keep(db, commission(0, "A1"), shipped, declared_wrong(shipped))
    state = await dump(db)

    await shelf.put_away()

    assert await rows_of(db) == []
    assert await differing(db) == 0
    assert (await keep(db, shipped, declared_wrong(shipped))).duplicates == 2
    assert await dump(db) == state


async def test_what_has_left_is_told_and_not_found_by_questions(db: Database, shelf: Shelf) -> None:
    first, second, third = commission(0, "A1"), see(1, "storing", unit("A1")), see(40, "shipping", unit("A1"))
    await keep(db, first, second, third, see(41, "receiving", unit("A1")))
    await shelf.put_away(BEFORE)
    thing = key(unit("A1"))

    async with db.transaction() as tx:
        newest = await history.events_of(tx, thing, limit=2)
        gone = await history.absent_of(tx, thing)
        named = await history.absent_by_name(tx, epcis.event_hash(first, "strict"))
        found = await queries.find(tx, epcis.query_from_url([("MATCH_anyEPC", unit("A1"))]))
        here = await history.event(tx, epcis.event_hash(first, "strict"))

    assert [one.biz_step for one in newest] == ["receiving", "shipping"]
    assert [(one.event_time, one.where) for one in gone] == [
        (at(1), "archived in events-2026-11.zip"),
        (at(0), "archived in events-2026-11.zip"),
    ]
    assert [one.id for one in named] == [gone[1].id]
    assert [one.biz_step for one in found.items] == ["shipping", "receiving"]
    assert here == ()


async def test_the_proof_of_an_archived_event_still_verifies(db: Database, shelf: Shelf) -> None:
    await keep(db, commission(0, "A1"))
    (done,) = await shelf.put_away()

    async with db.transaction() as tx:
        (gone,) = await history.absent_of(tx, key(unit("A1")))
        told = await proved(tx, shelf.log, SOURCE, gone.id)

    assert told is not None
    assert (told.archived, told.erased, told.content, told.salt) == (done.name, False, None, None)
    assert told.proof.startswith("c2sp.org/tlog-proof@v1")


async def test_events_stay_while_they_are_young_or_somebody_needs_them(db: Database, shelf: Shelf) -> None:
    recalled, blocked, plain = commission(0, "A1"), commission(1, "A2"), commission(2, "A3")
    await keep(db, recalled, blocked, plain, see(3, "shipping", unit("A4")))
    async with db.transaction() as tx:
        await history.stand(tx, "recalled", [key(unit("A1"))], "RC-1", now=NOW)
        await history.stand(tx, "blocked", [key(unit("A2"))], "AL-1", now=NOW)
        await history.lift(tx, "blocked", "AL-1", now=NOW)
        await history.set_policy(tx, "warn", actor=ANNA, now=NOW)
    found = await keep(db, see(4, "shipping", unit("A5")))

    with pytest.raises(archive.TooYoung, match=r"the latest date to archive before is 2026-12-25\."):
        await shelf.put_away(LATER - KEEP + timedelta(days=1))
    (done,) = await shelf.put_away()

    assert done.events == 3
    assert {row["id"] for row in await rows_of(db)} == {
        *found.events,
        next(row["id"] for row in await rows_of(db) if row["event_time"] == at(0)),
    }


async def test_events_stay_while_a_follower_of_the_feed_is_behind(db: Database, shelf: Shelf) -> None:
    await keep(db, commission(0, "A1"))
    await keep(db, commission(1, "A2"))
    second = (await rows_of(db))[1]

    (done,) = await shelf.put_away(followed_to=str(second["tx_text"]))

    assert done.events == 1
    assert [row["id"] for row in await rows_of(db)] == [second["id"]]


async def test_what_an_archived_event_stands_in_the_way_of_names_it(db: Database, shelf: Shelf) -> None:
    packed = pack(1, CASE, unit("A1"))
    await keep(db, commission(0, "A1"), packed)
    await shelf.put_away()
    async with db.transaction() as tx:
        await history.set_policy(tx, "warn", actor=ANNA, now=NOW)
    await keep(db, pack(2, PALLET, unit("A1")))

    async with db.transaction() as tx:
        (found,) = await history.findings(tx)
    assert found.code == "already_packed"
    assert found.blocking_event == epcis.event_hash(packed)


async def test_a_plan_says_what_would_go_and_changes_nothing(db: Database, shelf: Shelf) -> None:
    await keep(db, commission(0, "A1"), commission(1, "A2"))
    await feed.is_settled(db)
    async with db.transaction() as tx:
        await history.stand(tx, "recalled", [key(unit("A1"))], "RC-1", now=NOW)
        planned = await archive.plan(tx, archive.Rule(NOW + timedelta(days=1), KEEP), now=LATER)

    assert planned == (archive.Planned("2026-11", 1, 1),)
    assert not shelf.folder.exists()


async def test_a_file_left_by_a_run_that_broke_off_is_written_anew(db: Database, shelf: Shelf) -> None:
    await keep(db, commission(0, "A1"))
    async with db.transaction() as tx:
        await tx.execute("alter table history_archive add constraint full_disk check (false)")

    with pytest.raises(asyncpg.CheckViolationError):
        await shelf.put_away()
    assert (shelf.folder / "events-2026-11.zip").exists()
    assert len(await rows_of(db)) == 1

    async with db.transaction() as tx:
        await tx.execute("alter table history_archive drop constraint full_disk")
    (done,) = await shelf.put_away()

    assert [path.name for path in shelf.folder.glob("*.zip")] == [done.name] == ["events-2026-11.zip"]
    assert await shelf.bring_back(done.name) == 1


async def test_a_strange_file_of_that_name_is_never_written_over(db: Database, shelf: Shelf) -> None:
    await keep(db, commission(0, "A1"))
    shelf.folder.mkdir()
    (shelf.folder / "events-2026-11.zip").write_bytes(b"somebody's")

    (done,) = await shelf.put_away()

    assert done.name == "events-2026-11-2.zip"
    assert (shelf.folder / "events-2026-11.zip").read_bytes() == b"somebody's"


async def test_two_runs_in_one_folder_do_not_meet(db: Database, shelf: Shelf) -> None:
    await keep(db, commission(0, "A1"))
    await shelf.seal()

    both = await asyncio.gather(shelf.put_away(), shelf.put_away(), return_exceptions=True)

    assert sum(len(one) for one in both if isinstance(one, tuple)) == 1
    assert all(isinstance(one, tuple | CannotNow) for one in both)


async def test_late_events_of_an_archived_month_get_a_file_of_their_own(db: Database, shelf: Shelf) -> None:
    await keep(db, commission(0, "A1"))
    (first,) = await shelf.put_away()
    await keep(db, commission(1, "A2"))

    (second,) = await shelf.put_away()

    assert [first.name, second.name] == ["events-2026-11.zip", "events-2026-11-2.zip"]


async def test_a_page_of_a_story_with_gaps_is_still_full(db: Database, shelf: Shelf) -> None:
    """Paging counts what is here: an archived event in the middle must not end the list."""
    middle = see(20, "storing", unit("A1"))
    await keep(db, commission(0, "A1"), middle, see(40, "shipping", unit("A1")))
    async with db.transaction() as tx:
        await history.stand(tx, "recalled", [key(unit("A2"))], "RC-1", now=NOW)
    await keep(db, see(1, "receiving", unit("A1"), unit("A2")))
    await shelf.put_away(BEFORE)

    async with db.transaction() as tx:
        found = await history.events_of(tx, key(unit("A1")), limit=2)

    assert [one.biz_step for one in found] == ["shipping", "receiving"]


# Damage ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def kept(db: Database, shelf: Shelf) -> Path:
    """An archive of some events."""
    await keep(db, *(commission(n, f"A{n}") for n in range(5)))
    (done,) = await shelf.put_away()
    return shelf.folder / done.name


def rewritten(path: Path, name: str, content: bytes, *, manifest_too: bool) -> None:
    """The archive with one file of other content; its manifest says so, when whoever changed it was thorough."""
    with zipfile.ZipFile(path) as file:
        files = {one: file.read(one) for one in file.namelist()}
    files[name] = content
    if manifest_too:
        told = json.loads(files["archive.json"])
        told["files"][name]["sha256"] = sha256(content).hexdigest()
        files["archive.json"] = json.dumps(told).encode()
    with zipfile.ZipFile(path, "w") as file:
        for one, raw in files.items():
            file.writestr(one, raw)


def flipped(raw: bytes, place: int, bit: int = 0) -> bytes:
    return raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]


def part_of(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as file:
        return file.read(name)


async def test_a_changed_event_is_found_whether_the_manifest_follows_or_not(
    kept: Path, tmp_path: Path
) -> None:
    name = "events/000001.jsonld"
    changed = part_of(kept, name).replace(b"L1", b"L2", 1)
    for thorough, words in (
        (False, "is not the file that was archived"),
        (True, "is not the one that was logged"),
    ):
        copy = Path(shutil.copy(kept, tmp_path / f"{thorough}.zip"))
        rewritten(copy, name, changed, manifest_too=thorough)
        with pytest.raises(verifier.Fault, match=words):
            verifier.verify(copy, None, None)
        with pytest.raises(archive.BadArchive, match=words):
            archive.check_archive(copy)


async def test_a_changed_row_a_missing_event_and_a_changed_tile_are_found(kept: Path, tmp_path: Path) -> None:
    rows = part_of(kept, "rows/000001.jsonl")
    shorter = b"".join(rows.splitlines(keepends=True)[:-1])
    with zipfile.ZipFile(kept) as file:
        tiles = [name for name in file.namelist() if name.startswith("tile/")]
    changes = [
        ("rows/000001.jsonl", shorter),
        ("rows/000001.jsonl", rows.replace(b'"place":', b'"place":1', 1)),
    ]
    changes += [(name, flipped(part_of(kept, name), 40)) for name in tiles]
    for number, (name, content) in enumerate(changes):
        copy = Path(shutil.copy(kept, tmp_path / f"{number}.zip"))
        rewritten(copy, name, content, manifest_too=True)
        with pytest.raises(verifier.Fault):
            verifier.verify(copy, None, None)


async def test_every_flipped_byte_of_the_file_is_found_or_changes_nothing(kept: Path, tmp_path: Path) -> None:
    whole = kept.read_bytes()
    before = archive.check_archive(kept)
    copy = tmp_path / "copy.zip"
    random = Random(7)
    found = 0
    for place in random.sample(range(len(whole)), 80):
        copy.write_bytes(flipped(whole, place, random.randrange(8)))
        try:
            after = archive.check_archive(copy)
        except archive.BadArchive:
            found += 1
        else:
            assert after == before  # a date in the zip's own directory, an unused signature line
    assert found > 50


async def test_a_damaged_archive_and_one_of_another_log_are_not_brought_back(
    db: Database, shelf: Shelf, kept: Path
) -> None:
    content = kept.read_bytes()
    kept.write_bytes(content[:-1] + b"x")
    with pytest.raises(archive.ArchiveUnknown):
        await shelf.bring_back(kept.name)
    kept.write_bytes(content)
    other = kept.with_name("other.zip")
    other.write_bytes(content)
    with pytest.raises(archive.ArchiveUnknown):
        await shelf.bring_back(other.name)

    assert await rows_of(db) == []
    assert await shelf.bring_back(kept.name) == 5


async def test_t37_an_event_changed_in_the_database_is_noticed_and_stays(db: Database, shelf: Shelf) -> None:
    await keep(db, commission(0, "A1"))
    await shelf.seal()
    async with db.transaction() as tx:
        await tx.execute("update history_event set document = document || ' '::bytea")

    with pytest.raises(archive.BadArchive, match="an event is not the one that was logged"):
        await shelf.put_away()

    assert len(await rows_of(db)) == 1
    async with db.transaction() as tx:
        assert await archive.archives(tx) == ()


# Erasure --------------------------------------------------------------------------------------------------------------


async def erase(tx: Transaction, event_id: str, reason: str = "request 17") -> history.Erased:
    return await history.erase(tx, event_id, reason=reason, actor=ANNA, now=LATER)


async def test_t38_an_erased_event_leaves_tree_state_and_proof_whole(
    db: Database, shelf: Shelf, tmp_path: Path
) -> None:
    personal = msgspec.structs.replace(
        see(1, "shipping", unit("A1")),
        extensions=(epcis.Extension("https://example.com/", "driver", "Anna Example"),),
    )
    await keep(db, commission(0, "A1"), personal)
    await shelf.seal()
    state, name = await dump(db), epcis.event_hash(personal, "strict")

    async with db.transaction() as tx:
        erased = await erase(tx, name)
        again = await erase(tx, name)
    await shelf.seal()

    assert len(erased.places) == 1
    assert again.places == ()
    assert await dump(db) == state
    assert await differing(db) == 0
    assert (await keep(db, personal)).duplicates == 1
    async with db.transaction() as tx:
        (gone,) = await history.absent_by_name(tx, name)
        told = await proved(tx, shelf.log, SOURCE, gone.id)
        everything = await tx.rows("select rest from history_absent_event")
        deeds = await tx.value("select count(*) from access_audit where deed = 'history.erase'")
        (message,) = await tx.rows("select payload from base_outbox where topic = $1", history.ERASED)
    assert (message["payload"]["event_id"], message["payload"]["captured_by"]) == (name, "system:system")
    assert gone.where == "erased on 2027-12-25"
    assert told is not None
    assert (told.erased, told.content) == (True, None)
    assert not any(b"Anna" in unsqueezed(row["rest"]) for row in everything)
    assert deeds == 1
    await export(db, shelf.log, [SOURCE], tmp_path / "bundle.zip")
    assert "1 match their entries" in verifier.verify(tmp_path / "bundle.zip", None, None)[2]


async def test_an_erased_event_is_found_under_nothing(db: Database, shelf: Shelf) -> None:
    """Nor is the declaration that it was wrong, which was for whoever had told it."""
    shop = [("owning_party", "https://id.gs1.org/417/9506000134369")]
    amount = [epcis.Quantity(epc_class="https://id.gs1.org/01/09506000134352/10/L1", quantity=3)]
    told = see(1, "shipping", destinations=shop, quantity_list=amount)
    other = see(2, "shipping", destinations=shop)
    await keep(db, told, other)
    await keep(db, declared_wrong(told))
    await shelf.seal()

    async with db.transaction() as tx:
        before = await tx.value("select count(distinct term) from history_event_term")
        await erase(tx, epcis.event_hash(told))
        left = [row["term"] for row in await tx.rows("select term from history_event_term")]

    assert before == 3
    assert left == ["party:9506000134369"]


async def test_a_declaration_about_an_archived_event_is_seen_by_who_told_that(
    db: Database, shelf: Shelf
) -> None:
    """ADR-0018."""
    told = see(1, "shipping", unit("A1"))
    await keep(db, told)
    await shelf.put_away()
    async with db.transaction() as tx:
        await history.capture(tx, [declared_wrong(told)], actor=ANNA, now=NOW)
        seen = [
            await history.event(tx, epcis.event_hash(told), sight=history.Sight(frozenset({caller})))
            for caller in ("system:system", "key:somebody")
        ]

    assert [[one.declares_error for one in found] for found in seen] == [[True], []]


async def test_what_is_erased_while_it_is_archived_stays_in_no_file(db: Database, shelf: Shelf) -> None:
    told = see(1, "shipping", unit("A1"))
    await keep(db, commission(0, "A1"), told)
    await shelf.seal()

    async with db.transaction() as tx:
        await tx.execute("lock table history_archive in access exclusive mode")
        archiving = asyncio.create_task(shelf.put_away())
        while not await waits(db):
            assert not archiving.done()
        await erase(tx, epcis.event_hash(told))
    with pytest.raises(CannotNow, match="nothing was removed"):
        await archiving

    assert [path.name for path in shelf.folder.iterdir()] == [".archiving"]
    (done,) = await shelf.put_away()
    assert done.events == 1
    assert await differing(db) == 0


async def test_nobody_is_told_that_an_event_was_erased_that_went_into_an_archive_meanwhile(
    db: Database, shelf: Shelf
) -> None:
    await keep(db, commission(0, "A1"))
    await shelf.seal()
    name = epcis.event_hash(commission(0, "A1"))

    async def erase_it() -> None:
        async with db.transaction() as tx:
            await erase(tx, name)

    async with db.transaction() as tx:
        await tx.execute("lock table access_log_entry in access exclusive mode")
        erasing = asyncio.create_task(erase_it())
        while not await waits(db):
            assert not erasing.done()
        await tx.execute(
            """with file as (
                insert into history_archive (
                    name, period, first_event, last_event, events, bytes, sha256, log_size, archived_at
                ) values ('events.zip', '2026-11', 1, 1, 1, 1, sha256(''), 1, now()) returning id
            ), gone as (delete from history_event where event_id = $1 returning *)
            insert into history_absent_event (id, strict_hash, declares_error, captured_by, rest, archive)
            select gone.id, strict_hash, declares_error, captured_by, '', file.id from gone, file""",
            name,
        )
    with pytest.raises(CannotNow, match="just been archived"):
        await erasing
    async with db.transaction() as tx:
        with pytest.raises(history.EventArchived, match=r"archived in events\.zip"):
            await erase(tx, name)


async def test_an_event_that_is_held_is_erased_too(db: Database) -> None:
    early = see(1, "shipping", unit("A1"))
    name = epcis.event_hash(early)
    async with db.transaction() as tx:
        await history.set_policy(tx, "park", actor=ANNA, now=NOW)
    await keep(db, early)

    async with db.transaction() as tx:
        assert [one.event_id for one in await history.parked(tx)] == [name]
        erased = await erase(tx, name)
        assert await history.parked(tx) == ()
        (message,) = await tx.rows("select payload from base_outbox where topic = $1", history.ERASED)
        deeds = await tx.value("select count(*) from access_audit where deed = 'history.erase'")

    assert (erased.places, erased.held, deeds) == ((), 1, 1)
    assert (message["payload"]["event_id"], message["payload"]["captured_by"]) == (name, "system:system")
    assert (await keep(db, commission(0, "A1"))).released == ()
    async with db.transaction() as tx:
        with pytest.raises(NotFound):
            await erase(tx, name)


async def test_an_archived_event_is_erased_by_bringing_its_archive_back_first(
    db: Database, shelf: Shelf
) -> None:
    first, second = commission(0, "A1"), commission(1, "A2")
    await keep(db, first, second)
    (done,) = await shelf.put_away()
    name = epcis.event_hash(first, "strict")
    async with db.transaction() as tx:
        with pytest.raises(history.EventArchived, match=f"archived in {done.name}"):
            await erase(tx, name)

    await shelf.bring_back(done.name)
    async with db.transaction() as tx:
        await erase(tx, name)
    (anew,) = await shelf.put_away()

    assert (anew.name, anew.events) == ("events-2026-11-2.zip", 1)
    assert await shelf.bring_back(done.name) == 0
    assert await differing(db) == 0
    async with db.transaction() as tx:
        (gone,) = await history.absent_by_name(tx, name)
    assert gone.erased_at == LATER


async def test_a_thing_whose_events_are_all_erased_is_known_without_a_timeline(
    db: Database, shelf: Shelf
) -> None:
    only = commission(0, "A1")
    await keep(db, only)
    await shelf.seal()
    async with db.transaction() as tx:
        await erase(tx, epcis.event_hash(only))
        alone = await history.item(tx, gs1.canonical_key(unit("A1")))
        assert alone is not None
        assert await history.item_and_timeline(tx, gs1.canonical_key(unit("A1"))) == (alone, ())


async def test_an_event_is_erased_only_when_it_is_sealed_and_for_a_reason(db: Database, shelf: Shelf) -> None:
    event = commission(0, "A1")
    await keep(db, event)
    name = epcis.event_hash(event, "strict")

    async with db.transaction() as tx:
        with pytest.raises(CannotNow):
            await erase(tx, name)
        with pytest.raises(NotFound):
            await erase(tx, "urn:uuid:none")
        with pytest.raises(Unprocessable, match="Say why"):
            await erase(tx, name, " ")

    assert len(await rows_of(db)) == 1
