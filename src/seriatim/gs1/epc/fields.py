"""How a tag stores the value of each application identifier: dates, weights, lots, each in its own few bits.

>>> writer = BitWriter()
>>> write_field(writer, "17", "261231")
>>> writer.size, field_of("17").read(BitReader.of_hex(writer.hex(words=False)))
(16, '261231')

One line per way of writing, authored here; what no line names follows from the list of application identifiers:
a number of fixed length becomes one integer, a number of variable length a length and an integer, the rest a text.
Source: EPC Tag Data Standard 2.3 section 14.5 and table F (methods for 7007, 7011, 8008 and 433n are provisional).
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from seriatim.gs1.bits import BASE64URL, BitReader, BitWriter
from seriatim.gs1.epc.texts import digits_size, read_digits, read_text, write_text
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.table import ENTRIES

LINES = """
digits    | 00 01 02 410 411 412 413 414 415 416 417 8006 8017 8018 8026 7241
key       | 253 255 8003
date      | 11 12 13 15 16 17 4326 7006
minutes   | 4324 4325 7003
dates     | 7007
moment    | 7011 8008
flag      | 4321 4322 4323
country   | 4307 4317
signed    | 4330 4331 4332 4333
delimited | 7023 8004 8010
text      | 7040
text31    | 8007
none      | 03 717 7258 8014 8040 8041 8042 8043
"""

DELIMITED_MAX = 30
"""Longest value that is written as delimited digits, in characters."""

_METHODS = {
    ai: name.strip()
    for line in LINES.split("\n")
    if line
    for name, ais in [line.split("|")]
    for ai in ais.split()
}
_END, _TEXT = 15, 14  # in a row of digits of four bits: it ends here; a text follows


class Field(NamedTuple):
    """How the value of one application identifier is written and read."""

    write: Callable[[BitWriter, str], None]
    """Appends a valid value; raises GS1Error `no_tag` when this way of writing cannot hold it."""
    read: Callable[[BitReader], str]
    """Takes a value, which may still be invalid content; raises GS1Error `bad_tag`."""


@cache
def field_of(ai: str) -> Field:
    """The way of writing for `ai`; raises GS1Error `no_tag` when none is laid down."""
    method = _METHODS.get(ai) or _derived(ai)
    entry = ENTRIES[ai]
    match method:
        case "digits":
            return _digits(entry.most)
        case "key":
            first = sum(part.most for part in entry.parts if not part.optional)
            last = entry.parts[-1]
            tail = _count(last.most) if last.cset == "n" else _text(last.most.bit_length())
            return _in_two(_digits(first), first, tail)
        case "integer":
            return _integer(entry.most)
        case "count":
            return _count(entry.most)
        case "integer+rest":
            first, last = entry.parts[0].most, entry.parts[-1]
            tail = _count(last.most) if last.cset == "n" else _text(last.most.bit_length())
            return _in_two(_integer(first), first, tail)
        case "text":
            return _text(entry.most.bit_length())
        case "text31":
            return _text(5)
        case "none":
            raise GS1Error("no_tag", "no way to write it on a tag is known", ai=ai)
        case _:
            return _SPECIAL[method]


def write_field(writer: BitWriter, ai: str, value: str) -> None:
    """Appends a valid value of a known `ai`; raises GS1Error `no_tag`, naming the AI."""
    try:
        field_of(ai).write(writer, value)
    except GS1Error as error:
        if error.ai:
            raise
        raise GS1Error(error.code, error.sentence, ai=ai) from None


def _derived(ai: str) -> str:
    parts = ENTRIES[ai].parts
    if any(part.cset != "n" for part in parts):
        return "integer+rest" if parts[0].cset == "n" else "text"
    first, last = parts[0], parts[-1]
    if first.least == first.most and last.least != last.most:
        return "integer+rest"
    return "count" if ENTRIES[ai].least != ENTRIES[ai].most else "integer"


def _digits(length: int) -> Field:
    def read(reader: BitReader) -> str:
        text = f"{reader.take(4 * length):0{length}X}"
        if not text.isdigit():
            raise GS1Error("bad_tag", "a digit is expected where another sign stands")
        return text

    return Field(lambda writer, value: writer.add(int(value, 16), 4 * length), read)


def _integer(digits: int) -> Field:
    size = digits_size(digits)
    return Field(
        lambda writer, value: writer.add(int(value), size), lambda reader: read_digits(reader, digits)
    )


def _count(most: int) -> Field:
    length_bits = most.bit_length()

    def write(writer: BitWriter, value: str) -> None:
        if not value:
            raise GS1Error("no_tag", "the serial is missing")
        writer.add(len(value), length_bits)
        writer.add(int(value), digits_size(len(value)))

    def read(reader: BitReader) -> str:
        length = reader.take(length_bits)
        if not length:
            raise GS1Error("bad_tag", "a number without digits")
        return read_digits(reader, length)

    return Field(write, read)


def _text(length_bits: int) -> Field:
    return Field(
        lambda writer, value: write_text(writer, value, length_bits),
        lambda reader: read_text(reader, length_bits),
    )


def _in_two(head: Field, length: int, tail: Field) -> Field:
    def write(writer: BitWriter, value: str) -> None:
        head.write(writer, value[:length])
        tail.write(writer, value[length:])

    return Field(write, lambda reader: head.read(reader) + tail.read(reader))


def write_date(writer: BitWriter, value: str) -> None:
    """Six digits of a date in 16 bits: year 7, month 4, day 5."""
    writer.add(int(value[:2]) << 9 | int(value[2:4]) << 5 | int(value[4:6]), 16)


def read_date(reader: BitReader) -> str:
    """Six digits of a date, which may still be impossible."""
    number = reader.take(16)
    year, month, day = number >> 9, number >> 5 & 15, number & 31
    if year > 99:
        raise GS1Error("bad_tag", "the year of a date has three digits")
    return f"{year:02}{month:02}{day:02}"


def _write_minutes(writer: BitWriter, value: str) -> None:
    write_date(writer, value)
    writer.add(int(value[6:8]) << 6 | int(value[8:10]), 11)


def _read_minutes(reader: BitReader) -> str:
    return read_date(reader) + f"{reader.take(5):02}{reader.take(6):02}"


def _write_dates(writer: BitWriter, value: str) -> None:
    writer.add(len(value) > 6, 1)
    for start in range(0, len(value), 6):
        write_date(writer, value[start : start + 6])


def _read_dates(reader: BitReader) -> str:
    return "".join([read_date(reader) for _ in range(reader.take(1) + 1)])


_CLOCKS = {
    0: 2,
    1: 4,
    2: 6,
    3: 0,
}  # two bits -> digits of the time: hours, minutes, seconds, or the date alone


def _write_moment(writer: BitWriter, value: str) -> None:
    clock = value[6:]
    writer.add(next(code for code, digits in _CLOCKS.items() if digits == len(clock)), 2)
    write_date(writer, value)
    for start, bits in zip(range(0, len(clock), 2), (5, 6, 6), strict=False):
        writer.add(int(clock[start : start + 2]), bits)


def _read_moment(reader: BitReader) -> str:
    digits = _CLOCKS[reader.take(2)]
    return read_date(reader) + "".join([f"{reader.take(bits):02}" for bits in (5, 6, 6)[: digits // 2]])


def _write_country(writer: BitWriter, value: str) -> None:
    for letter in value:
        writer.add(BASE64URL.index(letter), 6)


def _write_signed(writer: BitWriter, value: str) -> None:
    writer.add(int(value[:6]), digits_size(6))
    writer.add(value.endswith("-"), 1)


def _write_delimited(writer: BitWriter, value: str) -> None:
    digits = len(value) - len(value.lstrip("0123456789"))  # four at least: it begins with a company prefix
    writer.add(int(value[:digits], 16), 4 * digits)
    if digits == len(value):
        writer.add(_END, 4)
    else:
        writer.add(_TEXT, 4)
        write_text(writer, value[digits:], 5)


def _read_delimited(reader: BitReader) -> str:
    digits = ""
    while (sign := reader.take(4)) < 10:
        digits += str(sign)
        if len(digits) > DELIMITED_MAX:
            raise GS1Error("bad_tag", "a row of digits has no end")
    if sign not in {_END, _TEXT}:
        raise GS1Error("bad_tag", "a row of digits does not end as it should")
    return digits if sign == _END else digits + read_text(reader, 5)


_SPECIAL = {
    "date": Field(write_date, read_date),
    "minutes": Field(_write_minutes, _read_minutes),
    "dates": Field(_write_dates, _read_dates),
    "moment": Field(_write_moment, _read_moment),
    "flag": Field(lambda writer, value: writer.add(int(value), 1), lambda reader: str(reader.take(1))),
    "country": Field(_write_country, lambda reader: BASE64URL[reader.take(6)] + BASE64URL[reader.take(6)]),
    "signed": Field(_write_signed, lambda reader: read_digits(reader, 6) + "-" * reader.take(1)),
    "delimited": Field(_write_delimited, _read_delimited),
}
