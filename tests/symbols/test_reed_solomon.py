"""Reed-Solomon: whatever is within its power is repaired exactly, whatever is beyond is refused or at least whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.symbols.reed_solomon import reed_solomon

FIELDS = [(0x12D, 1), (0x11D, 0)]


@st.composite
def blocks(draw: st.DrawFn) -> tuple:
    polynomial, root = draw(st.sampled_from(FIELDS))
    ec = draw(st.integers(2, 40))
    data = draw(st.binary(min_size=1, max_size=120))
    return reed_solomon(polynomial, root, ec), np.frombuffer(data, np.uint8)


@given(blocks(), st.data())
def test_errors_and_erasures_within_capacity_are_repaired_exactly(case: tuple, data: st.DataObject) -> None:
    code, message = case
    sent = code.encode(message)
    erased = data.draw(st.integers(0, code.ec))
    errors = (code.ec - erased) // 2
    places = data.draw(st.permutations(range(len(sent))))[: erased + errors]
    spoilt = sent.copy()
    for place in places:
        spoilt[place] ^= data.draw(st.integers(1, 255))

    correction = code.correct(spoilt, places[:erased])

    assert correction is not None
    assert correction.codewords.tolist() == sent.tolist()
    assert sorted(correction.errors) == sorted(places[erased:])


@given(blocks(), st.data())
def test_a_repair_is_always_a_whole_block_within_reach(case: tuple, data: st.DataObject) -> None:
    code, message = case
    length = len(message) + code.ec
    noise = np.frombuffer(data.draw(st.binary(min_size=length, max_size=length)), np.uint8)

    correction = code.correct(noise)

    if correction is not None:
        assert not code.syndromes(correction.codewords[None]).any()
        assert 2 * len(correction.errors) <= code.ec


@given(blocks(), st.data())
def test_spare_codewords_are_not_spent(case: tuple, data: st.DataObject) -> None:
    code, message = case
    sent = code.encode(message)
    errors = min(code.ec // 2, len(sent))
    spoilt = sent.copy()
    spoilt[:errors] ^= 77

    assert code.correct(spoilt, spare=code.ec - 2 * errors) is not None
    assert errors == 0 or code.correct(spoilt, spare=code.ec - 2 * errors + 1) is None


def test_the_standard_s_own_example_of_data_matrix_correction() -> None:
    sent = reed_solomon(0x12D, 1, 5).encode(np.array([142, 164, 186], np.uint8))

    assert sent.tolist() == [142, 164, 186, 114, 25, 5, 88, 102]


def test_more_erasures_than_correction_codewords_are_refused() -> None:
    code = reed_solomon(0x12D, 1, 5)
    sent = code.encode(np.arange(10, dtype=np.uint8))
    sent[0] ^= 1

    assert code.correct(sent, range(6)) is None


@pytest.mark.parametrize(("polynomial", "root"), FIELDS)
def test_syndromes_of_many_blocks_are_computed_at_once(polynomial: int, root: int) -> None:
    code = reed_solomon(polynomial, root, 8)
    whole = np.stack([code.encode(np.full(9, value, np.uint8)) for value in range(5)])
    spoilt = whole.copy()
    spoilt[2, 3] ^= 1

    assert code.syndromes(spoilt).any(axis=1).tolist() == [False, False, True, False, False]
