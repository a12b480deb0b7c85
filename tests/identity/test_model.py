"""Values check themselves."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from seriatim.base.errors import Unprocessable
from seriatim.identity.model import (
    BASE28,
    CSET32,
    DIGITS,
    BadCompanyPrefix,
    BadField,
    BadGln,
    BadGtin,
    Lease,
    Location,
    Party,
    Product,
    SerialPolicy,
    UnknownCountry,
    checked_gcp,
    gtin14,
    runway_of,
)

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
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


@pytest.mark.parametrize(
    ("alphabet", "length", "capacity"),
    [
        (CSET32, 12, 115_292_150_460_684),
        (BASE28, 10, 29_619_676_669),
        (BASE28, 12, 23_221_826_508_921),
        (DIGITS, 12, 100_000_000),
    ],
)
def test_capacity_is_a_ten_thousandth_of_the_space(alphabet: str, length: int, capacity: int) -> None:
    assert SerialPolicy(GTIN, alphabet=alphabet, length=length).capacity == capacity


def test_the_chance_of_a_guess_is_issued_over_space() -> None:
    policy = SerialPolicy(GTIN, issued=1_000_000_000)

    assert policy.guess_chance == pytest.approx(8.7e-10, rel=0.01)


@pytest.mark.parametrize(
    ("issued", "nearly_full"), [(79_999_999, False), (80_000_000, True), (100_000_000, True)]
)
def test_at_four_fifths_of_its_capacity_a_policy_is_nearly_full(issued: int, nearly_full: bool) -> None:
    policy = SerialPolicy(GTIN, alphabet=DIGITS, issued=issued)

    assert policy.is_nearly_full is nearly_full
    assert policy.left == 100_000_000 - issued


@pytest.mark.parametrize(
    ("alphabet", "length", "code"),
    [
        ("0123456789 ", 12, "bad_serial_policy"),
        ("00123", 12, "bad_serial_policy"),
        ("A", 12, "bad_serial_policy"),
        ("", 12, "bad_serial_policy"),
        (CSET32, 1, "bad_serial_policy"),
        (CSET32, 21, "bad_serial_policy"),
        (CSET32, 13, "bad_serial_policy"),
        (DIGITS, 19, "bad_serial_policy"),
        (DIGITS, 5, "domain_too_small"),
    ],
)
def test_a_form_that_serials_cannot_have_is_refused(alphabet: str, length: int, code: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        SerialPolicy(GTIN, alphabet=alphabet, length=length)

    assert refused.value.code == code


def test_a_line_may_print_from_a_lease_until_it_expires_or_ends() -> None:
    lease = Lease("1", GTIN, 0, 10, 30, "L3", "4711", "granted", NOW, NOW + timedelta(hours=12))

    assert lease.count == 20
    assert lease.is_printable(NOW)
    assert not lease.is_printable(NOW + timedelta(hours=12))
    assert not msgspec.structs.replace(lease, state="used").is_printable(NOW)


def test_the_runway_ends_sooner_when_more_is_leased() -> None:
    policy = SerialPolicy(GTIN, alphabet=DIGITS, issued=99_000_000)

    slow = runway_of(policy, 100_000, timedelta(days=10), NOW)
    fast = runway_of(policy, 1_000_000, timedelta(days=10), NOW)

    assert (slow.leased_per_day, slow.ends_at) == (10_000.0, NOW + timedelta(days=100))
    assert (fast.leased_per_day, fast.ends_at) == (100_000.0, NOW + timedelta(days=10))


@pytest.mark.parametrize("leased", [0, 1])
def test_a_runway_beyond_a_hundred_years_has_no_end(leased: int) -> None:
    assert runway_of(SerialPolicy(GTIN), leased, timedelta(days=30), NOW).ends_at is None
