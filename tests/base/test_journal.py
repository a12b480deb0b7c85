"""The journal beside the database: added to, cut short, damaged, rewritten, shared."""

import multiprocessing
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.base.journal import Journal, JournalAway, Position


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "beside" / "facts.journal")


def test_what_was_added_is_read_in_its_order_by_whoever_comes_later(journal: Journal) -> None:
    journal.append([{"n": 1}, {"n": 2}])
    first = journal.read()
    journal.append([{"n": 3}])

    rest = journal.read(first.position)

    assert (first.records, first.from_start) == ([{"n": 1}, {"n": 2}], True)
    assert (rest.records, rest.from_start, rest.position.line) == ([{"n": 3}], False, 3)
    assert journal.path.stat().st_mode & 0o777 == 0o600


def test_a_journal_that_is_not_there_yet_is_empty(journal: Journal) -> None:
    assert journal.read().records == []
    assert not journal.has_more(Position())


def test_it_is_cheap_to_ask_whether_there_is_more(journal: Journal) -> None:
    journal.append([1])
    position = journal.read().position

    before = journal.has_more(position)
    journal.append([2])

    assert (before, journal.has_more(position)) == (False, True)


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_line_cut_short_by_a_crash_is_left_out_and_taken_away_by_the_next_writer(
    journal: Journal, cut: int
) -> None:
    journal.append([{"n": 1}])
    position = journal.read().position
    journal.append([{"n": 2}])
    os.truncate(journal.path, journal.path.stat().st_size - cut)

    torn = journal.read(position)
    journal.append([{"n": 3}])

    assert (torn.records, torn.damage) == ([], "")
    assert journal.read(torn.position).records == [{"n": 3}]
    assert journal.read().records == [{"n": 1}, {"n": 3}]


def test_a_file_of_nothing_but_a_torn_line_begins_anew(journal: Journal) -> None:
    journal.append(["x" * 200_000])
    os.truncate(journal.path, 150_000)

    journal.append([1])

    assert journal.read().records == [1]


@given(data=st.data())
def test_a_flipped_bit_in_a_line_is_damage_and_never_another_fact(data: st.DataObject) -> None:
    import tempfile  # noqa: PLC0415 -- one folder for each example

    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "facts.journal")
        journal.append([{"n": 1}, {"n": 2}, {"n": 3}])
        content = bytearray(journal.path.read_bytes())
        at = data.draw(st.integers(0, len(content) - 2))
        content[at] ^= 1 << data.draw(st.integers(0, 7))
        journal.path.write_bytes(content)

        reading = journal.read()

        assert "is damaged" in reading.damage
        assert all(record in [{"n": 1}, {"n": 2}, {"n": 3}] for record in reading.records)


def test_a_reader_notices_that_the_file_was_rewritten(journal: Journal) -> None:
    journal.append(list(range(100)))
    position = journal.read().position

    journal.rewrite(lambda reading: [sum(reading.records)])
    journal.append(["more"])
    again = journal.read(position)

    assert (again.records, again.from_start) == ([4950, "more"], True)


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(JournalAway, match="cannot be written"):
        Journal(tmp_path / "file" / "facts.journal").append([1])


def write_many(path: Path, name: int) -> None:
    for number in range(50):
        Journal(path).append([[name, number]])
        if number % 20 == 0:
            Journal(path).rewrite(lambda reading: reading.records)


def test_writers_in_several_processes_lose_nothing_even_while_one_rewrites(journal: Journal) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(journal.path, name)) for name in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    records = journal.read().records

    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert sorted(records) == [[name, number] for name in range(3) for number in range(50)]
    assert [r for r in records if r[0] == 1] == [[1, number] for number in range(50)]
