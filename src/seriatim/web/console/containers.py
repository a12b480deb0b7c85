"""A case or pallet: where it stands, and what stands in it, as a tree; now or at a moment of its past."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from seriatim import history
from seriatim.gs1 import Key
from seriatim.history import ContentRow, Inside
from seriatim.web.console.asking import key_in
from seriatim.web.console.atlas import Atlas, atlas
from seriatim.web.console.moment import asked_moment, bar_of, kept_moment, moment_address
from seriatim.web.console.standing import lead_at, stood_at, where_word
from seriatim.web.console.story import children_of, document_of, story_of
from seriatim.web.console.telling import TIMES, VESSEL
from seriatim.web.pages import Page, Visit
from seriatim.web.ui import words

OPEN_MAX: Final = 4
"""Branches that are open from the start; of more one opens those one wants."""
TREE_MAX: Final = 1_500
"""Things in one tree; of more only the first level is shown, and each case has a page of its own."""
FIRST_LEVEL_SHOWN: Final = 2_000
LEAVES_SHOWN: Final = 120
"""Things of one branch on the page; the page of the case has all."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One thing in the tree, with what stands in it."""

    row: ContentRow
    inside: tuple["Branch", ...]
    units: int
    """How many units of products are in it, at any depth; 1 for a unit."""
    told: str
    """How many of what, in words."""


def tree_of(rows: Sequence[ContentRow], root: Key, names: Atlas) -> tuple[Branch, ...]:
    """The contents as a tree; rows come level by level, parents before children."""
    children: dict[Key, list[ContentRow]] = {}
    for row in rows:
        children.setdefault(row.parent, []).append(row)
    built: dict[Key, Branch] = {}
    for row in reversed(rows):
        inside = tuple(built[child.key] for child in children.get(row.key, ()))
        units = sum(branch.units for branch in inside) + (row.key.scheme == "sgtin")
        built[row.key] = Branch(row, inside, units, told_of(inside, names))
    return tuple(built[row.key] for row in children.get(root, ()))


def told_of(inside: Sequence[Branch], names: Atlas) -> str:
    """What stands directly in a thing: so many of each product, so many cases."""
    kinds = Counter(names.thing(one.row.key) if one.row.key.scheme == "sgtin" else "" for one in inside)
    return ", ".join(
        f"{number:,} {TIMES} {kind}" if kind else words.plural(number, "case")
        for kind, number in kinds.most_common()
    )


async def one(visit: Visit) -> Response:
    key = key_in(f"(00){visit.path['sscc']}")
    tx, names, at = visit.tx, await atlas(visit.tx), asked_moment(visit)
    item = await history.item(tx, key)
    if item is None:
        return visit.html("console/container_unknown.html", 404, section="Units", key=key, atlas=names)
    stood = await stood_at(tx, item, at)
    inside = await history.contents_as_of(tx, key, at) if at else Inside(await history.contents(tx, key))
    rows = inside.rows
    story = await story_of(tx, key, names)
    direct = [row.key for row in rows if row.depth == 1]
    was_inside = () if direct else await _once_inside(visit, key)
    return visit.html(
        "console/container.html",
        section="Units",
        key=key,
        item=item,
        position=stood.position,
        stands=f"{stood.shown_by(names).word}{where_word(stood.position, names)}",
        lead=lead_at(stood, at, names) if at else None,
        chain=stood.chain,
        branches=tree_of(rows, key, names),
        units=sum(1 for row in rows if row.key.scheme == "sgtin"),
        unnamed=inside.unnamed,
        was_inside=was_inside,
        vessel="Pallet" if any(one.scheme == VESSEL for one in direct or was_inside) else "Case",
        story=story,
        bar=bar_of(visit, at, story.told),
        moment_address=moment_address,
        open_max=OPEN_MAX,
        deep=len(rows) <= TREE_MAX,
        then=kept_moment(at),
        most=FIRST_LEVEL_SHOWN,
        shown=LEAVES_SHOWN,
        atlas=names,
    )


async def _once_inside(visit: Visit, key: Key) -> tuple[Key, ...]:
    """What was packed into it the last time, for one that is empty now."""
    for event in await history.events_of(visit.tx, key):
        if event.type == "AggregationEvent" and event.action == "ADD":
            parent = document_of(event).get("parentID")
            if isinstance(parent, str) and history.item_key(parent) == history.item_key(key.digital_link()):
                return children_of(event)
    return ()


PAGES: Final = (Page("/console/containers/{sscc}", one, "units:read"),)
