"""Master data: what is known of places, products and parties, who told it, and what was known before."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from starlette.responses import Response

from seriatim import gs1, history
from seriatim.base import limits
from seriatim.base.errors import NotFound
from seriatim.epcis import Attribute, VocabularyElement
from seriatim.epcis.master_facts import attribute_name, text_of, thing
from seriatim.epcis.model import Extensions
from seriatim.history import master_data
from seriatim.history.master_data import VTYPE, MasterDatum
from seriatim.history.registers import is_indexable
from seriatim.web.console.asking import ROWS, text_in
from seriatim.web.console.atlas import Atlas, atlas
from seriatim.web.console.telling import teller, tellers
from seriatim.web.pages import Page, Visit
from seriatim.web.ui.addresses import key_address, with_query

HERE: Final = "/console/master-data"
KINDS: Final[Mapping[str, str]] = {
    "BusinessLocation": "Place",
    "Location": "Place",
    "ReadPoint": "Read point",
    "EPCClass": "Product",
    "Party": "Party",
    "SourceDest": "Source or destination",
    "BusinessTransaction": "Document",
    "BusinessStep": "Step",
    "Disposition": "Disposition",
}
LABELS: Final[Mapping[str, str]] = {
    "site": "Site",
    "sst": "Kind of part",
    "ssa": "Features of the part",
    "ssd": "Part of the site",
}
TITLES: Final = ("name", "descriptionShort", "ssd")
"""Attributes that can stand for a name, the best first."""


@dataclass(frozen=True, slots=True)
class Known:
    """One row of the list."""

    title: str
    kind: str
    thing: str
    address: str
    attributes: int
    children: int
    told_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version says of one attribute, and what the one before said."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """One telling that changed something."""

    kind: str
    number: int
    at: datetime
    told_by: str
    differences: tuple[Difference, ...]
    entered: tuple[str, ...]
    """Places that lie in it since then."""
    left: tuple[str, ...]


async def listing(visit: Visit) -> Response:
    text, vocabulary = text_in(visit, "q"), text_in(visit, "kind")
    page = await master_data.listed(
        visit.tx,
        vocabulary=vocabulary or None,
        text=text or None,
        limit=ROWS,
        after=visit.query.get("after") or None,
    )
    known, names = await tellers(visit.tx), await atlas(visit.tx)
    return visit.html(
        "console/master_data.html",
        section="Partners",
        rows=[_row(one, names, teller(one.captured_by, known)) for one in page.items],
        following=page.next,
        text=text,
        vocabulary=vocabulary,
        kinds=[
            (name, kind_word(name), count)
            for name, count in (await master_data.vocabularies(visit.tx)).items()
        ],
    )


def _row(one: MasterDatum, names: Atlas, told_by: str) -> Known:
    element = one.element
    title = title_of(element)
    return Known(
        title=names.place(history.place_of(one.thing)) if title == element.id else title,
        kind=kind_word(one.vocabulary),
        thing=one.thing,
        address=address_of(one.thing),
        attributes=len(element.attributes),
        children=len(element.children),
        told_by=told_by,
        at=one.recorded_at,
    )


async def one(visit: Visit) -> Response:
    name = thing(text_in(visit, "id"))
    if not is_indexable(name):
        raise NotFound("Nothing is known of a thing with such a name.")
    versions = await master_data.versions_of(visit.tx, name, limit=limits.PAGE_ROWS_MAX)
    catalogue = [
        element for each in await master_data.in_catalogue(visit.tx, name) for element in each.elements
    ]
    if not versions and not catalogue:
        raise NotFound(f"Nothing is known of {name}.")
    current = {each.vocabulary: each for each in reversed(versions)}
    names, known = await atlas(visit.tx), await tellers(visit.tx)
    elements = [*catalogue, *(each.element for each in current.values())]
    return visit.html(
        "console/master_data_one.html",
        section="Partners",
        name=name,
        title=next((found for each in elements if (found := title_of(each)) != each.id), name),
        current=[
            (kind_word(each.vocabulary), facts_of(each.element.attributes)) for each in current.values()
        ],
        catalogue=[fact for each in catalogue for fact in facts_of(each.attributes)],
        inside=_places(
            {thing(child) for each in current.values() for child in each.element.children}, names.place
        ),
        around=_places(await master_data.above(visit.tx, name), names.place),
        page=_page_of(name),
        versions=told_one_by_one(versions, known),
    )


def _places(things: Iterable[str], called: Callable[[str], str]) -> list[tuple[str, str]]:
    """Titles and addresses of places, by title."""
    return sorted((called(history.place_of(each)), address_of(each)) for each in things)


def _page_of(name: str) -> tuple[str, str] | None:
    """Where else in the console this thing is at home: words and address."""
    try:
        key = gs1.canonical_key(name)
    except gs1.GS1Error:
        return None
    if key.scheme == "sgln":
        return "Events there", with_query("/console/events", {}, place=history.place_of(name))
    address = key_address(key)
    return None if address is None else ("Product", address)


def address_of(name: str) -> str:
    """The page of a thing."""
    return with_query(f"{HERE}/thing", {}, id=name)


def kind_word(vocabulary: str) -> str:
    """What a vocabulary is about, in a word.

    >>> kind_word("urn:epcglobal:epcis:vtype:ReadPoint"), kind_word("urn:example:vehicle")
    ('Read point', 'urn:example:vehicle')
    """
    return KINDS.get(vocabulary.removeprefix(VTYPE), vocabulary)


def label_of(attribute: str) -> str:
    """The name of an attribute as words.

    >>> label_of("urn:epcglobal:cbv:mda:streetAddressOne"), label_of("http://epcis.example.com/mda#postal_code")
    ('Street address one', 'Postal code')
    """
    last = re.split(r"[:/#]", attribute.rstrip(":/#"))[-1]
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", last.replace("_", " ")).lower()
    return LABELS.get(last, words[:1].upper() + words[1:])


def title_of(element: VocabularyElement) -> str:
    """What the thing is called; its identifier when nothing names it."""
    values = {attribute_name(each.id).rpartition(":")[2]: text_of(each.value) for each in element.attributes}
    return next((values[name] or "" for name in TITLES if values.get(name)), element.id)


def facts_of(attributes: Sequence[Attribute]) -> list[tuple[str, str]]:
    """Labels and values, several values of one attribute together."""
    found: dict[str, list[str]] = {}
    for each in attributes:
        found.setdefault(attribute_name(each.id), []).append(_said(each.value))
    return [
        (label_of(name), "; ".join(filter(None, values)) or "\N{EN DASH}") for name, values in found.items()
    ]


def _said(value: str | int | Decimal | Extensions | None) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{label_of(part.name)} {_said(part.value)}" for part in value)
    return text_of(value) or ""


def told_one_by_one(versions: Sequence[MasterDatum], known: Mapping[str, str]) -> list[Version]:
    """What each telling changed, the newest first; `versions` come by vocabulary, the newest first."""
    found = []
    for index, each in enumerate(versions):
        before = versions[index + 1] if index + 1 < len(versions) else None
        if before is not None and before.vocabulary != each.vocabulary:
            before = None
        found.append(_version(each, before, teller(each.captured_by, known)))
    return sorted(found, key=lambda version: version.at, reverse=True)


def _version(now: MasterDatum, before: MasterDatum | None, told_by: str) -> Version:
    was = dict(facts_of(before.element.attributes)) if before is not None else {}
    lay = set(map(thing, before.element.children)) if before is not None else set()
    lies = set(map(thing, now.element.children))
    return Version(
        kind=kind_word(now.vocabulary),
        number=now.version,
        at=now.recorded_at,
        told_by=told_by,
        differences=tuple(
            Difference(label, was.get(label, ""), value)
            for label, value in facts_of(now.element.attributes)
            if was.get(label) != value
        ),
        entered=tuple(sorted(lies - lay)),
        left=tuple(sorted(lay - lies)),
    )


PAGES: Final = (
    Page(HERE, listing, "events:read"),
    Page(f"{HERE}/thing", one, "events:read"),
)
