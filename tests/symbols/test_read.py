import subprocess
import sys

import numpy as np
import pytest

from seriatim import symbols
from seriatim.symbols import render, synth
from seriatim.symbols.reading.guard import acceptable

LONG = 60_000.0
"""Milliseconds: no test depends on how fast this machine is."""
A = "(01)09506000134352(21)A1"
B = "(01)09506000134352(21)B2"


def picture(*placed: tuple[str, int, int], size: tuple[int, int] = (400, 600), scale: int = 5) -> np.ndarray:
    canvas = np.full(size, 220, np.uint8)
    for text, x, y in placed:
        code = render.pixels(symbols.encode(text, "datamatrix"), scale)
        canvas[y : y + code.shape[0], x : x + code.shape[1]] = code
    return canvas


def test_an_empty_picture_gives_no_code() -> None:
    assert symbols.read(np.full((480, 640), 255, np.uint8)) == ()
    assert symbols.read(np.zeros((480, 640), np.uint8)) == ()


def test_all_codes_of_a_picture_are_found() -> None:
    found = symbols.read(picture((A, 50, 50), (B, 300, 200)), expected=2)

    assert {one.text for one in found} == {A, B}


def test_the_same_code_twice_is_two_reads() -> None:
    found = symbols.read(picture((A, 50, 50), (A, 300, 200)), expected=2)

    assert [one.text for one in found] == [A, A]


def test_the_roi_hides_the_neighbour_and_corners_count_from_the_whole_picture() -> None:
    [found] = symbols.read(picture((A, 50, 50), (B, 300, 200)), roi=(290, 190, 440, 340))

    assert found.text == B
    assert found.corners[0] == pytest.approx((310, 210), abs=1.6)
    assert found.corners[2] == pytest.approx((390, 290), abs=1.6)


@pytest.mark.parametrize("roi", [(-1, 0, 10, 10), (0, 0, 601, 10), (0, 5, 10, 5), (20, 0, 10, 10)])
def test_a_roi_outside_the_picture_is_refused(roi: tuple[int, int, int, int]) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.read(picture(), roi=roi)

    assert refusal.value.code == "roi"


@pytest.mark.parametrize("formats", [["aztec"], [], ["datamatrix", "ean13"]])
def test_formats_that_are_not_read_are_refused(formats: list[str]) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.read(picture(), formats=formats)

    assert refusal.value.code == "format"


def test_a_format_that_was_not_asked_for_is_not_reported() -> None:
    assert symbols.read(picture((A, 50, 50)), formats=["qrcode", "gs1-128"]) == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 100), (7, 500)])
def test_a_picture_too_small_for_any_code_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(symbols.ImageError) as refusal:
        symbols.read(np.full(shape, 255, np.uint8))

    assert refusal.value.code == "image_too_small"


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_code_turned_by_quarters_is_read_and_its_corners_turn_with_it(turns: int) -> None:
    [found] = symbols.read(np.rot90(picture((A, 50, 50)), -turns).copy())

    centre = {0: (100, 100), 1: (300, 100), 2: (500, 300), 3: (100, 500)}[turns]
    assert found.text == A
    assert found.corners.mean(axis=0) == pytest.approx(centre, abs=2)


def test_a_light_code_on_dark_is_read_by_the_ladder() -> None:
    [found] = symbols.read(255 - picture((A, 50, 50)))

    assert (found.text, found.method) == (A, "ladder")


def test_without_a_ladder_only_the_fast_stage_looks() -> None:
    assert symbols.read(255 - picture((A, 50, 50)), rescue=False) == ()


@pytest.mark.parametrize("tenth", range(20))
def test_any_angle_and_any_pitch_from_3_to_8_pixels_is_read(tenth: int) -> None:
    for number in range(10 * tenth, 10 * tenth + 10):
        rng = np.random.default_rng(number)
        scene = synth.Scene(width=420, height=420, pitch=float(rng.uniform(3, 8)), tilt_degrees=180)
        form = ("datamatrix", "qrcode")[number % 2]
        frame = synth.frame(symbols.encode(A + f"{number:05}", form), seed=number, scene=scene)

        assert [found.text for found in symbols.read(frame.image, deadline_ms=LONG)] == [frame.truth.text]


def test_gs1_content_that_does_not_lint_is_told_as_it_was_transmitted() -> None:
    import zxingcpp  # noqa: PLC0415 -- only this test prints what our encoder refuses

    wrong = zxingcpp.create_barcode("(01)09506000134353(21)A1", zxingcpp.BarcodeFormat.DataMatrix, gs1=True)

    [found] = symbols.read(np.array(wrong.to_image(5)))

    assert (found.symbology_id, found.text) == ("]d2", "010950600013435321A1")


def test_plain_code_128_is_read_only_when_asked_for() -> None:
    import zxingcpp  # noqa: PLC0415 -- our encoder makes GS1-128 only

    plain = np.array(zxingcpp.create_barcode("ABC123", zxingcpp.BarcodeFormat.Code128).to_image(3))

    assert symbols.read(plain, formats=["gs1-128"]) == ()
    assert [(found.text, found.format) for found in symbols.read(plain, formats=["code128"])] == [
        ("ABC123", "code128")
    ]


@pytest.mark.parametrize("form", [form for form in symbols.FORMATS if form not in {"ean-8", "upc-a"}])
def test_every_format_that_is_made_is_read_when_asked_for(form: str) -> None:
    symbol = symbols.encode("(01)09506000134352", form)

    [found] = symbols.read(np.pad(symbols.pixels(symbol, 3), 30, constant_values=255), formats=[form])

    assert (found.format, found.symbology_id, found.data) == (form, symbol.symbology_id, symbol.data)


def test_half_an_itf_symbol_is_not_taken_for_a_gtin() -> None:
    import zxingcpp  # noqa: PLC0415 -- our encoder makes ITF-14 only

    for digits in ("123456", "09506000134353"):
        bars = np.array(zxingcpp.create_barcode(digits, zxingcpp.BarcodeFormat.ITF).to_image(3))
        assert symbols.read(np.pad(bars, 30, constant_values=255), formats=["itf14"]) == ()


def test_reading_goes_on_until_the_expected_code_is_found() -> None:
    both = picture((A, 50, 50), (B, 300, 200))
    both[200:300, 300:400] = 255 - both[200:300, 300:400]

    assert [found.text for found in symbols.read(both)] == [A]
    assert {found.text: found.method for found in symbols.read(both, expected=B)} == {A: "fast", B: "ladder"}


def test_a_symbol_that_says_something_else_fails_its_verification() -> None:
    symbol = symbols.encode(A, "datamatrix")
    forged = symbols.Symbol(symbol.text, symbol.data, symbol.format, "]d1", symbol.modules)

    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.verify(forged)

    assert refusal.value.code == "verify"


@pytest.mark.parametrize(
    ("data", "symbology_id", "uec", "expected", "seen_before", "accepted"),
    [
        ("HELLO", "]d1", 0.25, None, False, True),
        ("HELLO", "]d1", 0.24, None, False, False),
        ("HELLO", "]d1", 0.24, "HELLO", False, True),
        ("HELLO", "]d1", 0.24, "OTHER", False, False),
        ("HELLO", "]d1", 0.24, None, True, True),
        ("010950600013435221A1", "]d2", 0.0, None, False, True),
        ("010950600013435221A1", "]d1", 0.0, None, False, False),
        ("010950600013435321A1", "]d2", 0.0, None, False, False),
        ("(01)09506000134352(21)A1", "]d2", 0.0, None, False, False),
        ("HELLO", "]C0", None, None, False, False),
    ],
)
def test_a_rescued_read_needs_a_second_reason_to_be_believed(
    data: str, symbology_id: str, uec: float | None, expected: str | None, seen_before: bool, accepted: bool
) -> None:
    one = symbols.Read(data, data.encode(), "datamatrix", symbology_id, np.zeros((4, 2)), "ladder", uec, 1.0)

    assert acceptable(one, expected, [one] if seen_before else []) is accepted


def test_one_format_may_be_named_without_a_list() -> None:
    assert [found.text for found in symbols.read(picture((A, 50, 50)), formats="datamatrix")] == [A]


def test_opencv_is_not_loaded_before_a_picture_needs_it() -> None:
    check = "import sys; import seriatim.symbols; print('cv2' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", check], capture_output=True, check=True).stdout == b"False\n"


def test_a_tray_of_twenty_gives_twenty_different_codes_each_in_its_place() -> None:
    places = {
        f"{A}{row}{column}": (40 + 110 * column, 30 + 90 * row) for row in range(4) for column in range(5)
    }

    found = symbols.read(
        picture(*((text, x, y) for text, (x, y) in places.items()), size=(400, 640), scale=4), expected=20
    )

    corners = {one.text: one.corners[0] for one in found}
    assert set(corners) == set(places)
    for text, (x, y) in places.items():
        assert corners[text] == pytest.approx((x + 8, y + 8), abs=1.6)
