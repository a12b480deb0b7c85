"""Orders that cannot be, cases and pallets, and the ledger of an order."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.line import make_order

from seriatim.areas.line import BadOrder, Counts, case_sizes, packed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", ""),
        ("number", "4711/1"),
        ("number", "N" * 65),
        ("gtin", "9506000134352"),
        ("gtin", "09506000134353"),
        ("gtin", "0950600013435A"),
        ("plant", "9506000134353"),
        ("plant", ""),
        ("line", ""),
        ("line", "Line\n1"),
        ("lot", "Löt"),
        ("lot", "A B"),
        ("quantity", 0),
        ("quantity", 10_000_001),
        ("lot", ""),
        ("lot", "L" * 21),
        ("expiry", date(2026, 11, 20)),
        ("units_per_case", 0),
        ("cases_per_pallet", 0),
    ],
)
def test_an_order_that_cannot_be_made_names_the_field(field: str, value: Any) -> None:
    with pytest.raises(BadOrder) as refused:
        make_order(**{field: value}).checked()

    assert refused.value.facts["field"] == field
    assert refused.value.message.startswith(f"{field} is {value!r}; ")


def test_an_order_that_can_be_made_is_left_as_it_is() -> None:
    order = make_order(
        quantity=1, lot="L" * 20, expiry=date(2026, 11, 21), units_per_case=1, cases_per_pallet=1
    )

    assert order.checked() == order
    assert order.expiry_yymmdd == "261121"


@given(st.integers(0, 5_000), st.integers(1, 300))
def test_cases_hold_all_units_and_only_the_last_is_partial(units: int, per_case: int) -> None:
    sizes = case_sizes(units, per_case)

    assert sum(sizes) == units
    assert set(sizes[:-1]) <= {per_case}
    assert all(1 <= size <= per_case for size in sizes)


@given(st.integers(1, 200), st.integers(1, 12), st.integers(1, 5))
def test_packing_keeps_every_unit_once_in_the_order_of_the_line(
    units: int, per_case: int, per_pallet: int
) -> None:
    order = make_order(quantity=units, units_per_case=per_case, cases_per_pallet=per_pallet)
    serials = [f"S{number}" for number in range(units)]
    cases = [f"C{number}" for number in range(len(case_sizes(units, per_case)))]
    pallets = [f"P{number}" for number in range(len(case_sizes(len(cases), per_pallet)))]

    built = packed(serials, cases, pallets, order=order)

    assert [serial for pallet in built for case in pallet.cases for serial in case.serials] == serials
    assert [case.sscc for pallet in built for case in pallet.cases] == cases
    assert [pallet.sscc for pallet in built] == pallets


def make_counts(**figures: int) -> Counts:
    usual = {"triggers": 12, "passed": 10, "rejected": 2, "commissioned": 10, "reworked": 2, "first_pass": 8}
    return Counts(**(usual | figures), cases=3, pallets=2, by_reason={}, by_letter={})


def test_a_ledger_adds_up_when_every_trigger_is_explained_and_every_pass_is_commissioned() -> None:
    assert make_counts().adds_up
    assert not make_counts(rejected=1).adds_up
    assert not make_counts(commissioned=9).adds_up
    assert not make_counts(commissioned=11).adds_up


def test_the_first_pass_yield_leaves_rework_out() -> None:
    assert make_counts().first_pass_yield == 0.8
    assert make_counts(triggers=0, reworked=0, first_pass=0).first_pass_yield == 0.0
