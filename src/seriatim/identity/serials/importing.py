"""Numbers from an outside issuer come in: every line is checked, all faults are told at once, all are kept or none."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from seriatim import access
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused, TooLarge, Unprocessable
from seriatim.base.ids import new_id
from seriatim.identity import marks
from seriatim.identity.catalogue.model import BadField, gtin14
from seriatim.identity.serials import store
from seriatim.identity.serials.number_list import (
    FAULTS_TOLD,
    BinaryFile,
    Faults,
    NumberList,
    read_numbers,
)
from seriatim.identity.serials.overlap import were_issued
from seriatim.identity.serials.policy import SerialPolicy
from seriatim.identity.serials.store import Numbered
from seriatim.identity.serials.writing import rows_of

ISSUER_MAX: Final = 200


class NumbersRefused(Unprocessable):
    """Lines of the file cannot be kept; nothing was."""

    code = "numbers_refused"


class NotImported(Refused):
    """The product makes its own serials. Rotate it to the source `imported` first, then bring the numbers."""

    code = "not_imported"


async def import_numbers(
    tx: Transaction,
    gtin: str,
    file: BinaryFile,
    *,
    issuer: str,
    expires_at: datetime | None = None,
    actor: Actor,
    now: datetime,
    master_key: bytes,
) -> NumberList:
    """Keeps a file of numbers, one a line, behind those that the product has; they are leased in this order.

    A number must be a value of AI (21), stand once in the file, come in no earlier list of the product, and be none
    that a key of ours has issued for it. The file is streamed: memory does not grow with it.
    Raises BadGtin, BadField, NotFound, NotImported, TooLarge, IssuingFrozen; NumbersRefused with the first 1,000 faults.
    """
    _check(issuer, expires_at, now)
    key = gtin14(gtin)
    marks.require_issuing(tx)
    await store.take_time(tx, limits.IMPORT_MS)
    await store.hold(tx, key)
    policy = await store.policy(tx, key)
    if policy is None:
        raise NotFound(f"There is no product {gtin}.", gtin=gtin)
    if policy.source != "imported":
        raise NotImported(gtin=key)
    count, faults = await _staged(tx, policy, file, master_key)
    if count:
        faults.add("twice_in_file", *await store.staged_twice(tx, FAULTS_TOLD))
        faults.add("imported_before", *await store.staged_before(tx, key, FAULTS_TOLD))
    _refuse(faults, count)
    kept = NumberList(
        str(new_id()),
        key,
        policy.generation,
        policy.numbers,
        policy.numbers + count,
        issuer,
        expires_at,
        now,
        policy.issued,
    )
    await store.add_list(tx, kept)
    detail = {
        "list": kept.id,
        "generation": kept.generation,
        "count": count,
        "issuer": issuer,
        "expires_at": None if expires_at is None else expires_at.isoformat(),
    }
    await access.audit(tx, actor, "serial_numbers.imported", key, detail, now)
    return kept


async def _staged(
    tx: Transaction, policy: SerialPolicy, file: BinaryFile, master_key: bytes
) -> tuple[int, Faults]:
    """How many lines are in the staging table, and what is wrong with the others."""
    faults, count = Faults(), 0
    pieces = _checked(policy, file, faults, master_key)
    await store.begin_staging(tx)
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        count += await store.stage(tx, piece)
        if count > limits.IMPORTED_NUMBERS:
            raise TooLarge(
                f"The file has more than {limits.IMPORTED_NUMBERS:,} numbers; split it.",
                limit=limits.IMPORTED_NUMBERS,
            )
    return count, faults


def _checked(
    policy: SerialPolicy, file: BinaryFile, faults: Faults, master_key: bytes
) -> Iterator[list[Numbered]]:
    """Pieces of the file without the lines that are at fault by themselves."""
    for piece in read_numbers(file, faults):
        if not piece:
            continue
        hits = were_issued(rows_of([number for _, number in piece]), policy.older, master_key)
        if hits.any():
            faults.add("issued_before", [line for line, hit in zip(piece, hits, strict=True) if hit])
        yield piece


def _check(issuer: str, expires_at: datetime | None, now: datetime) -> None:
    if not issuer.strip() or len(issuer) > ISSUER_MAX or "\0" in issuer:
        raise BadField(f"issuer must name who gave the numbers, in {ISSUER_MAX} characters.", field="issuer")
    if expires_at is not None and expires_at <= now:
        raise BadField(f"the numbers are out of date since {expires_at.isoformat()}.", field="expires_at")


def _refuse(faults: Faults, count: int) -> None:
    if not faults.count and not count:
        raise NumbersRefused(
            "The file holds no numbers; give one a line.", fault_count=0, counts={}, faults=[]
        )
    if faults.count:
        first = faults.told[0]
        raise NumbersRefused(
            f"{faults.count:,} lines cannot be kept, the first is line {first.line} ({first.code}); nothing was kept.",
            fault_count=faults.count,
            counts=dict(faults.counts),
            faults=[msgspec.to_builtins(fault) for fault in faults.told],
        )
