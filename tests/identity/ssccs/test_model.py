"""The numbers of cases and pallets."""

import pytest

from seriatim.identity.catalogue.model import BadCompanyPrefix
from seriatim.identity.ssccs.model import BadExtension, sscc_capacity, ssccs_of


@pytest.mark.parametrize(
    ("gcp", "extension", "reference", "sscc"),
    [
        ("9521234", "3", 123, "395212340000001233"),
        ("0614141", "0", 1, "006141410000000012"),
        ("9506", "9", 999_999_999_999, "995069999999999995"),
        ("950600013435", "0", 9_999, "095060001343599990"),
    ],
)
def test_an_sscc_has_eighteen_digits_and_a_check_digit(
    gcp: str, extension: str, reference: int, sscc: str
) -> None:
    assert ssccs_of(gcp, extension, range(reference, reference + 1)) == [sscc]


@pytest.mark.parametrize(("gcp", "capacity"), [("9506", 10**12), ("9521234", 10**9), ("950600013435", 10**4)])
def test_the_longer_the_prefix_the_fewer_ssccs(gcp: str, capacity: int) -> None:
    assert sscc_capacity(gcp) == capacity


def test_references_follow_each_other() -> None:
    ssccs = ssccs_of("9521234", "0", range(98, 101))

    assert [sscc[:17] for sscc in ssccs] == ["09521234000000098", "09521234000000099", "09521234000000100"]


@pytest.mark.parametrize("extension", ["", "10", "x", "²"])
def test_a_wrong_extension_is_refused(extension: str) -> None:
    with pytest.raises(BadExtension):
        ssccs_of("9521234", extension, range(1))


def test_a_wrong_prefix_is_refused() -> None:
    with pytest.raises(BadCompanyPrefix):
        ssccs_of("123", "0", range(1))
