"""Short Digital Links, for small codes: the same data in about two thirds of the characters.

>>> compress("https://id.gs1.org/01/09521234543213/21/12345")
'https://id.gs1.org/DBFRq5sE2gowOQ'
>>> compress("https://id.gs1.org/01/09521234543213/21/12345", "ex", filter=1)
'https://id.gs1.org/ex9xCVISNFQyEwUYHI'
>>> decompress("https://id.gs1.org/ehF710952123454321305181C8")
'https://id.gs1.org/01/09521234543213/21/12345'

Sources: GS1 Digital Link 1.2 section 5 (`v1`, superseded) and GS1 Compression Technical Standard for EPC binary
strings 1.0 (`eh`, `ex`).
"""

import re
from typing import Literal

from seriatim.gs1 import compression_v1
from seriatim.gs1.associations import check_associations
from seriatim.gs1.bits import BitReader
from seriatim.gs1.digital_link import HOST, PATH, REST, URI_MAX, parse_digital_link
from seriatim.gs1.element_string import check_values, refuse_long
from seriatim.gs1.epc.tag import Tag
from seriatim.gs1.epc.tagging import read_tag, write_tag
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.escaping import escape_query
from seriatim.gs1.keys import key_of
from seriatim.gs1.message import Message
from seriatim.gs1.table import ENTRIES, KEYS
from seriatim.gs1.writing import digital_link

Form = Literal["v1", "eh", "ex"]
"""`v1`: the old bit packing; `eh`, `ex`: the bits of an RFID tag in hexadecimal digits, in base64url."""

_LINK = re.compile(f"({HOST.pattern}(?:{PATH})?)/([A-Za-z0-9_-]+){REST}")  # stem, segment, query
_SHORTEST = 10  # characters of an old compressed segment
_SCHEMES = {
    "sgtin": "SGTIN+", "sscc": "SSCC+", "sgln": "SGLN+", "grai": "GRAI+", "giai": "GIAI+", "gsrn": "GSRN+",
    "gsrnp": "GSRNP+", "gdti": "GDTI+", "sgcn": "SGCN+", "itip": "ITIP+", "cpi": "CPI+",
}  # fmt: skip


def compress(
    uri: str,
    form: Form = "v1",
    *,
    optimise: bool = True,
    filter: int = 0,  # noqa: A002 -- the standard's word for it
) -> str:
    """A short form of a Digital Link on the same stem; parameters that are no GS1 data stay readable in the query.

    `optimise` (v1): use the codes for fields that often come together. `filter` (eh, ex): kind of object, 0 to 7.
    Raises GS1Error `no_compressed_form` (v1: (235) and fields newer than Digital Link 1.2), `no_tag` (eh, ex: classes
    and keys that no '+' tag carries), `unknown_form`, `bad_filter`, or as `parse_digital_link`.
    """
    message = parse_digital_link(uri)
    try:
        segment = _segment(message, form, filter, optimise=optimise)
    except GS1Error as error:
        if error.code in {"unknown_form", "bad_filter"}:  # not about the link
            raise
        raise error.placed(uri, len(message.stem)) from None
    return f"{message.stem}/{segment}{'?' if message.extras else ''}{'&'.join(message.extras)}"


def _segment(message: Message, form: Form, label: int, *, optimise: bool) -> str:
    if form == "v1":
        return _segment_v1(message, optimise=optimise)
    if form in {"eh", "ex"}:
        scheme = _SCHEMES.get(key_of(message).scheme)
        if scheme is None:
            raise GS1Error(
                "no_tag", "only single things with a '+' tag have the form eh or ex: a serial is needed"
            )
        bits = write_tag(message, scheme, label, None)
        return form + (bits.hex(words=False) if form == "eh" else bits.base64url())
    raise GS1Error("unknown_form", f"expected v1, eh or ex, got {form!a}")


def decompress(uri: str) -> str:
    """The Digital Link behind a compressed one, old or new; its other parameters are kept, its fragment is not.

    The stem stays, unless a '++' tag brings its own host. Raises GS1Error `not_compressed` for a Digital Link that is
    no compressed one and for other addresses, `bad_compression`, `bad_tag`, or what is wrong with a value.
    """
    refuse_long(uri, URI_MAX)
    found = _LINK.fullmatch(uri)
    if not found:
        raise GS1Error("not_compressed" if uri else "empty").placed(uri)
    stem, segment, query = found.groups()
    if stem.rpartition("/")[2] in ENTRIES:
        _refuse_plain(uri)
    start = found.start(2)
    if segment.startswith(("eh", "ex")):
        tag = _tag(segment, uri, start)
        return _link(tag.elements, f"https://{tag.host}" if tag.host else stem, [query] if query else [])
    if len(segment) < _SHORTEST:
        raise GS1Error("not_compressed").placed(uri, start, start + len(segment))
    try:
        return _link_v1(segment, stem, query)
    except GS1Error as error:
        raise error.moved(uri, start) from None


def _tag(segment: str, uri: str, start: int) -> Tag:
    """The tag in a segment such as `ehF7...`, which begins at `start` in `uri`."""
    coded, bits = segment[2:], 4 if segment[1] == "h" else 6
    try:
        reader = BitReader.of_hex(coded) if bits == 4 else BitReader.of_base64url(coded)
    except GS1Error as error:
        raise error.moved(uri, start + 2) from None
    try:
        return read_tag(reader)
    except GS1Error as error:
        place = start + 2 + reader.taken // bits
        raise error.placed(uri, place, place + 1) from None


def _segment_v1(message: Message, *, optimise: bool) -> str:
    values = dict(message.elements)
    segment = compression_v1.write(values, optimise=optimise).base64url()
    if len(segment) < _SHORTEST:
        raise GS1Error("no_compressed_form", "so short that nobody would see that it is compressed")
    if sum(ai in KEYS for ai in values) > 1:
        # The old form sorts the fields, so another key may come first and name another thing.
        again = Message(compression_v1.read(segment)[0].elements)
        if key_of(again) != key_of(message):
            raise GS1Error(
                "no_compressed_form", "with several keys the old form does not say which one is meant"
            )
    return segment


def _link_v1(segment: str, stem: str, query: str | None) -> str:
    first, *others = compression_v1.read(segment)
    if not others:
        return _link(first.elements, stem, _queries(first, query))
    links: list[str] = []
    faults: list[GS1Error] = []
    for content in (first, *others):
        try:
            links.append(_link(content.elements, stem, _queries(content, query)))
        except GS1Error as error:
            faults.append(error)
    if not links:
        raise faults[0]
    if len(set(links)) > 1:
        raise GS1Error("bad_compression", "two readings are possible, and nothing says which one is meant")
    return links[0]


def _queries(content: compression_v1.Content, query: str | None) -> list[str]:
    """Parameters that are no GS1 data, compressed and readable ones, as a query holds them."""
    queries = [query] if query else []
    if not content.extras:
        return queries
    if any(not key or key.isdigit() for key, _ in content.extras):
        raise GS1Error("bad_compression", "a parameter without a name, or with a number for one")
    return [*(f"{key}={escape_query(value)}" for key, value in content.extras), *queries]


def _link(elements: tuple[tuple[str, str], ...], stem: str, queries: list[str]) -> str:
    names = {ai for ai, _ in elements}
    if len(names) < len(elements):
        raise GS1Error("duplicate")
    if names.isdisjoint(KEYS):
        elements, stem = _with_plain_key(elements, stem)
    check_values(elements)
    check_associations(elements)
    link = digital_link(elements, stem)
    if queries:
        link += ("&" if "?" in link else "?") + "&".join(queries)
        parse_digital_link(link)  # the query may hold GS1 data too
    return link


def _with_plain_key(
    elements: tuple[tuple[str, str], ...], stem: str
) -> tuple[tuple[tuple[str, str], ...], str]:
    """Old links could leave the key readable and compress the rest: then the key stands at the end of the stem."""
    try:
        plain = parse_digital_link(stem)
    except GS1Error:
        raise GS1Error("bad_compression", "there is no GS1 key in it, and none before it") from None
    return (*plain.elements, *elements), plain.stem


def _refuse_plain(uri: str) -> None:
    """Raises GS1Error for an uncompressed link: its own fault, or `not_compressed` when it is a good one."""
    try:
        parse_digital_link(uri)
    except GS1Error as error:
        if error.code != "no_key":
            raise
        return
    raise GS1Error("not_compressed").placed(uri)
