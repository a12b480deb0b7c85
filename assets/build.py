"""Copies what the browser needs into the package: htmx, an icon sprite, and the world as squares.

    python assets/build.py

Reads assets/node_modules (put there by `npm ci`), writes src/seriatim/web/static/vendor. Standard library only.
"""

import json
import shutil
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
VENDOR = HERE.parent / "src" / "seriatim" / "web" / "static" / "vendor"

ICONS = (HERE / "icons.txt").read_text(encoding="utf-8").split()
CELL_DEGREES = 2.5
"""One square of the world map; the drawing is about squares, so finer would only be heavier."""

Ring = list[tuple[float, float]]
SVG = "{http://www.w3.org/2000/svg}"


def main() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(MODULES / "htmx.org" / "dist" / "htmx.min.js", VENDOR / "htmx.js")
    (VENDOR / "icons.svg").write_text(sprite(ICONS), encoding="utf-8")
    world = json.loads((MODULES / "world-atlas" / "land-110m.json").read_text(encoding="utf-8"))
    (VENDOR / "land.json").write_text(json.dumps(land_cells(rings_of(world)), separators=(",", ":")))
    licences = [f"{name}: {(MODULES / name / 'LICENSE').read_text(encoding='utf-8')}" for name in NOTICES]
    (VENDOR / "LICENSES.txt").write_text("\n\n".join(licences), encoding="utf-8")
    print(f"{len(ICONS)} icons, htmx and the map are in {VENDOR.relative_to(HERE.parent)}")


NOTICES = ("htmx.org", "lucide-static", "world-atlas")


def sprite(names: list[str]) -> str:
    """One SVG with a <symbol> for each icon; pages refer to it by <use href="...#name">."""
    symbols = []
    for name in names:
        drawing = ET.parse(MODULES / "lucide-static" / "icons" / f"{name}.svg").getroot()
        shapes = "".join(ET.tostring(shape, encoding="unicode") for shape in drawing).replace("ns0:", "")
        shapes = shapes.replace(' xmlns:ns0="http://www.w3.org/2000/svg"', "")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(shapes.split())}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def rings_of(world: dict) -> list[Ring]:
    """The closed outlines of the land, longitude and latitude, out of delta-coded TopoJSON arcs."""
    (scale_x, scale_y), (shift_x, shift_y) = world["transform"]["scale"], world["transform"]["translate"]

    def arc(index: int) -> Ring:
        x = y = 0
        points = []
        for dx, dy in world["arcs"][index if index >= 0 else ~index]:
            x, y = x + dx, y + dy
            points.append((x * scale_x + shift_x, y * scale_y + shift_y))
        return points if index >= 0 else points[::-1]

    polygons = [polygon for shape in world["objects"]["land"]["geometries"] for polygon in shape["arcs"]]
    rings = [[point for index in ring for point in arc(index)] for polygon in polygons for ring in polygon]
    # What reaches over the date line must show on its other side too, so each outline stands three times.
    return [[(x + turn, y) for x, y in unwrapped(ring)] for ring in rings for turn in (-360, 0, 360)]


def unwrapped(ring: Ring) -> Ring:
    """The ring without a leap over the date line, where Fiji would otherwise colour half a row."""
    leap, points = 0.0, [ring[0]]
    for (x1, _), (x2, y2) in pairwise(ring):
        leap += 360.0 if x2 - x1 < -180 else -360.0 if x2 - x1 > 180 else 0.0
        points.append((x2 + leap, y2))
    return points


def land_cells(rings: list[Ring]) -> dict:
    """The grid cells whose middle is land, row by row from the north; Antarctica is left out."""
    rows = []
    for row in range(int(150 / CELL_DEGREES)):
        latitude = 85 - CELL_DEGREES * (row + 0.5)
        crossings = sorted(
            x1 + (latitude - y1) * (x2 - x1) / (y2 - y1)
            for ring in rings
            for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]])
            if (y1 > latitude) != (y2 > latitude)
        )
        middles = [-180 + CELL_DEGREES * (c + 0.5) for c in range(int(360 / CELL_DEGREES))]
        rows.append([c for c, middle in enumerate(middles) if is_inside(middle, crossings)])
    return {"cell_degrees": CELL_DEGREES, "north": 85, "west": -180, "rows": rows}


def is_inside(longitude: float, crossings: list[float]) -> bool:
    """Is the point land? A ring that was unwrapped may lie one turn further: Eurasia begins in Chukotka."""
    return any(sum(x < longitude + turn for x in crossings) % 2 for turn in (-360, 0, 360))


if __name__ == "__main__":
    main()
