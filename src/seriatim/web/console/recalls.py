"""Recalls: what is being taken back, who holds it, and the two persons it takes."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.responses import Response

from seriatim import history
from seriatim.areas import recall
from seriatim.areas.recall import HeldUnits, Preview, Recall
from seriatim.base import limits
from seriatim.base.errors import SeriatimError
from seriatim.base.http import page_of
from seriatim.web.console.asking import ROWS, before, number_in, text_in, tried
from seriatim.web.console.atlas import atlas
from seriatim.web.pages import Page, Visit

KIND: Final = "The law wants two persons here, so that nobody recalls by mistake or alone."


async def listing(visit: Visit) -> Response:
    rows = await recall.recalls(visit.tx, None, before(visit), ROWS + 1)
    return visit.html(
        "console/recalls.html",
        section="Recalls",
        page=page_of(rows, ROWS, "id"),
        live=[one for one in rows if one.state == "live"],
        atlas=await atlas(visit.tx),
    )


async def new(visit: Visit) -> Response:
    gtin, lot = text_in(visit, "gtin"), text_in(visit, "lot")
    return await _form(visit, {"gtin": gtin, "lot": lot})


async def propose(visit: Visit) -> Response:
    form = visit.form
    gtin, _, lot = form.get("scope", "").partition(" ")

    async def deed() -> Recall:
        return await recall.propose(
            visit.tx,
            gtin,
            lot,
            form.get("reason", ""),
            form.get("instructions", ""),
            drill=form.get("drill") == "yes",
            actor=visit.actor,
            now=visit.now,
        )

    outcome = await tried(visit, deed)
    if isinstance(outcome, SeriatimError):
        values = {**form, "gtin": gtin, "lot": lot}
        return await _form(visit, values, fault=outcome.message, status=outcome.status)
    return visit.go(f"/console/recalls/{outcome.id}")


async def _form(visit: Visit, values: dict[str, str], *, fault: str = "", status: int = 200) -> Response:
    preview: Preview | None = None
    if values.get("gtin") and values.get("lot"):
        preview = await recall.preview(visit.tx, values["gtin"], values["lot"])
    return visit.html(
        "console/recall_new.html",
        status,
        section="Recalls",
        values=values,
        preview=preview,
        fault=fault,
        lots=await history.lots(visit.tx, limit=limits.PAGE_ROWS),
        atlas=await atlas(visit.tx),
    )


async def one(visit: Visit) -> Response:
    return await _show(visit, await recall.recall(visit.tx, number_in(visit.path["id"], "recall")))


async def launch(visit: Visit) -> Response:
    number = number_in(visit.path["id"], "recall")
    return await _deed(
        visit, number, lambda: recall.launch(visit.tx, number, actor=visit.actor, now=visit.now)
    )


async def close(visit: Visit) -> Response:
    number = number_in(visit.path["id"], "recall")
    why = visit.form.get("reason", "")
    return await _deed(
        visit, number, lambda: recall.close(visit.tx, number, why, actor=visit.actor, now=visit.now)
    )


async def _deed(visit: Visit, number: int, deed: Callable[[], Awaitable[Recall]]) -> Response:
    known = await recall.recall(visit.tx, number)
    outcome = await tried(visit, deed)
    if isinstance(outcome, recall.NeedsSecondPerson):
        return await _show(
            visit,
            known,
            fault="You proposed this recall, so somebody else must launch it.",
            why=KIND,
            status=409,
        )
    if isinstance(outcome, SeriatimError):
        return await _show(visit, known, fault=outcome.message, status=outcome.status)
    return visit.go(f"/console/recalls/{number}")


async def _show(
    visit: Visit, known: Recall, *, fault: str = "", why: str = "", status: int = 200
) -> Response:
    held = await recall.holders(visit.tx, known.id)
    names = await atlas(visit.tx)
    me = f"{visit.actor.kind}:{visit.actor.id}"
    return visit.html(
        "console/recall.html",
        status,
        section="Recalls",
        recall=known,
        holders=by_place(held),
        units=sum(each.units for each in held),
        sold=sum(each.units for each in held if each.status in {"sold", "dispensed"}),
        places=len({each.place for each in held if each.place}),
        is_mine=known.proposed_by == me,
        who=_names_of_people,
        lots=await history.lots(visit.tx, known.gtin),
        fault=fault,
        why=why,
        atlas=names,
    )


def by_place(held: tuple[HeldUnits, ...]) -> list[tuple[str | None, int, int]]:
    """Place, units at hand there, units sold there; the place with most units first."""
    summed: dict[str | None, list[int]] = {}
    for one in held:
        row = summed.setdefault(one.place, [0, 0])
        row[1 if one.status in {"sold", "dispensed"} else 0] += one.units
    rows = [(place, at_hand, sold) for place, (at_hand, sold) in summed.items()]
    return sorted(rows, key=lambda row: (-(row[1] + row[2]), row[0] or ""))


def _names_of_people(who: str | None) -> str:
    """`system:pilot-quality` as `pilot quality`."""
    return (who or "").partition(":")[2].replace("-", " ")


PAGES: Final = (
    Page("/console/recalls", listing, "recalls:read"),
    Page("/console/recalls/new", new, "recalls:propose"),
    Page("/console/recalls/new", propose, "recalls:propose", ("POST",)),
    Page("/console/recalls/{id}", one, "recalls:read"),
    Page("/console/recalls/{id}/launch", launch, "recalls:launch", ("POST",)),
    Page("/console/recalls/{id}/close", close, "recalls:launch", ("POST",)),
)
