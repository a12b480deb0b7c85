"""Rows of serial policies and of number lists from outside, as values."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from seriatim.base.db import Queries, Transaction
from seriatim.identity.serials.form import SerialForm
from seriatim.identity.serials.number_list import NumberList
from seriatim.identity.serials.policy import SerialPolicy

SQL: Final = Queries.load(__package__, "store.sql")
STAGING: Final = "staging_number"
STAGING_COLUMNS: Final = ("line", "serial")
Numbered = tuple[int, str]
"""A line of a file, and the number that stands on it."""


class Refusals(NamedTuple):
    """Lines that cannot be kept: the first ones, and how many there are."""

    lines: tuple[Numbered, ...]
    total: int


async def add_policies(tx: Transaction, form: SerialForm, gtins: Sequence[str]) -> None:
    """A policy of this form for each product that has none."""
    await tx.execute(SQL.add_policies, list(gtins), *_form_columns(form), form.capacity)


async def hold(tx: Transaction, gtin: str) -> None:
    """Until the transaction ends nobody else takes serials of the product, or changes where they come from."""
    await tx.execute(SQL.hold, gtin)


async def policy(tx: Transaction, gtin: str) -> SerialPolicy | None:
    """The generation that issues, with those before it; None where there is no product."""
    rows = await tx.rows(SQL.generations, gtin)
    return _policy(rows) if rows else None


async def policies(tx: Transaction, after: str, limit: int) -> list[SerialPolicy]:
    """Of each product the generation that issues, with those before it."""
    rows = await tx.rows(SQL.generations_of_some, after, limit)
    return [_policy(list(some)) for _, some in itertools.groupby(rows, key=lambda row: row["gtin"])]


async def change_form(tx: Transaction, gtin: str, generation: int, form: SerialForm) -> bool:
    row = await tx.row(SQL.change_form, gtin, generation, *_form_columns(form), form.capacity)
    return row is not None


async def advance(tx: Transaction, gtin: str, generation: int, issued: int) -> None:
    await tx.execute(SQL.advance, gtin, generation, issued)


async def rotate(tx: Transaction, ended: SerialPolicy, begun: SerialPolicy, now: datetime) -> None:
    """One generation ends and the next one issues in its place."""
    await tx.execute(SQL.end_generation, ended.gtin, ended.generation, now)
    await tx.execute(
        SQL.begin_generation,
        begun.gtin,
        begun.generation,
        begun.source,
        *_form_columns(begun),
        begun.capacity,
        begun.issued_before,
        begun.reason,
        now,
    )


async def lists(tx: Transaction, gtin: str, generation: int) -> list[NumberList]:
    return [NumberList(**row) for row in await tx.rows(SQL.lists, gtin, generation)]


async def lists_of_product(tx: Transaction, gtin: str) -> list[NumberList]:
    """Newest first, each with how many of its numbers are gone."""
    return [NumberList(**row) for row in await tx.rows(SQL.lists_of_product, gtin)]


async def add_list(tx: Transaction, numbers: NumberList) -> None:
    """The list and its numbers, which are staged; asks for a list that fits behind those there are."""
    one = numbers
    columns = (one.gtin, one.generation, one.first, one.past, one.issuer, one.expires_at, one.imported_at)
    await tx.execute(SQL.add_list, UUID(one.id), *columns)
    added = await tx.execute(SQL.add_numbers, one.gtin, one.generation, one.first)
    assert added == one.count, "every staged line becomes a number"
    await tx.execute(SQL.grow, one.gtin, one.generation, one.count)


async def take_time(tx: Transaction, statement_ms: int) -> None:
    """From here on each statement of this transaction may take so long."""
    await tx.execute(SQL.take_time, str(statement_ms))


async def begin_staging(tx: Transaction) -> None:
    await tx.copy_to_staging(STAGING, 'line bigint, serial text collate "C"', STAGING_COLUMNS, ())


async def stage(tx: Transaction, lines: Iterable[Numbered]) -> int:
    return await tx.copy(STAGING, STAGING_COLUMNS, lines)


async def staged_twice(tx: Transaction, limit: int) -> Refusals:
    return _refusals(await tx.rows(SQL.staged_twice, limit))


async def staged_before(tx: Transaction, gtin: str, limit: int) -> Refusals:
    return _refusals(await tx.rows(SQL.staged_before, gtin, limit))


async def listed_among(tx: Transaction, gtin: str, serials: Sequence[str]) -> set[str]:
    return {row["serial"] for row in await tx.rows(SQL.listed_among, gtin, list(serials))}


async def numbers(tx: Transaction, gtin: str, generation: int, first: int, past: int) -> list[Numbered]:
    """Position and number, in order."""
    rows = await tx.rows(SQL.numbers, gtin, generation, first, past)
    return [(row["position"], row["serial"]) for row in rows]


def _form_columns(form: SerialForm) -> tuple[str, int, str, int | None]:
    return form.alphabet, form.length, form.prefix, form.below


def _policy(rows: Sequence[Any]) -> SerialPolicy:
    generations: tuple[SerialPolicy, ...] = ()
    for row in rows:
        columns = dict(row)
        capacity = columns.pop("capacity")
        is_imported = columns["source"] == "imported"
        generations += (SerialPolicy(**columns, numbers=capacity if is_imported else 0),)
    *older, current = generations
    assert current.rotated_at is None, "the youngest generation is the one that issues"
    return msgspec.structs.replace(current, older=tuple(older))


def _refusals(rows: Sequence[Any]) -> Refusals:
    return Refusals(tuple((row["line"], row["serial"]) for row in rows), rows[0]["times"] if rows else 0)
