from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import gs1
from seriatim.gs1.checksums import CSET82
from seriatim.gs1.escaping import unescape_path

GCP_LENGTHS = st.integers(6, 12)


def test_urns_are_written_and_read_as_the_published_vectors_say(vectors: Any) -> None:
    rows = [row for row in vectors("tds_oracle_dev") if row["pure"]]
    wrong = [
        row
        for row in rows
        # Other tools escape brackets too, so compared after decoding.
        if unescape_path(gs1.epc.to_urn(gs1.parse(row["uri"]), row["gcp"])) != unescape_path(row["pure"])
        or gs1.canonical_key(row["pure"]) != gs1.canonical_key(row["uri"])
    ]

    assert len(rows) > 700
    assert wrong == []


@pytest.mark.parametrize(
    ("urn", "bracketed"),
    [
        ("urn:epc:id:sgtin:9521234.054321.12345", "(01)09521234543213(21)12345"),
        ("urn:epc:idpat:sgtin:4012345.066666.*", "(01)04012345666663"),
        ("urn:epc:class:lgtin:4012345.012345.998877", "(01)04012345123456(10)998877"),
        ("urn:epc:id:sscc:0614141.1234567890", "(00)106141412345678908"),
        ("urn:epc:id:sgln:4012345.00005.0", "(414)4012345000054"),
        ("urn:epc:id:sgln:4012345.11111.400", "(414)4012345111118(254)400"),
        ("urn:epc:id:pgln:4012345.00225", "(417)4012345002256"),
        ("urn:epc:id:grai:4012345.55555.987", "(8003)04012345555554987"),
        ("urn:epc:idpat:grai:4012345.55555.*", "(8003)04012345555554"),
        ("urn:epc:id:giai:4000001.111", "(8004)4000001111"),
        ("urn:epc:id:gdti:4012345.11111.123", "(253)4012345111118123"),
        ("urn:epc:idpat:gdti:4012345.11111.*", "(253)4012345111118"),
        ("urn:epc:idpat:sgcn:4012345.11111.*", "(255)4012345111118"),
        ("urn:epc:id:gsrn:0614141.0000010253", "(8018)061414100000102534"),
        ("urn:epc:id:upui:9521234.054321.51qIgY", "(01)09521234543213(235)51qIgY"),
        ("urn:epc:id:itip:9521234.054321.01.02.A1", "(8006)095212345432130102(21)A1"),
        ("urn:epc:idpat:itip:9521234.054321.01.02.*", "(8006)095212345432130102"),
        ("urn:epc:id:cpi:0614141.5PQ7%2FZ43.12345", "(8010)06141415PQ7/Z43(8011)12345"),
    ],
)
def test_each_scheme_goes_both_ways(urn: str, bracketed: str) -> None:
    message = gs1.epc.from_urn(urn)

    assert message.bracketed() == bracketed
    assert gs1.epc.to_urn(gs1.parse(bracketed), 7) == urn


@pytest.mark.parametrize(
    ("urn", "code"),
    [
        ("urn:epc:id:sgtin:9521234.05432.12345", "bad_urn"),
        ("urn:epc:id:sgtin:9521234.054321", "bad_urn"),
        ("urn:epc:id:sgtin:9521234.054321.", "value_too_short"),
        ("urn:epc:id:sgtin:95212.34054321.1", "bad_gcp_length"),
        ("urn:epc:id:grai:4012345.55555.", "bad_urn"),
        ("urn:epc:id:sgtin:9521234.054321.A B", "invalid_cset82_character"),
        ("urn:epc:id:sgtin:9521234.054321.%C3%A9", "invalid_cset82_character"),
        ("urn:epc:idpat:sgtin:9521234.*.*", "bad_urn"),
        ("urn:epc:idpat:sgtin:9521234.054321.12345", "bad_urn"),
        ("urn:epc:class:sgtin:9521234.054321.1", "bad_urn"),
        ("urn:epc:id:lgtin:9521234.054321.1", "bad_urn"),
        ("urn:epc:id:nothing:1.2", "bad_urn"),
        ("urn:epc:id:giai:4000001.", "bad_urn"),
        ("urn:epc:tag:sgtin-96:1.9521234.054321.12345", "bad_urn"),
        ("urn:epc:id:gid:95100000.12345.400", "not_gs1"),
        ("urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7", "not_gs1"),
    ],
)
def test_a_wrong_urn_is_refused_by_name(urn: str, code: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.epc.from_urn(urn)
    assert refused.value.code == code


def test_a_star_is_a_serial_in_an_id_and_a_joker_in_a_pattern() -> None:
    assert gs1.epc.from_urn("urn:epc:id:sgtin:9521234.054321.*").value("21") == "*"
    assert gs1.epc.from_urn("urn:epc:idpat:sgtin:9521234.054321.*").get("21") is None


@pytest.mark.parametrize("gcp_length", [5, 13, -1])
def test_a_company_prefix_has_six_to_twelve_digits(gcp_length: int) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.epc.to_urn(gs1.parse("(01)09506000134352"), gcp_length)
    assert refused.value.code == "bad_gcp_length"


@pytest.mark.parametrize(
    "text", ["(8013)62577B8fRG7HJK", "(8018)061414100000102534(8019)1", "(8004)1234ABCD", "(8004)1234567"]
)
def test_an_identity_that_no_urn_can_spell_is_refused(text: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.epc.to_urn(gs1.parse(text), 7)
    assert refused.value.code == "no_urn"


@given(st.text("0123456789", min_size=13, max_size=13), st.text(CSET82, min_size=1, max_size=20), GCP_LENGTHS)
def test_a_unit_comes_back_from_its_urn(digits: str, serial: str, gcp_length: int) -> None:
    message = gs1.Message((("01", gs1.with_check_digit(digits)), ("21", serial)))

    assert gs1.epc.from_urn(gs1.epc.to_urn(message, gcp_length)) == message


@given(st.text("0123456789", min_size=17, max_size=17), GCP_LENGTHS)
def test_a_pallet_comes_back_from_its_urn(digits: str, gcp_length: int) -> None:
    message = gs1.Message((("00", gs1.with_check_digit(digits)),))

    assert gs1.epc.from_urn(gs1.epc.to_urn(message, gcp_length)) == message
