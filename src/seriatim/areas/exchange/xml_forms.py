"""The XML forms of what is exchanged beside documents: jobs, problems, one event alone, a document without some events.

Source: EPCIS 2.0, schema `EPCglobal-epcis-2_0.xsd` (EPCISCaptureJob, EPCISException).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

import msgspec
from lxml import etree

from seriatim import epcis
from seriatim.areas.exchange.model import Job, job_json
from seriatim.epcis import EPCISError, Event, Problem
from seriatim.epcis.xml_order import ROOTS
from seriatim.epcis.xml_tree import Element, line_of, name_of, parse

NAMESPACE: Final = "urn:epcglobal:epcis:xsd:2"
OURS: Final = "urn:seriatim:problem"
"""Namespace of the facts that we add to a problem; the schema allows those of others at its end."""
PROBLEM_FIELDS: Final = ("type", "title", "status", "detail", "instance")
BARE: Final = "/epcisBody/eventList/0"
"""Where a bare event stands in the document that is put around it."""


def problem_xml(problem: Mapping[str, Any]) -> bytes:
    """A problem document (RFC 7807) as the element EPCISException."""
    root = etree.Element(f"{{{NAMESPACE}}}EPCISException", nsmap={"epcis": NAMESPACE, "ours": OURS})
    _problem(root, problem)
    _facts(root, {name: value for name, value in problem.items() if name not in PROBLEM_FIELDS})
    return _text(root)


def job_xml(job: Job) -> bytes:
    """A capture job as the element EPCISCaptureJob."""
    root = etree.Element(f"{{{NAMESPACE}}}EPCISCaptureJob", nsmap={"epcis": NAMESPACE, "ours": OURS})
    root.set("running", "false")
    root.set("success", str(job.success).lower())
    root.set("captureID", str(job.id))
    etree.SubElement(root, "captureErrorBehaviour").text = job.error_behaviour
    etree.SubElement(root, "createdAt").text = job.created_at.isoformat(timespec="milliseconds")
    etree.SubElement(root, "finishedAt").text = job.finished_at.isoformat(timespec="milliseconds")
    if job.errors:
        errors = etree.SubElement(root, "errors")
        for one in job.errors:
            error = etree.SubElement(errors, "error")
            _problem(error, one)
            _facts(error, {name: value for name, value in one.items() if name not in PROBLEM_FIELDS})
    counts = ("errorCount", "accepted", "duplicates", "parked", "rejected", "masterData")
    told = job_json(job)
    _facts(root, {name: told[name] for name in counts})
    for kind in ("verdicts", "warnings"):
        for one in told[kind]:
            _facts(etree.SubElement(root, f"{{{OURS}}}{kind[:-1]}"), one)
    return _text(root)


def _problem(parent: Element, problem: Mapping[str, Any]) -> None:
    for name in PROBLEM_FIELDS:
        if problem.get(name) is not None:
            text = _clean(str(problem[name]))
            etree.SubElement(parent, name).text = (
                quote(text, safe="%/:?#[]@!$&'()*+,;=~") if name == "instance" else text
            )


def _facts(parent: Element, facts: Mapping[str, Any]) -> None:
    """Facts that are a list or an object are told as JSON: XML has no word for them."""
    for name, value in facts.items():
        if value is None:
            continue
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        etree.SubElement(parent, f"{{{OURS}}}{name}").text = _clean(text)


def _clean(text: str) -> str:
    """XML has no way to write control characters; they come from what somebody sent."""
    return "".join(sign if sign >= " " or sign in "\t\n\r" else "\ufffd" for sign in text).translate(
        _UNWRITABLE
    )


_UNWRITABLE: Final = dict.fromkeys((0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), "\ufffd")


def _text(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def load_event_xml(data: bytes) -> Event:
    """One event: an event element alone, or in an EPCISDocument that holds nothing else.

    Raises EPCISError; the places of faults are those in the bare event, the lines those of the text.
    """
    root = parse(data)
    alone = _local(root) not in ROOTS
    try:
        document = epcis.loads(_document_of(root) if alone else data)
    except EPCISError as error:
        raise EPCISError([_bare(one) for one in error.problems], error.count) from error
    if len(document.events) != 1:
        message = (
            f"the document has {len(document.events)} events: send one, or the document to /epcis/capture"
        )
        raise EPCISError([Problem("", "not_one_event", message)])
    return document.events[0]


def _document_of(event: Element) -> bytes:
    """A document around the event. What stands before the element is kept as empty lines, for the numbers of lines."""
    event.tag = _local(event) if _is_epcis(event) else name_of(event)
    head = (
        f'<epcis:EPCISDocument xmlns:epcis="{NAMESPACE}" schemaVersion="2.0" '
        'creationDate="1970-01-01T00:00:00Z"><EPCISBody><EventList>'
    )
    foot = "</EventList></EPCISBody></epcis:EPCISDocument>"
    above = "\n" * max(0, (line_of(event) or 1) - 1)
    text: str = etree.tostring(event, encoding="unicode", with_tail=False)
    return (above + head + text + foot).encode()


def _bare(problem: Problem) -> Problem:
    return Problem(problem.path.removeprefix(BARE), problem.code, problem.message, problem.line)


def without_events_xml(data: bytes, indexes: frozenset[int]) -> bytes:
    """The document without some of its events, counted as its reader counts them: through the wrappers of version 1."""
    root = parse(data)
    bodies = [one for one in root.iter(etree.Element) if _local(one) in {"EPCISBody", "resultsBody"}]
    lists = [child for body in bodies for child in body if _local(child) == "EventList"]
    events = [event for one in lists[:1] for event in _through(one)]
    for index in indexes:
        parent = events[index].getparent()
        assert parent is not None, "an event of a list stands in it"
        parent.remove(events[index])
    return etree.tostring(root, encoding="utf-8")


def _through(element: Element) -> Iterator[Element]:
    for child in element:
        if _is_epcis(child) and _local(child) in {"extension", "baseExtension"}:
            yield from _through(child)
        else:
            yield child


def _local(element: Element) -> str:
    return name_of(element).rpartition("}")[2]


def _is_epcis(element: Element) -> bool:
    """Whether the name is the standard's own: without a namespace, or, in careless documents, in that of EPCIS."""
    name = name_of(element)
    return "}" not in name or name.startswith("{urn:epcglobal:epcis")
