"""Versions of label templates: kept for ever, released only when they print, named by every print job."""

import asyncpg
import pytest
from tests.factories.line import TEMPLATE, make_label, make_order
from tests.factories.plant import ANNA, NOW, make_plant

from seriatim.areas import line
from seriatim.areas.line import labels, store
from seriatim.base.db import Database, Transaction
from seriatim.base.errors import NotFound
from seriatim.symbols import LabelTemplate

pytestmark = pytest.mark.anyio

SAMPLE = make_label("K4W8Z0M2RD6T").texts()


async def save(tx: Transaction, source: str = TEMPLATE.source, **more: str) -> labels.KeptTemplate:
    return await labels.save_template(tx, source, SAMPLE, dpi=300, actor=ANNA, now=NOW, **more)


async def test_each_change_is_a_version_of_its_own_and_the_older_ones_stay(db: Database) -> None:
    changed = TEMPLATE.source.replace("size_mm = 3.4", "size_mm = 3.2")
    async with db.transaction() as tx:
        first, second = await save(tx), await save(tx, changed, note="Smaller brand")
        back = await save(tx, first.source, note="Undone")

        assert [kept.version for kept in await labels.versions(tx, "bag")] == [3, 2, 1]
        assert (first.sha256, back.sha256) == (TEMPLATE.sha256, TEMPLATE.sha256)
        assert (second.note, second.saved_by) == ("Smaller brand", ANNA.name)
        assert await labels.known_template(tx, "bag") == back
        assert await labels.known_template(tx, "bag", 2) == second


async def test_the_newest_text_again_is_no_new_version(db: Database) -> None:
    async with db.transaction() as tx:
        first = await save(tx)
        again = await save(tx, TEMPLATE.source.replace("\n", "\r\n") + "\r\n\r\n")

        assert again == first


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{lot}", "{los}", "unknown field {los}"),
        ('version = "24x24"', 'version = "12x12"', "it fits 22x22, 24x24"),
        ("module_mm = 0.508", "module_mm = 0.54", "the next printable X is 0.593 mm"),
        ("x_mm = 32", "x_mm = 44", "covers"),
        ('name = "bag"', 'name = "Bag/1"', "small letters"),
        ('name = "bag"', "", "small letters"),
    ],
)
async def test_a_template_that_cannot_print_its_sample_is_not_released(
    db: Database, old: str, new: str, words: str
) -> None:
    async with db.transaction() as tx:
        with pytest.raises(labels.BadTemplate) as refusal:
            await save(tx, TEMPLATE.source.replace(old, new))

        assert words in refusal.value.message
        assert await labels.templates(tx) == []


async def test_a_path_is_not_a_template(db: Database) -> None:
    async with db.transaction() as tx:
        with pytest.raises(labels.BadTemplate, match="not TOML"):
            await save(tx, "/etc/hostname")


async def test_a_version_cannot_be_changed_behind_ones_back(db: Database) -> None:
    async with db.transaction() as tx:
        await save(tx)
        for deed in ("update line_label_template set note = 'x'", "delete from line_label_template"):
            with pytest.raises(asyncpg.RestrictViolationError):
                async with tx.savepoint():
                    await tx.execute(deed)


async def test_a_template_that_is_not_there_is_not_found(db: Database) -> None:
    async with db.transaction() as tx:
        await save(tx)
        with pytest.raises(NotFound):
            await labels.known_template(tx, "carton")
        with pytest.raises(NotFound):
            await labels.known_template(tx, "bag", 2)


async def test_a_print_job_names_the_version_and_the_hash_of_its_design(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        order = await line.create_order(tx, make_order(), actor=ANNA, now=NOW)
        await save(tx)
        changed = LabelTemplate.load(TEMPLATE.source.replace("size_mm = 3.4", "size_mm = 3.2"))
        nameless = LabelTemplate.load(TEMPLATE.source.replace('name = "bag"', ""))
        for number, template in enumerate((TEMPLATE, changed, TEMPLATE, nameless)):
            printed = [make_label(f"7KQ2MR9TXW4{number}")]
            await line.send_to_printer(tx, order, printed, first_index=number, round_no=0)
            await line.keep_print_job(tx, order, printed, template, now=NOW)

        jobs = [
            job for job in await store.print_jobs(tx, order.number) if job.media_type == "application/zpl"
        ]
        newest = await labels.known_template(tx, "bag")
        [listed] = await labels.templates(tx)

    assert sorted((job.template_name, job.template_version) for job in jobs) == [
        ("", 0),
        ("bag", 1),
        ("bag", 1),
        ("bag", 2),
    ]
    assert {job.template_sha256 for job in jobs} == {TEMPLATE.sha256, changed.sha256, nameless.sha256}
    assert (newest.version, newest.note) == (2, "as printed")
    assert (listed.version, listed.printed_at) == (2, NOW)


async def test_a_label_names_its_order_where_the_design_asks_for_it(db: Database) -> None:
    label = line.label_of(make_order(), "K4W8Z0M2RD6T", "Huila", "Alboral")
    source = TEMPLATE.source.replace("SN {serial}", "{order} {line} {produced}")

    lines = LabelTemplate.load(source).fill(label.texts()).texts

    assert lines[-1].text == "4711 Line 1 20.11.2026"


async def test_a_note_beyond_reason_is_refused(db: Database) -> None:
    async with db.transaction() as tx:
        with pytest.raises(labels.BadTemplate, match="200 characters"):
            await save(tx, note="x" * 201)
