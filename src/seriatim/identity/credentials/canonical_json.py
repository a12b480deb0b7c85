r"""One way to write a JSON value, so that two people who mean the same sign the same bytes.

The JSON Canonicalization Scheme (RFC 8785): no white space, names in the order of their UTF-16 code units, numbers as
ECMAScript writes them, strings with the fewest escapes. Reading is strict (I-JSON, RFC 7493): a name twice, half a
surrogate pair, NaN, or a number that no double holds is refused, because two readers could understand it differently.

>>> canonical({"b": [1.0, 1e30, 2e-7], "a": "é"}).decode()
'{"a":"é","b":[1,1e+30,2e-7]}'
>>> canonical(read_json(b'{ "z": 4.50, "A": null }'))
b'{"A":null,"z":4.5}'
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, Final

BYTES_MAX: Final = 256 * 1024
DEPTH_MAX: Final = 64
SURROGATE: Final = re.compile("[\ud800-\udfff]")
# From 21 digits on, and below a millionth, ECMAScript writes an exponent.
PLAIN_DIGITS_MAX: Final = 21
PLAIN_ZEROS_MAX: Final = 6


class NotCanonical(ValueError):
    """The value has no canonical form: it is not I-JSON."""


def read_json(data: bytes) -> Any:
    """The value in UTF-8 JSON text of 256 KiB at most. Raises NotCanonical."""
    if len(data) > BYTES_MAX:
        raise NotCanonical(f"the text has {len(data):,} bytes; {BYTES_MAX:,} is the most")
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=_number,
            parse_int=_number,
        )
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonical("the text is no JSON, or nested too deeply") from error
    canonical(value)
    return value


def canonical(value: Any) -> bytes:
    """The canonical form, in UTF-8. Takes what JSON has: mappings with text names, sequences, text, numbers, true,
    false, null. Raises NotCanonical. Source: RFC 8785, section 3.2.
    """
    return "".join(_pieces(value, 0)).encode("utf-8")


def number_text(number: float) -> str:
    """A double as ECMAScript writes it. Raises NotCanonical for NaN and infinities.

    Source: ECMA-262, Number::toString; RFC 8785, section 3.2.2.3.

    >>> [number_text(x) for x in (-0.0, 1e21, 1e20, 0.000001, 1e-7, 4.35)]
    ['0', '1e+21', '100000000000000000000', '0.000001', '1e-7', '4.35']
    """
    if not math.isfinite(number):
        raise NotCanonical("JSON has no NaN and no infinity")
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    digits, point = _shortest(abs(number))
    return sign + _placed(digits, point)


def _shortest(number: float) -> tuple[str, int]:
    """The fewest digits that give the double back, and how many of them stand before the point."""
    # Python's repr finds the same digits as ECMAScript asks for: shortest, and of these the closest.
    mantissa, _, exponent = repr(number).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    point = len(whole) + int(exponent or 0)
    significant = digits.lstrip("0")
    return significant.rstrip("0"), point - (len(digits) - len(significant))


def _placed(digits: str, point: int) -> str:
    if len(digits) <= point <= PLAIN_DIGITS_MAX:
        return digits + "0" * (point - len(digits))
    if 0 < point <= PLAIN_DIGITS_MAX:
        return f"{digits[:point]}.{digits[point:]}"
    if -PLAIN_ZEROS_MAX < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"


def _pieces(value: Any, depth: int) -> Iterator[str]:
    if depth > DEPTH_MAX:
        raise NotCanonical(f"the value is nested deeper than {DEPTH_MAX} levels")
    match value:
        case None | True | False:
            yield {None: "null", True: "true", False: "false"}[value]
        case str():
            yield _text(value)
        case int() | float():
            yield number_text(_double(value))
        case Mapping():
            yield "{"
            for place, name in enumerate(_in_order(value)):
                yield f"{',' if place else ''}{_text(name)}:"
                yield from _pieces(value[name], depth + 1)
            yield "}"
        case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
            yield "["
            for place, member in enumerate(value):
                if place:
                    yield ","
                yield from _pieces(member, depth + 1)
            yield "]"
        case _:
            raise NotCanonical(f"JSON has no {type(value).__name__}")


def _in_order(value: Mapping[Any, Any]) -> list[str]:
    if not all(isinstance(name, str) for name in value):
        raise NotCanonical("the names in a JSON object are text")
    # UTF-16 and not code points: U+10000 and above stand before U+E000 (RFC 8785, section 3.2.3).
    return sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))


def _text(value: str) -> str:
    if SURROGATE.search(value):
        raise NotCanonical("a text holds half a surrogate pair")
    return encode_basestring(value)


def _double(value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if number != value:
        raise NotCanonical("an integer is larger than a double holds exactly; write it as text")
    return number


def _number(text: str) -> int | float:
    number = float(text)
    if not math.isfinite(number):
        raise NotCanonical("a number is larger than any double")
    if not text.lstrip("-").isdigit():
        return number
    if number == int(text):
        return int(text)
    # Between 2^53 and 10^21 the canonical form itself is an integer that only stands for its double.
    if number_text(number) != text:
        raise NotCanonical("an integer is larger than a double holds exactly; write it as text")
    return number


def _refuse_constant(name: str) -> Any:
    raise NotCanonical(f"JSON has no {name}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise NotCanonical("an object has the same name twice")
    return value
