"""Our layouts against the encoder's symbols: every Data Matrix size, every QR version and level."""

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from seriatim.symbols.errors import SymbolError
from seriatim.symbols.matrix import datamatrix, layout_of, qr
from seriatim.symbols.matrix.layout import DARK, FREE, MatrixLayout

QR_CASES = [(version, level) for version in range(1, 41) for level in qr.LEVELS]


def encoded(text: str, form: zxingcpp.BarcodeFormat, **options: object) -> np.ndarray:
    return np.asarray(zxingcpp.create_barcode(text, form, **options).to_image(1, False, False)) == 0


def assert_the_layout_explains(layout: MatrixLayout, modules: np.ndarray) -> None:
    """Fixed patterns agree, every block is whole, and the codewords give back every module."""
    fixed = layout.fixed != FREE
    codewords = layout.codewords(modules)
    assert (modules[fixed] == (layout.fixed[fixed] == DARK)).all()
    for block in layout.blocks:
        assert not layout.code(block).syndromes(codewords[block.places][None]).any()
    assert (layout.modules(codewords) == modules).all()


@pytest.mark.parametrize("number", range(1, 31))
def test_each_data_matrix_size_agrees_with_the_encoder_in_every_module(number: int) -> None:
    size = tuple(datamatrix.SIZES)[number - 1]

    modules = encoded("12A", zxingcpp.BarcodeFormat.DataMatrix, version=number)

    assert modules.shape == size
    assert_the_layout_explains(layout_of("datamatrix", size), modules)


@pytest.mark.parametrize("size", [(52, 52), (104, 104), (144, 144), (16, 48)])
def test_a_data_matrix_full_of_data_agrees_with_the_encoder(size: tuple[int, int]) -> None:
    number = tuple(datamatrix.SIZES).index(size) + 1
    digits = "8642013579" * 400
    text = digits[: datamatrix.SIZES[size].data * 2]

    modules = encoded(text, zxingcpp.BarcodeFormat.DataMatrix, version=number)

    assert_the_layout_explains(layout_of("datamatrix", size), modules)


def test_the_other_144_differs_in_its_correction_codewords_only() -> None:
    right, continued = (datamatrix.layout((144, 144), interleave=kind) for kind in ("standard", "continued"))

    for one, other in zip(right.blocks, continued.blocks, strict=True):
        assert one.places[: one.data].tolist() == other.places[: other.data].tolist()
        assert one.places[one.data :].tolist() != other.places[other.data :].tolist()


@pytest.mark.parametrize(("version", "level"), QR_CASES)
def test_each_qr_version_and_level_agrees_with_the_encoder_in_every_module(
    version: int, level: qr.Level
) -> None:
    modules = encoded("SERIATIM 1", zxingcpp.BarcodeFormat.QRCode, version=version, ec_level=level)

    found = qr.read_format(modules)
    assert found is not None
    assert found[0] == level
    assert_the_layout_explains(layout_of("qrcode", modules.shape, level=level, mask=found[1]), modules)


@pytest.mark.parametrize("mask", range(8))
def test_each_qr_mask_agrees_with_the_encoder(mask: int) -> None:
    modules = encoded("SERIATIM 1", zxingcpp.BarcodeFormat.QRCode, version=7, ec_level="Q", data_mask=mask)

    assert qr.read_format(modules) == ("Q", mask)
    assert_the_layout_explains(layout_of("qrcode", modules.shape, level="Q", mask=mask), modules)


def test_format_information_survives_three_wrong_bits_in_one_copy_and_chaos_in_the_other() -> None:
    modules = encoded(
        "SERIATIM 1", zxingcpp.BarcodeFormat.QRCode, version=2, ec_level="H", data_mask=6
    ).copy()
    first, second = qr.format_cells(2)
    modules.flat[first[:3]] ^= True
    modules.flat[second] = True

    assert qr.read_format(modules) == ("H", 6)


def test_the_standard_s_own_examples_of_format_and_version_information() -> None:
    assert f"{qr.format_bits('M', 5):015b}" == "100000011001110"
    assert f"{qr.version_bits(7):018b}" == "000111110010010100"


def test_misdecode_protection_lowers_the_capacity_of_the_smallest_qr_codes_only() -> None:
    spare = {
        (version, level): qr.layout(version, level, 0).blocks[0].protection
        for version, level in QR_CASES
        if qr.layout(version, level, 0).blocks[0].protection
    }

    assert spare == {(1, "L"): 3, (1, "M"): 2, (1, "Q"): 1, (1, "H"): 1, (2, "L"): 2, (3, "L"): 1}


@given(st.sampled_from(sorted(datamatrix.SIZES)), st.randoms(use_true_random=False))
def test_codewords_survive_the_way_into_modules_and_back(size: tuple[int, int], random: object) -> None:
    layout = layout_of("datamatrix", size)
    codewords = np.frombuffer(random.randbytes(len(layout.cells)), np.uint8)

    assert layout.codewords(layout.modules(codewords)).tolist() == codewords.tolist()


def test_every_free_module_belongs_to_exactly_one_bit() -> None:
    for size in datamatrix.SIZES:
        layout = layout_of("datamatrix", size)
        assert sorted(layout.cells.ravel().tolist()) == np.flatnonzero(layout.fixed == FREE).tolist()


def test_repair_names_the_wrong_codewords_and_counts_errors_by_block() -> None:
    layout = layout_of("datamatrix", (52, 52))
    whole = layout.codewords(encoded("12A", zxingcpp.BarcodeFormat.DataMatrix, version=15))
    spoilt = whole.copy()
    spoilt[[1, 3, 5, 8]] ^= 255

    repair = layout.repair(spoilt)

    assert repair is not None
    assert (repair.wrong, repair.errors) == ((1, 3, 5, 8), (1, 3))
    assert repair.codewords.tolist() == whole.tolist()


def test_erased_codewords_cost_half_of_what_errors_cost() -> None:
    layout = layout_of("datamatrix", (10, 10))
    whole = layout.codewords(encoded("12", zxingcpp.BarcodeFormat.DataMatrix, version=1))
    spoilt = whole.copy()
    spoilt[:5] ^= 90

    assert layout.repair(spoilt) is None
    repair = layout.repair(spoilt, frozenset(range(5)))
    assert repair is not None
    assert repair.codewords.tolist() == whole.tolist()


@pytest.mark.parametrize(
    ("form", "size"), [("datamatrix", (11, 11)), ("qrcode", (22, 22)), ("qrcode", (21, 25))]
)
def test_a_size_that_does_not_exist_is_refused(form: str, size: tuple[int, int]) -> None:
    with pytest.raises(SymbolError) as refused:
        layout_of(form, size)

    assert refused.value.code == "option"
