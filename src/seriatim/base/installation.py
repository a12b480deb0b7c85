"""What an installation knows of itself: which life it is in, and whether the master key at hand is its own.

A new key beside old data would give other serials, other signatures and other seals without a word; so a strange key
is refused at the start.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from seriatim.base.crypto import fingerprint
from seriatim.base.db import Queries, Transaction
from seriatim.base.errors import CannotNow

QUERIES: Final = Queries.load(__package__, "installation.sql")


class WrongMasterKey(CannotNow):
    """This master key is not the one this database was made with; bring back the right master.key file."""

    code = "wrong_master_key"


@dataclass(frozen=True, slots=True)
class Installation:
    """The one row of base_installation."""

    epoch: int
    """Counts the restores, from 1: cursors and leases of an earlier life are told apart by it."""
    created_at: datetime


async def recognise(tx: Transaction, master_key: bytes) -> Installation:
    """The installation this database belongs to; the first key ever shown becomes its own. Raises WrongMasterKey."""
    mark = fingerprint(master_key)
    await tx.execute(QUERIES.found, mark)
    row = await tx.row(QUERIES.installation)
    assert row is not None, "base_installation has its row by now"
    if row["key_fingerprint"] != mark:
        raise WrongMasterKey
    return Installation(row["epoch"], row["created_at"])


async def epoch(tx: Transaction) -> int:
    """Which life of the installation this is; 1 before its first start."""
    told: int | None = await tx.value(QUERIES.epoch)
    return 1 if told is None else told


async def begin_epoch(tx: Transaction, number: int) -> int:
    """Begins a new life, after a restore; raises ValueError for one that has been."""
    begun: int | None = await tx.value(QUERIES.begin_epoch, number)
    if begun is None:
        raise ValueError(f"epoch {number} has begun before")
    return begun
