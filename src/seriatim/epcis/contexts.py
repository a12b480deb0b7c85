"""The `@context` of a JSON-LD document: which prefix means which namespace.

Nothing is ever fetched. The three addresses of GS1's EPCIS context stand for knowledge that is built in; any other
remote context is refused, because it could change what every word of the document means.
"""

import re
from types import MappingProxyType
from typing import Any

from seriatim.epcis import limits
from seriatim.epcis.errors import Findings, pointer
from seriatim.epcis.rules import STANDARD

EPCIS_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
KNOWN_CONTEXTS = frozenset(
    {
        EPCIS_CONTEXT,
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "https://gs1.github.io/EPCIS/epcis-context.jsonld",
    }
)
CONTEXT_LINE = f'"@context": "{EPCIS_CONTEXT}"'

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
CBV_MASTER_DATA = "urn:epcglobal:cbv:mda"
"""Namespace of the CBV's master data attributes. JSON-LD writes it with a colon at the end, XML without."""

PREDEFINED = MappingProxyType(
    {
        "epcis": "https://ref.gs1.org/epcis/",
        "cbv": "https://ref.gs1.org/cbv/",
        "cbvmda": CBV_MASTER_DATA + ":",
        "gs1": "https://gs1.org/voc/",
        "rdfs": RDFS,
        "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "dcterms": "http://purl.org/dc/terms/",
    }
)
"""Prefixes that GS1's context declares; they are protected."""

# RFC 3986 without brackets (IPv6 hosts name no object). Possessive, so that no text can make it backtrack.
is_uri = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*+:(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?#]++|%[0-9A-Fa-f]{2})++"
).fullmatch

SCHEMES = frozenset({"http", "https", "urn", "ni", "tag", "did", "ftp", "info", "data"})
# A published example of GS1 rebinds this one; it names data fields only, no word of the standard hangs on it.
_FORGIVEN = "cbvmda"
_DELIMITERS = "/#:"


class Prefixes:
    """The short names in force at one place of a document."""

    def __init__(self, names: dict[str, str] | None = None) -> None:
        self.names = dict(PREDEFINED) if names is None else names
        self._fields: dict[str, tuple[str, str] | None] = {}

    def custom(self) -> dict[str, str]:
        """Those that the document added."""
        return {name: uri for name, uri in self.names.items() if PREDEFINED.get(name) != uri}

    def expand(self, text: str) -> str:
        """A value written as `prefix:rest` with the prefix replaced by its namespace."""
        head, colon, rest = text.partition(":")
        if colon and head in self.names and not rest.startswith("//"):
            return self.names[head] + rest
        return text

    def field(self, name: str) -> tuple[str, str] | None:
        """(namespace, local name) of an extension field; None for a plain name or one that is no URI."""
        if name not in self._fields:
            self._fields[name] = self._split(name)
        return self._fields[name]

    def declares(self, name: str) -> bool:
        """False for `zz:foo` when nobody said what `zz` means."""
        head = name.partition(":")[0]
        return head in self.names or head in SCHEMES

    def _split(self, name: str) -> tuple[str, str] | None:
        head, colon, rest = name.partition(":")
        if not colon or not is_uri(name) or len(name) > limits.URI_CHARACTERS_MAX:
            return None
        if head in self.names and not rest.startswith("//"):
            return canonical_namespace(self.names[head]), rest
        cut = max(name.rfind(mark) for mark in _DELIMITERS) + 1
        return (canonical_namespace(name[:cut]), name[cut:]) if cut < len(name) else None


def canonical_namespace(uri: str) -> str:
    return CBV_MASTER_DATA if uri == CBV_MASTER_DATA + ":" else uri


def read_context(value: Any, path: str, base: Prefixes, found: Findings, *, own: bool) -> Prefixes:
    """The prefixes that hold after this `@context`; `own` when nothing around it names the EPCIS context yet."""
    names = dict(base.names)
    parts = value if isinstance(value, list) else [value]
    for index, part in enumerate(parts):
        place = f"{path}/{index}" if isinstance(value, list) else path
        if isinstance(part, dict):
            _read_terms(part, place, names, found)
        elif not isinstance(part, str):
            message = f"a context is an address or an object of prefixes: write {CONTEXT_LINE}"
            found.refuse(place, "bad_context", message)
        elif part not in KNOWN_CONTEXTS:
            message = f"the context {part[:200]} is not known and never fetched: write its prefixes out as an object"
            found.refuse(place, "unknown_context", message)
    if own and not any(isinstance(part, str) and part in KNOWN_CONTEXTS for part in parts):
        found.refuse(path.removesuffix("/@context"), "context_missing", f"add the line {CONTEXT_LINE}")
    return Prefixes(names)


def _read_terms(terms: dict[str, Any], path: str, names: dict[str, str], found: Findings) -> None:
    for name, value in terms.items():
        uri = value.get("@id") if isinstance(value, dict) else value
        place = pointer(path, name)
        if name.startswith("@"):
            _keyword(name, place, found)
        elif ":" in name and isinstance(value, dict):
            message = "the type of a field has no effect here: values are kept as they are written"
            found.warn(place, "context_term_ignored", message)
        elif not isinstance(uri, str) or not name or ":" in name or "/" in name:
            message = "only prefixes are understood here: write a short name and the URI of its namespace"
            found.refuse(place, "bad_prefix", message)
        else:
            _bind(name, uri, place, names, found)


def _keyword(name: str, place: str, found: Findings) -> None:
    if name == "@import":
        message = "contexts are never fetched: write the prefixes out"
        found.refuse(place, "unknown_context", message)
    elif name not in {"@version", "@protected"}:
        message = (
            f"{name} has no effect here: write extension fields and values with a prefix or as full URIs"
        )
        found.warn(place, "context_keyword_ignored", message)


def _bind(name: str, uri: str, place: str, names: dict[str, str], found: Findings) -> None:
    head, _, rest = uri.partition(":")
    if head in names and not rest.startswith("//"):
        uri = names[head] + rest
    if name in PREDEFINED:
        if canonical_namespace(uri) != canonical_namespace(PREDEFINED[name]):
            message = (
                f"the prefix {name} always means {PREDEFINED[name]}: choose another name for {uri[:200]}"
            )
            if name == _FORGIVEN:
                names[name] = uri
                found.forgive(place, "protected_prefix", message)
            else:
                found.refuse(place, "protected_prefix", message)
    elif name in STANDARD:
        message = (
            f"{name} is a field of the standard and keeps its meaning: choose another name for {uri[:200]}"
        )
        found.refuse(place, "protected_prefix", message)
    elif name in SCHEMES:
        message = f"{name}: begins ordinary URIs and cannot be a prefix: choose another name"
        found.refuse(place, "protected_prefix", message)
    elif not is_uri(uri) or len(uri) > limits.URI_CHARACTERS_MAX:
        message = (
            f"{uri[:200]} is not an absolute URI: write a namespace such as https://ns.example.com/epcis/"
        )
        found.refuse(place, "bad_prefix", message)
    else:
        if uri[-1] not in _DELIMITERS:
            message = f"the namespace {uri[:200]} should end with / # or : to keep it apart from the name"
            found.warn(place, "namespace_without_delimiter", message)
        names[name] = uri
