"""The counters of the database, by the keys of the marks."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from seriatim.base.db import Queries, Transaction
from seriatim.identity.marks.model import reuse_key, serial_key, sscc_key

SQL: Final = Queries.load(__package__, "store.sql")


async def counters(tx: Transaction, keys: Iterable[str]) -> dict[str, int]:
    """How far each of these counters has come; one that the database does not know is left out."""
    parts = [key.split("/") for key in keys]
    serials = [(subject, int(part)) for kind, subject, part in parts if kind == "serial"]
    ssccs = list({(subject, part) for kind, subject, part in parts if kind != "serial"})
    found: dict[str, int] = {}
    for row in await tx.rows(SQL.serial_counters, [s for s, _ in serials], [p for _, p in serials]):
        found[serial_key(row["gtin"], row["generation"])] = row["issued"]
    for row in await tx.rows(SQL.sscc_counters, [s for s, _ in ssccs], [p for _, p in ssccs]):
        found[sscc_key(row["gcp"], row["extension"])] = row["issued"]
        found[reuse_key(row["gcp"], row["extension"])] = row["reused"]
    return found


async def raise_to(tx: Transaction, marks: Mapping[str, int]) -> None:
    """Each counter at its mark at least; those that the database does not know are left alone."""
    for key, mark in marks.items():
        kind, subject, part = key.split("/")
        match kind:
            case "serial":
                await tx.execute(SQL.raise_serials, subject, int(part), mark)
            case "sscc":
                await tx.execute(SQL.raise_ssccs, subject, part, mark, 0)
            case _:
                await tx.execute(SQL.raise_ssccs, subject, part, 0, mark)


async def pass_over(tx: Transaction, key: str, past: int, to: int) -> None:
    """The counter, at `past` by what this transaction took, begins at `to` instead."""
    kind, subject, part = key.split("/")
    query, name = (SQL.pass_over_serials, int(part)) if kind == "serial" else (SQL.pass_over_ssccs, part)
    moved = await tx.execute(query, subject, name, past, to)
    assert moved == 1, f"the counter {key} is locked by this transaction and stands at {past}"


async def rest_anew(tx: Transaction, now: datetime) -> int:
    return await tx.execute(SQL.rest_anew, now)
