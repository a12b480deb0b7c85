"""Decisions about master data: what a document changes, and which hierarchy of places is none."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple

import msgspec

from seriatim import epcis
from seriatim.base import limits
from seriatim.epcis import Attribute, Document, Vocabulary, VocabularyElement
from seriatim.epcis.master_facts import attribute_name, same_value, thing

VTYPE: Final = "urn:epcglobal:epcis:vtype:"
"""Beginning of the names that EPCIS gives to its vocabularies: `BusinessLocation`, `ReadPoint`, `EPCClass` ..."""
NAMED_CIRCLES: Final = 100
"""So many circles are told in full; to look for more would be work for whoever sends them by thousands."""


class ElementKey(NamedTuple):
    """One thing in one vocabulary, however both are spelled."""

    vocabulary: str
    thing: str


@dataclass(frozen=True)
class Told:
    """One element of a document."""

    vocabulary: str
    element: VocabularyElement
    path: str
    """Where it stands in the document (JSON Pointer)."""

    @cached_property
    def key(self) -> ElementKey:
        return ElementKey(self.vocabulary, thing(self.element.id))


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an element was not kept."""

    path: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the master data of a document."""

    stored: int = 0
    """Elements that are new or say something new."""
    unchanged: int = 0
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class MasterDatum:
    """What is known of one thing: one version of it."""

    vocabulary: str
    thing: str
    """Its one name: a canonical Digital Link, or the URI."""
    version: int
    """Counted from 1."""
    element: VocabularyElement
    """All that was known from then on; the identifier as it was spelled last."""
    recorded_at: datetime
    captured_by: str


def told_in(vocabularies: Sequence[Vocabulary], listed_at: str) -> list[Told]:
    """The elements of a document; `listed_at` is where its list of vocabularies stands in it (JSON Pointer)."""
    return [
        Told(vocabulary.type, element, f"{listed_at}/{index}/vocabularyElementList/{place}")
        for index, vocabulary in enumerate(vocabularies)
        for place, element in enumerate(vocabulary.elements)
    ]


def grouped(told: Iterable[Told]) -> dict[ElementKey, list[Told]]:
    """By what they are about, in the order of the document."""
    found: dict[ElementKey, list[Told]] = {}
    for one in told:
        found.setdefault(one.key, []).append(one)
    return found


def fingerprint(told: Sequence[Told]) -> bytes:
    """The same for what was told of a thing again, word for word."""
    return hashlib.sha256(msgspec.json.encode([one.element for one in told])).digest()


def merged(known: VocabularyElement | None, told: VocabularyElement) -> VocabularyElement:
    """What is known afterwards: attributes that are named are replaced, the others stay, the children are those told.

    An element without children has none: EPCIS takes an empty list for none, and only so the last link can be ended. ADR-0016.
    Source: EPCIS 2.0, section 9.5; note, section 11.
    """
    named: dict[str, list[Attribute]] = {}
    for attribute in told.attributes:
        named.setdefault(attribute_name(attribute.id), []).append(attribute)
    attributes: list[Attribute] = []
    replaced: set[str] = set()
    for attribute in known.attributes if known is not None else ():
        name = attribute_name(attribute.id)
        if name not in named:
            attributes.append(attribute)
        elif name not in replaced:
            attributes += named[name]
            replaced.add(name)
    for name, some in named.items():
        attributes += () if name in replaced else some
    children = {thing(child): child for child in told.children}
    return VocabularyElement(told.id, tuple(attributes), tuple(children.values()))


def says_the_same(one: VocabularyElement, other: VocabularyElement) -> bool:
    """Whether nothing but spelling differs."""
    return (
        len(one.attributes) == len(other.attributes)
        and all(
            attribute_name(mine.id) == attribute_name(theirs.id) and same_value(mine, theirs)
            for mine, theirs in zip(one.attributes, other.attributes, strict=True)
        )
        and children_of(one) == children_of(other)
    )


def children_of(element: VocabularyElement | None) -> frozenset[str]:
    return frozenset(map(thing, element.children)) if element is not None else frozenset()


def written(vocabulary: str, element: VocabularyElement) -> bytes:
    """An element as it is kept: a document of its own."""
    return epcis.dumps(Document(master_data=(Vocabulary(vocabulary, (element,)),)))


def read(document: bytes) -> VocabularyElement:
    """The element that `written` wrote."""
    ((element,),) = (one.elements for one in epcis.loads(document).master_data)
    return element


@dataclass(frozen=True, slots=True)
class Change:
    """One element as it was and as it will be."""

    told: tuple[Told, ...]
    before: VocabularyElement | None
    after: VocabularyElement
    document: bytes
    """The element as it will be kept."""

    @property
    def key(self) -> ElementKey:
        return self.told[-1].key

    @property
    def path(self) -> str:
        return self.told[-1].path

    @property
    def moves(self) -> bool:
        """Whether other places lie in it than before."""
        return children_of(self.before) != children_of(self.after)


def changes_of(
    told: Mapping[ElementKey, Sequence[Told]], known: Mapping[ElementKey, bytes]
) -> tuple[list[Change], list[Fault]]:
    """What the elements of a document change, and which of them cannot be kept; `known` are the kept documents."""
    changes: list[Change] = []
    faults: list[Fault] = []
    for key, some in told.items():
        before = read(known[key]) if key in known else None
        after = before
        for one in some:
            after = merged(after, one.element)
        assert after is not None, "every key is told at least once"
        if before is not None and says_the_same(before, after):
            continue
        if (fault := _too_large(key, after)) is not None:
            faults.append(Fault(some[-1].path, *fault))
            continue
        try:
            document = written(key.vocabulary, after)
            read(document)
        except epcis.EPCISError as error:
            faults.append(Fault(some[-1].path, "master_data_unusable", f"it cannot be kept as JSON: {error}"))
            continue
        if len(document) > limits.MASTER_DATA_BYTES:
            message = f"{key.thing} would have more than {limits.MASTER_DATA_BYTES} octets of master data"
            faults.append(Fault(some[-1].path, "master_data_too_large", message))
            continue
        changes.append(Change(tuple(some), before, after, document))
    return changes, faults


def _too_large(key: ElementKey, element: VocabularyElement) -> tuple[str, str] | None:
    names = {key.vocabulary, key.thing, *children_of(element), *(one.id for one in element.attributes)}
    if any(len(name.encode()) > limits.MASTER_DATA_NAME_BYTES for name in names):
        return (
            "master_data_unusable",
            f"a name is longer than {limits.MASTER_DATA_NAME_BYTES} octets: shorten it",
        )
    for what, count, most in (
        ("attributes", len(element.attributes), limits.MASTER_DATA_ATTRIBUTES),
        ("children", len(element.children), limits.MASTER_DATA_CHILDREN),
    ):
        if count > most:
            return "master_data_too_large", f"{key.thing} would have {count} {what}, at most {most} are kept"
    return None


# Hierarchies -------------------------------------------------------------------------------------------------------

Links = Mapping[ElementKey, frozenset[str]]


def tangled(kept: Links, changes: Sequence[Change], above: int) -> dict[ElementKey, tuple[str, str]]:
    """Which of the changes would put a place into itself, or places too deep; with code and reason.

    `kept` are the stored links around them, `above` is how many levels lie above. The stored ones have no circle.
    """
    refused: dict[ElementKey, tuple[str, str]] = {}
    moves = [change for change in changes if change.moves]
    while True:
        standing = [change for change in moves if change.key not in refused]
        children = _joined({**kept, **{change.key: children_of(change.after) for change in standing}})
        heights = _heights(children)
        found = _circles(children, heights, standing) or _depths(heights, standing, above)
        if not found:
            return refused
        refused |= found


def _joined(links: Links) -> dict[str, set[str]]:
    """What lies in what, in whichever vocabulary it is said."""
    children: dict[str, set[str]] = {}
    for key, some in links.items():
        children.setdefault(key.thing, set()).update(some)
    return children


def _heights(children: Mapping[str, Collection[str]]) -> dict[str, int]:
    """How many levels lie below each place; those in a circle, or above one, have none."""
    parents: dict[str, list[str]] = {}
    left = {place: len(inside) for place, inside in children.items()}
    for place, inside in children.items():
        for child in inside:
            parents.setdefault(child, []).append(place)
    heights = {place: 0 for place in {*children, *parents} if not left.get(place)}
    waiting = list(heights)
    while waiting:
        place = waiting.pop()
        for parent in parents.get(place, ()):
            left[parent] -= 1
            if not left[parent]:
                heights[parent] = 1 + max(heights[child] for child in children[parent])
                waiting.append(parent)
    return heights


def _circles(
    children: Mapping[str, Collection[str]], heights: Mapping[str, int], moves: Sequence[Change]
) -> dict[ElementKey, tuple[str, str]]:
    found: dict[ElementKey, tuple[str, str]] = {}
    for change in moves:
        place = change.key.thing
        if place in heights:
            continue
        if len(found) >= NAMED_CIRCLES:
            found[change.key] = "master_data_cycle", f"{place} lies among places that lie in each other"
        elif (path := _way_back(place, children)) is not None:
            found[change.key] = "master_data_cycle", f"{' in '.join(path)}: no place lies in itself"
    return found


def _way_back(place: str, children: Mapping[str, Collection[str]]) -> list[str] | None:
    """From the place through what lies in it to itself, innermost first; None when there is no way."""
    above: dict[str, str] = {}
    level = [place]
    while level:
        below: list[str] = []
        for one in level:
            for child in sorted(children.get(one, ())):
                if child == place:
                    path = [place, one]
                    while path[-1] != place:
                        path.append(above[path[-1]])
                    return path
                if child not in above:
                    above[child] = one
                    below.append(child)
        level = below
    return None


def _depths(
    heights: Mapping[str, int], moves: Sequence[Change], above: int
) -> dict[ElementKey, tuple[str, str]]:
    most = limits.MASTER_DATA_DEPTH
    message = f"places would lie in each other more than {most} levels deep"
    return {
        change.key: ("master_data_too_deep", message)
        for change in moves
        if above + heights[change.key.thing] > most
    }
