"""What a client asks of a repository, as a value: the conditions of a SimpleEventQuery, typed.

All conditions must hold; one condition holds when one of its values does. Identifiers are canonical, words bare, times
in UTC. `query_parse` reads queries, `query_match` answers them over events in memory.
Source: EPCIS 2.0, section 8.2.7.1.
"""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct

Operator = Literal["EQ", "GT", "GE", "LT", "LE", "EXISTS"]
Value = str | bool | Decimal
Scope = Literal[
    "event", "ilmd", "errorDeclaration", "sensorElement", "sensorMetadata", "sensorReport", "readPoint", "bizLocation"
]  # fmt: skip


class QueryError(ValueError):
    """A query that cannot be understood; `exception` is the name that EPCIS gives it."""

    def __init__(self, parameter: str, message: str, exception: str = "QueryParameterException") -> None:
        super().__init__(f"{parameter}: {message}")
        self.parameter = parameter
        self.exception = exception


class QueryTooLargeError(ValueError):
    """More events match than the client wants at most (`maxEventCount`)."""


class OneOf(Struct, frozen=True):
    """A field has one of these values: `eventType`, `bizStep`, `eventID`, `readPoint`, `deviceID` ..."""

    field: str
    values: tuple[str, ...]


class Within(Struct, frozen=True):
    """`readPoint` or `bizLocation` is one of these places, or inside one by master data."""

    field: str
    values: tuple[str, ...]


class At(Struct, frozen=True):
    """A time: `eventTime`, `recordTime`, `errorDeclarationTime`, or of sensor data `time`, `startTime`, `endTime`."""

    field: str
    operator: Operator
    at: datetime


class Matches(Struct, frozen=True):
    """One of the identifiers in these fields is one of the values. A value is canonical, or an `urn:epc:idpat:`."""

    fields: tuple[str, ...]
    values: tuple[str, ...]
    classes: bool = False
    """True for kinds and lots in quantity lists, False for single objects."""


class Amount(Struct, frozen=True):
    """A number: `quantity`, or of a sensor report `value`, `minValue` ...; with a unit it is converted."""

    field: str
    operator: Operator
    values: tuple[Decimal, ...]
    unit: str | None = None


class Has(Struct, frozen=True):
    """`errorDeclaration` or `sensorElementList` is there."""

    field: str


class Truth(Struct, frozen=True):
    """A sensor report says this."""

    value: bool


class Typed(Struct, frozen=True):
    """A `bizTransaction`, `source` or `destination` of this type is one of the values."""

    field: str
    type: str
    values: tuple[str, ...]


class Field(Struct, frozen=True):
    """An extension field; `inner` for one at any depth below the fields of its scope."""

    scope: Scope
    operator: Operator
    namespace: str
    name: str
    values: tuple[Value, ...] = ()
    inner: bool = False


class Attributed(Struct, frozen=True):
    """Master data of what stands in a field have one of the attributes, with one of the values unless there are none."""

    field: str
    """Name of a standard field, or an extension field in Clark notation."""
    attributes: tuple[str, ...]
    values: tuple[str, ...] = ()


Condition = OneOf | Within | At | Matches | Amount | Has | Truth | Typed | Field | Attributed


class Query(Struct, frozen=True):
    """Conditions, order and limits."""

    conditions: tuple[Condition, ...] = ()
    order_by: str | None = None
    """`eventTime`, `recordTime`, or an extension field in Clark notation; None: the order of capture."""
    descending: bool = True
    event_count_limit: int | None = None
    """The first so many, in order."""
    max_event_count: int | None = None
    """More than so many are refused."""
    per_page: int | None = None
    next_page_token: str | None = None
