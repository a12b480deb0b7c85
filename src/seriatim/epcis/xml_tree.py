"""XML text to a tree, refusing what can hurt: entities, external files, depth, floods of attributes.

The parser is libxml2 behind lxml, with everything off that could open a file, a socket or an entity. A bare
`<!DOCTYPE project>`, which GS1's own examples carry, can declare nothing and is let through.
Source: the choices are ours; OWASP XML External Entity Prevention.
"""

import re
from typing import Any

from lxml import etree

from seriatim.epcis import limits
from seriatim.epcis.errors import EPCISError, Problem

Element = etree._Element  # noqa: SLF001 -- lxml's own name for the type of its elements
XSI = "http://www.w3.org/2001/XMLSchema-instance"

OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}

_DECLARED_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
_DECLARATION = re.compile(rb"\A\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+[^\s>\[]+\s*(>?)")
_PROLOG_END = re.compile(rb"<[A-Za-z_:\x80-\xff]")
_LATIN = frozenset({"iso-8859-1", "latin1", "windows-1252", "us-ascii", "ascii"})
_too_many_attributes = etree.XPath(f"descendant-or-self::*/@*[{limits.ATTRIBUTES_MAX + 1}]/..")
_too_deep = etree.XPath("/".join(["*"] * limits.DEPTH_MAX))


def attributes(element: Element) -> list[tuple[str, str]]:
    """Names in Clark notation, and values."""
    return [(str(name), str(value)) for name, value in element.attrib.items()]


def name_of(element: Element) -> str:
    """The name in Clark notation; entities and the like, which the parser leaves in the tree, have none."""
    tag: Any = element.tag
    return tag if isinstance(tag, str) else "{}unreadable"


def line_of(element: Element) -> int | None:
    """Line of the document on which the element begins."""
    line: Any = element.sourceline
    return line if isinstance(line, int) else None


def is_xml(data: bytes) -> bool:
    """True for a text that begins as XML does."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data[2:4] in (b"<\0", b"\0<")
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def parse(data: bytes) -> Element:
    """The root element. Raises EPCISError: `too_large`, `doctype_forbidden`, `not_xml`, `not_utf8`, `too_deep`,
    `too_many_attributes`.
    """
    if len(data) > limits.DOCUMENT_BYTES_MAX:
        message = (
            f"the document has {len(data)} octets, at most {limits.DOCUMENT_BYTES_MAX} are taken: split it"
        )
        raise refusal("too_large", message)
    data = _utf8(data)
    refuse_doctype(data)
    parser = etree.XMLParser(encoding="utf-8", **OPTIONS)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise syntax_error(error) from error
    check_size(root)
    return root


def refusal(code: str, message: str, line: int | None = None) -> EPCISError:
    return EPCISError([Problem("", code, message, line)])


def syntax_error(error: etree.XMLSyntaxError) -> EPCISError:
    text = (error.msg or "the text ends too early").split("\n", maxsplit=1)[0]
    if "depth" in text.lower():
        return refusal(
            "too_deep", f"elements are nested more than {limits.DEPTH_MAX} deep: flatten them", error.lineno
        )
    return refusal("not_xml", f"this is not well-formed XML: {text[:200]}", error.lineno)


def check_size(root: Element) -> None:
    """Depth below an element, and attributes; both questions are answered in C."""
    deep = _too_deep(root)
    if isinstance(deep, list) and deep:
        message = f"elements are nested more than {limits.DEPTH_MAX} deep: flatten them"
        raise refusal("too_deep", message, _first_line(deep[0]))
    wide = _too_many_attributes(root)
    if isinstance(wide, list) and wide:
        message = f"an element has more than {limits.ATTRIBUTES_MAX} attributes: write elements instead"
        raise refusal("too_many_attributes", message, _first_line(wide[0]))


def _first_line(element: Any) -> int | None:
    return line_of(element) if isinstance(element, Element) else None


def refuse_doctype(data: bytes) -> None:
    """Looks at what stands before the first element. A DOCTYPE that says more than a name is refused."""
    end = _PROLOG_END.search(data)
    prolog = data if end is None else data[: end.start()]
    at = prolog.find(b"<!DOCTYPE")
    if at < 0:
        return
    match = _DOCTYPE.match(prolog, at)
    bare = match is not None and match.group(1) == b">"
    if not bare or b"<!DOCTYPE" in prolog[at + 9 :] or b"<!ENTITY" in prolog:
        message = "a DOCTYPE may name the document and nothing else: remove its entities and addresses"
        raise refusal("doctype_forbidden", message, data.count(b"\n", 0, at) + 1)


def encoding_in(data: bytes) -> tuple[str, int]:
    """The codec of a text and how many octets of it say nothing else; UTF-8 unless the text says otherwise."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16-le" if data[:1] == b"\xff" else "utf-16-be", 2
    marked = 3 if data[:3] == b"\xef\xbb\xbf" else 0
    declared = _declared(data)
    if declared in _LATIN:
        return "cp1252" if declared == "windows-1252" else "latin-1", marked
    return "utf-8", marked


def _declared(data: bytes) -> str:
    declared = _DECLARED_ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    return "utf-8" if declared is None else declared.group(1).decode().lower()


def _utf8(data: bytes) -> bytes:
    """The same text in UTF-8, whatever encoding was declared."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise refusal("not_utf8", "the document is not UTF-16: save it as UTF-8") from error
        return _DECLARATION.sub(b"", text.encode("utf-8", "replace"), count=1)
    encoding = _declared(data)
    if encoding in _LATIN:
        return data.decode(encoding_in(data)[0], "replace").encode()
    if encoding not in {"utf-8", "utf8"}:
        raise refusal("not_utf8", f"the encoding {encoding[:40]} is not read: save the document as UTF-8")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refusal(
            "not_utf8", f"octet {error.start} is not UTF-8: save the document as UTF-8", line
        ) from error
    return data
