"""Which extension namespaces values use, so that a writer can declare their prefixes once, at the top."""

from collections.abc import Iterable, Iterator

from seriatim.epcis.model import Document, Event, Extensions


def namespaces_of(document: Document) -> tuple[str, ...]:
    """Namespaces of every extension in the document, in the order of their first use."""
    found: dict[str, None] = {}
    for extensions in _everywhere(document):
        _gather(extensions, found)
    return tuple(found)


def _everywhere(document: Document) -> Iterator[Extensions]:
    for event in document.events:
        yield from extensions_in(event)
    for vocabulary in document.master_data:
        for element in vocabulary.elements:
            for attribute in element.attributes:
                if isinstance(attribute.value, tuple):
                    yield attribute.value
    yield document.extensions


def extensions_in(event: Event) -> Iterator[Extensions]:
    """Every group of extensions in an event, at its top level or in one of its parts."""
    yield event.ilmd
    yield event.extensions
    for part in (event.read_point, event.biz_location, event.error_declaration):
        if part is not None:
            yield part.extensions
    for element in event.sensor_element_list:
        yield element.extensions
        if element.metadata is not None:
            yield element.metadata.extensions
        for report in element.reports:
            yield report.extensions


def _gather(extensions: Extensions, found: dict[str, None]) -> None:
    stack: list[Iterable[object]] = [extensions]
    while stack:
        for one in stack.pop():
            namespace = getattr(one, "namespace", "")
            if namespace:
                found.setdefault(namespace)
            value = getattr(one, "value", None)
            if isinstance(value, tuple):
                stack.append(value)
