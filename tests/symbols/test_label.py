import re
import zlib
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from seriatim import gs1, symbols
from seriatim.symbols import images, lettering, pdf

HEAD = 'format = 1\nname = "carton"\nwidth_mm = 50\nheight_mm = 26\n'
SYMBOL = """
[[elements]]
kind = "symbol"
symbology = "datamatrix"
content = "(01){gtin}(17){expiry}(10){lot}(21){serial}"
version = "24x24"
x_mm = 34
y_mm = 5
module_mm = 0.508
"""
TEXT = """
[[elements]]
kind = "text"
text = "{brand} {product} EXP {expiry}"
x_mm = 3
y_mm = 20
size_mm = 2.6
bold = true
"""
CARTON = HEAD + SYMBOL + TEXT
VALUES = {
    "gtin": "09506000134352",
    "expiry": "2027-11-20",
    "lot": "H26K20",
    "serial": "K4W8",
    "brand": "ALBORAL",
    "product": "Huila 250 g",
}
PAYLOAD = "(01)09506000134352(17)271120(10)H26K20(21)"


def values(**changes: str) -> dict[str, str]:
    return VALUES | changes


def test_a_date_is_yymmdd_in_the_code_and_readable_in_the_text() -> None:
    label = symbols.LabelTemplate.load(CARTON).fill(VALUES)

    assert label.symbols[0].symbol.text == PAYLOAD + "K4W8"
    assert label.texts[0].text == "ALBORAL Huila 250 g EXP 20.11.2027"


def test_a_template_loads_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "carton.toml"
    path.write_text(CARTON, "utf-8")

    assert (
        symbols.LabelTemplate.load(path)
        == symbols.LabelTemplate.load(str(path))
        == symbols.LabelTemplate.load(CARTON)
    )


def test_the_drawn_label_reads_back() -> None:
    drawn = symbols.LabelTemplate.load(CARTON).draw(VALUES, 10)

    assert drawn.shape == (260, 500)
    assert [found.text for found in symbols.read(drawn)] == [PAYLOAD + "K4W8"]


def test_a_roll_of_labels_is_one_exact_page_each_and_every_page_reads_back() -> None:
    units = [values(serial=f"S{number:05}") for number in range(3)]

    document = pypdfium2.PdfDocument(BytesIO(symbols.LabelTemplate.load(CARTON).render_pdf(units)))

    assert [page.get_size() for page in document] == [
        pytest.approx((50 * 72 / 25.4, 26 * 72 / 25.4), abs=1e-3)
    ] * 3
    for page, unit in zip(document, units, strict=True):
        picture = page.render(scale=300 / 72, grayscale=True).to_numpy()
        assert [found.text for found in symbols.read(picture)] == [PAYLOAD + unit["serial"]]


def test_a_sheet_holds_every_label_once() -> None:
    units = [values(serial=f"S{number:05}") for number in range(14)]
    sheet = symbols.label.Sheet(210, 297, columns=3, rows=4, left_mm=20, top_mm=20, gap_x_mm=5, gap_y_mm=5)

    document = pypdfium2.PdfDocument(
        BytesIO(symbols.LabelTemplate.load(CARTON).render_pdf(units, sheet=sheet))
    )

    assert [page.get_size() for page in document] == [
        pytest.approx((210 * 72 / 25.4, 297 * 72 / 25.4), abs=1e-3)
    ] * 2
    found = [
        {
            one.text
            for one in symbols.read(page.render(scale=300 / 72, grayscale=True).to_numpy(), expected=count)
        }
        for page, count in zip(document, (12, 2), strict=True)
    ]
    assert found == [
        {PAYLOAD + unit["serial"] for unit in units[:12]},
        {PAYLOAD + unit["serial"] for unit in units[12:]},
    ]


def test_the_pdf_shows_its_text() -> None:
    document = pypdfium2.PdfDocument(
        symbols.LabelTemplate.load(CARTON).render_pdf([values(product="Çay (a\\b) €")])
    )

    assert document[0].get_textpage().get_text_range() == "ALBORAL Çay (a\\b) € EXP 20.11.2027"


def test_letters_that_the_standard_fonts_lack_are_refused_not_replaced() -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.LabelTemplate.load(CARTON).render_pdf([values(product="茶")])

    assert refusal.value.code == "text"


def test_the_zpl_label_carries_the_matrix_dot_for_dot() -> None:
    template = symbols.LabelTemplate.load(CARTON)
    matrix = template.fill(VALUES).symbols[0].symbol.modules

    found = re.search(
        rb"\^FO402,59\^GFA,(\d+),\1,18,:Z64:([^:]+):[0-9A-F]{4}\^FS", template.render_zpl(VALUES, dpi=300)
    )

    dots = np.unpackbits(
        np.frombuffer(zlib.decompress(b64decode(found[2])), np.uint8).reshape(-1, 18), axis=1
    )
    np.testing.assert_array_equal(dots, np.kron(matrix, np.ones((6, 6), np.uint8)))


def test_no_value_of_a_unit_reaches_the_printer_as_a_command() -> None:
    label = symbols.LabelTemplate.load(CARTON).render_zpl(
        values(brand="^XA~JR^XZ", product="_5E~HS"), dpi=300
    )

    commands = re.findall(rb"\^[A-Z0-9@]{2}", label)
    assert commands == [
        *(b"^XA", b"^CI", b"^LH", b"^PW", b"^LL"),
        *(b"^FO", b"^GF", b"^FS"),
        *(b"^FO", b"^A0", b"^FH", b"^FD", b"^FS"),
        *(b"^PQ", b"^XZ"),
    ]
    assert label.count(b"^") == len(commands)
    assert b"~" not in label


def test_a_module_between_printer_dots_is_refused() -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.LabelTemplate.load(CARTON.replace("0.508", "0.54")).render_zpl(VALUES, dpi=300)

    assert refusal.value.code == "x_dimension"
    assert refusal.value.offer_mm == pytest.approx(7 * 25.4 / 300)


def test_svg_text_is_escaped() -> None:
    svg = symbols.LabelTemplate.load(CARTON).render_svg(values(product="<script>&"))

    assert "<script" not in svg
    assert "&lt;script&gt;&amp;" in svg
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="26mm"')


def test_a_bracket_in_a_serial_cannot_begin_another_element() -> None:
    label = symbols.LabelTemplate.load(CARTON).fill(values(serial="A(10)B"))

    assert symbols.verify(label.symbols[0].symbol).data == b"01095060001343521727112010H26K20\x1d21A(10)B"


def test_a_slash_in_a_serial_cannot_begin_another_segment_of_a_digital_link() -> None:
    link = HEAD + SYMBOL.replace("datamatrix", "qrcode").replace(
        'content = "(01){gtin}(17){expiry}(10){lot}(21){serial}"\nversion = "24x24"',
        'content = "https://id.example.com/01/{gtin}/21/{serial}"',
    ).replace("34", "30")

    label = symbols.LabelTemplate.load(link).fill(values(serial="A/10/B"))

    assert label.symbols[0].symbol.text == "https://id.example.com/01/09506000134352/21/A%2F10%2FB"
    assert gs1.parse(label.symbols[0].symbol.text).elements == (("01", "09506000134352"), ("21", "A/10/B"))


def test_a_wrong_gtin_makes_no_label() -> None:
    with pytest.raises(gs1.GS1Error):
        symbols.LabelTemplate.load(CARTON).fill(values(gtin="09506000134353"))


def test_a_serial_too_long_for_the_pinned_size_makes_no_label() -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.LabelTemplate.load(CARTON).fill(values(lot="LOT-abc-def", serial="a-b-c-d-e-f-g-h-i-j"))

    assert refusal.value.code == "does_not_fit"


@pytest.mark.parametrize(
    ("changes", "code"), [({"expiry": "20.11.2027"}, "value"), ({"expiry": "2027-13-01"}, "value")]
)
def test_a_value_that_is_no_date_is_refused(changes: dict[str, str], code: str) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.LabelTemplate.load(CARTON).fill(VALUES | changes)

    assert refusal.value.code == code


def test_a_missing_value_is_named() -> None:
    with pytest.raises(symbols.SymbolError, match="brand") as refusal:
        symbols.LabelTemplate.load(CARTON).fill(
            {key: value for key, value in VALUES.items() if key != "brand"}
        )

    assert refusal.value.code == "value_missing"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format = 1", "format = 2"),
        ("format = 1", ""),
        ("width_mm = 50", "width_mm = nan"),
        ("width_mm = 50", "width_mm = 5000"),
        ("width_mm = 50", 'width_mm = "50"'),
        ("width_mm = 50", "width_mm = true"),
        ("width_mm = 50", "width = 50"),
        ("size_mm = 2.6", ""),
        ("size_mm = 2.6", "size_mm = 2.6\ncolour = 1"),
        ('kind = "text"', 'kind = "image"'),
        ('symbology = "datamatrix"', 'symbology = "aztec"'),
        ("{brand}", "{customer}"),
        ("{brand}", "{brand.__class__}"),
        ("{brand}", "{brand"),
        ("{brand}", "brand}"),
        ("[[elements]]", "[[elements]"),
        ("bold = true", "[sheet]\nwidth_mm = 210"),
    ],
)
def test_a_faulty_template_is_refused_when_it_is_loaded(old: str, new: str) -> None:
    assert old in CARTON

    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.LabelTemplate.load(CARTON.replace(old, new))

    assert refusal.value.code == "template"


@pytest.mark.parametrize(("old", "new"), [("x_mm = 34", "x_mm = 38"), ("y_mm = 5", "y_mm = 0.5")])
def test_a_symbol_whose_quiet_zone_leaves_the_label_is_refused(old: str, new: str) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.LabelTemplate.load(CARTON.replace(old, new)).fill(VALUES)

    assert refusal.value.code == "layout"


def test_a_logistic_label_carries_its_sscc_in_bars_of_the_wanted_height() -> None:
    logistic = """
format = 1
width_mm = 105
height_mm = 60
[[elements]]
kind = "symbol"
symbology = "gs1-128"
content = "(00){sscc}"
x_mm = 10
y_mm = 10
module_mm = 0.508
bar_height_mm = 32
[[elements]]
kind = "text"
text = "SSCC {sscc}"
x_mm = 10
y_mm = 45
size_mm = 4
"""
    template = symbols.LabelTemplate.load(logistic)
    unit = {"sscc": "395060001343520019"}
    sscc = unit["sscc"][:-1] + gs1.check_digit(unit["sscc"][:-1])

    [page] = pypdfium2.PdfDocument(template.render_pdf([{"sscc": sscc}]))

    [found] = symbols.read(page.render(scale=300 / 72, grayscale=True).to_numpy(), formats=["gs1-128"])
    assert (found.text, found.symbology_id) == (f"(00){sscc}", "]C1")
    assert images.gray(template.draw({"sscc": sscc}, 10))[100:420, 101].max() == 0


LONG = "Coffee of the high valleys, washed, light roast, 250 g"


def test_text_that_runs_into_the_quiet_zone_is_refused() -> None:
    with pytest.raises(symbols.SymbolError, match="quiet zone") as refusal:
        symbols.LabelTemplate.load(CARTON.replace("y_mm = 20", "y_mm = 10")).fill(VALUES)

    assert refusal.value.code == "layout"


def test_text_that_leaves_the_label_is_refused() -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.LabelTemplate.load(CARTON).fill(values(product=LONG))

    assert refusal.value.code == "layout"


def test_a_long_name_is_set_smaller_where_the_design_says_how_much_room_there_is() -> None:
    template = symbols.LabelTemplate.load(CARTON.replace("bold = true", "width_max_mm = 44"))

    [line] = template.fill(values(product="Huila 250 g washed")).texts

    assert line.size_mm < 2.6
    assert line.box[2] == pytest.approx(3 + 44)


def test_a_name_that_would_become_too_small_to_read_is_refused() -> None:
    template = symbols.LabelTemplate.load(CARTON.replace("bold = true", "width_max_mm = 44"))

    with pytest.raises(symbols.SymbolError) as refusal:
        template.fill(values(product=LONG))

    assert refusal.value.code == "text"


@pytest.mark.parametrize("bold", [False, True])
def test_our_letter_widths_are_those_of_the_printed_font(bold: bool) -> None:
    line = "".join(chr(code) for code in range(0x21, 0x7F)) + "éÜç"
    page = pdf.Page(700, 20)
    page.text(line + "|", 0, 5, 10, bold=bold)

    letters = pypdfium2.PdfDocument(pdf.document([page]))[0].get_textpage()

    first, last = letters.get_charbox(0, loose=True), letters.get_charbox(len(line), loose=True)
    assert (last[0] - first[0]) * 25.4 / 72 == pytest.approx(
        lettering.text_width(line, 10, bold=bold), rel=0.002
    )


SHEET = """
[sheet]
width_mm = 210
height_mm = 297
columns = 3
rows = 8
left_mm = 10
top_mm = 10
"""


def test_a_template_may_name_its_own_sheet() -> None:
    document = pypdfium2.PdfDocument(symbols.LabelTemplate.load(CARTON + SHEET).render_pdf([VALUES] * 25))

    assert [page.get_size()[0] for page in document] == [pytest.approx(210 * 72 / 25.4, abs=1e-3)] * 2


@pytest.mark.parametrize(
    "toml",
    [
        CARTON + SHEET.replace("columns = 3", "columns = 0"),
        "format = 1\nwidth_mm = 50\nheight_mm = 26\nelements = [1]",
        HEAD + TEXT * 101,
        HEAD + "#" * 100_001,
        CARTON.replace("width_mm = 50", "width_mm = 0"),
    ],
)
def test_a_template_beyond_reason_is_refused(toml: str) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.LabelTemplate.load(toml)

    assert refusal.value.code == "template"


def test_a_line_beyond_reason_is_refused() -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.LabelTemplate.load(CARTON).fill(values(product="x" * 501))

    assert refusal.value.code == "text"


@pytest.mark.parametrize("dots_per_mm", [0.0, 1000.0])
def test_a_label_too_large_or_too_small_to_draw_is_refused(dots_per_mm: float) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.LabelTemplate.load(CARTON).draw(VALUES, dots_per_mm)

    assert refusal.value.code == "scale"


def test_control_characters_do_not_get_into_a_pdf() -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.LabelTemplate.load(CARTON).render_pdf([values(product="a\nb")])

    assert refusal.value.code == "text"
