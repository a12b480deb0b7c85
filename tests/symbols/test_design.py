"""Labels that turn, align, wrap, bear logos and boxes; and templates with faults, each named with its line."""

import base64
import csv
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp

from seriatim import gs1, symbols
from seriatim.symbols import zpl
from seriatim.symbols.layout import Label, PlacedSymbol, TextLine
from seriatim.symbols.zpl_reading import paper

HEAD = 'format = 1\nname = "test"\nwidth_mm = 80\nheight_mm = 60\n'
GTIN = "09506000134352"
VALUES = {"gtin": GTIN, "lot": "H26K20", "serial": "K4W8Z0M2RD6T", "expiry": "2027-11-20", "count": "7"}
CODE: dict[str, Any] = {
    "kind": "symbol",
    "symbology": "datamatrix",
    "content": "(01){gtin}(21){serial}",
    "x_mm": 30,
    "y_mm": 20,
    "module_mm": 0.508,
}
TEXT: dict[str, Any] = {"kind": "text", "text": "LOT {lot}", "x_mm": 2, "y_mm": 2, "size_mm": 3}


def template(*elements: dict[str, Any], more: str = "", **changes: Any) -> str:
    """A template's text: TOML and JSON write strings, numbers and truths alike."""
    tables = []
    for element in elements:
        lines = [f"{key} = {_toml(value)}" for key, value in (element | changes).items()]
        tables.append("\n".join(["[[elements]]", *lines]))
    return HEAD + "\n".join([*tables, more])


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def fill(*elements: dict[str, Any], **changes: Any) -> Label:
    return symbols.LabelTemplate.load(template(*elements, **changes)).fill(VALUES)


def page(source: str) -> np.ndarray:
    document = pypdfium2.PdfDocument(BytesIO(symbols.LabelTemplate.load(source).render_pdf([VALUES])))
    return document[0].render(scale=300 / 72, grayscale=True).to_numpy()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("symbology", symbols.FORMATS)
def test_every_format_turned_any_way_reads_back_from_pdf_and_from_printer_dots(
    symbology: str, rotation: int
) -> None:
    gtin = "{gtin}" if symbology not in {"ean-8", "upc-a"} else "00000095060002"
    source = template(
        CODE, symbology=symbology, content=f"(01){gtin}", rotation=rotation, x_mm=10, y_mm=10, module_mm=0.254
    )
    made = symbols.LabelTemplate.load(source)

    symbol = made.fill(VALUES).symbols[0].symbol

    symbols.read_back(symbol, np.where(made.fill(VALUES).dots(300), np.uint8(0), np.uint8(255)))
    symbols.read_back(symbol, page(source))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_pdf_and_printer_dots_ink_the_same_places(rotation: int) -> None:
    source = template(
        TEXT | {"x_mm": 10, "y_mm": 20, "size_mm": 5},
        CODE | {"x_mm": 50},
        rotation=rotation,
    )

    printed = symbols.LabelTemplate.load(source).fill(VALUES).dots(300)
    drawn = page(source)[: printed.shape[0], : printed.shape[1]] < 128

    for left, right in ((0, 480), (560, 944)):
        boxes = [_ink_box(ink[:, left:right]) for ink in (printed, drawn)]
        assert np.abs(np.subtract(*boxes)).max() <= 9  # 0.8 mm: the letters are of two fonts


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_the_printers_letters_stand_where_the_png_has_them(rotation: int, align: str) -> None:
    made = symbols.LabelTemplate.load(
        template(TEXT, x_mm=10, y_mm=5, size_mm=5, rotation=rotation, align=align, width_max_mm=45)
    )

    printed = paper(made.render_zpl(VALUES, 300)).dots
    drawn = made.fill(VALUES).dots(300)

    assert np.abs(np.subtract(_ink_box(printed), _ink_box(drawn))).max() <= 6  # half a millimetre


def _ink_box(ink: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])


@pytest.mark.parametrize(("align", "left", "right"), [("left", 2, 22), ("center", 22, 42), ("right", 42, 62)])
def test_text_is_aligned_within_its_room(align: str, left: float, right: float) -> None:
    length = 20.0
    size = length / TextLine("LOT H26K20", 0, 0, 1).length_mm

    [line] = fill(TEXT, align=align, width_max_mm=60, size_mm=size).texts

    assert line.box[0] == pytest.approx(left)
    assert line.box[2] == pytest.approx(right)


@pytest.mark.parametrize("rotation", [90, 270])
def test_turned_text_is_as_high_as_it_is_long(rotation: int) -> None:
    [upright], [turned] = fill(TEXT).texts, fill(TEXT, rotation=rotation).texts

    width, height = upright.box[2] - upright.box[0], upright.box[3] - upright.box[1]

    assert turned.box == pytest.approx((2, 2, 2 + height, 2 + width))


def test_a_long_text_is_broken_between_words_and_each_line_stands_below_the_other() -> None:
    lines = fill(TEXT, text="washed and dried in the sun", width_max_mm=18, fit="wrap", lines_max=3).texts

    assert [line.text for line in lines] == ["washed and", "dried in the", "sun"]
    assert [line.y_mm for line in lines] == pytest.approx([2, 5.75, 9.5])


@pytest.mark.parametrize("changes", [{"fit": "wrap", "lines_max": 2}, {"fit": "refuse"}])
def test_a_text_that_does_not_fit_as_told_is_refused_and_names_its_element(changes: dict[str, Any]) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        fill(CODE, TEXT | changes | {"text": "washed and dried in the sun", "width_max_mm": 18})

    assert (refusal.value.code, refusal.value.element) == ("text", 1)


def test_the_interpretation_breaks_between_elements_only() -> None:
    lines = fill(CODE, {"kind": "hri", "x_mm": 2, "y_mm": 2, "size_mm": 2.5, "width_max_mm": 30}).texts

    assert [line.text for line in lines] == ["(01)09506000134352", "(21)K4W8Z0M2RD6T"]


def test_an_interpretation_may_stand_before_the_symbol_it_speaks_of() -> None:
    [line] = fill(
        {"kind": "hri", "of": "trade", "x_mm": 2, "y_mm": 2, "size_mm": 2.5},
        CODE | {"name": "unit"},
        CODE | {"name": "trade", "symbology": "itf14", "content": "{gtin}", "module_mm": 0.254, "y_mm": 40},
    ).texts

    assert line.text == GTIN


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("{expiry:%m/%Y}", "11/2027"),
        ("{serial:group4}", "K4W8 Z0M2 RD6T"),
        ("{serial:lower}", "k4w8z0m2rd6t"),
        ("{count:04}", "0007"),
    ],
)
def test_a_field_is_written_in_the_form_asked_for(text: str, written: str) -> None:
    assert fill(TEXT, text=text).texts[0].text == written


def test_a_template_may_declare_fields_of_its_own() -> None:
    source = template(
        TEXT, text="{customer:upper} {packed:%d.%m.}", more='[fields]\ncustomer = "text"\npacked = "date"'
    )

    label = symbols.LabelTemplate.load(source).fill({"customer": "acme", "packed": "2026-11-25"})

    assert label.texts[0].text == "ACME 25.11."


def logo(width: int = 40, height: int = 20) -> str:
    pixels = np.full((height, width), 255, np.uint8)
    pixels[:, : width // 2] = 0
    return base64.b64encode(bytes(cv2.imencode(".png", pixels)[1])).decode()


def test_a_logo_is_printed_black_and_white_and_as_large_as_asked() -> None:
    dots = fill({"kind": "image", "png": logo(), "x_mm": 10, "y_mm": 5, "width_mm": 25.4}).dots(200)

    assert _ink_box(dots) == (39, 138, 79, 178)


@pytest.mark.parametrize(
    "png",
    ["!!", base64.b64encode(b"GIF89a").decode(), base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(30)).decode()],
)
def test_what_is_no_png_is_no_logo(png: str) -> None:
    with pytest.raises(symbols.TemplateError) as refusal:
        fill({"kind": "image", "png": png, "x_mm": 1, "y_mm": 1, "width_mm": 5})

    assert refusal.value.faults[0].key == "png"


def test_a_logo_that_claims_gigantic_pixels_is_refused_unopened() -> None:
    png = bytearray(base64.b64decode(logo()))
    png[16:24] = (50_000).to_bytes(4) * 2

    with pytest.raises(symbols.TemplateError, match="50000 x 50000"):
        fill({"kind": "image", "png": base64.b64encode(png).decode(), "x_mm": 1, "y_mm": 1, "width_mm": 5})


def test_a_box_is_a_frame_and_a_line_a_bar() -> None:
    framed = fill({"kind": "box", "x_mm": 2, "y_mm": 2, "width_mm": 20, "height_mm": 10, "thickness_mm": 1})
    line = fill({"kind": "line", "x_mm": 2, "y_mm": 2, "width_mm": 20, "thickness_mm": 0.5})

    assert [bar.box for bar in framed.bars] == [
        (2, 2, 22, 3),
        (2, 11, 22, 12),
        (2, 3, 3, 11),
        (21, 3, 22, 11),
    ]
    assert [bar.box for bar in line.bars] == [(2, 2, 22, 2.5)]


def test_a_frame_may_stand_around_a_code_but_not_in_its_quiet_zone() -> None:
    wide = {"kind": "box", "x_mm": 27, "y_mm": 17, "width_mm": 18, "height_mm": 18}
    tight = wide | {"x_mm": 29.3, "y_mm": 19.3, "width_mm": 11, "height_mm": 11}

    assert len(fill(CODE, wide).bars) == 4
    with pytest.raises(symbols.SymbolError) as refusal:
        fill(CODE, tight)
    assert (refusal.value.code, refusal.value.element) == ("layout", 1)


def test_a_code_in_the_quiet_zone_of_another_is_refused() -> None:
    with pytest.raises(symbols.SymbolError, match="runs into"):
        fill(CODE, CODE | {"x_mm": 38.8})


FAULTY = """format = 1
name = "faulty"
width_mm = 50
height_mm = 30

[[elements]]
kind = "text"
text = "{customer}"
x_mm = 1
y_mm = 2
size_mm = 3

[[elements]]
kind = "symbol"
symbology = "datamatrix"
content = "(01){gtin}"
x_mm = 5
y_mm = 5
module_mm = "wide"

[[elements]]
kind = "line"
x_mm = 1
y_mm = 1

[sheet]
width_mm = 40
height_mm = 297
columns = 1
rows = 1
left_mm = 0
top_mm = 0
"""


def test_every_fault_of_a_template_is_named_with_element_key_and_line() -> None:
    with pytest.raises(symbols.TemplateError) as refusal:
        symbols.LabelTemplate.load(FAULTY)

    assert [(fault.element, fault.key, fault.line) for fault in refusal.value.faults] == [
        (0, "text", 8),
        (1, "module_mm", 19),
        (2, "width_mm", 21),
        (None, "sheet", 26),
    ]
    assert str(refusal.value.faults[1]) == "elements[1].module_mm, line 19: 'wide' is not a float"


def test_what_is_no_toml_is_named_with_its_line() -> None:
    with pytest.raises(symbols.TemplateError) as refusal:
        symbols.LabelTemplate.load(HEAD + "[[elements]\n")

    assert refusal.value.faults[0].line == 5


def test_all_faults_of_a_label_are_found_at_once() -> None:
    made = symbols.LabelTemplate.load(
        template(
            CODE | {"version": "10x10"},
            TEXT | {"x_mm": 79},
            CODE | {"content": "(17)271320", "x_mm": 5, "module_mm": 0.54},
        )
    )

    faults = made.faults(VALUES, dpi=300)

    assert [(fault.element, fault.key) for fault in faults] == [
        (0, "version"),
        (2, "content"),
        (1, "x_mm"),
        (2, "module_mm"),
    ]
    assert made.faults(VALUES)[0].line == 12
    assert symbols.LabelTemplate.load(template(CODE, TEXT)).faults(VALUES, dpi=300) == ()


@pytest.mark.parametrize(
    ("element", "key"),
    [
        (TEXT | {"align": "right"}, "align"),
        (TEXT | {"align": "middle", "width_max_mm": 5}, "align"),
        (TEXT | {"rotation": 45}, "rotation"),
        (TEXT | {"fit": "wrap"}, "fit"),
        (TEXT | {"fit": "shrink", "width_max_mm": 9, "lines_max": 2}, "lines_max"),
        (TEXT | {"size_mm": 0}, "size_mm"),
        (TEXT | {"text": "{expiry:%H}"}, "text"),
        (TEXT | {"text": "{serial:%d}"}, "text"),
        (TEXT | {"text": "{count:upper}"}, "text"),
        (CODE | {"module_mm": 0}, "module_mm"),
        ({"kind": "hri", "of": "nobody", "x_mm": 1, "y_mm": 1, "size_mm": 2}, "of"),
        ({"kind": "box", "x_mm": 1, "y_mm": 1, "width_mm": 2, "height_mm": 2, "thickness_mm": 1}, "thickness_mm"),
    ],
)  # fmt: skip
def test_a_fault_names_the_key_to_change(element: dict[str, Any], key: str) -> None:
    with pytest.raises(symbols.TemplateError) as refusal:
        fill(element)

    assert [fault.key for fault in refusal.value.faults] == [key]


def test_the_hash_is_that_of_the_text() -> None:
    one, other = (symbols.LabelTemplate.load(template(TEXT) + comment) for comment in ("", "# a remark\n"))

    assert one == other
    assert one.sha256 != other.sha256


def test_an_undercut_takes_dots_off_every_dark_run_and_the_code_still_reads() -> None:
    symbol = symbols.encode("(01)09506000134352(21)A1", "datamatrix")
    label = Label(20, 20, (PlacedSymbol(symbol, 3, 3, 0.508),))

    full, across, down, both = (
        label.dots(300, undercut=symbols.Undercut(x, y)) for x, y in ((0, 0), (2, 0), (0, 1), (2, 1))
    )

    assert [run - 2 for run in _runs(full)] == _runs(across)
    assert [run - 1 for run in _runs(full.T)] == _runs(down.T)
    assert (both == (across & down)).all()
    symbols.read_back(symbol, np.where(both, np.uint8(0), np.uint8(255)))


def _runs(dark: np.ndarray) -> list[int]:
    """Lengths of the dark runs of every row that has ink where its neighbour above has the same."""
    lengths = []
    for row in dark:
        edges = np.flatnonzero(np.diff(np.concatenate(([False], row, [False])).astype(np.int8)))
        lengths.append((edges[1::2] - edges[::2]).tolist())
    return [
        length
        for row, above in zip(lengths, [[], *lengths], strict=False)
        if row and row != above
        for length in row
    ]


@pytest.mark.parametrize("undercut", [(6, 0), (0, 6), (-1, 0)])
def test_an_undercut_that_leaves_nothing_is_refused(undercut: tuple[int, int]) -> None:
    symbol = symbols.encode("(01)09506000134352(21)A1", "datamatrix")

    with pytest.raises(symbols.SymbolError) as refusal:
        symbol.zpl(300, x_mm=0.508, undercut=symbols.Undercut(*undercut))

    assert refusal.value.code == "option"


def test_a_sheet_begun_earlier_keeps_its_used_places_free() -> None:
    sheet = symbols.label.Sheet(210, 297, columns=2, rows=3, left_mm=20, top_mm=20, gap_x_mm=5, gap_y_mm=5)
    made = symbols.LabelTemplate.load(template(CODE))

    document = pypdfium2.PdfDocument(made.render_pdf([VALUES] * 3, sheet=sheet, skip=5))

    pages = [one.render(scale=150 / 72, grayscale=True).to_numpy() for one in document]
    assert [len(zxingcpp.read_barcodes(one)) for one in pages] == [1, 2]
    with pytest.raises(symbols.SymbolError, match="6 places"):
        made.render_pdf([VALUES], sheet=sheet, skip=6)


def test_crop_marks_stand_outside_the_labels() -> None:
    sheet = symbols.label.Sheet(
        210, 297, columns=2, rows=3, left_mm=20, top_mm=20, gap_x_mm=5, crop_marks=True
    )
    made = symbols.LabelTemplate.load(template(TEXT, text="{lot}"))

    [one] = pypdfium2.PdfDocument(made.render_pdf([VALUES], sheet=sheet))

    picture = one.render(scale=254 / 72, grayscale=True).to_numpy() < 200
    assert picture[160:190, 195:205].any()  # above the first label, at its left edge
    assert not picture[200:2000, 200:1000][300:].any()


def test_turned_or_aligned_text_is_a_block_for_the_printer_and_a_backslash_is_refused_in_it() -> None:
    block = zpl.block("A^B", 10, 20, 30, 400, turn=90, align="right")

    assert block == b"^FO10,20^A0R,30^FB400,1,0,R,0^FH_^FDA_5EB^FS"
    with pytest.raises(symbols.SymbolError) as refusal:
        zpl.block("a\\&b", 0, 0, 10, 100, turn=0, align="center")
    assert refusal.value.code == "text"


EXAMPLES = Path(__file__).parents[2] / "examples" / "labels"


@pytest.mark.parametrize("name", ["carton", "pallet"])
def test_the_examples_print_and_every_code_on_them_reads_back(name: str) -> None:
    made = symbols.LabelTemplate.load(EXAMPLES / f"{name}.toml")
    rows = list(csv.DictReader((EXAMPLES / "rows.csv").read_text("utf-8").splitlines()))

    for row in rows:
        assert made.faults(row, dpi=300) == ()
        dots = np.where(made.fill(row).dots(300), np.uint8(0), np.uint8(255))
        for placed in made.fill(row).symbols:
            symbols.read_back(placed.symbol, dots)
    assert [row["sscc"][-1] for row in rows] == [gs1.check_digit(row["sscc"][:-1]) for row in rows]


def test_a_sketch_leaves_out_what_cannot_be_and_draws_the_rest_where_it_stands() -> None:
    made = symbols.LabelTemplate.load(
        template(
            TEXT | {"x_mm": 79},
            CODE | {"version": "10x10"},
            {"kind": "hri", "x_mm": 2, "y_mm": 9, "size_mm": 2},
        )
    )

    sketch = made.sketch(VALUES)

    assert 'x="79"' in sketch
    assert "scale(" not in sketch


@pytest.mark.parametrize(
    ("element", "key"),
    [
        ({"kind": "image", "png": logo(), "x_mm": 1, "y_mm": 1, "width_mm": 0}, "width_mm"),
        (CODE | {"name": "x", "bar_height_mm": -1}, "bar_height_mm"),
        (TEXT | {"width_max_mm": 9, "fit": "wrap", "lines_max": 21}, "lines_max"),
    ],
)  # fmt: skip
def test_a_size_beyond_reason_is_named(element: dict[str, Any], key: str) -> None:
    with pytest.raises(symbols.TemplateError) as refusal:
        fill(element)

    assert [fault.key for fault in refusal.value.faults] == [key]


@pytest.mark.parametrize(
    ("fields", "key"),
    [('gtin = "text"', "gtin"), ('Customer = "text"', "Customer"), ('customer = "colour"', "customer")],
)
def test_a_field_of_ones_own_needs_a_name_and_kind_of_its_own(fields: str, key: str) -> None:
    with pytest.raises(symbols.TemplateError) as refusal:
        symbols.LabelTemplate.load(template(TEXT, more=f"[fields]\n{fields}"))

    assert (refusal.value.faults[0].key, refusal.value.faults[0].line) == (key, 12)


def test_a_logo_is_painted_in_pdf_and_svg_too() -> None:
    source = template({"kind": "image", "png": logo(), "x_mm": 10, "y_mm": 5, "width_mm": 25.4})

    picture = page(source) < 128
    svg = symbols.LabelTemplate.load(source).render_svg(VALUES)

    assert np.abs(np.subtract(_ink_box(picture), (59, 208, 118, 267))).max() <= 1
    assert svg.count("h20v1h-20z") == 20
