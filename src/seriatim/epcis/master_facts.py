"""Master data as queries ask them: which place lies in which, and what is known of a thing.

>>> from seriatim.epcis.model import Attribute, Vocabulary, VocabularyElement
>>> site, hall = "https://id.gs1.org/414/9506000134352", "https://id.gs1.org/414/9506000134352/254/h"
>>> known = Known([Vocabulary("urn:epcglobal:epcis:vtype:BusinessLocation", (
...     VocabularyElement(site, (Attribute("urn:epcglobal:cbv:mda:city", "Lyon"),), (hall,)),))])
>>> sorted(known.within(("urn:epc:id:sgln:9506000.13435.0",))) == [site, hall]
True
>>> known.having(("urn:epcglobal:cbv:mda#city",), ("Lyon",)) == {site}
True
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from seriatim.epcis.canon import identifier, number_text
from seriatim.epcis.contexts import CBV_MASTER_DATA
from seriatim.epcis.model import Attribute, Extensions, Vocabulary
from seriatim.epcis.vocabulary import BIZ_STEP, DISPOSITION


class MasterData(Protocol):
    """What a query asks of master data; things are named as `thing` names them."""

    def within(self, places: tuple[str, ...]) -> Collection[str]:
        """The places and all that lies in them, at any depth. MUST hold the places themselves, and MUST end."""
        ...

    def having(self, attributes: tuple[str, ...], values: tuple[str, ...]) -> Collection[str]:
        """The things that have one of the attributes; unless `values` is empty, with one of these values."""
        ...


class Known:
    """Master data held in memory."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        self._children: dict[str, set[str]] = {}
        self._values: dict[str, list[tuple[str, str | None]]] = {}
        for element in (one for vocabulary in vocabularies for one in vocabulary.elements):
            name = thing(element.id)
            self._children.setdefault(name, set()).update(map(thing, element.children))
            for attribute in element.attributes:
                known = self._values.setdefault(attribute_name(attribute.id), [])
                known.append((name, text_of(attribute.value)))

    def within(self, places: tuple[str, ...]) -> frozenset[str]:
        return below(map(thing, places), self._children)

    def having(self, attributes: tuple[str, ...], values: tuple[str, ...]) -> frozenset[str]:
        return frozenset(
            name
            for attribute in attributes
            for name, value in self._values.get(attribute_name(attribute), ())
            if not values or value in values
        )


def below(places: Iterable[str], children: Mapping[str, Collection[str]]) -> frozenset[str]:
    """The places and everything that can be reached from them."""
    found: set[str] = set()
    waiting = list(places)
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += children.get(place, ())
    return frozenset(found)


def thing(uri: str) -> str:
    """The one name of what master data describe: identifiers as `canonical_identifier`, words of the CBV as Web URIs."""
    for words in (BIZ_STEP, DISPOSITION):
        if (word := words.find(uri)) is not None:
            return words.web_uri(word)
    return identifier(uri)


def attribute_name(uri: str) -> str:
    """The one name of an attribute: those of the CBV are written with a colon, and in the field with `#`, too.

    >>> attribute_name("urn:epcglobal:cbv:mda#site")
    'urn:epcglobal:cbv:mda:site'
    """
    return uri.replace(f"{CBV_MASTER_DATA}#", f"{CBV_MASTER_DATA}:", 1)


def text_of(value: str | bool | int | Decimal | Extensions | None) -> str | None:
    """A value as a query compares it, the same from JSON and XML; None for one that has parts.

    >>> [text_of(one) for one in (" Lyon ", True, Decimal("2.50"), None, ())]
    ['Lyon', 'true', '2.5', '', None]
    """
    if isinstance(value, tuple):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        return number_text(value)
    return "" if value is None else value.strip()


def same_value(one: Attribute, other: Attribute) -> bool:
    """Whether two attributes say the same, whichever syntax they came in."""
    if isinstance(one.value, tuple) and isinstance(other.value, tuple):
        return _same_parts(one.value, other.value)
    return text_of(one.value) is not None and text_of(one.value) == text_of(other.value)


def _same_parts(some: Extensions, others: Extensions) -> bool:
    return len(some) == len(others) and all(
        (one.namespace, one.name) == (other.namespace, other.name)
        and same_value(Attribute("", one.value), Attribute("", other.value))
        for one, other in zip(some, others, strict=True)
    )
