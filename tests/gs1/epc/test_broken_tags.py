"""Tags whose bits break a rule of their kind, each built field by field."""

import pytest

from seriatim import gs1
from seriatim.gs1.bits import BitWriter

Fields = tuple[tuple[int, int], ...]

GTIN = (0x09521234543213, 56)
SERIAL = ((0, 3), (1, 5), (7, 4))  # digits, one of them, 7
SGTIN: Fields = ((0xF7, 8), (1, 1), (1, 3), GTIN, *SERIAL)  # more data follow
SSCC_HOST: Fields = ((0xEF, 8), (0, 1), (1, 3), (0x106141412345678908, 72))
GRAI: Fields = ((0x37, 8), (1, 3), (5, 3), (9521234, 24), (54321, 20))
FULL_STOP_A = ((46, 7), (97, 7))


def tag(*fields: tuple[int, int]) -> str:
    writer = BitWriter()
    for value, bits in fields:
        writer.add(value, bits)
    return writer.hex(words=True)


def test_the_fields_of_these_tests_make_good_tags() -> None:
    unit = gs1.epc.decode(tag(*SGTIN))
    asset = gs1.epc.decode(tag(*GRAI, (ord("A"), 7), (0, 105)))
    pallet = gs1.epc.decode(tag(*SSCC_HOST, (1, 1), (3, 6), (98, 7), *FULL_STOP_A))

    assert unit.elements == (("01", "09521234543213"), ("21", "7"))
    assert asset.tag_uri == "urn:epc:tag:grai-170:1.9521234.54321.A"
    assert pallet.digital_link == "https://b.a/00/106141412345678908"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ((*GRAI, (0, 112)), "the serial is missing"),
        ((*GRAI, (0, 7), (ord("A"), 7), (0, 98)), "characters follow the end"),
        (((0x31, 8), (1, 3), (5, 3), (9521234, 24), (1, 34), (1, 24)), "should be zero"),
        ((*SGTIN, (0x30, 8), (0, 4)), "without digits"),
        ((*SGTIN, (0x30, 8), (1, 4), (15, 4)), "more than 1 digits"),
        ((*SGTIN, (0x17, 8), (100 << 9 | 1 << 5 | 1, 16)), "three digits"),
        ((*SGTIN, (0x10, 8), (6, 3), (1, 5)), "unknown alphabet"),
        ((*SGTIN, (0x10, 8), (5, 3), (1, 5), (0, 16)), "does not know"),
        ((*SGTIN, (0x10, 8), (5, 3), (1, 5), (64001, 16)), "does not know"),
        ((*SGTIN, (0x10, 8), (5, 3), (1, 5), (1 * 1600 + 1 * 40 + 0 + 1, 16)), "elsewhere"),
        ((*SGTIN, (0x10, 8), (5, 3), (2, 5), (1 * 1600 + 0 * 40 + 0 + 1, 16)), "elsewhere"),
        ((*SGTIN, (0x10, 8), (3, 3), (31, 5)), "bits are missing"),
        (((0xFA, 8), (0, 1), (1, 3), (int("1" * 31, 16), 124)), "has no end"),
        (((0xFA, 8), (0, 1), (1, 3), (0x12341234, 32), (12, 4)), "does not end as it should"),
        (((0xF9, 8), (0, 1), (1, 3), (0xA06141412345678908, 72)), "a digit is expected"),
        (((0xFB, 8), (0, 1), (1, 3), (7, 4), (1 << 5 | 1, 16), GTIN, *SERIAL), "kind of date"),
        ((*SSCC_HOST, (0, 1), (1, 6), (97, 7)), "not known"),
        ((*SSCC_HOST, (1, 1), (1, 6), (3, 7)), "code 03"),
        ((*SSCC_HOST, (1, 1), (1, 6), (97, 7)), "no host name"),
    ],
)
def test_a_broken_tag_says_what_is_wrong_with_its_bits(fields: Fields, words: str) -> None:
    with pytest.raises(gs1.GS1Error, match=words) as refused:
        gs1.epc.decode(tag(*fields))
    assert refused.value.code == "bad_tag"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ((*SGTIN, (0x14, 8), (1, 16)), "unknown_ai"),
        ((*SGTIN, (0xAB, 8), (1, 16)), "unknown_ai"),
        ((*SGTIN, (0x21, 8), *SERIAL), "duplicate"),
        ((*SGTIN, (0x17, 8), (26 << 9 | 13 << 5 | 1, 16)), "illegal_month"),
        ((*SGTIN, (0x37, 8), (1, 4), (5, 4)), "excluded_pair"),
        ((*SGTIN, (0x8040, 16), (1, 50)), "no_tag"),
        ((*SGTIN, *[(0x90, 8), (0, 3), (1, 5), (7, 4)] * 65), "too_many_elements"),
    ],
)
def test_data_that_make_no_message_are_refused_by_name(fields: Fields, code: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.epc.decode(tag(*fields))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "ai"),
    [
        ("(01)09521234543213(21)7(00)000000000000000000", "00"),
        ("(01)09521234543213(21)7(253)4012345111118", "253"),
        ("(01)09521234543213(21)7(8040)123456789012345", "8040"),
    ],
)
def test_data_without_a_way_onto_a_tag_are_refused(text: str, ai: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.epc.encode(text, "SGTIN+")
    assert (refused.value.code, refused.value.ai) == ("no_tag", ai)


def test_a_coupon_without_a_serial_is_no_single_thing() -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.epc.encode("(255)4012345111118", "SGCN+")
    assert refused.value.code == "no_tag"


def test_a_coupon_number_without_a_serial_cannot_ride_along() -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.epc.encode("(00)106141412345678908(255)4012345111118", "SSCC+")
    assert (refused.value.code, refused.value.ai) == ("no_tag", "255")
