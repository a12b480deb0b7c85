"""The samples of the EPC Tag Data Standard, annex E, and what must not pass for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import gs1
from seriatim.gs1 import epc

SAMPLES = [
    ("urn:epc:id:gid:952056.2718.1414", "urn:epc:tag:gid-96:952056.2718.1414", "3500E86F8000A9E000000586"),
    ("urn:epc:id:usdod:CAGEY.5678", "urn:epc:tag:usdod-96:3.CAGEY.5678", "2F320434147455900000162E"),
    (
        "urn:epc:id:adi:35962.PQ7VZ4.M37GXB92",
        "urn:epc:tag:adi-var:3.35962.PQ7VZ4.M37GXB92",
        "3B0E0CF5E76C9047759AD00373DC7602E7200000",
    ),
    ("urn:epc:id:adi:35962.A%2FB-1.%2312345", "urn:epc:tag:adi-var:3.35962.A%2FB-1.%2312345", ""),
    ("urn:epc:id:adi:W81X9C..12", "urn:epc:tag:adi-var:3.W81X9C..12", ""),
]


@pytest.mark.parametrize(("urn", "tag_uri", "bits"), SAMPLES)
def test_identities_of_other_organisations_go_on_tags_and_back(urn: str, tag_uri: str, bits: str) -> None:
    kind = tag_uri.split(":")[3]
    scheme = f"{kind.partition('-')[0].upper()}-{kind.partition('-')[2]}"

    text = epc.encode(urn, scheme, 3)
    tag = epc.decode(text)

    assert text == epc.encode(tag_uri) == (bits or text)
    assert (tag.scheme, tag.pure_uri, tag.tag_uri, tag.elements) == (scheme, urn, tag_uri, ())
    assert epc.from_tag_uri(tag_uri) == tag


def test_only_identities_of_gs1_are_gs1_data() -> None:
    assert (
        epc.PureIdentity.parse("urn:epc:id:sscc:0614141.1234567890").message.value("00")
        == "106141412345678908"
    )
    with pytest.raises(gs1.GS1Error) as refused:
        _ = epc.PureIdentity("gid", ("1", "2", "3")).message
    assert refused.value.code == "not_gs1"


def test_such_a_tag_holds_no_gs1_data() -> None:
    tag = epc.decode("3500E86F8000A9E000000586")

    with pytest.raises(gs1.GS1Error) as no_key:
        _ = tag.key
    with pytest.raises(gs1.GS1Error) as no_link:
        _ = tag.digital_link
    assert (no_key.value.code, no_link.value.code) == ("no_key", "no_digital_link")


@pytest.mark.parametrize(
    ("urn", "parts"),
    [
        ("urn:epc:id:bic:CSQU3054383", ("CSQU3054383",)),
        ("urn:epc:id:imovn:9176187", ("9176187",)),
        ("urn:epc:id:gid:0.0.68719476735", ("0", "0", "68719476735")),
        ("urn:epc:id:sgln:4012345.00005.0", ("4012345", "00005", "0")),
        ("urn:epc:class:lgtin:9521234.054321.A%2FB.C", ("9521234", "054321", "A/B.C")),
        ("urn:epc:id:itip:9521234.054321.01.02.A1", ("9521234", "054321", "01", "02", "A1")),
    ],
)
def test_every_scheme_is_taken_apart_and_put_together(urn: str, parts: tuple[str, ...]) -> None:
    identity = epc.PureIdentity.parse(urn)

    assert identity == (urn.split(":")[3], parts)
    assert identity.uri == urn


@pytest.mark.parametrize(
    ("urn", "code"),
    [
        ("urn:epc:id:bic:CSQU3054384", "incorrect_check_digit"),
        ("urn:epc:id:bic:CSQA3054383", "bad_urn"),
        ("urn:epc:id:imovn:9176188", "incorrect_check_digit"),
        ("urn:epc:id:imovn:917618", "bad_urn"),
        ("urn:epc:id:gid:268435456.1.1", "bad_urn"),
        ("urn:epc:id:gid:01.1.1", "bad_urn"),
        ("urn:epc:id:gid:1.1", "bad_urn"),
        ("urn:epc:id:usdod:CAGEI.1", "bad_urn"),
        ("urn:epc:id:usdod:CAGEY.68719476736", "bad_urn"),
        ("urn:epc:id:adi:35962.A.", "bad_urn"),
        ("urn:epc:id:adi:35962.%23A.1", "bad_urn"),
        ("urn:epc:id:adi:35962.a.1", "bad_urn"),
        ("urn:epc:class:gid:1.1.1", "not_gs1"),
        ("urn:epc:idpat:sgtin:9521234.054321.*", "bad_urn"),
        ("urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7", "not_gs1"),
    ],
)
def test_what_is_no_identity_is_refused_by_name(urn: str, code: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        epc.PureIdentity.parse(urn)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("urn", "scheme", "label", "code"),
    [
        ("urn:epc:id:gid:1.1.1", "SGTIN-96", 0, "no_tag"),
        ("urn:epc:id:bic:CSQU3054383", "SGTIN-96", 0, "no_tag"),
        ("urn:epc:id:usdod:CAGEY.1", "USDOD-96", 16, "bad_filter"),
        ("urn:epc:id:adi:35962.A.1", "ADI-var", 64, "bad_filter"),
        ("urn:epc:tag:usdod-96:16.CAGEY.1", "", 0, "bad_urn"),
        ("urn:epc:tag:usdod-64:1.CAGEY.1", "", 0, "bad_urn"),
        ("urn:epc:tag:bic-96:CSQU3054383", "", 0, "bad_urn"),
    ],
)
def test_what_no_tag_carries_is_refused_by_name(urn: str, scheme: str, label: int, code: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        epc.encode(urn, scheme, label)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "bits",
    [
        "2F3FF41474559000000162E0",
        "3500E86F8000A9E0000005860001",
        "3B0E0CF5E76C9047759AD00373DC7602E72",
        "35",
        "3B",
    ],
)
def test_broken_bits_are_refused(bits: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        epc.decode(bits)
    assert refused.value.code == "bad_tag"


@given(st.integers(0, 2**28 - 1), st.integers(0, 2**24 - 1), st.integers(0, 2**36 - 1))
def test_a_general_identifier_comes_back_from_its_tag(manager: int, kind: int, serial: int) -> None:
    urn = f"urn:epc:id:gid:{manager}.{kind}.{serial}"

    assert epc.decode(epc.encode(urn, "GID-96")).pure_uri == urn


@given(
    st.from_regex(r"[0-9A-HJ-NP-Z]{5,6}", fullmatch=True),
    st.from_regex(r"[0-9A-Z/-]{0,32}", fullmatch=True),
    st.from_regex(r"#?[0-9A-Z/-]{1,29}", fullmatch=True),
    st.integers(0, 63),
)
def test_an_aviation_part_comes_back_from_its_tag(cage: str, part: str, serial: str, label: int) -> None:
    identity = epc.PureIdentity("adi", (cage, part, serial))
    tag = epc.decode(epc.encode(identity.uri, "ADI-var", label))

    assert (epc.PureIdentity.parse(tag.pure_uri or ""), tag.filter) == (identity, label)
