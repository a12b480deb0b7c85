"""Classic tags: fixed numbers of bits, and a company prefix whose length they say.

>>> from seriatim.gs1.epc.schemes import CLASSIC
>>> message = Message((("00", "106141412345678908"),))
>>> write_classic(CLASSIC["SSCC-96"], message, 0, 7).hex(words=True)
'3114257BF4499602D2000000'

Source: EPC Tag Data Standard 2.3 sections 14.2 to 14.6.
"""

from seriatim.gs1.bits import BitReader, BitWriter
from seriatim.gs1.epc.foreign import read_six_bit_text
from seriatim.gs1.epc.schemes import GCP_BITS, Classic
from seriatim.gs1.epc.tag import Tag, checked
from seriatim.gs1.epc.urn import GcpLength, cut_key, joined_key, known_gcp_length
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.keys import Key, key_of
from seriatim.gs1.message import Message

_LARGER = {
    "SGTIN-96": "SGTIN-198 or SGTIN+", "SGLN-96": "SGLN-195 or SGLN+", "GRAI-96": "GRAI-170 or GRAI+",
    "GIAI-96": "GIAI-202 or GIAI+", "GDTI-96": "GDTI-174 or GDTI+", "GDTI-113": "GDTI-174 or GDTI+",
    "SGCN-96": "SGCN+", "ITIP-110": "ITIP-212 or ITIP+", "CPI-96": "CPI-var or CPI+", "CPI-var": "CPI+",
}  # fmt: skip
_PIECES = 14  # bits of piece and total of an ITIP, 7 each
_SERIAL_AIS = {"sgtin": "21", "sgln": "254", "itip": "21", "cpi": "8011"}
_SERIAL_STARTS = {"grai": ("8003", 14), "gdti": ("253", 13), "sgcn": ("255", 13)}


def write_classic(scheme: Classic, message: Message, label: int, gcp_length: GcpLength) -> BitWriter:
    """The bits of a classic tag: the identity in the message; raises GS1Error `no_tag`, `no_key`, `bad_gcp_length`."""
    key = key_of(message)
    if key.scheme != scheme.urn or key.is_class:
        raise GS1Error(
            "no_tag", f"{scheme.name} cannot carry {'a class of' if key.is_class else 'this kind of'} things"
        )
    if key.serial and scheme.serial == "zeros":
        raise GS1Error("no_tag", f"{scheme.name} has no place for it; use {scheme.urn.upper()}+", ai="8019")
    if key.scheme == "sgln" and message.get("254") == "0":
        raise GS1Error("no_tag", "the extension 0 stands for none, so leave it out", ai="254")
    length = known_gcp_length(key, gcp_length)
    partition = 12 - length
    gcp, reference = cut_key(key, length)
    writer = BitWriter()
    writer.add(scheme.header, 8)
    writer.add(label, 3)
    writer.add(partition, 3)
    writer.add(int(gcp), GCP_BITS[partition])
    _write_reference(writer, scheme, partition, reference)
    if key.scheme == "itip":
        writer.add(int(key.key[14:16]) << 7 | int(key.key[16:18]), _PIECES)
    _write_serial(writer, scheme, key)
    return writer


def read_classic(scheme: Classic, reader: BitReader) -> Tag:
    """The tag behind its header; raises GS1Error `bad_tag` or a fault of a value."""
    label, partition = reader.take(3), reader.take(3)
    if partition >= len(GCP_BITS):
        raise GS1Error("bad_tag", "the length of the company prefix is not given as 6 to 12 digits")
    length = 12 - partition
    gcp = _digits(reader, GCP_BITS[partition], length)
    reference = _read_reference(reader, scheme, partition)
    ai, value = joined_key(scheme.urn, gcp, reference)
    if scheme.urn == "itip":
        value += _digits(reader, 7, 2) + _digits(reader, 7, 2)
    elements = [(ai, value)]
    serial = _read_serial(reader, scheme)
    if scheme.urn in _SERIAL_STARTS:
        elements = [(ai, value + serial)]
    elif scheme.urn in _SERIAL_AIS and not (scheme.urn == "sgln" and serial == "0"):
        elements.append((_SERIAL_AIS[scheme.urn], serial))
    return checked(Tag(scheme.name, label, tuple(elements), length))


def _write_reference(writer: BitWriter, scheme: Classic, partition: int, reference: str) -> None:
    ai = "8010" if scheme.urn == "cpi" else "8004"
    match scheme.reference:
        case "digits":
            writer.add(int(reference or "0"), scheme.reference_bits[partition])
        case "integer":
            _write_integer(writer, scheme, ai, reference, scheme.reference_bits[partition])
        case "text":
            _write_text(writer, scheme, ai, reference, scheme.reference_bits[partition])
        case _:
            for character in reference:
                writer.add(ord(character) & 63, 6)
            writer.add(0, 6)


def _read_reference(reader: BitReader, scheme: Classic, partition: int) -> str:
    if scheme.reference == "six":
        return read_six_bit_text(reader)
    bits = scheme.reference_bits[partition]
    match scheme.reference:
        case "digits":
            return _digits(reader, bits, _reference_digits(scheme, partition))
        case "integer":
            return str(reader.take(bits))
        case _:
            return _read_text(reader, bits)


def _reference_digits(scheme: Classic, partition: int) -> int:
    total = {"sgtin": 13, "itip": 13, "sscc": 17, "gsrn": 17, "gsrnp": 17}.get(scheme.urn, 12)
    return total - 12 + partition


def _write_serial(writer: BitWriter, scheme: Classic, key: Key) -> None:
    ai = _SERIAL_AIS.get(scheme.urn) or _SERIAL_STARTS.get(scheme.urn, ("",))[0]
    serial = key.serial or ("0" if scheme.urn == "sgln" else "")
    match scheme.serial:
        case "integer":
            _write_integer(writer, scheme, ai, serial, scheme.serial_bits)
        case "after1":
            _check_integer(scheme, ai, serial, scheme.serial_bits)
            _write_integer(writer, scheme, ai, "1" + serial, scheme.serial_bits)
        case "text":
            _write_text(writer, scheme, ai, serial, scheme.serial_bits)
        case _:
            writer.add(0, scheme.serial_bits)


def _read_serial(reader: BitReader, scheme: Classic) -> str:
    match scheme.serial:
        case "integer":
            return str(reader.take(scheme.serial_bits))
        case "after1":
            text = str(reader.take(scheme.serial_bits))
            if text[0] != "1" or len(text) < 2:
                raise GS1Error("bad_tag", "the digits of the serial do not stand behind a 1")
            return text[1:]
        case "text":
            if text := _read_text(reader, scheme.serial_bits):
                return text
            raise GS1Error("bad_tag", "the serial is missing")
        case _:
            if reader.take(scheme.serial_bits):
                raise GS1Error("bad_tag", "bits that should be zero are not")
            return ""


def _check_integer(scheme: Classic, ai: str, text: str, bits: int) -> None:
    """A tag of integers forgets leading zeros and letters, so they are refused, never mended."""
    good = text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")
    if not good or int(text) >> bits:
        raise GS1Error(
            "no_tag",
            f"{scheme.name} holds numbers up to {(1 << bits) - 1} without leading zeros; use {_LARGER[scheme.name]}",
            ai=ai,
        )


def _write_integer(writer: BitWriter, scheme: Classic, ai: str, text: str, bits: int) -> None:
    _check_integer(scheme, ai, text, bits)
    writer.add(int(text), bits)


def _write_text(writer: BitWriter, scheme: Classic, ai: str, text: str, bits: int) -> None:
    assert len(text) * 7 <= bits, f"{scheme.name} has room for every value of ({ai})"
    for character in text:
        writer.add(ord(character), 7)
    writer.add(0, bits - 7 * len(text))


def _read_text(reader: BitReader, bits: int) -> str:
    field = BitReader(reader.take(bits), bits)
    text = ""
    while field.left >= 7 and (code := field.take(7)):
        text += chr(code)
    if not field.only_zeros:
        raise GS1Error("bad_tag", "characters follow the end of a text")
    return text


def _digits(reader: BitReader, bits: int, length: int) -> str:
    number = reader.take(bits)
    if number >= 10**length:
        raise GS1Error("bad_tag", f"a number has more than {length} digits")
    return f"{number:0{length}}" if length else ""
