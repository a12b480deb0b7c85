import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.gs1 import GS1Error
from seriatim.gs1.bits import BitReader, BitWriter

FIELDS = st.lists(
    st.integers(1, 70).flatmap(lambda n: st.tuples(st.integers(0, (1 << n) - 1), st.just(n))), min_size=1
)


@given(FIELDS)
def test_numbers_come_back_in_the_order_in_which_they_went_in(fields: list[tuple[int, int]]) -> None:
    writer = BitWriter()
    for value, bits in fields:
        writer.add(value, bits)

    for reader in (
        BitReader.of_hex(writer.hex(words=False)),
        BitReader.of_hex(writer.hex(words=True)),
        BitReader.of_base64url(writer.base64url()),
    ):
        assert [reader.take(bits) for _, bits in fields] == [value for value, _ in fields]
        assert reader.only_zeros


def test_filling_ends_at_a_digit_a_word_or_a_character() -> None:
    writer = BitWriter()
    writer.add(1, 1)

    assert (writer.hex(words=False), writer.hex(words=True), writer.base64url()) == ("8", "8000", "g")


@pytest.mark.parametrize("text", ["", "0x1", " 1", "1_0", "G", "\uff11"])
def test_only_hexadecimal_digits_are_read(text: str) -> None:
    with pytest.raises(GS1Error):
        BitReader.of_hex(text)


@pytest.mark.parametrize("text", ["", "AA==", "A+", "A/", "A B", "\uff21"])
def test_only_characters_of_base64url_are_read(text: str) -> None:
    with pytest.raises(GS1Error):
        BitReader.of_base64url(text)


def test_bits_that_are_not_there_are_missed() -> None:
    with pytest.raises(GS1Error, match="3 bits are missing"):
        BitReader.of_hex("A").take(7)
