"""480 labels in every print form at 300 dpi, read back by a reader that knows nothing of us."""

import re
from collections.abc import Callable
from io import BytesIO

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from numpy.typing import NDArray

from seriatim import symbols
from seriatim.symbols.zpl_reading import paper

LABEL = """
format = 1
name = "bag"
width_mm = 50
height_mm = 26
[[elements]]
kind = "symbol"
symbology = "datamatrix"
content = "(01){gtin}(17){expiry}(10){lot}(21){serial}"
version = "24x24"
x_mm = 34
y_mm = 5
module_mm = 0.508
[[elements]]
kind = "hri"
x_mm = 3
y_mm = 4
size_mm = 2.2
width_max_mm = 28
[[elements]]
kind = "box"
x_mm = 1
y_mm = 1
width_mm = 48
height_mm = 24
"""
TEMPLATE = symbols.LabelTemplate.load(LABEL)
SHEET = symbols.label.Sheet(210, 297, columns=3, rows=10, left_mm=20, top_mm=10, gap_x_mm=5, gap_y_mm=1)
UNITS = [
    {"gtin": "09506000134352", "expiry": "2027-11-20", "lot": "H26K20", "serial": f"K4W8Z0M{number:05}"}
    for number in range(480)
]
DOTS_PER_MM = 300 / 25.4
Gray = NDArray[np.uint8]


def as_zpl() -> list[Gray]:
    return [
        np.where(paper(TEMPLATE.render_zpl(unit, 300)).dots, np.uint8(0), np.uint8(255)) for unit in UNITS
    ]


def as_png() -> list[Gray]:
    files = [np.frombuffer(TEMPLATE.render_png(unit, 300), np.uint8) for unit in UNITS]
    return [cv2.imdecode(file, cv2.IMREAD_GRAYSCALE) for file in files]


def as_pdf() -> list[Gray]:
    document = pypdfium2.PdfDocument(BytesIO(TEMPLATE.render_pdf(UNITS, sheet=SHEET)))
    return [page.render(scale=300 / 72, grayscale=True).to_numpy() for page in document]


def as_svg() -> list[Gray]:
    return [rasterised(TEMPLATE.render_svg(unit)) for unit in UNITS]


def rasterised(svg: str) -> Gray:
    """The rectangles of our SVG paths at 300 dpi: `M x y h w v h h -w z`, each path moved and scaled."""
    canvas = np.full((round(26 * DOTS_PER_MM), round(50 * DOTS_PER_MM)), 255, np.uint8)
    for moved, drawn in re.findall(r'<path([^>]*) d="([^"]*)"/>', svg):
        if "fill" in moved:
            continue
        place = re.search(r"translate\(([\d.]+) ([\d.]+)\) scale\(([\d.]+)\)", moved)
        left, top, scale = map(float, place.groups()) if place else (0.0, 0.0, 1.0)
        for x, y, width, height in re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)", drawn):
            edges = [left + scale * float(x), top + scale * float(y)]
            edges += [edges[0] + scale * float(width), edges[1] + scale * float(height)]
            x0, y0, x1, y1 = (round(edge * DOTS_PER_MM) for edge in edges)
            canvas[y0:y1, x0:x1] = 0
    return canvas


@pytest.mark.parametrize("render", [as_zpl, as_png, as_pdf, as_svg])
def test_480_of_480_labels_read_back_byte_for_byte(render: Callable[[], list[Gray]]) -> None:
    found = {
        (one.symbology_identifier, bytes(one.bytes))
        for picture in render()
        for one in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.DataMatrix)
    }

    due = {("]d2", b"01095060001343521727112010H26K20\x1d21" + unit["serial"].encode()) for unit in UNITS}
    assert len(due) == 480
    assert found == due


def test_the_zpl_puts_the_same_dots_on_paper_as_the_png_but_for_its_letters() -> None:
    drawn = (
        cv2.imdecode(np.frombuffer(TEMPLATE.render_png(UNITS[0], 300), np.uint8), cv2.IMREAD_GRAYSCALE) < 128
    )
    printed = paper(TEMPLATE.render_zpl(UNITS[0], 300)).dots

    letters = np.zeros_like(drawn)
    letters[40:150, 20:380] = True
    assert printed.shape == drawn.shape
    assert (printed == drawn)[~letters].all()
    assert printed[letters].any()


@pytest.mark.parametrize(
    "job",
    [
        b"^XA^PW100^LL100^FO1,1^GFA,9,9,9,FF^FS^XZ",
        b"^XA^PW100^LL100^FO1,1^GFA,1,1,1,:Z64:AAAA:0000^FS^XZ",
        b"^XA^PW100^LL100^FO-5,1^GB9,9,9^FS^XZ",
        b"^XA^PW99999^LL99999^XZ",
        b"^XA^XZ",
        b"^XA^PWx^LL9^XZ",
    ],
)
def test_what_no_printer_could_print_is_refused(job: bytes) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        paper(job)

    assert refusal.value.code == "zpl"


def test_a_command_that_is_not_known_is_told_not_guessed() -> None:
    assert paper(b"^XA^PW9^LL9^FO1,1^BQN,2,10^FS^XZ").unknown == ["^BQ"]
