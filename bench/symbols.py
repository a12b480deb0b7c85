"""Codes as pictures: making, printing, filming, reading and marking them, one core each."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from bench import reading
from bench.figures import Figure, Sizes, figure, milliseconds, percentile, rate, rate_of
from bench.peers import Peer
from seriatim import symbols
from seriatim.areas import line
from seriatim.cli.demo import default_pilot
from seriatim.connectors.camera import one_thread
from seriatim.symbols import LabelTemplate, synth
from seriatim.symbols.layout import Label

SCENE = synth.Scene(width=1280, height=800)
"""A frame of one megapixel."""
FRAMES = 60
TRAY, TRAY_COLUMNS = 20, 5
CORES = 2
CELL = synth.Scene(width=240, height=200)
"""One place of the tray."""
SHEET = 24
reportlab = Peer("reportlab")


def measure(sizes: Sizes) -> Iterator[Figure]:
    """The label of the sample pilot: a Data Matrix of 24 x 24 modules and five lines of text."""
    one_thread()
    template = LabelTemplate.load(default_pilot() / "label.toml")
    labels = [values(number) for number in range(max(SHEET, sizes.inputs // 50))]
    texts = [f"(01){label['gtin']}(17)271120(10){label['lot']}(21){label['serial']}" for label in labels]
    matrix = "GTIN, expiry, lot, serial"
    yield rate_of("symbols.encode_datamatrix", _data_matrix, texts, "1/s", matrix, sizes)
    yield rate_of(
        "symbols.label_zpl", template.render_zpl, labels, "1/s", "symbol, five texts, ZPL at 300 dpi", sizes
    )
    sheets = [labels[start : start + SHEET] for start in range(0, len(labels) - SHEET + 1, SHEET)]

    def print_sheets() -> None:
        for sheet in sheets:
            template.render_pdf(sheet)

    case = f"symbol, five texts, one PDF for {SHEET} labels"
    yield rate("symbols.label_pdf", print_sheets, SHEET * len(sheets), "1/s", case, sizes)
    drawn = [[template.fill(label) for label in sheet] for sheet in sheets]
    given = f"the finished matrix as rectangles, five texts, one PDF for {SHEET} labels"
    yield reportlab.rate_of("pdf_of_24_labels", _by_reportlab, drawn, given, sizes)
    yield from _synthetic(template, labels, sizes)
    yield from _camera(template, labels, sizes)
    yield from reading.measure(sizes)


def values(number: int) -> dict[str, str]:
    """What is printed on one label."""
    return {
        "gtin": "09506000134352",
        "lot": "H26K20",
        "expiry": "2027-11-20",
        "serial": f"{number:06X}MWLW4X",
        "product": "Huila 250 g",
        "brand": "Alboral",
    }


def _by_reportlab() -> Callable[[list[Label]], None]:
    """The same pages by a well-known library, which is spared the encoding."""
    canvases, units = reportlab.module("pdfgen.canvas"), reportlab.module("lib.units")

    def draw(labels: list[Label]) -> None:
        first = labels[0]
        canvas = canvases.Canvas(
            io.BytesIO(), pagesize=(first.width_mm * units.mm, first.height_mm * units.mm)
        )
        for label in labels:
            for placed in label.symbols:
                module, height = placed.module_mm * units.mm, label.height_mm * units.mm
                left, top = placed.x_mm * units.mm, height - placed.y_mm * units.mm
                path = canvas.beginPath()
                for row, column in np.argwhere(placed.symbol.modules).tolist():
                    path.rect(left + column * module, top - (row + 1) * module, module, module)
                canvas.drawPath(path, stroke=0, fill=1)
            for line_ in label.texts:
                canvas.setFont("Helvetica-Bold" if line_.bold else "Helvetica", line_.size_mm * units.mm)
                canvas.drawString(
                    line_.x_mm * units.mm, (label.height_mm - line_.baseline[1]) * units.mm, line_.text
                )
            canvas.showPage()
        canvas.save()

    return draw


def _data_matrix(text: str) -> symbols.Symbol:
    return symbols.encode(text, "datamatrix")


def _synthetic(template: LabelTemplate, labels: list[dict[str, str]], sizes: Sizes) -> Iterator[Figure]:
    """What the pilot films, and one frame of each cell of the hard line set, as one core makes them."""
    printed = [template.fill(label) for label in labels[: min(FRAMES, len(labels))]]

    def film() -> None:
        for number, label in enumerate(printed):
            synth.frame(label, seed=number)

    case = "label of the pilot, 640 x 480 pixels, with its truth"
    yield rate("symbols.synth_frames", film, len(printed), "1/s", case, sizes)
    cells = synth.hard_set(seeds=1)

    def film_hard() -> None:
        for cell in cells:
            cell.frame()

    case = "hard line set: 18 effects x 4 severities, 640 x 480 pixels, with their truth"
    yield rate("symbols.synth_hard_frames", film_hard, len(cells), "1/s", case, sizes)


def _camera(template: LabelTemplate, labels: list[dict[str, str]], sizes: Sizes) -> Iterator[Figure]:
    printed = [template.fill(label) for label in labels[: min(FRAMES, len(labels))]]
    filming = [
        milliseconds(lambda one: synth.frame(one[1], seed=one[0], scene=SCENE), enumerate(printed))
        for _ in range(sizes.runs)
    ]
    picture = f"{SCENE.width} x {SCENE.height} pixels"
    yield figure("symbols.film_p50", *_spread(filming), better="less", case=f"synthetic camera, {picture}")
    frames = [synth.frame(label, seed=number, scene=SCENE).image for number, label in enumerate(printed)]
    region = synth.region_of_code(printed[0], SCENE)

    def look(image: np.ndarray) -> tuple[symbols.Read, ...]:
        return symbols.read(image, formats=("datamatrix",), roi=region)

    found = [(image, reads[0]) for image in frames if (reads := look(image))]
    read = [milliseconds(look, frames) for _ in range(sizes.runs)]
    side = f"{region[2] - region[0]} x {region[3] - region[1]}"
    case = f"one Data Matrix in {picture}, region of {side} known; {len(found)} of {len(frames)} read"
    yield figure("symbols.read_p50", *_spread(read), better="less", case=case)
    graded = [milliseconds(lambda one: symbols.grade(*one), found) for _ in range(sizes.runs)]
    case = "ISO/IEC 15415, all parameters, one Data Matrix"
    yield figure("symbols.grade_p50", *_spread(graded), better="less", case=case)
    yield from _tray(sizes)
    seen = [
        milliseconds(lambda image: line.look(line.Frame(image, region)), frames) for _ in range(sizes.runs)
    ]
    slow = [percentile(run, 0.99) for run in seen]
    yield figure(
        "line.look_p99", slow, "ms", "a picture read, marked and parsed by the station", better="less"
    )


def _tray(sizes: Sizes) -> Iterator[Figure]:
    """Twenty packs under one camera: all read, all graded."""
    printed = [
        symbols.encode(f"(01)09506000134352(10)H26K20(21)T{number:07d}", "datamatrix")
        for number in range(TRAY)
    ]
    cells = [synth.frame(one, seed=number, scene=CELL).image for number, one in enumerate(printed)]
    tray = np.vstack([np.hstack(cells[row : row + TRAY_COLUMNS]) for row in range(0, TRAY, TRAY_COLUMNS)])

    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn"), initializer=one_thread) as eyes:

        def whole(image: np.ndarray, workers: Executor | None = eyes) -> int:
            reads = symbols.read(image, formats=("datamatrix",), expected=TRAY)
            grades = symbols.grade_all(image, reads, workers=workers, shares=CORES)
            return sum(one.overall is not None for one in grades)

        graded = whole(tray)
        case = f"a tray of {TRAY} Data Matrix in {tray.shape[1]} x {tray.shape[0]} pixels; {graded} graded"
        together = [milliseconds(whole, [tray] * 5) for _ in range(sizes.runs)]
        yield figure(
            "symbols.tray_read_grade_p50", *_spread(together), better="less", case=f"{case}, two cores"
        )
        alone = [milliseconds(lambda image: whole(image, None), [tray] * 5) for _ in range(sizes.runs)]
        yield figure(
            "symbols.tray_read_grade_one_core_p50", *_spread(alone), better="less", case=f"{case}, one core"
        )


def _spread(runs: list[list[float]]) -> tuple[list[float], str]:
    """The median of each run, in milliseconds."""
    return [float(np.median(run)) for run in runs], "ms"
