import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import gs1
from seriatim.gs1 import identity
from seriatim.gs1.checksums import CSET82
from seriatim.gs1.identity import _link, _plain_link

UNIT = gs1.Key("sgtin", "09506000134352", "a/b", None, False)
LOT = gs1.Key("lgtin", "09506000134352", None, "L1", True)
PALLET = gs1.Key("sscc", "006141411234567890", None, None, False)
SITE = gs1.Key("sgln", "9506000134352", None, None, False)
SERIALS = st.text(CSET82, min_size=1, max_size=20)
GTINS = st.text("0123456789", min_size=13, max_size=13).map(gs1.with_check_digit)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("https://id.gs1.org/01/09506000134352/21/a%2Fb", UNIT),
        ("HTTPS://shop.example:8443/x/01/09506000134352/21/a%2fb?17=261231&lang=en#top", UNIT),
        ("http://a/01/9506000134352/21/a%2Fb/", UNIT),
        ("http://a/gtin/09506000134352/ser/a%2Fb", UNIT),
        ("https://a/01/09506000134352/10/L1/21/a%2Fb", UNIT),
        ("https://a/01/09506000134352/21/a%2Fb/10/L1", UNIT),
        ("(01)09506000134352(21)a/b", UNIT),
        ("(21)a/b(17)261231(01)09506000134352", UNIT),
        ("^010950600013435221a/b^17261231", UNIT),
        ("]d2010950600013435221a/b", UNIT),
        ("urn:epc:id:sgtin:9506000.013435.a%2Fb", UNIT),
        ("urn:epc:id:sgtin:950600013.0435.a%2fb", UNIT),
        ("https://a/01/09506000134352/10/L1", LOT),
        ("urn:epc:class:lgtin:9506000.013435.L1", LOT),
        ("https://a/00/006141411234567890", PALLET),
        ("https://a/x/y/00/006141411234567890?x=y", PALLET),
        ("https://a/x/y/00/006141411234567890", PALLET),
        ("urn:epc:id:sscc:0614141.0123456789", PALLET),
        ("https://a/414/9506000134352", SITE),
        ("https://a/414/9506000134352/254/0", SITE),
        ("urn:epc:id:sgln:9506000.13435.0", SITE),
    ],
)
def test_all_spellings_of_a_thing_meet_in_one_key(text: str, key: gs1.Key) -> None:
    assert gs1.canonical_key(text) == key


@pytest.mark.parametrize(
    ("text", "scheme", "serial", "is_class"),
    [
        ("https://a/01/09506000134352", "gtin", None, True),
        ("urn:epc:idpat:sgtin:9506000.013435.*", "gtin", None, True),
        ("https://a/01/09506000134352/235/X", "upui", "X", False),
        ("https://a/417/9506000134352", "pgln", None, False),
        ("https://a/8003/09506000134352987", "grai", "987", False),
        ("https://a/8003/09506000134352", "grai", None, True),
        ("https://a/8004/95060001", "giai", None, False),
        ("https://a/253/9506000134352X", "gdti", "X", False),
        ("https://a/255/9506000134352", "sgcn", None, True),
        ("https://a/8010/95060001", "cpi", None, True),
        ("https://a/8006/095060001343520102/21/A", "itip", "A", False),
        ("https://a/8006/095060001343520102/10/A", "itip", None, True),
        ("https://a/8013/62577B8fRG7HJK", "gmn", None, True),
    ],
)
def test_a_key_says_its_scheme_and_whether_it_names_one_thing(
    text: str, scheme: str, serial: str | None, is_class: bool
) -> None:
    key = gs1.canonical_key(text)

    assert (key.scheme, key.serial, key.is_class) == (scheme, serial, is_class)
    assert gs1.canonical_key(key.digital_link("http://b")) == key
    assert gs1.key_of(gs1.Message(key.elements())) == key


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://shop.example/about", "not_gs1"),
        ("https://shop.example", "not_gs1"),
        ("http", "not_gs1"),
        ("urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7", "not_gs1"),
        ("ex:thing", "not_gs1"),
        ("09506000134352", "not_gs1"),
        ("", "empty"),
        ("https://a/01/09506000134353/21/A", "incorrect_check_digit"),
        ("https://a/00/006141411234567891", "incorrect_check_digit"),
        ("urn:epc:id:sgtin:1.2.3", "bad_gcp_length"),
        ("(400)A", "no_key"),
    ],
)
def test_what_names_nothing_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.canonical_key(text)
    assert refused.value.code == code


@given(GTINS, SERIALS)
def test_a_unit_has_one_key_in_every_spelling(gtin: str, serial: str) -> None:
    message = gs1.Message((("01", gtin), ("21", serial)))
    key = gs1.Key("sgtin", gtin, serial, None, False)

    spellings = [
        message.bracketed(),
        message.element_string(),
        message.digital_link(),
        gs1.epc.to_urn(message, 9),
    ]

    assert [gs1.canonical_key(text) for text in spellings] == [key] * 4


LINK_PIECES = st.sampled_from(
    ["https://a", "http://b.example:80", "HTTP://c", "https://", "https://$", "/01/", "/00/", "/21/", "/10/", "/x",
     "/01/09506000134352", "/00/006141411234567890", "/21/A1", "/21/%41", "/", "?", "?21=A", "#", "/01/09506000134353"]
)  # fmt: skip


@given(st.lists(LINK_PIECES, max_size=6).map("".join))
def test_the_short_cut_for_plain_links_says_what_the_long_way_says(uri: str) -> None:
    quick = _plain_link(uri)

    if quick is not None:
        assert quick == _link(uri)


def test_the_short_cut_is_taken_for_the_usual_links() -> None:
    assert _plain_link("https://a.example/01/09506000134352/21/A1") == gs1.Key(
        "sgtin", "09506000134352", "A1", None, False
    )
    assert _plain_link("https://a.example/00/006141411234567890") == PALLET


@given(
    st.lists(
        st.builds(
            "https://{}/01/{}/21/{}".format,
            st.sampled_from(["id.gs1.org", "id.gs1.org", "id.gs1.org", "a.example"]),
            st.sampled_from([*["09506000134352"] * 5, "09506000134369", "09506000134353"]),
            st.sampled_from(["A1", "b2", "C%2F3", "x" * 20, "y" * 21, "D1?17=261231", "", "é", "A1/"]),
        ),
        max_size=4,
    )
)
def test_units_read_together_are_what_they_are_one_by_one(uris: list[str]) -> None:
    alike = gs1.units_of_one_product(uris)
    each = [gs1.unit_of_plain_link(uri) for uri in uris]

    assert (alike is None) == (not uris or None in each or len({gtin for gtin, _ in filter(None, each)}) > 1)
    if alike is not None:
        keys = [gs1.canonical_key(uri) for uri in uris]
        assert [gs1.Key("sgtin", alike[0], serial, None, False) for serial in alike[1]] == keys
        assert [key.digital_link() for key in keys] == uris


@pytest.mark.parametrize(
    "uri",
    [
        "https://id.gs1.org/01/09506000134353/21/A1",  # wrong check digit
        "https://id.gs1.org/01/0950600013435/21/A1",
        "https://id.gs1.org/01/09506000134352/10/A1",
        "https://id.gs1.org/00/195060001343520014",
        "https://a.example/01/09506000134352/21/A1",
        "urn:epc:id:sgtin:9506000.013435.A1",
        "",
    ],
)
def test_what_is_no_plain_link_of_a_unit_is_left_to_be_read(uri: str) -> None:
    assert gs1.unit_of_plain_link(uri) is None


def test_units_of_one_product_are_read_together() -> None:
    uris = [f"https://id.gs1.org/01/09506000134352/21/A{number}" for number in range(30)]

    assert gs1.units_of_one_product(uris) == ("09506000134352", [f"A{number}" for number in range(30)])
    assert gs1.units_of_one_product([*uris, "https://id.gs1.org/01/09506000134369/21/A1"]) is None
    assert gs1.units_of_one_product([]) is None


def test_the_memory_of_good_domains_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_PREFIXES_MAX", 3)
    identity._good_prefixes.clear()

    keys = {gs1.canonical_key(f"https://host{n}.example/00/006141411234567890") for n in range(9)}

    assert keys == {PALLET}
    assert 1 <= len(identity._good_prefixes) <= 3


@pytest.mark.parametrize("serial", ["", "A B", " A", "A ", "A\n", "A/B", "A%2FB", "Ä1", "A" * 21])
def test_a_serial_that_needs_a_look_of_its_own_is_not_read_together_with_others(serial: str) -> None:
    beginning = "https://id.gs1.org/01/09506000134352/21/"
    uris = [f"{beginning}A{number}" for number in range(30)]
    assert gs1.units_of_one_product([*uris, beginning + serial]) is None
    assert gs1.units_of_one_product([beginning + serial]) is None
    assert gs1.unit_of_plain_link(beginning + serial) is None
