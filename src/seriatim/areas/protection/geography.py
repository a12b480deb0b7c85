"""Where a scan happened, as roughly as the law and the rules need it: a cell of 25 km, never a street.

The grid is ours: rows of 0.2246 degrees of latitude (25 km), columns of 25 km at the middle latitude of the row.
Distances run between the centres of cells.

>>> cell_of(38.7223, -9.1393).name
'573/-32'
>>> round(distance_km(38.7223, -9.1393, 21.0285, 105.8542))
10538
"""

from dataclasses import dataclass
from math import asin, cos, floor, radians, sin, sqrt
from typing import Final

EARTH_KM: Final = 6371.0088
"""Mean radius of the Earth (IUGG)."""
ROW_DEGREES: Final = 0.2246
CELL_KM: Final = 25.0
HALF_DIAGONAL_KM: Final = 18.0
"""Half the diagonal of a cell, rounded up: how far the true place may lie from the centre."""
KM_PER_DEGREE: Final = CELL_KM / ROW_DEGREES


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the grid."""

    row: int
    column: int
    latitude: float
    """Degrees, of the centre."""
    longitude: float

    @property
    def name(self) -> str:
        """What is stored and counted: row and column."""
        return f"{self.row}/{self.column}"


def cell_of(latitude: float, longitude: float) -> Cell:
    """The cell that a place lies in. Raises ValueError outside -90..90 and -180..180 degrees."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"{latitude}, {longitude} is no place on Earth")
    first_row = floor(-90 / ROW_DEGREES)
    row = floor(latitude / ROW_DEGREES)
    middle = (row + 0.5) * ROW_DEGREES
    width = _column_degrees(middle)
    column = floor(longitude / width)
    centre = (column + 0.5) * width
    return Cell(row - first_row, column, min(middle, 90.0), max(-180.0, min(centre, 180.0)))


def distance_km(latitude_a: float, longitude_a: float, latitude_b: float, longitude_b: float) -> float:
    """The way over the great circle (haversine), in km."""
    phi_a, phi_b = radians(latitude_a), radians(latitude_b)
    half_north = sin((phi_b - phi_a) / 2)
    half_east = sin(radians(longitude_b - longitude_a) / 2)
    chord = half_north * half_north + cos(phi_a) * cos(phi_b) * half_east * half_east
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def _column_degrees(latitude: float) -> float:
    """How many degrees of longitude make 25 km there; one column holds the whole pole."""
    shrink = cos(radians(min(abs(latitude), 90.0)))
    return min(360.0, ROW_DEGREES / shrink) if shrink > 1e-9 else 360.0
