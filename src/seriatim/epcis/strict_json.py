"""JSON text to plain values, refusing what two readers could understand differently.

Duplicate names, NaN and infinity, numbers too large for a double, lone surrogates and NUL are faults with a place,
never repaired and never last-wins. Numbers with a fraction become exact decimals.
"""

import json
import re
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

from seriatim.epcis import limits
from seriatim.epcis.errors import EPCISError, Findings, Problem, pointer

# Escapes of surrogates and of NUL: only a text that holds one can decode to a character we refuse.
_SUSPECT_ESCAPE = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
_REFUSED_CHARACTER = re.compile("[\ud800-\udfff\x00]")


_BAD_CHARACTER = "the text holds half a character (a lone surrogate) or NUL: mend the program that wrote it"
_TOO_DEEP = f"objects and arrays are nested more than {limits.DEPTH_MAX} deep: flatten them"

# Longer whole numbers become decimals: writers of JSON stop at 64 bits.
_INT_CHARACTERS = 18


class _Repeated(dict[str, Any]):
    """An object in which a name stood twice."""

    __slots__ = ("names",)
    names: tuple[str, ...]


class _BadNumber:
    """A number that is none, kept in the tree until its place is known."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def parse(data: bytes, found: Findings) -> Any:
    """The value of a JSON text in UTF-8; `found` takes warnings and faults.

    Raises EPCISError with every fault: `too_large`, `not_utf8`, `not_json`, `duplicate_name`, `bad_number`,
    `bad_character`, `too_deep`. Source: RFC 8259; the refusals are ours.
    """
    text = _text(data)
    reading = _Reading()
    try:
        value = reading.decoder.decode(text)
    except json.JSONDecodeError as error:
        if text.lstrip().startswith("<"):
            message = "this looks like XML, and only JSON-LD is read here: send the JSON-LD form"
            raise EPCISError([Problem("", "not_json", message)]) from error
        place = f"line {error.lineno}, column {error.colno}"
        raise EPCISError([Problem("", "not_json", f"this is not JSON: {error.msg} at {place}")]) from error
    except RecursionError as error:
        raise EPCISError([Problem("", "too_deep", _TOO_DEEP)]) from error
    if reading.suspect or _SUSPECT_ESCAPE.search(text):
        _search(value, found)
        found.raise_if_any()
    return value


def _text(data: bytes) -> str:
    if len(data) > limits.DOCUMENT_BYTES_MAX:
        message = (
            f"the document has {len(data)} octets, at most {limits.DOCUMENT_BYTES_MAX} are taken: split it"
        )
        raise EPCISError([Problem("", "too_large", message)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"octet {error.start} is not UTF-8: save the document as UTF-8"
        raise EPCISError([Problem("", "not_utf8", message)]) from error


class _Reading:
    """One run of the decoder; `suspect` says whether the tree must be searched for faults."""

    def __init__(self) -> None:
        self.suspect = False
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=self._float,
            parse_int=self._int,
            parse_constant=self._bad,
        )

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        self.suspect = True
        repeated = _Repeated(found)
        counts = Counter(name for name, _ in pairs)
        repeated.names = tuple(name for name in found if counts[name] > 1)
        return repeated

    def _float(self, text: str) -> Decimal | _BadNumber:
        if len(text) > limits.NUMBER_CHARACTERS_MAX:
            return self._bad(text)
        try:
            number = Decimal(text)
        except InvalidOperation:  # an exponent beyond what decimals can hold
            return self._bad(text)
        if not number.is_finite() or abs(number.adjusted()) > limits.NUMBER_EXPONENT_MAX:
            return self._bad(text)
        return number

    def _int(self, text: str) -> int | Decimal | _BadNumber:
        if len(text) <= _INT_CHARACTERS:
            return int(text)
        return Decimal(text) if len(text) <= limits.NUMBER_CHARACTERS_MAX else self._bad(text)

    def _bad(self, text: str) -> _BadNumber:
        self.suspect = True
        return _BadNumber(text)


def _search(value: Any, found: Findings) -> None:
    """Walks the tree in document order, without recursion: the text decides how deep it is."""
    stack: list[tuple[str, int, Any]] = [("", 1, value)]
    while stack:
        path, depth, one = stack.pop()
        if isinstance(one, dict | list) and depth > limits.DEPTH_MAX:
            found.refuse(path, "too_deep", _TOO_DEEP)
        elif isinstance(one, dict):
            _search_names(path, one, found)
            stack += [(pointer(path, name), depth + 1, one[name]) for name in reversed(one)]
        elif isinstance(one, list):
            stack += [(f"{path}/{i}", depth + 1, one[i]) for i in range(len(one) - 1, -1, -1)]
        elif isinstance(one, _BadNumber):
            message = f"{one.text[:40]} is not a number that every receiver can hold: write plain digits"
            found.refuse(path, "bad_number", message)
        elif isinstance(one, str) and _REFUSED_CHARACTER.search(one):
            found.refuse(shown(path), "bad_character", _BAD_CHARACTER)


def _search_names(path: str, one: dict[str, Any], found: Findings) -> None:
    for name in one.names if isinstance(one, _Repeated) else ():
        place = pointer(path, shown(name))
        if (
            name == "eventID"
        ):  # a published example of GS1 does this; neither id can be trusted, so none is kept
            found.forgive(place, "duplicate_name", "eventID stands more than once, none is taken: keep one")
            del one[name]
        else:
            message = f"the name {shown(name)[:80]} stands more than once in this object: keep one"
            found.refuse(place, "duplicate_name", message)
    if any(_REFUSED_CHARACTER.search(name) for name in one):
        found.refuse(shown(path), "bad_character", _BAD_CHARACTER)


def shown(name: str) -> str:
    return _REFUSED_CHARACTER.sub("\ufffd", name)
