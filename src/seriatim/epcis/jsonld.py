"""Reads EPCIS documents and single events written in JSON-LD.

Three layers, all faults of all three at once: the text must be sound JSON (`strict_json`), each field must have its
form (`fields`), each event must obey the rules (`rules`). Nothing is fetched from anywhere.
"""

from typing import Any

from seriatim.epcis import limits, strict_json
from seriatim.epcis.contexts import CONTEXT_LINE, read_context
from seriatim.epcis.errors import EPCISError, Findings, Problem, pointer
from seriatim.epcis.events import EventReader
from seriatim.epcis.fields import FieldReader, grouped
from seriatim.epcis.master_data import read_vocabularies
from seriatim.epcis.model import Document, Event, Extension, Vocabulary
from seriatim.epcis.vocabulary import EVENT_TYPES

_DOCUMENT_NAMES = frozenset(
    [
        "@context",
        "id",
        "type",
        "schemaVersion",
        "creationDate",
        "instanceIdentifier",
        "sender",
        "receiver",
        "epcisHeader",
        "epcisBody",
    ]
)


def read_document(data: bytes, found: Findings) -> Document:
    """The document in a JSON text; notes faults and warnings in `found`. Source: EPCIS 2.0, section 10."""
    return DocumentReader(found).document(strict_json.parse(data, found))


def read_event(value: Any, found: Findings, *, xml: bool = False) -> Event | None:
    """The event in a value that was parsed already; notes faults and warnings in `found`.

    `xml` lets through what only the schema of XML allows.
    """
    return DocumentReader(found, xml=xml).bare_event(value)


class DocumentReader(EventReader):
    """Reads documents and events from values that were parsed."""

    def context(self, document: dict[str, Any]) -> None:
        """Takes over the prefixes of a document whose events are read one at a time."""
        self._read_context(document, "", own=True)

    # Envelope --------------------------------------------------------------------------------------------------

    def document(self, value: Any) -> Document:
        """The whole document."""
        if not isinstance(value, dict):
            raise EPCISError(
                [Problem("", "wrong_type", 'a document is an object: begin with {"@context": ...')]
            )
        kind = value.get("type")
        if kind not in ("EPCISDocument", "EPCISQueryDocument"):
            hint = ": a single event is read by load_event" if kind in EVENT_TYPES else ""
            self.found.refuse(
                "/type",
                "bad_document_type",
                f"this is no type of document: write EPCISDocument or EPCISQueryDocument{hint}",
            )
        self._read_context(value, "", own=True)
        known: dict[str, Any] = {
            "type": "EPCISQueryDocument" if kind == "EPCISQueryDocument" else "EPCISDocument"
        }
        self._envelope(value, known)
        if known["type"] == "EPCISQueryDocument":
            events, vocabularies = self._query_body(value, known)
        else:
            events, vocabularies = self._body(value), self._header(value)
        return Document(
            **known,
            events=events,
            master_data=vocabularies,
            prefixes=tuple(self.fields.prefixes.custom().items()),
            warnings=tuple(self.found.warnings),
        )

    def _read_context(self, value: dict[str, Any], where: str, *, own: bool) -> None:
        if "@context" not in value:
            self.found.refuse(where, "context_missing", f"@context is missing: add the line {CONTEXT_LINE}")
            return
        path = where + "/@context"
        prefixes = read_context(value["@context"], path, self.fields.prefixes, self.found, own=own)
        self.fields = FieldReader(self.found, prefixes)

    def _envelope(self, value: dict[str, Any], known: dict[str, Any]) -> None:
        fields = self.fields
        extensions: list[Extension] = []
        for name, one in value.items():
            if name not in _DOCUMENT_NAMES:
                extensions += fields.extension("", name, one)
        known["extensions"] = grouped(extensions)
        for name, attribute, read in (
            ("id", "id", fields.uri),
            ("sender", "sender", fields.text),
            ("receiver", "receiver", fields.text),
            ("instanceIdentifier", "instance_identifier", fields.text),
            ("creationDate", "creation_date", fields.instant),
            ("schemaVersion", "schema_version", fields.version),
        ):
            if name in value:
                result = read("", name, value[name])
                if result is not None:
                    known[attribute] = result
            elif name in {"creationDate", "schemaVersion"} and known["type"] == "EPCISDocument":
                self.found.refuse(f"/{name}", "field_missing", f"{name} is missing: add it")

    def _query_body(
        self, value: dict[str, Any], known: dict[str, Any]
    ) -> tuple[tuple[Event, ...], tuple[Vocabulary, ...]]:
        body = self._object(value, "", "epcisBody", {"queryResults"})
        results = self._object(
            body, "/epcisBody", "queryResults", {"queryName", "subscriptionID", "resultsBody"}
        )
        path = "/epcisBody/queryResults"
        for name, attribute in (("queryName", "query_name"), ("subscriptionID", "subscription_id")):
            if name in results:
                known[attribute] = self.fields.text(path, name, results[name])
            elif name == "queryName" and results:
                self.found.refuse(f"{path}/{name}", "field_missing", "queryName is missing: add it")
        inner = self._object(results, path, "resultsBody", {"eventList", "vocabularyList"})
        path += "/resultsBody"
        return self._events(inner, path), read_vocabularies(self.fields, inner, path)

    def _body(self, value: dict[str, Any]) -> tuple[Event, ...]:
        return self._events(self._object(value, "", "epcisBody", {"eventList"}), "/epcisBody")

    def _header(self, value: dict[str, Any]) -> tuple[Vocabulary, ...]:
        if "epcisHeader" not in value:
            return ()
        header = self._object(value, "", "epcisHeader", {"epcisMasterData"})
        if "epcisMasterData" not in header:
            return ()
        data = self._object(header, "/epcisHeader", "epcisMasterData", {"vocabularyList"})
        return read_vocabularies(self.fields, data, "/epcisHeader/epcisMasterData")

    def _object(self, parent: dict[str, Any], where: str, name: str, names: set[str]) -> dict[str, Any]:
        """A member that must be an object with these members; `{}` after a fault."""
        if name not in parent:
            if parent:
                self.found.refuse(f"{where}/{name}", "field_missing", f"{name} is missing: add it")
            return {}
        value = parent[name]
        if not isinstance(value, dict):
            self.fields.wrong_type(where, name, value, "an object")
            return {}
        path = f"{where}/{name}"
        for member in value:
            if member not in names:
                self._envelope_member(path, member, names)
        if not value:
            self.found.refuse(
                path, "empty_object", f"{name} is empty: it holds {' and '.join(sorted(names))}"
            )
        return value

    def _envelope_member(self, path: str, member: str, names: set[str]) -> None:
        if self.fields.prefixes.field(member) is None:
            self.fields.unknown_field(path, member, frozenset(names))
        else:
            message = f"{member[:80]} belongs to the envelope, not to any event, and is dropped"
            self.found.warn(pointer(path, member), "envelope_field_dropped", message)

    # Events ----------------------------------------------------------------------------------------------------

    def _events(self, body: dict[str, Any], where: str) -> tuple[Event, ...]:
        if "eventList" not in body:
            if body:
                message = "eventList is missing: add it, empty if there is no event"
                self.found.refuse(f"{where}/eventList", "field_missing", message)
            return ()
        listed = body["eventList"]
        if type(listed) is not list:
            self.fields.wrong_type(where, "eventList", listed, "an array")
            return ()
        if len(listed) > limits.EVENTS_MAX:
            message = (
                f"the document has {len(listed)} events, at most {limits.EVENTS_MAX} are taken: split it"
            )
            self.found.refuse(f"{where}/eventList", "too_many_events", message)
            return ()
        place = where + "/eventList/"
        events = (self.listed_event(one, place + str(index)) for index, one in enumerate(listed))
        return tuple(event for event in events if event is not None)

    def listed_event(self, value: Any, where: str) -> Event | None:
        """An event inside a document; its own `@context` holds for it alone."""
        if not isinstance(value, dict):
            parent, _, index = where.rpartition("/")
            self.fields.wrong_type(parent, index, value, "an event, which is an object")
            return None
        if "@context" not in value:
            return self.event(value, where)
        outer = self.fields
        self._read_context(value, where, own=False)
        try:
            return self.event(value, where)
        finally:
            self.fields = outer

    def bare_event(self, value: Any) -> Event | None:
        """An event with its own `@context`."""
        if not isinstance(value, dict):
            raise EPCISError(
                [Problem("", "wrong_type", 'an event is an object: begin with {"@context": ...')]
            )
        self._read_context(value, "", own=True)
        if value.get("type") in ("EPCISDocument", "EPCISQueryDocument"):
            message = "this is a whole document: send it to capture, or read it with loads"
            self.found.refuse("/type", "bad_event_type", message)
            return None
        return self.event(value, "")
