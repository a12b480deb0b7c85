from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import gs1
from seriatim.gs1 import epc
from seriatim.gs1.checksums import CSET82

UNIT = "urn:epc:id:sgtin:9521234.054321.12345"
TAG = "urn:epc:tag:sgtin-96:3.9521234.054321.12345"


@pytest.mark.parametrize(
    "pattern",
    [
        "urn:epc:idpat:sgtin:9521234.054321.12345",
        "urn:epc:idpat:sgtin:9521234.054321.*",
        "urn:epc:idpat:sgtin:9521234.*.*",
        "urn:epc:idpat:sgtin:*.*.*",
    ],
)
def test_a_pattern_holds_the_unit_in_every_spelling(pattern: str) -> None:
    found = epc.Pattern.parse(pattern)

    assert found.uri == pattern
    assert found.matches(UNIT)
    assert found.matches_key(gs1.canonical_key(UNIT))
    assert found.matches_key(gs1.canonical_key("https://shop.example/01/09521234543213/21/12345"))
    assert not found.matches(TAG)
    assert not found.matches("urn:epc:id:sscc:9521234.0123456789")
    assert not found.matches_key(gs1.canonical_key("(01)09521234543213"))


@pytest.mark.parametrize(
    ("pattern", "urn"),
    [
        ("urn:epc:idpat:sgtin:9521234.054322.*", UNIT),
        ("urn:epc:idpat:sgtin:952123.*.*", UNIT),
        ("urn:epc:idpat:sgtin:9521234.054321.012345", UNIT),
        ("urn:epc:idpat:sgtin:9521234.054321.%2A", UNIT),
        ("urn:epc:idpat:giai:9521234.*", UNIT),
    ],
)
def test_a_pattern_does_not_hold_another_thing(pattern: str, urn: str) -> None:
    assert not epc.Pattern.parse(pattern).matches(urn)


def test_a_key_cannot_say_where_its_prefix_ends_so_the_pattern_does() -> None:
    pattern = epc.Pattern.parse("urn:epc:idpat:sgtin:952123.*.*")

    assert pattern.matches_key(gs1.canonical_key(UNIT))
    assert not pattern.matches(UNIT)


@pytest.mark.parametrize(
    "urn",
    [
        "urn:epc:id:sscc:0614141.1234567890",
        "urn:epc:id:sgln:4012345.00005.0",
        "urn:epc:id:sgln:4012345.11111.400",
        "urn:epc:id:pgln:4012345.00225",
        "urn:epc:id:grai:4012345.55555.987",
        "urn:epc:id:giai:4000001.111.A",
        "urn:epc:id:gdti:4012345.11111.123",
        "urn:epc:id:sgcn:4012345.11111.04711",
        "urn:epc:id:gsrn:0614141.0000010253",
        "urn:epc:id:upui:9521234.054321.51qIgY",
        "urn:epc:id:itip:9521234.054321.01.02.A1",
        "urn:epc:id:cpi:0614141.5PQ7%2FZ43.12345",
        "urn:epc:id:ginc:0614141.xyz47%2F11",
        "urn:epc:id:gsin:0614141.123456789",
    ],
)
def test_every_scheme_is_held_by_its_patterns_part_by_part(urn: str) -> None:
    scheme, parts = epc.PureIdentity.parse(urn)
    key = gs1.canonical_key(urn)

    for closed in range(len(parts) + 1):
        pattern = epc.Pattern(scheme, parts[:closed] + (None,) * (len(parts) - closed))
        assert epc.Pattern.parse(pattern.uri) == pattern
        assert pattern.matches(urn)
        assert pattern.matches_key(key)


@pytest.mark.parametrize(
    "urn",
    ["urn:epc:id:gid:952056.2718.1414", "urn:epc:id:adi:35962.PQ7VZ4.M37GXB92", "urn:epc:id:bic:CSQU3054383"],
)
def test_identities_of_other_organisations_have_patterns_too(urn: str) -> None:
    scheme, parts = epc.PureIdentity.parse(urn)

    assert epc.Pattern.parse(f"urn:epc:idpat:{scheme}:{'.'.join('*' * len(parts))}").matches(urn)
    assert epc.Pattern.parse(urn.replace(":id:", ":idpat:")).matches(urn)


@pytest.mark.parametrize(
    ("pattern", "held"),
    [
        ("urn:epc:pat:sgtin-96:3.9521234.054321.*", True),
        ("urn:epc:pat:sgtin-96:*.9521234.*.*", True),
        ("urn:epc:pat:sgtin-96:3.9521234.054321.[12345-12345]", True),
        ("urn:epc:pat:sgtin-96:3.9521234.[050000-060000].*", True),
        ("urn:epc:pat:sgtin-96:3.9521234.054321.[1-12344]", False),
        ("urn:epc:pat:sgtin-96:1.9521234.054321.*", False),
        ("urn:epc:pat:sgtin-198:3.9521234.054321.*", False),
        ("urn:epc:pat:sgtin-96:3.9521234.054321.[012345-012345]", True),
    ],
)
def test_a_pattern_of_tags_looks_at_the_filter_and_at_ranges(pattern: str, held: bool) -> None:
    found = epc.Pattern.parse(pattern)

    assert found.uri == pattern
    assert found.matches(TAG) == held
    assert not found.matches(UNIT)


@pytest.mark.parametrize(
    ("urn", "code"),
    [
        ("urn:epc:idpat:sgtin:*.054321.*", "bad_urn"),
        ("urn:epc:idpat:sgtin:9521234.*.12345", "bad_urn"),
        ("urn:epc:idpat:sgtin:9521234.*", "bad_urn"),
        ("urn:epc:idpat:sgtin:9521234.05432.*", "bad_urn"),
        ("urn:epc:idpat:sgtin:95.*.*", "bad_gcp_length"),
        ("urn:epc:idpat:sgtin:9521234.054321.[1-2]", "bad_urn"),
        ("urn:epc:idpat:sgtin:9521234.054321.A B", "invalid_cset82_character"),
        ("urn:epc:idpat:cpi:9521234.a.*", "invalid_cset39_character"),
        ("urn:epc:idpat:lgtin:9521234.054321.*", "bad_urn"),
        ("urn:epc:idpat:nothing:1.*", "bad_urn"),
        ("urn:epc:idpat:", "bad_urn"),
        ("urn:epc:pat:sgtin-96:8.9521234.054321.*", "bad_urn"),
        ("urn:epc:pat:sgtin-96:3.9521234.054321.[9-1]", "bad_urn"),
        ("urn:epc:pat:sgtin-96:3.[1-2].*.*", "bad_urn"),
        ("urn:epc:pat:sgtin:3.*.*.*", "bad_urn"),
        ("urn:epc:id:sgtin:9521234.054321.1", "bad_urn"),
        ("https://a.example", "not_gs1"),
        ("urn:epc:idpat:" + "1" * 2000, "too_long_input"),
    ],
)
def test_a_wrong_pattern_is_refused_by_name(urn: str, code: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        epc.Pattern.parse(urn)
    assert refused.value.code == code


def test_numbers_from_to_hold_no_serial_with_letters() -> None:
    assert "12" in epc.Numbers("10", "99")
    assert "1A" not in epc.Numbers("10", "99")
    assert "\u0661" not in epc.Numbers("0", "99")


def test_a_reference_that_does_not_begin_with_such_a_prefix_is_not_held() -> None:
    asset = gs1.canonical_key("(8004)1234ABCD")

    assert not epc.Pattern.parse("urn:epc:idpat:giai:123456.*").matches_key(asset)
    assert epc.Pattern.parse("urn:epc:idpat:giai:*.*").matches_key(asset)


def test_the_urns_of_the_published_vectors_are_held_by_their_product(vectors: Any) -> None:
    wrong = []
    for row in vectors("tds_oracle_dev"):
        if row["pure"]:
            scheme, parts = epc.PureIdentity.parse(row["pure"])
            pattern = epc.Pattern(scheme, (*parts[:1], *[None] * (len(parts) - 1)))
            if not (pattern.matches(row["pure"]) and pattern.matches_key(gs1.canonical_key(row["uri"]))):
                wrong.append(row)

    assert wrong == []


@given(st.text(CSET82, min_size=1, max_size=20))
def test_any_serial_can_stand_in_a_pattern(serial: str) -> None:
    pattern = epc.Pattern("sgtin", ("9521234", "054321", serial))

    assert epc.Pattern.parse(pattern.uri) == pattern
    assert pattern.matches(epc.PureIdentity("sgtin", ("9521234", "054321", serial)).uri)


@pytest.mark.parametrize(
    ("uri", "hexadecimal"),
    [
        ("urn:epc:raw:96.x3036452148350C4000003039", "3036452148350C4000003039"),
        ("urn:epc:raw:64.x0000000000000001", "0000000000000001"),
        ("urn:epc:raw:6.x3F", "FC00"),
    ],
)
def test_a_raw_uri_is_read_and_written(uri: str, hexadecimal: str) -> None:
    raw = epc.RawTag.parse(uri)

    assert (raw.hex, raw.uri) == (hexadecimal, uri)


def test_a_raw_uri_in_decimal_digits_or_with_a_family_is_read_too() -> None:
    assert epc.RawTag.parse("urn:epc:raw:64.255").uri == "urn:epc:raw:64.x00000000000000FF"
    assert epc.RawTag.parse("urn:epc:raw:16.xA1.x00FF") == epc.RawTag(16, 255, "A1")
    assert epc.RawTag.of_hex("00ff", "a1").uri == "urn:epc:raw:16.xA1.x00FF"


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("urn:epc:raw:", "bad_urn"),
        ("urn:epc:raw:0.x0", "bad_urn"),
        ("urn:epc:raw:96.x30", "bad_urn"),
        ("urn:epc:raw:8.xff", "bad_urn"),
        ("urn:epc:raw:8.256", "bad_urn"),
        ("urn:epc:raw:6.xFF", "bad_urn"),
        ("urn:epc:raw:99999.x0", "bad_urn"),
        ("urn:epc:id:sgtin:1.2.3", "bad_urn"),
        ("mailto:a", "not_gs1"),
        ("urn:epc:raw:8." + "1" * 5000, "too_long_input"),
    ],
)
def test_a_wrong_raw_uri_is_refused_by_name(uri: str, code: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        epc.RawTag.parse(uri)
    assert refused.value.code == code


@given(st.integers(1, 600).flatmap(lambda bits: st.tuples(st.just(bits), st.integers(0, 2**bits - 1))))
def test_any_bits_come_back_from_their_raw_uri(content: tuple[int, int]) -> None:
    raw = epc.RawTag(*content)

    assert epc.RawTag.parse(raw.uri) == raw
