"""The audit trail as a source of the verifiable log."""

from collections.abc import Sequence
from typing import Final

from seriatim.access.store import SQL
from seriatim.access.verifiable_log.sequencer import Content, Cursor, Waiting
from seriatim.base.db import Transaction

KIND: Final = "audit"


class AuditSource:
    """Every deed, in the order in which it became visible."""

    kind = KIND

    async def page(self, tx: Transaction, after: Cursor, limit: int) -> Sequence[Waiting]:
        rows = await tx.rows(SQL.audit_for_log, after.tx, after.id, limit)
        return [Waiting(row["tx_text"], row["id"], row["entry"], row["salt"], row["at"]) for row in rows]

    async def content_of(self, tx: Transaction, subjects: Sequence[int]) -> dict[int, Content | None]:
        rows = await tx.rows(SQL.audit_content, list(subjects))
        return {row["id"]: Content(row["entry"], row["salt"]) for row in rows}
