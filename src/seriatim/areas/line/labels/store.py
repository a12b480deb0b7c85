"""Rows of label templates, as values."""

from datetime import datetime
from typing import Final

import msgspec

from seriatim.base.db import Queries, Transaction

SQL: Final = Queries.load(__package__, "store.sql")
VERSIONS_MAX: Final = 100


class KeptTemplate(msgspec.Struct, frozen=True):
    """One version of a template, for ever as it was saved."""

    name: str
    version: int
    source: str
    sha256: str
    note: str
    saved_by: str
    saved_at: datetime


class TemplateName(msgspec.Struct, frozen=True):
    """A template in the list: its newest version, and when it was last printed."""

    name: str
    version: int
    saved_by: str
    saved_at: datetime
    source: str
    printed_at: datetime | None


async def insert_version(
    tx: Transaction, name: str, source: str, sha256: str, note: str, by: str, now: datetime
) -> KeptTemplate | None:
    row = await tx.row(SQL.insert_version, name, source, sha256, note, by, now)
    return None if row is None else KeptTemplate(**row)


async def version(tx: Transaction, name: str, number: int | None) -> KeptTemplate | None:
    row = await tx.row(SQL.version, name, number)
    return None if row is None else KeptTemplate(**row)


async def same(tx: Transaction, name: str, sha256: str) -> KeptTemplate | None:
    row = await tx.row(SQL.same, name, sha256)
    return None if row is None else KeptTemplate(**row)


async def versions(tx: Transaction, name: str) -> list[KeptTemplate]:
    return [KeptTemplate(**row) for row in await tx.rows(SQL.versions, name, VERSIONS_MAX)]


async def templates(tx: Transaction) -> list[TemplateName]:
    return [TemplateName(**row) for row in await tx.rows(SQL.templates)]
