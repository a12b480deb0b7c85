"""The host name that a '++' tag carries: where the product's own web address begins.

>>> writer = BitWriter()
>>> write_host(writer, "id.brand.com")
>>> writer.size, read_host(BitReader.of_hex(writer.hex(words=False)))
(56, 'id.brand.com')

PROVISIONAL: derived from published examples of EPC Tag Data Standard 2.3, whose text was not at hand. One bit, 6 bits
for the number of codes, then codes of 7 bits: an ASCII character, or a short-cut for a piece that many names have.
"""

import re

from seriatim.gs1.bits import BitReader, BitWriter
from seriatim.gs1.errors import GS1Error, printable

LINES = """
1E qr.
1F www.
20 id.
5B .com
5C .org
5D .net
5E .int
60 .edu
7B .gov
7C .mil
7D .biz
7E .eco
7F .med
"""
"""Code in hexadecimal digits and what it stands for."""

CODES_MAX = 63

_SHORT_CUTS = {text: int(code, 16) for code, text in (line.split() for line in LINES.split("\n") if line)}
_PIECES = {code: text for text, code in _SHORT_CUTS.items()} | {
    ord(c): c for c in "abcdefghijklmnopqrstuvwxyz0123456789-."
}
_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_BEGINNINGS = "|".join(re.escape(text) for text in _SHORT_CUTS if text.endswith("."))
_ENDINGS = "|".join(re.escape(text) for text in _SHORT_CUTS if text.startswith("."))
_CUT = re.compile(rf"^(?:{_BEGINNINGS})|(?:{_ENDINGS})$|.")


def write_host(writer: BitWriter, host: str) -> None:
    """Appends a host name in lower case, no scheme, no port, no path; raises GS1Error `bad_host`."""
    if not _HOST.fullmatch(host):
        raise GS1Error(
            "bad_host", f"expected a host name such as id.brand.example, got {printable(host[:100])!r}"
        )
    codes = [_SHORT_CUTS.get(piece) or ord(piece) for piece in _CUT.findall(host)]
    if len(codes) > CODES_MAX:
        raise GS1Error("bad_host", f"a tag has room for {CODES_MAX} characters of a host name")
    writer.add(1, 1)
    writer.add(len(codes), 6)
    for code in codes:
        writer.add(code, 7)


def read_host(reader: BitReader) -> str:
    """Reads what `write_host` wrote; raises GS1Error `bad_tag`, also for short-cuts that are not known here."""
    if not reader.take(1):
        raise GS1Error("bad_tag", "a way of writing host names that is not known")
    host = ""
    for _ in range(reader.take(6)):
        code = reader.take(7)
        if code not in _PIECES:
            raise GS1Error("bad_tag", f"the host name holds code {code:02X}, which is not known")
        host += _PIECES[code]
    if not _HOST.fullmatch(host):
        raise GS1Error("bad_tag", f"{host!r} is no host name")
    return host
