"""The decision that no number leaves twice: crashes at every step and restores of any age, simulated by the thousand."""

import itertools
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from seriatim.identity.marks.model import (
    Ahead,
    Asked,
    Frozen,
    Go,
    GoneBack,
    Granted,
    Kept,
    Line,
    Marks,
    PassOver,
    Reconciled,
    difference,
    judged,
    reuse_key,
    serial_key,
)

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
KEY = serial_key("09506000134352", 0)


def marks_of(*lines: Line) -> Marks:
    marks = Marks()
    for line in lines:
        marks.take(line)
    return marks


def test_a_counter_at_its_mark_goes_on() -> None:
    marks = marks_of(Asked({KEY: 200}), Granted({KEY: 200}))

    assert judged(marks, KEY, 200) == Go()
    assert judged(marks, serial_key("09506000134352", 1), 0) == Go()


def test_numbers_that_a_dead_transaction_may_have_let_out_are_passed_over() -> None:
    assert judged(marks_of(Granted({KEY: 100}), Asked({KEY: 200})), KEY, 100) == PassOver(200)


def test_a_counter_below_what_was_granted_has_gone_back() -> None:
    marks = marks_of(Granted({KEY: 200}), Asked({KEY: 300}))

    assert judged(marks, KEY, 150) == GoneBack(50)


def test_of_numbers_given_again_a_dead_transaction_leaves_nothing_to_pass_over() -> None:
    key = reuse_key("9521234", "3")

    assert judged(marks_of(Asked({key: 9})), key, 4) == Go()
    assert judged(marks_of(Granted({key: 9})), key, 4) == GoneBack(5)


def test_the_difference_says_what_the_database_lacks_in_numbers() -> None:
    other = serial_key("09506000134369", 2)
    marks = marks_of(Granted({KEY: 200, other: 7}), Granted({"sscc/9521234/3": 40}))

    found = difference(marks, {KEY: 150, other: 7}, epoch=1)

    assert found.ahead == (Ahead("serial", "09506000134352", 0, 50), Ahead("sscc", "9521234", 3, 40))
    assert (found.units, found.is_back, found.is_frozen) == (90, True, True)
    assert found.why == (
        "The database has gone back in time; 90 numbers of 2 counters have left that it knows nothing of."
    )


def test_a_database_of_an_older_epoch_has_gone_back_even_when_its_counters_fit() -> None:
    found = difference(marks_of(Reconciled(3, NOW)), {}, epoch=2)

    assert (found.is_back, found.ahead) == (True, ())
    assert "epoch 3 had begun already" in found.why


def test_what_was_kept_in_one_line_says_the_same_as_the_lines_it_came_from() -> None:
    marks = marks_of(Granted({KEY: 200}), Asked({KEY: 300}), Reconciled(2, NOW), Frozen("why", NOW, 5))

    kept = msgspec.convert(msgspec.to_builtins(marks.kept()), Kept)

    assert marks_of(kept) == marks
    assert (marks.epoch, marks.frozen) == (5, "why")


class Database(NamedTuple):
    issued: int = 0
    epoch: int = 1


class Restores(RuleBasedStateMachine):
    """One counter, a journal that never goes back, and a database that does: a plain slow model of the whole protocol."""

    backups: Bundle[Database] = Bundle("backups")

    def __init__(self) -> None:
        super().__init__()
        self.database = Database()
        self.marks = Marks()
        self.left: list[range] = []
        """What somebody outside has in hand."""
        self.kept_answer: range | None = None
        """Committed, and told to nobody yet: a repeated request may still be given it."""
        self.was_restored = False

    def write(self, line: Line) -> None:
        self.marks.take(line)

    @rule(count=st.integers(1, 50), dies=st.sampled_from(["never", "asked", "committed", "granted"]))
    def lease(self, count: int, dies: str) -> None:
        if self.marks.frozen:
            return
        database = self.database
        verdict = judged(self.marks, KEY, database.issued)
        if isinstance(verdict, GoneBack):
            self.write(Frozen("gone back", NOW))
            return
        first = verdict.to if isinstance(verdict, PassOver) else database.issued
        block = range(first, first + count)
        self.write(Asked({KEY: block.stop}))
        if dies == "asked":
            return
        self.database, self.kept_answer = database._replace(issued=block.stop), block
        if dies == "committed":
            return
        self.write(Granted({KEY: block.stop}))
        if dies == "granted":
            return
        self.kept_answer = None
        self.left.append(block)

    @precondition(lambda self: self.kept_answer is not None)
    @rule()
    def the_request_is_repeated(self) -> None:
        assert self.kept_answer is not None
        self.left.append(self.kept_answer)
        self.kept_answer = None

    @rule(target=backups)
    def back_up(self) -> Database:
        return self.database

    @rule(backup=backups)
    def restore(self, backup: Database) -> None:
        self.was_restored = self.was_restored or backup != self.database
        self.database, self.kept_answer = backup, None

    @rule()
    def start(self) -> None:
        found = difference(self.marks, {KEY: self.database.issued}, epoch=self.database.epoch)
        if found.is_back:
            self.write(Frozen(found.why, NOW))

    @precondition(lambda self: self.marks.frozen != "")
    @rule(dies=st.booleans())
    def reconcile(self, dies: bool) -> None:
        issued = max(self.database.issued, self.marks.granted.get(KEY, 0))
        epoch = max(self.database.epoch, self.marks.epoch) + 1
        self.database = Database(issued, epoch)
        if not dies:
            self.write(Reconciled(epoch, NOW))
            self.was_restored = False

    @rule()
    def the_journal_is_written_anew(self) -> None:
        self.marks = marks_of(self.marks.kept())

    @invariant()
    def nothing_has_left_twice(self) -> None:
        blocks = sorted(self.left, key=lambda block: block.start)
        assert all(a.stop <= b.start for a, b in itertools.pairwise(blocks)), blocks

    @invariant()
    def a_healthy_installation_is_never_frozen(self) -> None:
        assert self.was_restored or not self.marks.frozen


TestRestores = Restores.TestCase
TestRestores.settings = settings(max_examples=600, stateful_step_count=40, deadline=None)
