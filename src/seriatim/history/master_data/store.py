"""Rows of master data, and values made of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from seriatim.base.db import Queries, Row, Transaction
from seriatim.epcis.master_facts import attribute_name, text_of
from seriatim.history.master_data.model import Change, ElementKey, MasterDatum, children_of, fingerprint, read

QUERIES: Final = Queries.load(__package__, "store.sql")


Tellers = Collection[str] | None
"""Whose word counts (`captured_by`); None: everybody's."""


class Held(NamedTuple):
    """The version that holds."""

    version: int
    told_sha256: bytes
    document: bytes


async def kept(tx: Transaction, keys: Iterable[ElementKey]) -> dict[ElementKey, Held]:
    """What is kept of these things; those never told of are missing."""
    return {
        _key(row): Held(row["version"], row["told_sha256"], row["document"])
        for row in await tx.rows(QUERIES.kept, *_columns(keys))
    }


async def lock(tx: Transaction) -> None:
    await tx.execute(QUERIES.lock)


async def save(
    tx: Transaction,
    changes: Sequence[Change],
    held: Mapping[ElementKey, Held],
    *,
    now: datetime,
    captured_by: str,
) -> None:
    """The changes, each as the next version of its thing."""
    keys = _columns(change.key for change in changes)
    versions = [held[change.key].version + 1 if change.key in held else 1 for change in changes]
    spelled = [change.after.id for change in changes]
    documents = [change.document for change in changes]
    await tx.execute(QUERIES.insert_versions, *keys, versions, spelled, documents, now, captured_by)
    await tx.execute(QUERIES.upsert_kept, *keys, versions, [fingerprint(change.told) for change in changes])
    attributes = [
        (*change.key, attribute_name(one.id), place, text_of(one.value))
        for change in changes
        for place, one in enumerate(change.after.attributes)
    ]
    children = [(*change.key, child) for change in changes for child in sorted(children_of(change.after))]
    await tx.execute(QUERIES.delete_attributes, *keys)
    await tx.execute(QUERIES.delete_children, *keys)
    if attributes:
        await tx.execute(QUERIES.insert_attributes, *map(list, zip(*attributes, strict=True)))
    if children:
        await tx.execute(QUERIES.insert_children, *map(list, zip(*children, strict=True)))


async def links_below(
    tx: Transaction, places: Collection[str], most: int, tellers: Tellers = None
) -> dict[ElementKey, set[str]]:
    """What lies in these places, one level; at most so many links."""
    found: dict[ElementKey, set[str]] = {}
    for row in await tx.rows(QUERIES.links_below, sorted(places), most, _told(tellers)):
        found.setdefault(_key(row), set()).add(row["child"])
    return found


async def things_above(tx: Transaction, places: Collection[str], most: int) -> set[str]:
    """What these places lie in, one level; at most so many."""
    return {row["thing"] for row in await tx.rows(QUERIES.things_above, sorted(places), most)}


async def having(
    tx: Transaction, attributes: Sequence[str], values: Sequence[str] | None, most: int, tellers: Tellers
) -> list[str]:
    wanted = None if values is None else list(values)
    rows = await tx.rows(QUERIES.having, list(attributes), wanted, most, _told(tellers))
    return [row["thing"] for row in rows]


async def versions(tx: Transaction, thing: str, vocabulary: str | None, limit: int) -> list[MasterDatum]:
    return [_datum(row) for row in await tx.rows(QUERIES.versions, thing, vocabulary, limit)]


async def listed(
    tx: Transaction, vocabulary: str | None, text: str | None, after: ElementKey, limit: int
) -> list[MasterDatum]:
    pattern = None if text is None else f"%{_literal(text)}%"
    return [_datum(row) for row in await tx.rows(QUERIES.listed, vocabulary, pattern, *after, limit)]


async def vocabularies(tx: Transaction) -> dict[str, int]:
    return {row["vocabulary"]: row["things"] for row in await tx.rows(QUERIES.vocabularies)}


async def told_by(tx: Transaction, things: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of a thing and somebody who told what holds of it."""
    rows = await tx.rows(QUERIES.told_by, sorted(things))
    return [(row["thing"], row["captured_by"]) for row in rows]


def _told(tellers: Tellers) -> list[str] | None:
    return None if tellers is None else sorted(tellers)


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _columns(keys: Iterable[ElementKey]) -> tuple[list[str], list[str]]:
    listed = list(keys)
    return [key.vocabulary for key in listed], [key.thing for key in listed]


def _key(row: Row) -> ElementKey:
    return ElementKey(row["vocabulary"], row["thing"])


def _datum(row: Row) -> MasterDatum:
    return MasterDatum(
        row["vocabulary"],
        row["thing"],
        row["version"],
        read(row["document"]),
        row["recorded_at"],
        row["captured_by"],
    )
