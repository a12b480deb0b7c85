"""No number leaves before its mark is on the disk, and a database that has gone back in time issues nothing.

Whoever takes numbers asks `require_issuing` first and tells `took` while it still holds the counter's row: marks are
written when the transaction is about to commit (`asked`) and when it has (`granted`), before anybody gets an answer.
Protocol and proof stand in ADR-0013.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

import msgspec

from seriatim import access
from seriatim.access import Actor
from seriatim.base import installation
from seriatim.base.db import Transaction
from seriatim.base.errors import CannotNow, Refused, Unprocessable
from seriatim.identity.marks import store
from seriatim.identity.marks.book import MarkBook, book_in
from seriatim.identity.marks.model import (
    Ahead,
    Asked,
    Difference,
    Frozen,
    Go,
    GoneBack,
    Granted,
    PassOver,
    Reconciled,
    ahead_of,
    difference,
    judged,
)

REASON_MAX: Final = 500
WHAT_TO_DO: Final = "Nothing is issued until an administrator has looked at the difference and reconciled it."


class IssuingFrozen(CannotNow):
    """Issuing stands still: the database has gone back in time; an administrator must reconcile it first."""

    code = "issuing_frozen"


class NoDataFolder(CannotNow):
    """The database was opened without its data folder, where the high-water marks are kept; nothing can be issued."""

    code = "no_data_folder"


class NothingToReconcile(Refused):
    """Issuing goes on, and the database has all that is known outside of it; there is nothing to reconcile."""

    code = "nothing_to_reconcile"


class ReasonMissing(Unprocessable):
    """Say in a few words why; it is kept in the audit trail."""

    code = "reason_missing"


class Reconciliation(msgspec.Struct, frozen=True):
    """What a reconciliation did."""

    epoch: int
    gaps: tuple[Ahead, ...]
    """The counters that were moved, each past all numbers that have left."""
    resting: int
    """Free SSCCs whose quarantine began anew."""


@dataclass(slots=True)
class Pending:
    """The marks of a transaction: goes along with it, and writes them down around its commit."""

    book: MarkBook
    marks: dict[str, int] = field(default_factory=dict)

    async def before_commit(self) -> None:
        if self.marks:
            await asyncio.to_thread(self.book.write, Asked(self.marks))

    async def after_commit(self) -> None:
        if self.marks:
            await asyncio.to_thread(self.book.write, Granted(self.marks))

    def copy(self) -> Self:
        return type(self)(self.book, dict(self.marks))


@dataclass(slots=True)
class Settling:
    """Tells the journal, once the database has it, that a reconciliation is done."""

    book: MarkBook
    done: Reconciled

    async def before_commit(self) -> None:
        """Nothing: until the commit issuing stays frozen."""

    async def after_commit(self) -> None:
        await asyncio.to_thread(self.book.begin_anew, self.done)

    def copy(self) -> Self:
        return type(self)(self.book, self.done)


def is_frozen(tx: Transaction) -> bool:
    """Whether issuing stands still; then nobody may say "we did not issue this" either (F19). Raises JournalAway."""
    return tx.folder is not None and bool(book_in(tx.folder).look().frozen)


def require_issuing(tx: Transaction) -> None:
    """Raises IssuingFrozen while issuing stands still, NoDataFolder, JournalAway."""
    why = _book(tx).look().frozen
    if why:
        raise IssuingFrozen(f"{why} {WHAT_TO_DO}", why=why)


async def took(tx: Transaction, key: str, first: int, past: int, *, now: datetime) -> bool:
    """Notes that this transaction takes [first, past) of a counter, whose row it holds locked.

    False when numbers from `first` on may have left in a transaction that did not survive: they have been passed over,
    a gap for ever that is written down, and whoever asked takes again. Raises IssuingFrozen when the database has gone
    back behind what was granted.
    """
    book = _book(tx)
    pending = tx.companion(Pending, lambda: Pending(book))
    match judged(book.look(), key, first):
        case GoneBack(units=units):
            freeze(book, Difference((ahead_of(key, units),), 0, 0, "").in_words(), now=now)
            require_issuing(tx)
            raise AssertionError("issuing is frozen by now")
        case PassOver(to=to):
            await store.pass_over(tx, key, past, to)
            detail = msgspec.to_builtins(ahead_of(key, to - first))
            await access.audit(tx, access.SYSTEM, "numbers.passed_over", detail["subject"], detail, now)
            return False
        case Go():
            pending.marks[key] = past
            return True


def show_outside(tx: Transaction, key: str, past: int, *, epoch: int, why: str, now: datetime) -> None:
    """Somebody outside has numbers below `past`, or an epoch, that the database knows nothing of: freezes issuing."""
    _book(tx).write(Granted({key: past}), Frozen(why, now, epoch))


def freeze(book: MarkBook, why: str, *, now: datetime) -> None:
    """Stops issuing, in all processes, until it is reconciled."""
    book.write(Frozen(why, now))


async def differs(tx: Transaction) -> Difference:
    """What the database lacks of what has left; harmless at any time. Raises JournalAway."""
    if tx.folder is None:
        return Difference((), await installation.epoch(tx), 0, "")
    # The marks first: what is granted between the two looks is then on both sides.
    marks = book_in(tx.folder).look()
    known = marks.copy()
    return difference(known, await store.counters(tx, known.granted), epoch=await installation.epoch(tx))


async def compare(tx: Transaction, *, now: datetime) -> Difference:
    """Looks whether the database has gone back in time, and freezes issuing if so: at the start, and from time to time."""
    found = await differs(tx)
    if found.is_back and not found.frozen:
        freeze(_book(tx), found.in_words(), now=now)
        found = msgspec.structs.replace(found, frozen=found.in_words())
    return found


async def reconcile(tx: Transaction, reason: str, *, actor: Actor, now: datetime) -> Reconciliation:
    """Moves every counter past what has left, begins a new epoch, and lets issuing go on.

    What was issued in the time that the database has forgotten stays a gap: nobody gets those numbers again. Raises
    NothingToReconcile, ReasonMissing, NoDataFolder, JournalAway.
    """
    if not reason.strip() or len(reason) > REASON_MAX or "\0" in reason:
        raise ReasonMissing(f"{ReasonMissing.__doc__} {REASON_MAX} characters at most.", field="reason")
    book = _book(tx)
    found = await differs(tx)
    if not found.is_frozen:
        raise NothingToReconcile
    await store.raise_to(tx, book.look().copy().granted)
    resting = await store.rest_anew(tx, now)
    epoch = await installation.begin_epoch(tx, max(found.epoch_here, found.epoch_outside) + 1)
    tx.companion(Settling, lambda: Settling(book, Reconciled(epoch, now)))
    done = Reconciliation(epoch, found.ahead, resting)
    detail = {"reason": reason, "was": found.why, **msgspec.to_builtins(done)}
    await access.audit(tx, actor, "issuing.reconciled", f"epoch {epoch}", detail, now)
    return done


def _book(tx: Transaction) -> MarkBook:
    if tx.folder is None:
        raise NoDataFolder
    return book_in(tx.folder)
