"""JSON routes of recalls."""

from typing import Final

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.areas.recall import actions, store
from seriatim.areas.recall.model import HeldUnits, Preview, Recall, RecallState
from seriatim.base import limits
from seriatim.base.http import Page, PageRows, RowId, page_of, read_position, row_number


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which recalls, newest first."""

    after: str = ""
    limit: PageRows = limits.PAGE_ROWS
    state: RecallState | None = None


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lot in question."""

    gtin: str
    lot: str


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recall that a second person will launch."""

    gtin: str
    lot: str
    reason: str
    instructions: str
    drill: bool = False


class Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a recall ends."""

    reason: str


class RecallReport(msgspec.Struct, frozen=True):
    """A recall with who holds its units."""

    recall: Recall
    holders: tuple[HeldUnits, ...]


async def listing(call: Call[Listing, None]) -> Page[Recall]:
    limit = call.query.limit
    before = _last(call.query.after)
    return page_of(await store.recalls(call.tx, call.query.state, before, limit + 1), limit, "id")


async def preview(call: Call[Scope, None]) -> Preview:
    return await actions.preview(call.tx, call.query.gtin, call.query.lot)


async def propose(call: Call[None, Proposal]) -> Recall:
    body = call.body
    return await actions.propose(
        call.tx, body.gtin, body.lot, body.reason, body.instructions,
        drill=body.drill, actor=call.actor, now=call.now,
    )  # fmt: skip


async def report(call: Call[None, None]) -> RecallReport:
    recall_id = row_number(call.path["id"], "A recall")
    return RecallReport(await actions.recall(call.tx, recall_id), await actions.holders(call.tx, recall_id))


async def launch(call: Call[None, None]) -> Recall:
    return await actions.launch(
        call.tx, row_number(call.path["id"], "A recall"), actor=call.actor, now=call.now
    )


async def close(call: Call[None, Closing]) -> Recall:
    return await actions.close(
        call.tx, row_number(call.path["id"], "A recall"), call.body.reason, actor=call.actor, now=call.now
    )


def _last(after: str) -> int | None:
    return read_position(after, tuple[RowId])[0] if after else None


TAG: Final = "Recall"
ENDPOINTS: Final = (
    Endpoint(
        "GET", "/api/v1/recalls", "recalls:read", "List recalls, newest first", listing,
        query=Listing, returns=Page[Recall], tag=TAG,
    ),
    Endpoint(
        "GET", "/api/v1/recalls/preview", "recalls:read", "What recalling a lot would mean, in numbers", preview,
        query=Scope, returns=Preview, tag=TAG,
    ),
    Endpoint(
        "POST", "/api/v1/recalls", "recalls:propose", "Propose a recall or a drill", propose,
        body=Proposal, returns=Recall, status=201, tag=TAG,
    ),
    Endpoint("GET", "/api/v1/recalls/{id}", "recalls:read", "One recall and its holders", report, returns=RecallReport, tag=TAG),
    Endpoint(
        "POST", "/api/v1/recalls/{id}/launch", "recalls:launch", "Launch a proposed recall, as a second person", launch,
        returns=Recall, tag=TAG,
    ),
    Endpoint(
        "POST", "/api/v1/recalls/{id}/close", "recalls:launch", "Close a recall with a reason", close,
        body=Closing, returns=Recall, tag=TAG,
    ),
)  # fmt: skip
