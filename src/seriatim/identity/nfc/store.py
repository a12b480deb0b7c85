"""Rows of NFC tags, as values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from seriatim.base.db import Queries, Row, Transaction
from seriatim.identity.catalogue.model import BadField, gtin14
from seriatim.identity.nfc.keys import UID_BYTES
from seriatim.identity.nfc.sun import COUNTER_MAX

SQL: Final = Queries.load(__package__, "store.sql")
NEVER: Final = -1
SERIAL_CHARACTERS_MAX: Final = 20
GENERATION_MAX: Final = 32_767


class Tag(msgspec.Struct, frozen=True):
    """A chip and the unit it sits on. Raises BadField, BadGtin."""

    uid: str
    """14 hexadecimal digits, capitals."""
    gtin: str
    """14 digits."""
    serial: str
    generation: int = 0
    """Of the keys that were written into it."""
    counter: int = NEVER
    """Of the last accepted tap, or as the encoder left it; -1: never tapped."""

    def __post_init__(self) -> None:
        if len(self.uid) != 2 * UID_BYTES or not set(self.uid) <= set("0123456789ABCDEF"):
            raise BadField("uid must have 14 hexadecimal digits, in capitals.", field="uid")
        if gtin14(self.gtin) != self.gtin:
            raise BadField("gtin must be written with 14 digits.", field="gtin")
        if not 1 <= len(self.serial) <= SERIAL_CHARACTERS_MAX or "\0" in self.serial:
            raise BadField(f"serial must have 1 to {SERIAL_CHARACTERS_MAX} characters.", field="serial")
        if not 0 <= self.generation <= GENERATION_MAX:
            raise BadField(f"generation must be 0 to {GENERATION_MAX:,}.", field="generation")
        if not NEVER <= self.counter <= COUNTER_MAX:
            raise BadField(f"counter must be -1 to {COUNTER_MAX:,}.", field="counter")


class CounterTaken(msgspec.Struct, frozen=True):
    """A tag whose counter was advanced just now."""

    tag: Tag
    counter_before: int
    taps: int
    """Accepted so far, this one among them."""


async def add_tags(tx: Transaction, tags: Sequence[Tag], now: datetime) -> list[str]:
    """The UIDs of those that are new; the others are left as they were."""
    counters = [tag.counter for tag in tags]
    return [row["uid"] for row in await tx.rows(SQL.add_tags, *_columns(tags), counters, now)]


async def strangers(tx: Transaction, tags: Sequence[Tag]) -> list[str]:
    return [row["uid"] for row in await tx.rows(SQL.strangers, *_columns(tags))]


async def take_counter(
    tx: Transaction, uid: str, gtin: str, serial: str | None, counter: int, now: datetime
) -> CounterTaken | None:
    """None when there is no such tag on the unit, or its counter is as high already."""
    row = await tx.row(SQL.take_counter, uid, gtin, serial, counter, now)
    return None if row is None else CounterTaken(_tag(row), row["counter_before"], row["taps"])


async def tag(tx: Transaction, uid: str) -> Tag | None:
    row = await tx.row(SQL.tag, uid)
    return None if row is None else _tag(row)


async def generations(tx: Transaction, gtin: str, serial: str | None, most: int) -> list[int]:
    return [row["generation"] for row in await tx.rows(SQL.generations, gtin, serial, most)]


async def tags_by_uid(tx: Transaction, uids: Sequence[str]) -> list[Tag]:
    return [_tag(row) for row in await tx.rows(SQL.tags_by_uid, list(uids))]


async def tags_of(tx: Transaction, gtin: str, serial: str) -> list[Tag]:
    return [_tag(row) for row in await tx.rows(SQL.tags_of, gtin, serial)]


def _columns(tags: Sequence[Tag]) -> tuple[list[str], list[str], list[str], list[int]]:
    return (
        [tag.uid for tag in tags],
        [tag.gtin for tag in tags],
        [tag.serial for tag in tags],
        [tag.generation for tag in tags],
    )


def _tag(row: Row) -> Tag:
    return Tag(row["uid"], row["gtin"], row["serial"], row["generation"], row["counter"])
