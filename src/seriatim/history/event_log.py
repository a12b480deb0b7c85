"""The events as a source of the verifiable log: their exact bytes, under a salt of their own."""

from collections.abc import Sequence
from typing import Final

from seriatim.access.verifiable_log import Content, Cursor, Waiting
from seriatim.base.db import Transaction
from seriatim.history.store import QUERIES

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

    async def content_of(self, tx: Transaction, subjects: Sequence[int]) -> dict[int, Content | None]:
        rows = await tx.rows(QUERIES.event_content, list(subjects))
        return {row["id"]: Content(row["document"], row["salt"]) for row in rows}
