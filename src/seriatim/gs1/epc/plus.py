"""The newer tags ('+'): the values of application identifiers as they are, no company prefix, room for dates and lots.

>>> from seriatim.gs1.epc.schemes import PLUS
>>> message = Message((("01", "09521234543213"), ("21", "12345")))
>>> write_plus(PLUS["SGTIN+"], message, 1, "").hex(words=True)
'F710952123454321305181C8'

Source: EPC Tag Data Standard 2.3 sections 14.6 and 15.3; '++' tags are PROVISIONAL, see `hosts`.
"""

from seriatim.gs1.bits import BitReader, BitWriter
from seriatim.gs1.element_string import ELEMENTS_MAX
from seriatim.gs1.epc.fields import field_of, read_date, write_date, write_field
from seriatim.gs1.epc.hosts import read_host, write_host
from seriatim.gs1.epc.schemes import Plus
from seriatim.gs1.epc.tag import Tag, checked
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.keys import key_of
from seriatim.gs1.message import Message
from seriatim.gs1.table import AI_LENGTHS, ENTRIES

_DATES = ("11", "13", "15", "16", "17", "7006", "7007")
"""Dates that a DSGTIN+ may begin with; the index is the number on the tag."""

_NO_EXTENSION = "0"


def write_plus(scheme: Plus, message: Message, label: int, host: str) -> BitWriter:
    """The bits of a '+' or '++' tag: the identity, then every other element; raises GS1Error `no_tag`, `bad_host`."""
    values = dict(message.elements)
    date = _date_of(scheme, values)
    head = [(ai, _head_value(scheme, ai, values)) for ai in scheme.ais]
    key = key_of(message)
    if key.is_class or key.elements()[0][0] != scheme.ais[0]:
        raise GS1Error(
            "no_tag", f"{scheme.name} needs one thing, named by ({'), ('.join(scheme.ais)}) and its serial"
        )
    rest = [(ai, value) for ai, value in values.items() if ai not in scheme.ais and ai != date]
    writer = BitWriter()
    writer.add(scheme.header, 8)
    writer.add(bool(rest), 1)
    writer.add(label, 3)
    if date:
        writer.add(_DATES.index(date), 4)
        write_date(writer, values[date])
    for ai, value in head:
        write_field(writer, ai, value)
    if scheme.hosted:
        write_host(writer, host)
    for ai, value in rest:
        if ai == "00" and not int(value):
            raise GS1Error("no_tag", "nothing but zeros could not be told from filling", ai=ai)
        writer.add(int(ai, 16), 4 * len(ai))
        write_field(writer, ai, value)
    return writer


def read_plus(scheme: Plus, reader: BitReader) -> Tag:
    """The tag behind its header; raises GS1Error `bad_tag`, `unknown_ai` or a fault of a value."""
    more, label = reader.take(1), reader.take(3)
    dates: list[tuple[str, str]] = []
    if scheme.dated:
        number = reader.take(4)
        if number >= len(_DATES):
            raise GS1Error("bad_tag", "a kind of date that is not known")
        dates.append((_DATES[number], read_date(reader)))
    elements = [(ai, field_of(ai).read(reader)) for ai in scheme.ais]
    if elements[-1] == ("254", _NO_EXTENSION):
        elements.pop()
    host = read_host(reader) if scheme.hosted else ""
    elements += dates
    if more:
        elements += _read_rest(reader)
    if len({ai for ai, _ in elements}) < len(elements):
        raise GS1Error("duplicate", "an application identifier stands twice on the tag")
    return checked(Tag(scheme.name, label, tuple(elements), None, host))


def _read_rest(reader: BitReader) -> list[tuple[str, str]]:
    """Further elements, up to the filling."""
    elements: list[tuple[str, str]] = []
    while not reader.only_zeros:
        ai = f"{reader.take(8):02X}"
        ai += "".join(f"{reader.take(4):X}" for _ in range(AI_LENGTHS.get(ai, 2) - 2))
        if ai not in ENTRIES:
            raise GS1Error("unknown_ai", f"the tag goes on with {ai}, no known application identifier")
        elements.append((ai, field_of(ai).read(reader)))
        if len(elements) > ELEMENTS_MAX:
            raise GS1Error("too_many_elements")
    return elements


def _date_of(scheme: Plus, values: dict[str, str]) -> str:
    """The application identifier of the date that goes to the front."""
    if not scheme.dated:
        return ""
    for ai, value in values.items():
        if ai in _DATES and len(value) == 6:
            return ai
    raise GS1Error("no_tag", f"{scheme.name} needs a date: one of ({'), ('.join(_DATES)})")


def _head_value(scheme: Plus, ai: str, values: dict[str, str]) -> str:
    if ai in values:
        if ai == "254" and values[ai] == _NO_EXTENSION:
            raise GS1Error("no_tag", "the extension 0 stands for none, so leave it out", ai=ai)
        return values[ai]
    if ai == "254":
        return _NO_EXTENSION
    raise GS1Error("no_tag", f"{scheme.name} needs ({'), ('.join(scheme.ais)})")
