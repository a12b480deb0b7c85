"""Values check themselves."""

import msgspec
import pytest

from seriatim.identity.catalogue.model import (
    BadCompanyPrefix,
    BadField,
    BadGln,
    BadGtin,
    Location,
    Party,
    Product,
    UnknownCountry,
    checked_gcp,
    gtin14,
)

GTIN = "09506000134352"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("09506000134352", "09506000134352"),
        ("9506000134352", "09506000134352"),
        ("012345678905", "00012345678905"),
        ("96385074", "00000096385074"),
    ],
)
def test_a_gtin_is_kept_in_fourteen_digits(given: str, kept: str) -> None:
    assert gtin14(given) == kept
    assert Product(given, "Serum").gtin == kept


@pytest.mark.parametrize(
    "text", ["", "9506000134353", "950600013435", "0950600013435²", "0950600013435a", "9" * 15]
)
def test_a_wrong_gtin_is_refused_by_its_code(text: str) -> None:
    with pytest.raises(BadGtin) as refused:
        Product(text, "Serum")

    assert (refused.value.code, refused.value.status) == ("bad_gtin", 422)


@pytest.mark.parametrize("gln", ["", "9506000134353", "09506000134352", "950600013435x"])
def test_a_wrong_gln_is_refused_by_its_code(gln: str) -> None:
    with pytest.raises(BadGln):
        Party(gln, "Maker", "maker", "FR")
    with pytest.raises(BadGln):
        Location(gln, "Plant", "9506000134352", "plant", "FR", "Lyon", 45.76, 4.84)
    with pytest.raises(BadGln):
        Location("9506000134352", "Plant", gln, "plant", "FR", "Lyon", 45.76, 4.84)


@pytest.mark.parametrize("country", ["", "XX", "fr", "FRA", "250"])
def test_an_unknown_country_is_refused(country: str) -> None:
    with pytest.raises(UnknownCountry):
        Product(GTIN, "Serum", markets=("DE", country))
    with pytest.raises(UnknownCountry):
        Party("9506000134352", "Maker", "maker", country)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": " "},
        {"name": "x" * 201},
        {"brand": "a\0b"},
        {"markets": ("DE", "DE")},
        {"shelf_life_days": 0},
        {"gcp_length": 3},
        {"units_per_case": 0},
        {"cases_per_pallet": 10_001},
        {"picture": "../secret.png"},
    ],
)
def test_a_field_out_of_its_bounds_is_named(fields: dict[str, object]) -> None:
    with pytest.raises(BadField) as refused:
        msgspec.convert({"gtin": GTIN, "name": "Serum"} | fields, Product)

    assert refused.value.facts["field"] in fields


@pytest.mark.parametrize(("latitude", "longitude"), [(90.1, 0), (0, -180.5), (float("nan"), 0)])
def test_a_place_off_the_globe_is_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(BadField):
        Location("9506000134352", "Plant", "9506000134352", "plant", "FR", "Lyon", latitude, longitude)


def test_the_company_prefix_follows_the_indicator_digit() -> None:
    assert Product(GTIN, "Serum", gcp_length=7).gcp == "9506000"
    assert checked_gcp("9506000") == "9506000"
    for wrong in ("950", "9506000134352", "95o6000"):
        with pytest.raises(BadCompanyPrefix):
            checked_gcp(wrong)


def test_a_product_without_markets_may_be_sold_anywhere() -> None:
    assert Product(GTIN, "Serum").may_be_sold_in("VN")
    assert Product(GTIN, "Serum", markets=("DE", "FR")).may_be_sold_in("FR")
    assert not Product(GTIN, "Serum", markets=("DE", "FR")).may_be_sold_in("VN")
