"""What stands behind one parameter of a query: texts of an address, or typed values of JSON."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from seriatim.epcis import limits
from seriatim.epcis.canon import identifier
from seriatim.epcis.contexts import Prefixes
from seriatim.epcis.query import Operator, QueryError, Value
from seriatim.epcis.vocabulary import WordList

_VALUES_MAX = 1_000


class Given:
    """The value of one parameter, from an address (texts) or from JSON (typed values)."""

    def __init__(self, name: str, values: list[Any], prefixes: Prefixes, exception: str) -> None:
        self.name = name
        self.values = values
        self.prefixes = prefixes
        self.exception = exception

    def refuse(self, message: str) -> QueryError:
        return QueryError(self.name, message, self.exception)

    def texts(self) -> tuple[str, ...]:
        values = [value.strip() for value in self.values if isinstance(value, str) and value.strip()]
        if len(values) != len(self.values) or not values:
            raise self.refuse("write one text or more, separated by | in an address")
        if len(values) > _VALUES_MAX:
            raise self.refuse(f"{len(values)} values are too many, at most {_VALUES_MAX} are taken")
        return tuple(dict.fromkeys(values))

    def one(self) -> Any:
        if len(self.values) != 1:
            raise self.refuse("write one value")
        return self.values[0]

    def identifiers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(identifier(self.prefixes.expand(text)) for text in self.texts()))

    def words(self, words: WordList) -> tuple[str, ...]:
        return tuple(dict.fromkeys(words.find(text) or self.prefixes.expand(text) for text in self.texts()))

    def time(self) -> datetime:
        value = self.one()
        at = time_of(value) if isinstance(value, str) else None
        if at is None:
            raise self.refuse(f"{str(value)[:60]!r} is not a time with its zone: 2026-01-31T09:30:00+01:00")
        return at

    def numbers(self) -> tuple[Decimal, ...]:
        found = tuple(number_of(value) for value in self.values)
        if None in found or not found:
            raise self.refuse("write a number with a point for the fraction")
        return tuple(number for number in found if number is not None)

    def whole(self) -> int:
        value = self.one()
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
            value = int(value)
        if type(value) is not int or not 0 < value < 10**9:
            raise self.refuse("write a whole number from 1")
        return value

    def truth(self) -> bool:
        """`true`, `false`, 1, 0; no value at all (null) asks that the field exists."""
        value = self.values[0] if self.values else None
        text = str(value).lower()
        if value is None or text in {"true", "1", ""}:
            return True
        if text in {"false", "0"}:
            return False
        raise self.refuse("write true or false")

    def any_values(self, operator: Operator) -> tuple[Value, ...]:
        """For extension fields: texts, numbers, truths; of numbers and times only where sizes are compared."""
        found: list[Value] = []
        for value in self.values:
            if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                found.append(Decimal(str(value)))
            elif isinstance(value, str | bool):
                found.append(value.strip() if isinstance(value, str) else value)
            else:
                raise self.refuse("write texts, numbers or times")
        if not found:
            raise self.refuse("write a value")
        if operator == "EQ":
            return tuple(found)
        size = self.one()
        if number_of(size) is None and (not isinstance(size, str) or time_of(size) is None):
            raise self.refuse("sizes can be compared of numbers and of times with their zone only")
        return tuple(found)

    def field(self, text: str) -> tuple[str, str]:
        """Namespace and name of an extension field."""
        split = self.prefixes.field(text)
        if split is None:
            raise self.refuse(f"{text[:60]!r} is no field: write prefix:name or the full URI")
        if not self.prefixes.declares(text):
            raise self.refuse(
                f"nothing says what the prefix of {text[:60]!r} means: send it in GS1-Extensions"
            )
        return split


def time_of(text: str) -> datetime | None:
    """A time with its zone, in UTC. A literal + in an address arrives as a blank; it can only have been a +."""
    try:
        at = datetime.fromisoformat(text.strip().replace(" ", "+"))
        return at.astimezone(UTC) if at.tzinfo is not None and "T" in text else None
    except (ValueError, OverflowError):
        return None


def number_of(value: Any) -> Decimal | None:
    """The decimal that a value or its text is."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = str(value).strip()
    if len(text) > limits.NUMBER_CHARACTERS_MAX or "_" in text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= limits.NUMBER_EXPONENT_MAX else None
