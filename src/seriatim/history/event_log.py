"""The events as a source of the verifiable log: their exact bytes, under a salt of their own."""

from collections.abc import Sequence
from typing import Final

from seriatim.access.verifiable_log import Content, Cursor, Elsewhere, Waiting
from seriatim.base.db import Transaction
from seriatim.history.absent import absent_by_id
from seriatim.history.statements import QUERIES

KIND: Final = "event"


class EventSource:
    """Every event, in the order in which it became visible."""

    kind = KIND

    async def page(self, tx: Transaction, after: Cursor, limit: int) -> Sequence[Waiting]:
        rows = await tx.rows(QUERIES.events_for_log, after.tx, after.id, limit)
        return [
            Waiting(row["tx_text"], row["id"], row["document"], row["salt"], row["record_time"])
            for row in rows
        ]

    async def content_of(
        self, tx: Transaction, subjects: Sequence[int]
    ) -> dict[int, Content | Elsewhere | None]:
        rows = await tx.rows(QUERIES.event_content, list(subjects))
        found: dict[int, Content | Elsewhere | None] = {
            row["id"]: Content(row["document"], row["salt"]) for row in rows
        }
        missing = [one for one in subjects if one not in found]
        for gone in await absent_by_id(tx, missing) if missing else ():
            found[gone.id] = Elsewhere(gone.file) if gone.file is not None else None
        return found
