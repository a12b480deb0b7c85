"""Tags written and read: from a message or any of its spellings to hexadecimal digits and back.

>>> encode("(01)09521234543213(21)12345", "SGTIN-96", filter=1, gcp_length=7)
'3036452148350C4000003039'
>>> encode("(01)09521234543213(21)12345", "SGTIN+", filter=1)
'F710952123454321305181C8'
>>> decode("F710952123454321305181C8").digital_link
'https://id.gs1.org/01/09521234543213/21/12345'
"""

import re

from seriatim.gs1.bits import BitReader, BitWriter
from seriatim.gs1.element_string import check_values
from seriatim.gs1.epc.classic import read_classic, write_classic
from seriatim.gs1.epc.foreign import HEADERS as FOREIGN_TAGS
from seriatim.gs1.epc.foreign import SCHEMES as FOREIGN
from seriatim.gs1.epc.foreign import TAGS, read_foreign, write_foreign
from seriatim.gs1.epc.identities import PureIdentity
from seriatim.gs1.epc.plus import read_plus, write_plus
from seriatim.gs1.epc.schemes import CLASSIC, HEADERS, PLUS, Classic
from seriatim.gs1.epc.sgtin96 import read_sgtin_96, write_sgtin_96
from seriatim.gs1.epc.tag import TAG_URI, Tag, from_tag_uri
from seriatim.gs1.epc.urn import GcpLength, from_urn
from seriatim.gs1.errors import GS1Error, printable
from seriatim.gs1.message import Message
from seriatim.gs1.parsing import parse

FOREIGN_HEADERS = {header: kind for kind, header in FOREIGN_TAGS.items()}

BITS_MAX = 496
"""What the length field of a tag can say: 31 words of 16 bits."""


def encode(
    message_or_uri: Message | str,
    scheme: str = "SGTIN-96",
    filter: int = 1,  # noqa: A002 -- the standard's word for it
    gcp_length: GcpLength = None,
    *,
    host: str = "",
) -> str:
    """Hexadecimal digits of the EPC memory of a tag, upper case, filled with zeros to whole words of 16 bits.

    Takes a message or any spelling of one, an EPC URN, or a tag URI. A URN knows its `gcp_length`, a tag URI `scheme`
    and `filter` too: then those arguments are not looked at. `gcp_length` as for `to_urn`. Classic tags (`-96`, `-198`...) hold the identity alone;
    '+' tags need no `gcp_length` and hold every other element too; '++' tags (PROVISIONAL) also hold `host`, which
    defaults to the host of the Digital Link given.
    Raises GS1Error `unknown_scheme`, `bad_filter`, `bad_gcp_length`, `unknown_gcp_length`, `no_tag` (with advice), `bad_host`, `no_key`, or
    as the parsers do. Source: EPC Tag Data Standard 2.3 section 14.
    """
    if isinstance(message_or_uri, str):
        if message_or_uri.startswith("urn:epc:") and (text := _foreign(message_or_uri, scheme, filter)):
            return text
        message, scheme, filter, gcp_length = _understood(message_or_uri, scheme, filter, gcp_length)  # noqa: A001
    else:
        message = message_or_uri
    if scheme == "SGTIN-96" and isinstance(gcp_length, int):
        text = write_sgtin_96(message.elements, filter, gcp_length)
        if text:
            return text
    writer = write_tag(message, scheme, filter, gcp_length, host=host)
    if writer.size > BITS_MAX:
        raise GS1Error(
            "no_tag", f"needs {writer.size} bits, a tag has {BITS_MAX} at most: leave elements out"
        )
    return writer.hex(words=True)


def write_tag(
    message: Message, scheme: str, label: int, gcp_length: GcpLength, *, host: str = ""
) -> BitWriter:
    """The bits of a tag of any length, `label` being its filter; raises as `encode`."""
    if label not in range(8):
        raise GS1Error("bad_filter", f"a filter lies between 0 and 7, got {label!r}")
    check_values(message.elements)
    if classic := CLASSIC.get(scheme):
        return write_classic(classic, message, label, gcp_length)
    if plus := PLUS.get(scheme):
        return write_plus(plus, message, label, host or _host_of(message) if plus.hosted else "")
    known = ", ".join([*CLASSIC, *PLUS])
    raise GS1Error("unknown_scheme", f"expected one of {known}, got {printable(str(scheme)[:40])!r}")


def decode(hex: str) -> Tag:  # noqa: A002 -- what it is
    """The content of a tag from the hexadecimal digits, of either case, of its EPC memory.

    Zeros behind the end are filling. Raises GS1Error `bad_tag`, `too_long_input`, or what is wrong with a value.
    """
    if tag := read_sgtin_96(hex):
        return tag
    reader = BitReader.of_hex(hex)
    try:
        return read_tag(reader)
    except GS1Error as error:
        place = reader.taken // 4
        raise error.placed(hex, place, place + 1) from None


def read_tag(reader: BitReader) -> Tag:
    """The tag that these bits hold; raises as `decode`."""
    header = reader.take(8)
    if (kind := FOREIGN_HEADERS.get(header)) is not None:
        return _read_foreign(kind, reader)
    scheme = HEADERS.get(header)
    if scheme is None:
        raise GS1Error("bad_tag", f"no GS1 tag is known that begins with {header:02X}")
    tag = read_classic(scheme, reader) if isinstance(scheme, Classic) else read_plus(scheme, reader)
    if not reader.only_zeros:
        raise GS1Error("bad_tag", f"more data than a {scheme.name} tag holds")
    return tag


def _read_foreign(kind: str, reader: BitReader) -> Tag:
    label, parts = read_foreign(kind, reader)
    if not reader.only_zeros:
        raise GS1Error("bad_tag", f"more data than a {kind} tag holds")
    return Tag(kind, label, (), foreign=PureIdentity(TAGS[kind], parts).uri)


def _foreign(urn: str, scheme: str, label: int) -> str:
    """The tag of an identity of another organisation; "" when the URN is one of GS1's."""
    name = urn.split(":", 4)[3].partition("-")[0] if urn.count(":") > 3 else ""
    if name not in FOREIGN:
        return ""
    if urn.startswith(TAG_URI):
        tag = from_tag_uri(urn)
        urn, scheme, label = tag.foreign, tag.scheme, tag.filter
    if TAGS.get(scheme) != name:
        raise GS1Error("no_tag", f"an identity of the scheme {name} does not go on a tag of this kind")
    return write_foreign(scheme, PureIdentity.parse(urn).parts, label).hex(words=True)


def _understood(
    text: str, scheme: str, label: int, gcp_length: GcpLength
) -> tuple[Message, str, int, GcpLength]:
    if text.startswith(TAG_URI):
        tag = from_tag_uri(text)
        return tag.message, tag.scheme, tag.filter, tag.gcp_length
    if text.startswith("urn:"):
        message = from_urn(text)
        return message, scheme, label, len(text.split(":")[4].partition(".")[0])
    return parse(text), scheme, label, gcp_length


_HOST = re.compile(r"https://([a-z0-9.-]+)")


def _host_of(message: Message) -> str:
    found = _HOST.fullmatch(message.stem)
    if not found:
        raise GS1Error(
            "bad_host",
            "a '++' tag needs a host: give one, or a Digital Link that begins https://host/ and no folder",
        )
    return found[1]
