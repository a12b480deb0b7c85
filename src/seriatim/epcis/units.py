"""Units of measure: comparing 5 CEL with 278 KEL, exactly.

Codes are those of UN/ECE Recommendation 20. Units convert inside one kind of measurement only: 278 kelvin are never a
pressure. The factors are the definitions of the units; the table holds the codes that supply chains use, and an unknown
code is compared with itself only.
"""

from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple


class Unit(NamedTuple):
    """base = value * factor + offset."""

    kind: str
    factor: Fraction
    offset: Fraction = Fraction(0)


def _of(kind: str, **factors: str) -> dict[str, Unit]:
    return {code: Unit(kind, Fraction(factor)) for code, factor in factors.items()}


_FAHRENHEIT = Fraction(5, 9)
UNITS = MappingProxyType(
    {
        "KEL": Unit("temperature", Fraction(1)),
        "CEL": Unit("temperature", Fraction(1), Fraction("273.15")),
        "FAH": Unit("temperature", _FAHRENHEIT, Fraction("459.67") * _FAHRENHEIT),
        "A48": Unit("temperature", _FAHRENHEIT),
        **_of(
            "mass",
            KGM="1",
            GRM="1e-3",
            MGM="1e-6",
            MC="1e-9",
            TNE="1e3",
            LBR="0.45359237",
            ONZ="0.028349523125",
        ),
        **_of("length", MTR="1", CMT="1e-2", MMT="1e-3", KMT="1e3", INH="0.0254", FOT="0.3048", YRD="0.9144"),
        **_of("length", SMI="1609.344"),
        **_of("volume", MTQ="1", LTR="1e-3", MLT="1e-6", GLL="3.785411784e-3"),
        **_of("pressure", PAL="1", KPA="1e3", A97="1e2", MBR="1e2", BAR="1e5", ATM="101325"),
        **_of("speed", MTS="1", KMH="5/18", HM="0.44704"),
        **_of("time", SEC="1", MIN="60", HUR="3600", DAY="86400"),
        **_of("energy", JOU="1", KJO="1e3", KWH="3.6e6"),
        **_of("power", WTT="1", KWT="1e3"),
        **_of("relative humidity", P1="1"),
        **_of("absolute humidity", A93="1"),
        **_of("count", C62="1"),
    }
)
_KINDS = MappingProxyType(
    {
        "Temperature": "temperature",
        "Mass": "mass",
        "Length": "length",
        "Altitude": "length",
        "Volume": "volume",
        "Pressure": "pressure",
        "Speed": "speed",
        "Time": "time",
        "Energy": "energy",
        "Power": "power",
        "RelativeHumidity": "relative humidity",
        "AbsoluteHumidity": "absolute humidity",
        "Count": "count",
        "Dimensionless": "count",
    }
)


def in_base(value: Decimal, code: str, *, difference: bool = False) -> tuple[str, Fraction]:
    """(kind, value in its base unit); an unknown code is a kind of its own. A difference has no offset."""
    unit = UNITS.get(code)
    if unit is None:
        return code, Fraction(value)
    return unit.kind, Fraction(value) * unit.factor + (0 if difference else unit.offset)


def fits(code: str, measurement_type: str | None) -> bool:
    """False for a unit that cannot measure this type of thing, such as kelvin for a pressure."""
    unit = UNITS.get(code)
    kind = _KINDS.get(measurement_type or "")
    return unit is None or kind is None or unit.kind == kind
