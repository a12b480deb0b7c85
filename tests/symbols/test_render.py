import re
import zlib
from base64 import b64decode
from binascii import crc_hqx
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from seriatim import symbols
from seriatim.symbols import images, render

UNIT = "(01)09506000134352(17)271120(10)H26K20(21)K4W8Z0M2RD6T"


@pytest.fixture(params=["datamatrix", "qrcode", "gs1-128"])
def symbol(request: pytest.FixtureRequest) -> symbols.Symbol:
    return symbols.encode(UNIT, request.param)


def graphics(zpl: bytes) -> Iterator[tuple[int, int, NDArray[np.bool_]]]:
    """Every `^GFA` field of a label: x, y and the dots."""
    for found in re.finditer(rb"\^FO(\d+),(\d+)\^GFA,(\d+),(\d+),(\d+),:Z64:([^:]+):([0-9A-F]{4})\^FS", zpl):
        x, y, total, again, row_bytes = (int(group) for group in found.groups()[:5])
        assert crc_hqx(found[6], 0) == int(found[7], 16)
        data = zlib.decompress(b64decode(found[6]))
        assert total == again == len(data)
        yield x, y, np.unpackbits(np.frombuffer(data, np.uint8).reshape(-1, row_bytes), axis=1).astype(bool)


def test_a_png_reads_back(symbol: symbols.Symbol) -> None:
    [found] = symbols.read(images.decode_image(symbol.png(scale=4)), formats=[symbol.format])

    assert found.data == symbol.data


def test_a_png_is_one_bit_deep_and_as_many_pixels_as_modules_times_scale() -> None:
    symbol = symbols.encode(UNIT, "datamatrix")

    data = symbol.png(scale=5, dpi=300)

    assert data[24:26] == b"\x01\x00"
    assert images.decode_image(data).shape == ((22 + 4) * 5, (22 + 4) * 5)
    assert set(np.unique(images.decode_image(data)).tolist()) == {0, 255}
    assert data[data.index(b"pHYs") + 4 :][:9] == bytes.fromhex("00002e23 00002e23 01".replace(" ", ""))


def test_a_pdf_page_is_exactly_as_large_as_the_symbol_and_reads_back(symbol: symbols.Symbol) -> None:
    document = pypdfium2.PdfDocument(BytesIO(symbol.pdf(x_mm=0.5)))
    page = document[0]
    rows, columns = (64, symbol.size[1]) if symbol.is_linear else symbol.size
    margin = 2 * symbol.quiet_zone
    height = rows if symbol.is_linear else rows + margin

    picture = page.render(scale=300 / 72, grayscale=True).to_numpy()

    assert page.get_size() == pytest.approx(((columns + margin) * 36 / 25.4, height * 36 / 25.4), abs=1e-3)
    assert [found.data for found in symbols.read(picture, formats=[symbol.format])] == [symbol.data]


def test_zpl_carries_the_matrix_dot_for_dot(symbol: symbols.Symbol) -> None:
    [(x, y, dots)] = graphics(symbol.zpl(dpi=300, x_mm=0.508))

    expected = render.raster(symbol, 6, quiet_zone=False)
    assert (x, y) == (6 * symbol.quiet_zone, 6 * symbol.quiet_zone)
    np.testing.assert_array_equal(dots[:, : expected.shape[1]], expected)
    assert not dots[:, expected.shape[1] :].any()


@pytest.mark.parametrize(("dpi", "dots"), [(203, 3), (300, 5), (600, 9)])
def test_without_a_wish_the_module_is_the_smallest_whole_number_of_dots_from_0_375_mm(
    dpi: int, dots: int
) -> None:
    [(x, _, _)] = graphics(symbols.encode(UNIT, "datamatrix").zpl(dpi=dpi))

    assert x == 2 * dots


@pytest.mark.parametrize(
    ("x_mm", "dpi", "dots"), [(0.254, 300, 3), (0.375, 203, 3), (0.25, 203, 2), (0.0423, 600, 1)]
)
def test_a_module_of_a_whole_number_of_dots_is_printed(x_mm: float, dpi: int, dots: int) -> None:
    assert render.module_dots(x_mm, dpi) == dots


@pytest.mark.parametrize(
    ("x_mm", "dpi", "offer"), [(0.254, 203, 0.375), (0.3, 300, 0.339), (0.01, 300, 0.085)]
)
def test_a_module_between_dots_is_refused_and_the_next_larger_one_offered(
    x_mm: float, dpi: int, offer: float
) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.encode(UNIT, "datamatrix").zpl(dpi=dpi, x_mm=x_mm)

    assert refusal.value.code == "x_dimension"
    assert refusal.value.offer_mm == pytest.approx(offer, abs=0.001)
    assert render.module_dots(refusal.value.offer_mm, dpi) >= 1


def test_the_svg_path_is_the_matrix() -> None:
    symbol = symbols.encode(UNIT, "qrcode")
    drawn = np.zeros((29 + 8, 29 + 8), bool)

    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", symbol.svg())

    for x, y, width in runs:
        drawn[int(y), int(x) : int(x) + int(width)] = True
    np.testing.assert_array_equal(drawn, np.pad(symbol.modules, 4))
    assert 'shape-rendering="crispEdges"' in symbol.svg()


def test_the_svg_says_its_size_in_millimetres() -> None:
    assert 'width="13.0000mm" height="13.0000mm"' in symbols.encode(UNIT, "datamatrix").svg(x_mm=0.5)


@pytest.mark.parametrize("scale", [0, 201])
def test_a_scale_out_of_range_is_refused(scale: int) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.encode(UNIT, "datamatrix").png(scale=scale)

    assert refusal.value.code == "scale"


def test_the_same_symbol_gives_the_same_bytes(symbol: symbols.Symbol) -> None:
    again = symbols.encode(UNIT, symbol.format)

    assert (again.svg(), again.png(), again.zpl(), again.pdf()) == (
        symbol.svg(),
        symbol.png(),
        symbol.zpl(),
        symbol.pdf(),
    )


@pytest.mark.parametrize(
    ("dpi", "x_mm", "code"), [(10, 0.5, "option"), (300, -1.0, "x_dimension"), (300, 100.0, "x_dimension")]
)
def test_a_printer_or_module_that_cannot_be_is_refused(dpi: int, x_mm: float, code: str) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.encode(UNIT, "datamatrix").zpl(dpi=dpi, x_mm=x_mm)

    assert refusal.value.code == code


def test_a_symbol_of_more_dots_than_anyone_prints_is_refused() -> None:
    large = symbols.encode("A1", "qrcode", options=symbols.EncodeOptions(version=40))

    with pytest.raises(symbols.SymbolError) as refusal:
        large.png(scale=60)

    assert refusal.value.code == "scale"


@pytest.mark.parametrize("x_mm", [0.0, -0.5, float("nan"), float("inf")])
def test_a_module_width_that_is_no_width_is_refused_in_every_form(x_mm: float) -> None:
    symbol = symbols.encode(UNIT, "datamatrix")

    for draw in (symbol.svg, symbol.pdf, symbol.zpl):
        with pytest.raises(symbols.SymbolError) as refusal:
            draw(x_mm=x_mm)
        assert refusal.value.code == "x_dimension"
